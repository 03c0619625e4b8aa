"""What amounts are worth, and what a pool has promised and not yet paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value

from praya.apps.applications.models import Application, RequestLine
from praya.apps.applications.rules import CaseState, LineShape
from praya.apps.awards.models import Award, Decision, DecisionLine
from praya.apps.awards.rules import GRANTING, AwardState
from praya.apps.awards.rules.deciding import with_amount
from praya.apps.books.models import Balance
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import HEAVY
from praya.core.ledger import pool_account, vote_account
from praya.core.programme.asking import AskedLine, card_time_of, value_of
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import CardTime, Money
from praya.core.review.amount import LineAmount


@dataclass(frozen=True, slots=True)
class Worth:
    """What amounts on lines come to: time by device model, list price and subsidy."""

    times: tuple[CardTime, ...]
    list_price: Money
    subsidy: Money


@dataclass(frozen=True, slots=True)
class Envelope:
    """The pool that pays: what it was given, what is free in the book, what is promised of that.

    ``promised`` is decided or offered and not accepted yet.
    """

    pool: str
    funded: Money
    free: Money
    promised: Money

    @property
    def committed(self) -> Money:
        """What stands on awards that were accepted."""
        return self.funded - self.free

    @property
    def left(self) -> Money:
        """What is neither committed nor promised."""
        return self.free - self.promised


def paying_pool(rules: ProgrammeRules) -> str:
    """The purpose that awards are committed from."""
    return next(purpose.code for purpose in rules.envelope.purposes if purpose.pays_subsidy)


def envelope_of(
    programme: Programme, rules: ProgrammeRules, *, held: Money | None = None
) -> Envelope:
    """The paying pool as it stands now. One query.

    ``held`` is what decisions promise that are held, from who has them at hand.
    """
    pool = paying_pool(rules)
    decisions = Decision.objects.filter(held_in(programme.pk), is_latest()).order_by()
    of_decided = decisions.values("application__programme").annotate(sum=Sum("subsidy_minor"))
    awards = Award.objects.filter(programme=OuterRef("pk"), state=AwardState.OFFERED.value)
    of_offered = awards.order_by().values("programme").annotate(sum=Sum("subsidy_minor"))
    stands = Programme.objects.filter(pk=programme.pk).values_list(
        _standing(programme, vote_account(pool)),
        _standing(programme, pool_account(pool)),
        Subquery(of_offered.values("sum")),
        Subquery(of_decided.values("sum")) if held is None else Value(held.minor),
    )
    voted, free, offered, decided = (Money(amount or 0, programme.currency) for amount in stands[0])
    return Envelope(
        pool=pool,
        funded=Money(0, programme.currency) - voted,
        free=free,
        promised=offered + decided,
    )


def _standing(programme: Programme, account: str) -> Subquery:
    """What stands on an account in the programme's money; null before its first entry."""
    found = Balance.objects.filter(
        programme_code=programme.code, account=account, commodity=programme.currency
    )
    return Subquery(found.values("amount"))


def latest_decisions(where: Q) -> QuerySet[Decision]:
    """The decision that counts of each case, case by case, with what stands beside it."""
    return decisions_in_full(where & is_latest())


def is_latest() -> Q:
    """Decisions after which the case had no other."""
    of_the_case = Decision.objects.filter(application=OuterRef("application")).order_by("-number")
    return Q(number=Subquery(of_the_case.values("number")[:1]))


def decisions_in_full(where: Q) -> QuerySet[Decision]:
    """Decisions with what stands beside them, case by case."""
    return (
        Decision.objects.filter(where)
        .select_related("application", "rule_version", "decided_by", "released_by")
        .defer("application__draft", *(f"rule_version__{one}" for one in HEAVY))
        .order_by("application_id")
    )


@dataclass(frozen=True, slots=True)
class HeldDecision:
    """What a decision that is taken and not released would commit, and from where."""

    application: str
    programme_id: int
    organisation_id: int
    decided_at: datetime
    subsidy: Money


