"""The waiting list of a programme: cases in rank order, and what the pool can pay of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.applications.models import Application, RequestLine
from praya.apps.applications.rules import CaseState
from praya.apps.awards.access import person_of
from praya.apps.awards.models import Decision, Proposal, Recusal
from praya.apps.awards.queries import (
    Envelope,
    Worth,
    asked_line,
    envelopes_of,
    ordinary_rates,
    with_amounts,
    worth_of,
)
from praya.apps.awards.queries.cases import of_own_house
from praya.apps.changes import access
from praya.apps.changes.rules.refusals import PoolUnknown
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import (
    HEAVY,
    programme_of,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.reviews.queries import asked_amounts, results_kept
from praya.core.actor import Actor, Role
from praya.core.programme.asking import AskedLine, ordinary_rate_bp
from praya.core.programme.document import ProgrammeRules
from praya.core.refusal import NotAllowed
from praya.core.review.amount import LineAmount
from praya.core.review.rank import Standing, ranked
from praya.core.review.result import Result


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case on the waiting list: what it would be offered today, and whether that can be paid.

    ``lines`` begin no earlier than today; lines that are over are left out. ``is_next`` is the
    first in rank that the pool of the list can pay; ``next_from`` are all pools of which it is.
    """

    rank: int
    application: Application
    decided_by_id: int
    result: Result
    lines: tuple[AskedLine, ...]
    worth: Worth
    rate_bp: int
    is_in_full: bool
    is_payable: bool
    is_next: bool
    next_from: tuple[str, ...]
    is_aside: bool


@dataclass(frozen=True, slots=True)
class WaitingList:
    """The cases, best first, beside the pool that is to pay; ``envelopes`` are all pools."""

    programme: Programme
    rules: ProgrammeRules
    envelope: Envelope
    envelopes: tuple[Envelope, ...]
    cases: tuple[WaitingCase, ...]
    may_offer: bool


def waiting_list(
    programme_code: str, actor: Actor, now: datetime, *, pool: str = ""
) -> WaitingList:
    """The waiting list of a programme, without the cases in which the actor takes no part.

    ``pool`` is the purpose out of which they are to be paid; left out, the one that pays subsidy.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor is neither officer nor committee nor auditor of it.
        PoolUnknown: the programme has no such purpose.

    """
    programme = programme_of(programme_code)
    if not access.may_see_waiting(actor, programme_code):
        raise NotAllowed(action="waiting.see", needs=Role.OFFICER.value)
    may_offer = actor.holds(programme_code, Role.OFFICER)
    aside = _stands_aside(actor)
    listed = waiting_in(programme, now, pool=pool, may_offer=may_offer, aside=aside)
    shown = tuple(one for one in listed.cases if not one.is_aside)
    return replace(listed, cases=shown)


def _stands_aside(actor: Actor) -> Q:
    recused = Recusal.objects.filter(application=OuterRef("pk"), person_id=person_of(actor))
    return Q(Exists(recused)) | of_own_house(actor)


