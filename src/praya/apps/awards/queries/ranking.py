"""A round before the committee: the ranked cases, what was said of each, and where money ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from praya.apps.applications.models import Application
from praya.apps.applications.rules import BEFORE_THE_COMMITTEE, CaseState
from praya.apps.awards import access
from praya.apps.awards.models import Decision, Recusal
from praya.apps.awards.queries.cases import of_own_house
from praya.apps.awards.queries.money import (
    Envelope,
    Worth,
    envelope_of,
    kept_worth,
)
from praya.apps.awards.queries.said import CaseSaid, said_of
from praya.apps.programmes.models import Round
from praya.apps.programmes.queries import round_of, rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import Money
from praya.core.refusal import NotFound
from praya.core.review.rank import Standing, paid_until, ranked
from praya.core.review.result import Result

_STATES = [state.value for state in BEFORE_THE_COMMITTEE]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in English, in Chinese or in both."""

    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What a ranked list shows of an application."""

    code: str
    state: str = ""
    title: str = ""
    title_zh: str = ""
    organisation: Named = Named()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a ranked list shows of a decision; until it is released it is held."""

    outcome: str
    is_released: bool
    decided_by_id: int
    subsidy: Money
    list_minor: int
    card_seconds: str  # as JSON: read when a page shows it

    @property
    def worth(self) -> Worth:
        """What it gives."""
        given = json.loads(self.card_seconds), self.list_minor, self.subsidy.minor
        return kept_worth(*given, currency=self.subsidy.currency)


@dataclass(frozen=True, slots=True)
class RankedCase:
    """A case in its place. Of the case, who takes no part in it learns the code and no more.

    For them ``application`` has its code alone and what was said of it is ``None``. ``likely`` is
    the subsidy the case would cost as things stand: what is decided, else proposed, else
    recommended, else requested.
    """

    rank: int
    application: Case
    said: CaseSaid | None
    decision: Decided | None
    likely: Money | None
    is_within_money: bool
    is_released: bool

    @property
    def takes_part(self) -> bool:
        """Whether the reader does."""
        return self.said is not None

    @property
    def result(self) -> Result | None:
        """What the reviews say together."""
        return self.said.result if self.said else None

    @property
    def requested(self) -> Worth | None:
        """What the applicant asked."""
        return self.said.requested if self.said else None

    @property
    def recommended(self) -> Worth | None:
        """What the reviewers recommend."""
        return self.said.recommended if self.said else None

    @property
    def proposed(self) -> Worth | None:
        """What the desk proposes."""
        return self.said.proposed if self.said else None

    @property
    def decided(self) -> Worth | None:
        """What the decision gives."""
        return self.decision.worth if self.decision else None


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
    version = version_in_force(programme.code, today)
    rules = rules_of(version)
    in_round = Application.objects.filter(round=round_, state__in=_STATES)
    cases = _cases(in_round)
    aside = _stands_aside(round_, actor)
    decisions = _decisions(round_, cases)
    said = said_of(in_round, version, today)
    nothing = Money(0, programme.currency)
    held = [one for one in decisions.values() if not one.is_released]
    envelope = envelope_of(programme, rules)
    free = envelope.left + sum((one.subsidy for one in held), nothing)
    in_order = _in_order(rules, cases, said)
    costs = [_likely(said[pk], decisions.get(pk)) for pk in in_order]
    funded = paid_until(free, costs)
    return Ranking(
        round=round_,
        rules=rules,
        cases=tuple(
            _row(
                rank,
                cases[pk][0],
                None if pk in aside else said[pk],
                decisions.get(pk),
                is_within_money=rank <= funded,
            )
            for rank, pk in enumerate(in_order, start=1)
        ),
        envelope=envelope,
        free=free,
        likely=sum(costs, nothing),
        funded_cases=funded,
        held=len(held),
        held_by_actor=sum(1 for one in held if one.decided_by_id == actor.person_id),
    )


# Cases by application id, each with the instant since when it stands in line.
Cases = Mapping[int, tuple[Case, datetime]]


def _in_order(rules: ProgrammeRules, cases: Cases, said: Mapping[int, CaseSaid]) -> list[int]:
    ids = {case.code: pk for pk, (case, _) in cases.items()}
    standings = [Standing(case.code, since, said[pk].result) for pk, (case, since) in cases.items()]
    return [ids[standing.code] for standing in ranked(rules.scoring, standings)]


def _likely(said: CaseSaid, decision: Decided | None) -> Money:
    if decision is None:
        return (said.proposed or said.recommended or said.requested).subsidy
    # A released case has left the round's account: it is offered, committed or refused.
    return Money(0, decision.subsidy.currency) if decision.is_released else decision.subsidy


def _row(
    rank: int,
    case: Case,
    said: CaseSaid | None,
    decision: Decided | None,
    *,
    is_within_money: bool,
) -> RankedCase:
    return RankedCase(
        rank=rank,
        application=case if said else Case(case.code),
        said=said,
        decision=decision if said else None,
        likely=_likely(said, decision) if said else None,
        is_within_money=is_within_money,
        is_released=decision is not None and decision.is_released,
    )


def _cases(applications: QuerySet[Application]) -> Cases:
    rows = applications.values_list(
        *("pk", Coalesce("submitted_at", "begun_at"), "code", "state", "title", "title_zh"),
        *("organisation__name", "organisation__name_zh"),
    )
    return {
        pk: (Case(code, state, title, title_zh, Named(*name)), since)
        for pk, since, code, state, title, title_zh, *name in rows
    }


def _decisions(round_: Round, cases: Cases) -> dict[int, Decided]:
    """The last decision on each case, where it was taken in this round."""
    rows = (
        Decision.objects.filter(application__round=round_, application__state__in=_STATES)
        .annotate(is_released=Q(released_at__isnull=False))
        .order_by("number")
        .values_list(
            *("application_id", "round_id", "outcome", "is_released", "decided_by_id"),
            *("subsidy_minor", "list_minor", Cast("card_seconds", TextField())),
        )
    )
    decisions = {}
    for pk, round_id, outcome, is_released, decided_by_id, subsidy_minor, *given in rows:
        # What was decided before a case was taken up again is not its decision in this round.
        if round_id == round_.pk and cases[pk][0].state != CaseState.TO_DECIDE.value:
            subsidy = Money(subsidy_minor, round_.programme.currency)
            decisions[pk] = Decided(outcome, is_released, decided_by_id, subsidy, *given)
    return decisions


def _stands_aside(round_: Round, actor: Actor) -> set[int]:
    """Cases of the round in which the actor takes no part: recused, or of their own house."""
    person_id = access.person_of(actor)
    recused = Recusal.objects.filter(application=OuterRef("pk"), person_id=person_id)
    found = Application.objects.filter(Q(Exists(recused)) | of_own_house(actor), round=round_)
    return set(found.values_list("pk", flat=True))
