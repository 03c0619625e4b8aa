"""Rounds before the committee by API: the ranking, a case to decide, proposals and decisions."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from praya.api.asked import RequestLineOut, request_line
from praya.api.callers import caller
from praya.api.fields import CodeInPath, FewLines, NumberInPath, RateBp, Text
from praya.api.reviews import LineAmountOut, LineAmounts, amounts_of
from praya.apps.awards import commands, queries
from praya.apps.awards.rules import Outcome
from praya.core.quantity import CardTime, Money
from praya.core.review.result import Result
from praya.words import clock

router = Router(tags=["decisions"])


class TimeOut(Schema):
    """Accelerator time of a device model."""

    device_model: str
    card_seconds: int


class WorthOut(Schema):
    """What amounts come to."""

    times: list[TimeOut]
    list_minor: int
    subsidy_minor: int


class ResultOut(Schema):
    """What the reviews say together. Percentages are rounded to two decimals for reading."""

    reviews: int
    reviews_needed: int
    mark_percent: str | None
    spread_percent: str | None
    below: list[str]
    passes: bool
    wants_further_review: bool


class RankedOut(Schema):
    """A case in its place; of one that they take no part in, people learn the code alone."""

    rank: int
    application: str
    title: str
    organisation: str
    state: str
    takes_part: bool
    result: ResultOut | None
    requested: WorthOut | None
    recommended: WorthOut | None
    proposed: WorthOut | None
    decided: WorthOut | None
    outcome: str
    likely_minor: int | None
    is_within_money: bool


class RankingOut(Schema):
    """A round's cases, best first, beside the pool that pays, in minor units."""

    round_id: int
    call: str
    round: str
    currency: str
    free_minor: int
    likely_minor: int
    remains_minor: int
    funded_cases: int
    held: int
    held_by_caller: int
    cases: list[RankedOut]


class SideBySideOut(Schema):
    """One request line with the amounts that were said of it."""

    number: int
    shape: str
    device_model: str
    first_on: date
    last_on: date
    requested: LineAmountOut
    recommended: LineAmountOut | None
    proposed: LineAmountOut | None
    awarded: LineAmountOut | None


class DecisionLineOut(Schema):
    """The four amounts of a line, as they stood when it was decided."""

    number: int
    device_model: str
    requested: LineAmountOut
    recommended: LineAmountOut | None
    proposed: LineAmountOut | None
    awarded: LineAmountOut


class DecisionOut(Schema):
    """A decision: who took it, under which rules; held until somebody else releases it."""

    id: int
    application: str
    number: int
    outcome: str
    reasons: str
    conditions: str
    before_start: list[str]
    rate_bp: int
    rate_reason: str
    rule_version: int
    decided_at: datetime
    decided_by: str
    released_at: datetime | None
    lines: list[DecisionLineOut]


class CaseToDecideOut(Schema):
    """Everything a decision stands on. ``hand`` is as what the caller may decide, if at all."""

    application: str
    state: str
    decided_by: str
    hand: str | None
    is_open: bool
    may_propose: bool
    rule_version: int
    currency: str
    list_minor: int
    ordinary_bp: int
    asked: list[RequestLineOut]
    lines: list[SideBySideOut]
    result: ResultOut
    pool: str
    pool_free_minor: int
    pool_promised_minor: int
    decisions: list[DecisionOut]
    recused: list[str]


class ProposalIn(Schema):
    """The desk's amounts; they take the place of those before."""

    lines: LineAmounts


class RecusalIn(Schema):
    """Why one takes no part."""

    reason: Text


class DecisionIn(Schema):
    """A decision. ``rate_bp``: ten-thousandths of the list price; ``before_start``: conditions."""

    outcome: Outcome
    lines: LineAmounts = Field(default_factory=list)
    rate_bp: RateBp = 0
    rate_reason: Text = ""
    reasons: Text
    conditions: Text = ""
    before_start: FewLines = Field(default_factory=list)


class RecusedOut(Schema):
    """The case in which one takes no part."""

    application: str


@router.get("/rounds/{round_id}/ranking", response=RankingOut, summary="A round, ranked")
def ranking(request: HttpRequest, round_id: NumberInPath) -> dict[str, Any]:
    found = queries.ranking(round_id, caller(request), clock.now())
    return {
        "round_id": found.round.pk,
        "call": found.round.call_code,
        "round": found.round.code,
        "currency": found.rules.currency,
        "free_minor": found.free.minor,
        "likely_minor": found.likely.minor,
        "remains_minor": found.remains.minor,
        "funded_cases": found.funded_cases,
        "held": found.held,
        "held_by_caller": found.held_by_actor,
        "cases": [_ranked(row) for row in found.cases],
    }


def _ranked(row: queries.RankedCase) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "application": row.application.code,
        "title": row.application.title or row.application.title_zh,
        "organisation": row.application.organisation.name,
        "state": row.application.state,
        "takes_part": row.takes_part,
        "result": _result(row.result) if row.result else None,
        "requested": _worth(row.requested),
        "recommended": _worth(row.recommended),
        "proposed": _worth(row.proposed),
        "decided": _worth(row.decided),
        "outcome": row.decision.outcome if row.decision else "",
        "likely_minor": None if row.likely is None else row.likely.minor,
        "is_within_money": row.is_within_money,
    }


def _worth(worth: queries.Worth | None) -> dict[str, Any] | None:
    if worth is None:
        return None
    return {
        "times": [_time(time) for time in worth.times],
        "list_minor": worth.list_price.minor,
        "subsidy_minor": worth.subsidy.minor,
    }


