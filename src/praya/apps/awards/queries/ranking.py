"""A round before the committee: the ranked cases, what was said of each, and where money ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from praya.apps.applications.models import Application, RequestLine, Submission
from praya.apps.applications.rules import BEFORE_THE_COMMITTEE, CaseState
from praya.apps.awards import access
from praya.apps.awards.models import Decision, Proposal, Recusal
from praya.apps.awards.queries.caps import ordinary_rates
from praya.apps.awards.queries.cases import of_own_house
from praya.apps.awards.queries.money import (
    Envelope,
    Worth,
    asked_line,
    envelope_of,
    held_in,
    is_held,
    latest_decisions,
    with_amounts,
    worth_of,
    worth_of_decision,
)
from praya.apps.people.models import Organisation
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import (
    HEAVY,
    round_of,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.reviews.queries import asked_amounts, results_under
from praya.core.actor import Actor
from praya.core.programme.asking import AskedLine, ordinary_rate_bp
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import Money
from praya.core.refusal import NotFound
from praya.core.review.amount import LineAmount
from praya.core.review.rank import Standing, paid_until, ranked
from praya.core.review.result import Result


@dataclass(frozen=True, slots=True)
class RankedCase:
    """A case in its place. Of the case, who takes no part in it learns the code and no more.

    For them ``application`` has its code alone and what was said of it is ``None``. ``likely`` is
    the subsidy the case would cost as things stand: what is decided, else proposed, else
    recommended, else requested.
    """

    rank: int
    application: Application
    takes_part: bool
    result: Result | None
    requested: Worth | None
    recommended: Worth | None
    proposed: Worth | None
    decision: Decision | None
    decided: Worth | None
    likely: Money | None
    is_within_money: bool
    is_released: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """A round's cases, best first, beside the pool that pays.

    ``free`` is what the pool has left but for this round; ``likely`` what the round's open and held
    cases would cost; ``remains`` the difference. ``funded_cases`` stand above the funding line.
    """

    round: Round
    rules: ProgrammeRules
    cases: tuple[RankedCase, ...]
    envelope: Envelope
    free: Money
    likely: Money
    funded_cases: int
    held: int
    held_by_actor: int

    @property
    def remains(self) -> Money:
        """What the pool would have left, below zero when it cannot pay."""
        return self.free - self.likely


def ranking(round_id: int, actor: Actor, now: datetime) -> Ranking:
    """The cases of a round that are before the committee, ranked. A fixed number of queries.

    Raises:
        NotFound: there is no such round, or the actor may not know of it.

    """
    round_ = round_of(round_id)
    programme = round_.programme
    if not access.may_see_decisions(actor, programme.code):
        raise NotFound(kind="round", key=str(round_id))
    today = today_in(programme, now)
    rules = rules_of(version_in_force(programme.code, today))
    applications = _applications(round_)
    aside = _stands_aside(round_, actor)
    lines = _latest_lines([one.pk for one in applications])
    counted = latest_decisions(Q(round=round_) | held_in(programme.pk))
    # What was decided before a case was taken up again is not its decision in this round.
    to_decide = {one.pk for one in applications if one.state == CaseState.TO_DECIDE.value}
    decisions = {one.application_id: one for one in counted if one.application_id not in to_decide}
    worths = _worths(rules, programme, applications, lines, decisions, today)
    in_order = _in_order(rules, applications, worths)
    held = [one for one in decisions.values() if is_held(one)]
    envelope = envelope_of(programme, rules, held)
    held_here = [one for one in held if one.round_id == round_.pk]
    free = envelope.left
    for decision in held_here:
        free += worth_of_decision(decision).subsidy
    open_costs = [worths[one.pk].likely for one in in_order]
    funded = paid_until(free, open_costs)
    return Ranking(
        round=round_,
        rules=rules,
        cases=tuple(
            _row(
                rank,
                application,
                worths[application.pk],
                takes_part=application.pk not in aside,
                is_within_money=rank <= funded,
            )
            for rank, application in enumerate(in_order, start=1)
        ),
        envelope=envelope,
        free=free,
        likely=sum(open_costs, Money(0, programme.currency)),
        funded_cases=funded,
        held=len(held_here),
        held_by_actor=sum(1 for one in held_here if one.decided_by_id == actor.person_id),
    )


@dataclass(frozen=True, slots=True)
class _Worths:
    """What is known of one case before it has a place."""

    result: Result
    requested: Worth
    recommended: Worth | None
    proposed: Worth | None
    decision: Decision | None
    decided: Worth | None
    likely: Money


def _worths(  # noqa: PLR0913, PLR0917 -- what one page has read already
    rules: ProgrammeRules,
    programme: Programme,
    applications: Iterable[Application],
    lines: Mapping[int, list[RequestLine]],
    decisions: Mapping[int, Decision],
    today: date,
) -> dict[int, _Worths]:
    scorings = {
        pk: rules_of(found[0].submission.rule_version).scoring for pk, found in lines.items()
    }
    results = results_under(scorings)
    proposals = _proposals(lines)
    ordinary_bp = ordinary_rate_bp(rules)
    rates = ordinary_rates(rules, (found[0].submission_id for found in lines.values()), today)
    nothing = Money(0, programme.currency)
    answer = {}
    for application in applications:
        pk = application.pk
        asked = [asked_line(line) for line in lines[pk]]

        def worth(
            amounts: Mapping[int, LineAmount],
            asked: list[AskedLine] = asked,
            rate_bp: int = rates.get(pk, ordinary_bp),
        ) -> Worth | None:
            return (
                worth_of(rules, with_amounts(asked, amounts), rate_bp=rate_bp) if amounts else None
            )

        requested = worth(asked_amounts(lines[pk]))
        assert requested is not None, application.code
        recommended = worth(results[pk].recommended)
        proposed = worth(proposals.get(pk, {}))
        decision = decisions.get(pk)
        decided = worth_of_decision(decision) if decision else None
        likely = (decided or proposed or recommended or requested).subsidy
        is_settled = decision is not None and decision.released_at is not None
        answer[pk] = _Worths(
            result=results[pk],
            requested=requested,
            recommended=recommended,
            proposed=proposed,
            decision=decision,
            decided=decided,
            # A released case has left the round's account: it is offered, committed or refused.
            likely=nothing if is_settled else likely,
        )
    return answer


def _in_order(
    rules: ProgrammeRules, applications: Iterable[Application], worths: Mapping[int, _Worths]
) -> list[Application]:
    by_code = {one.code: one for one in applications}
    standings = [
        Standing(one.code, one.submitted_at or one.begun_at, worths[one.pk].result)
        for one in by_code.values()
    ]
    return [by_code[standing.code] for standing in ranked(rules.scoring, standings)]


def _row(
    rank: int, application: Application, known: _Worths, *, takes_part: bool, is_within_money: bool
) -> RankedCase:
    return RankedCase(
        rank=rank,
        application=application if takes_part else _code_of(application),
        takes_part=takes_part,
        result=known.result if takes_part else None,
        requested=known.requested if takes_part else None,
        recommended=known.recommended if takes_part else None,
        proposed=known.proposed if takes_part else None,
        decision=known.decision if takes_part else None,
        decided=known.decided if takes_part else None,
        likely=known.likely if takes_part else None,
        is_within_money=is_within_money,
        is_released=known.decision is not None and known.decision.released_at is not None,
    )


def _code_of(application: Application) -> Application:
    """The application without anything but its code; it is no row and cannot become one."""
    return Application(code=application.code, state="", organisation=Organisation())


def _applications(round_: Round) -> list[Application]:
    states = [state.value for state in BEFORE_THE_COMMITTEE]
    return list(
        Application.objects.filter(round=round_, state__in=states)
        .select_related("organisation")
        .defer("draft")
    )


def _stands_aside(round_: Round, actor: Actor) -> set[int]:
    """Cases of the round in which the actor takes no part: recused, or of their own house."""
    person_id = access.person_of(actor)
    recused = Recusal.objects.filter(application=OuterRef("pk"), person_id=person_id)
    found = Application.objects.filter(Q(Exists(recused)) | of_own_house(actor), round=round_)
    return set(found.values_list("pk", flat=True))


def _latest_lines(application_ids: list[int]) -> dict[int, list[RequestLine]]:
    latest = (
        Submission.objects.filter(application=OuterRef("submission__application"))
        .order_by("-number")
        .values("pk")[:1]
    )
    found: dict[int, list[RequestLine]] = {}
    for line in (
        RequestLine.objects.filter(
            submission__application__in=application_ids, submission=Subquery(latest)
        )
        .select_related("submission__rule_version")
        .defer("submission__content", *(f"submission__rule_version__{one}" for one in HEAVY))
        .order_by("submission", "number")
    ):
        found.setdefault(line.submission.application_id, []).append(line)
    return found


def _proposals(application_ids: Iterable[int]) -> dict[int, dict[int, LineAmount]]:
    found: dict[int, dict[int, LineAmount]] = {}
    for one in Proposal.objects.filter(application__in=list(application_ids)):
        amounts = found.setdefault(one.application_id, {})
        amounts[one.number] = LineAmount(one.number, one.cards, one.card_hours)
    return found