def waiting_in(
    programme: Programme,
    now: datetime,
    *,
    pool: str = "",
    may_offer: bool,
    aside: Q | None = None,
) -> WaitingList:
    """As ``waiting_list``, for who has checked access; cases ``aside`` are marked, and rank too."""
    today = today_in(programme, now)
    rules = rules_of(version_in_force(programme.code, today))
    envelopes = envelopes_of(programme, rules, [one.code for one in rules.envelope.purposes])
    by_pool = {one.pool: one for one in envelopes}
    envelope = by_pool.get(pool or rules.envelope.paying)
    if envelope is None:
        raise PoolUnknown(pool=pool, known=tuple(by_pool))
    listed = Application.objects.filter(programme=programme, state=CaseState.WAIT_LISTED.value)
    asked, proposed = _asked(listed), _proposed(listed)
    applications = _in_order(programme, rules, listed, asked, aside)
    # The last decision of each case stands.
    deciders = dict(
        Decision.objects.filter(application__in=listed)
        .order_by("number")
        .values_list("application_id", "decided_by_id")
    )
    submissions = [lines[0].submission_id for lines in asked.values()]
    rates = ordinary_rates(rules, submissions, today)
    cases: list[WaitingCase] = []
    with_next: set[str] = set()
    for rank, (application, result) in enumerate(applications, start=1):
        pk = application.pk
        lines = _lines(asked[pk], proposed.get(pk, {}), result, today)
        rate_bp = rates.get(pk, ordinary_rate_bp(rules))
        worth = worth_of(rules, lines, rate_bp=rate_bp)
        payable = {one.pool for one in envelopes if lines and worth.subsidy <= one.left}
        next_from = payable - with_next
        cases.append(
            WaitingCase(
                rank=rank,
                application=application,
                decided_by_id=deciders[pk],
                result=result,
                lines=lines,
                worth=worth,
                rate_bp=rate_bp,
                is_in_full=_is_in_full(lines, asked[pk]),
                is_payable=envelope.pool in payable,
                is_next=envelope.pool in next_from,
                next_from=tuple(one.pool for one in envelopes if one.pool in next_from),
                is_aside=getattr(application, "is_aside", False),
            )
        )
        with_next |= payable
    return WaitingList(programme, rules, envelope, tuple(envelopes), tuple(cases), may_offer)


def _in_order(
    programme: Programme,
    rules: ProgrammeRules,
    listed: QuerySet[Application],
    asked: Mapping[int, Sequence[RequestLine]],
    aside: Q | None,
) -> list[tuple[Application, Result]]:
    found = listed if aside is None else listed.annotate(is_aside=aside)
    by_code = {one.code: one for one in found.select_related("organisation").defer("draft")}
    for application in by_code.values():
        application.programme = programme
    results = results_kept(
        listed, {pk: lines[0].submission.rule_version.sha256 for pk, lines in asked.items()}
    )
    standings = [
        Standing(one.code, one.submitted_at or one.begun_at, results[one.pk])
        for one in by_code.values()
    ]
    return [
        (by_code[standing.code], standing.result) for standing in ranked(rules.scoring, standings)
    ]


def _lines(
    asked: Sequence[RequestLine],
    proposed: Mapping[int, LineAmount],
    result: Result,
    today: date,
) -> tuple[AskedLine, ...]:
    """What the desk proposed, else the reviewers recommended, else was asked, from today on."""
    amounts = proposed or result.recommended or asked_amounts(asked)
    lines = with_amounts([asked_line(line) for line in asked], amounts)
    return tuple(
        replace(line, first_on=max(line.first_on, today))
        for line in lines
        if line.last_on > today and line.cards > 0
    )


def _asked(applications: QuerySet[Application]) -> dict[int, list[RequestLine]]:
    """The request lines of each case's latest submission, with its rule version. One query."""
    found = RequestLine.objects.filter(submission__application__in=applications)
    latest: dict[int, list[RequestLine]] = {}
    heavy = (f"submission__rule_version__{one}" for one in HEAVY)
    rows = found.select_related("submission__rule_version").defer("submission__content", *heavy)
    for line in rows.order_by("submission__number", "number"):
        kept = latest.setdefault(line.submission.application_id, [])
        if kept and kept[0].submission_id != line.submission_id:
            kept.clear()
        kept.append(line)
    return latest


def _proposed(applications: QuerySet[Application]) -> dict[int, dict[int, LineAmount]]:
    """The desk's amounts for each case. One query."""
    found: dict[int, dict[int, LineAmount]] = defaultdict(dict)
    for one in Proposal.objects.filter(application__in=applications):
        amount = LineAmount(one.number, one.cards, one.card_hours)
        found[one.application_id][one.number] = amount
    return found


def _is_in_full(lines: Sequence[AskedLine], asked: Sequence[RequestLine]) -> bool:
    """Whether an offer gives all that was asked."""
    given = {line.number: LineAmount(line.number, line.cards, line.card_hours) for line in lines}
    return given == asked_amounts(asked) and all(
        line.first_on == next(one.first_on for one in asked if one.number == line.number)
        for line in lines
    )