def _time(time: CardTime) -> dict[str, Any]:
    return {"device_model": time.device_model, "card_seconds": time.seconds}


def _result(result: Result) -> dict[str, Any]:
    return {
        "reviews": result.reviews,
        "reviews_needed": result.reviews_needed,
        "mark_percent": _percent(result.mark),
        "spread_percent": _percent(result.spread),
        "below": list(result.below),
        "passes": result.passes,
        "wants_further_review": result.wants_further_review,
    }


def _percent(share: Fraction | None) -> str | None:
    """Two decimals, rounded half up; nothing compares these."""
    if share is None:
        return None
    hundredths = (share * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@router.get(
    "/applications/{code}/to-decide", response=CaseToDecideOut, summary="What a decision stands on"
)
def to_decide(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.case_to_decide(code, caller(request), clock.now())
    return {
        "application": found.application.code,
        "state": found.application.state,
        "decided_by": found.decided_by,
        "hand": found.hand,
        "is_open": found.is_open,
        "may_propose": found.may_propose,
        "rule_version": found.version.number,
        "currency": found.rules.currency,
        "list_minor": Money(found.application.list_value_minor, found.rules.currency).minor,
        "ordinary_bp": found.ordinary_bp,
        "asked": [request_line(row) for row in found.submission.lines.all()],
        "lines": [_side_by_side(row) for row in found.lines],
        "result": _result(found.result),
        "pool": found.envelope.pool,
        "pool_free_minor": found.envelope.free.minor,
        "pool_promised_minor": found.envelope.promised.minor,
        "decisions": [_decision(row) for row in found.decisions],
        "recused": [str(row.person) for row in found.recusals],
    }


def _side_by_side(row: queries.SideBySide) -> dict[str, Any]:
    return {
        "number": row.line.number,
        "shape": row.line.shape,
        "device_model": row.line.device_model,
        "first_on": row.line.first_on,
        "last_on": row.line.last_on,
        "requested": _amount(row.requested),
        "recommended": _amount(row.recommended),
        "proposed": _amount(row.proposed),
        "awarded": _amount(row.awarded),
    }


def _amount(amount: Any) -> dict[str, Any] | None:  # noqa: ANN401 -- a LineAmount or nothing
    return LineAmountOut.from_orm(amount).dict() if amount else None


def _decision(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Decision
    return {
        "id": row.pk,
        "application": row.application.code,
        "number": row.number,
        "outcome": row.outcome,
        "reasons": row.reasons,
        "conditions": row.conditions,
        "before_start": row.before_start,
        "rate_bp": row.rate_bp,
        "rate_reason": row.rate_reason,
        "rule_version": row.rule_version.number,
        "decided_at": row.decided_at,
        "decided_by": str(row.decided_by),
        "released_at": row.released_at,
        "lines": [_decision_line(line) for line in row.lines.all()],
    }


def _decision_line(line: Any) -> dict[str, Any]:  # noqa: ANN401 -- a DecisionLine
    return {
        "number": line.number,
        "device_model": line.device_model_code,
        "requested": _amount(line.requested),
        "recommended": _amount(line.recommended),
        "proposed": _amount(line.proposed),
        "awarded": _amount(line.awarded),
    }


@router.put(
    "/applications/{code}/proposal",
    response=list[LineAmountOut],
    summary="Propose amounts",
    description="They take the place of those before; safe to repeat.",
)
def propose(request: HttpRequest, code: CodeInPath, wish: ProposalIn) -> list[Any]:
    return commands.propose_amounts(
        application_code=code, lines=amounts_of(wish.lines), by=caller(request), now=clock.now()
    )


@router.post(
    "/applications/{code}/recusal",
    response=RecusedOut,
    summary="Take no part in a case",
    description="For ever. Safe to repeat.",
)
def recuse(request: HttpRequest, code: CodeInPath, given: RecusalIn) -> dict[str, str]:
    commands.recuse(application_code=code, reason=given.reason, by=caller(request), now=clock.now())
    return {"application": code}


@router.post(
    "/applications/{code}/decisions",
    response={201: DecisionOut},
    summary="Decide a case",
    description=(
        "Held until somebody else releases it. Not safe to repeat: a decision taken again is "
        "another decision, with the next number."
    ),
)
def decide(request: HttpRequest, code: CodeInPath, given: DecisionIn) -> Status[Any]:
    made = commands.decide(
        application_code=code,
        outcome=given.outcome,
        lines=amounts_of(given.lines),
        rate_bp=given.rate_bp,
        rate_reason=given.rate_reason,
        reasons=given.reasons,
        conditions=given.conditions,
        before_start=given.before_start,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _decision(made))


@router.post(
    "/rounds/{round_id}/release",
    response=list[DecisionOut],
    summary="Release a round",
    description="Every held decision becomes known. Refused when repeated: none is held then.",
)
def release_round(request: HttpRequest, round_id: NumberInPath) -> list[dict[str, Any]]:
    released = commands.release_round(round_id=round_id, by=caller(request), now=clock.now())
    return [_decision(row) for row in released]


@router.post(
    "/decisions/{decision_id}/release",
    response=DecisionOut,
    summary="Release one decision",
    description="Refused when repeated: it is released then.",
)
def release_decision(request: HttpRequest, decision_id: NumberInPath) -> dict[str, Any]:
    return _decision(
        commands.release_decision(decision_id=decision_id, by=caller(request), now=clock.now())
    )