def held_decisions(where: Q) -> list[HeldDecision]:
    """The decisions that are held, and count of their cases. One query."""
    rows = Decision.objects.filter(
        where & is_latest(), application__state=CaseState.DECIDED.value, released_at=None
    ).values_list(
        *("application__code", "application__programme_id", "application__organisation_id"),
        *("decided_at", "subsidy_minor", "application__programme__currency"),
    )
    return [
        HeldDecision(case, programme, organisation, decided_at, Money(subsidy_minor, currency))
        for case, programme, organisation, decided_at, subsidy_minor, currency in rows
    ]


def promised_by(held: Iterable[HeldDecision], programme: Programme) -> Money:
    """What held decisions of a programme would commit."""
    nothing = Money(0, programme.currency)
    return sum((one.subsidy for one in held if one.programme_id == programme.pk), nothing)


def held_in(programme_id: int) -> Q:
    """Decisions of a programme that are taken and not released."""
    return Q(
        application__programme_id=programme_id,
        application__state=CaseState.DECIDED.value,
        released_at=None,
    )


def awards_of_round(round_: Round, *, but_for: Application) -> int:
    """How many cases of a round were given an award, held or released, less one."""
    given = Decision.objects.filter(granting() & is_latest(), round=round_)
    return given.exclude(application=but_for).count()


def worth_of_decision(decision: Decision, currency: str) -> Worth:
    """What a decision gives, at its own rate and rules; nothing unless it grants."""
    kept = decision.card_seconds, decision.list_minor, decision.subsidy_minor
    return kept_worth(*kept, currency=currency)


def kept_worth(
    card_seconds: Mapping[str, int], list_minor: int, subsidy_minor: int, *, currency: str
) -> Worth:
    """A worth from the columns in which a decision keeps its own."""
    return Worth(
        times=tuple(CardTime(n, model) for model, n in sorted(card_seconds.items())),
        list_price=Money(list_minor, currency),
        subsidy=Money(subsidy_minor, currency),
    )


def grants(decision: Decision) -> bool:
    """Whether an award follows from it."""
    return decision.outcome in {outcome.value for outcome in GRANTING}


def granting() -> Q:
    """Decisions from which an award follows."""
    return Q(outcome__in=[outcome.value for outcome in GRANTING])


def worth_of(rules: ProgrammeRules, lines: Iterable[AskedLine], *, rate_bp: int) -> Worth:
    """What amounts on lines come to. Each line is rounded down by itself, as the book holds it."""
    seconds: dict[str, int] = defaultdict(int)
    list_price = subsidy = Money(0, rules.currency)
    for line in lines:
        if line.cards == 0:
            continue
        value = value_of(rules, line, rate_bp=rate_bp)
        list_price += value.list_price
        subsidy += value.subsidy
        seconds[line.device_model] += card_time_of(line).seconds
    times = tuple(CardTime(count, model) for model, count in sorted(seconds.items()))
    return Worth(times, list_price, subsidy)


def with_amounts(lines: Iterable[AskedLine], amounts: Mapping[int, LineAmount]) -> list[AskedLine]:
    """The lines as if these amounts had been asked for; lines without an amount are left out."""
    return [with_amount(line, amounts[line.number]) for line in lines if line.number in amounts]


def asked_line(line: RequestLine) -> AskedLine:
    """A request line in the form of ``core.programme``."""
    return AskedLine(
        number=line.number,
        shape=shape_of(line.shape),
        device_model=line.device_model_code,
        cards=line.cards,
        first_on=line.first_on,
        last_on=line.last_on,
        card_hours=line.card_hours if line.shape == LineShape.CARD_HOURS.value else 0,
        service_class=line.service_class,
    )


def awarded_line(line: DecisionLine) -> AskedLine:
    """What a decision gives on a line, in the form of ``core.programme``."""
    return AskedLine(
        number=line.number,
        shape=shape_of(line.shape),
        device_model=line.device_model_code,
        cards=line.awarded_cards,
        first_on=line.first_on,
        last_on=line.last_on,
        card_hours=line.awarded_card_hours,
        service_class=line.service_class,
    )


def shape_of(text: str) -> Literal["cards", "card-hours"]:
    """A stored shape; the rows know no other."""
    assert text in {"cards", "card-hours"}, text
    return cast("Literal['cards', 'card-hours']", text)
