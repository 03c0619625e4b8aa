"""What amounts are worth, and what a pool has promised and not yet paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from praya.apps.applications.models import Application, RequestLine
from praya.apps.applications.rules import CaseState, LineShape
from praya.apps.awards.models import Award, Decision, DecisionLine
from praya.apps.awards.rules import GRANTING, AwardState
from praya.apps.awards.rules.deciding import with_amount
from praya.apps.books.models import Balance, Entry, Posting
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import HEAVY
from praya.core.ledger import EntryKind, pool_account, vote_account
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
    """A pool that awards are committed from: what it was given, what is free for them, promised.

    Free is what the book has in the pool that pays the subsidy. Another is closed to awards but for
    what came back to it from them: what was voted for its own purpose stays there. ``promised`` is
    decided or offered and not accepted yet.
    """

    pool: str
    pays_subsidy: bool
    funded: Money
    free: Money
    promised: Money

    @property
    def committed(self) -> Money:
        """What stands on awards that were accepted, of the pool that pays the subsidy."""
        return self.funded - self.free

    @property
    def left(self) -> Money:
        """What is neither committed nor promised."""
        return self.free - self.promised


def paying_pool(rules: ProgrammeRules) -> str:
    """The purpose that awards are committed from."""
    return next(purpose.code for purpose in rules.envelope.purposes if purpose.pays_subsidy)


def envelope_of(
    programme: Programme, rules: ProgrammeRules, *, pool: str = "", held: Money | None = None
) -> Envelope:
    """A pool as it stands now, the paying one if none is named. One query.

    ``held`` is what decisions promise that are held, from who has them at hand.
    """
    (found,) = envelopes_of(programme, rules, [pool or paying_pool(rules)], held=held)
    return found


def envelopes_of(
    programme: Programme,
    rules: ProgrammeRules,
    pools: Sequence[str],
    *,
    held: Money | None = None,
) -> list[Envelope]:
    """Pools as they stand now, in the order in which they are named. One query; as above."""
    columns = (each for pool in pools for each in _columns(programme, rules, pool, held))
    stands = Programme.objects.filter(pk=programme.pk).values_list(*columns)
    sums = iter(Money(amount or 0, programme.currency) for amount in stands[0])
    found, nothing = [], Money(0, programme.currency)
    for pool in pools:
        voted, in_book, offered, decided = (next(sums) for _ in range(4))
        pays = pool == paying_pool(rules)
        free = in_book if pays else max(min(in_book, next(sums)), nothing)
        found.append(Envelope(pool, pays, nothing - voted, free, offered + decided))
    return found


def _columns(
    programme: Programme, rules: ProgrammeRules, pool: str, held: Money | None
) -> list[Combinable]:
    awards = Award.objects.filter(
        committed_from(pool, rules), programme=OuterRef("pk"), state=AwardState.OFFERED.value
    )
    of_offered = awards.order_by().values("programme").annotate(sum=Sum("subsidy_minor"))
    columns = [
        _standing(programme, vote_account(pool)),
        _standing(programme, pool_account(pool)),
        Subquery(of_offered.values("sum")),
    ]
    if pool != paying_pool(rules):  # no decision promises anything of it
        return [*columns, Value(0), _came_back(programme, pool)]
    if held is not None:
        return [*columns, Value(held.minor)]
    decisions = Decision.objects.filter(held_in(programme.pk), is_latest()).order_by()
    of_decided = decisions.values("application__programme").annotate(sum=Sum("subsidy_minor"))
    return [*columns, Subquery(of_decided.values("sum"))]


def committed_from(pool: str, rules: ProgrammeRules, *, at: str = "") -> Q:
    """Awards that are committed from a pool; ``at`` leads to the award, as ``line__award__``."""
    named = Q(**{f"{at}pool": pool})
    return named | Q(**{f"{at}pool": ""}) if pool == paying_pool(rules) else named


def _came_back(programme: Programme, pool: str) -> Subquery:
    """What came to a pool from elsewhere than its vote, less what went on, since a year lapsed.

    What had come back before lapsed with the year's rest, but for what was offered: as long as such
    an offer is open, it holds up as much of what came back since, too.
    """
    lapses = Entry.objects.filter(
        programme_code=programme.code, kind=EntryKind.LAPSE.value, subject=pool_account(pool)
    )
    last = Subquery(lapses.order_by("-number").values("number")[:1])
    # What moves between the vote and its pool adds up to nothing on the two.
    found = Posting.objects.filter(
        entry__programme_code=programme.code,
        entry__number__gt=Coalesce(last, 0),
        account__in=[pool_account(pool), vote_account(pool)],
        commodity=programme.currency,
    )
    return Subquery(found.order_by().values("commodity").annotate(sum=Sum("amount")).values("sum"))


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
