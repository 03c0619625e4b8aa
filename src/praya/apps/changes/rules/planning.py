"""What a change would do, worked out on paper: the same for a preview and for the granting.

Each planner lists its refusals in the order in which they are checked; what the programme allows at
all (``check_allowed``) comes before. Leases are left alone but for ``cards``: a lease is so many
cards for so many days, charged day by day, so an hour more on it would be a grant of another shape.

Worked example. A line of 100 card-hours of an H800 has 60 free, and HK$1,260.00 of subsidy. 20 of
them are exchanged at 1.5 into an Ascend: ``126000 * 20 // 60 = 42000`` cents go along, and the new
line has 30 card-hours and HK$420.00. The old one keeps 40 free, and HK$840.00.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.cards import plan_cards
from praya.apps.changes.rules.debts import plan_recovery, plan_write_off
from praya.apps.changes.rules.ending import plan_end
from praya.apps.changes.rules.excluding import plan_exclusion
from praya.apps.changes.rules.kinds import ASKED_BY_LEADS, ChangeKind, Wish
from praya.apps.changes.rules.means import check_means, check_period
from praya.apps.changes.rules.refusals import (
    AboveCeiling,
    KindNotAllowed,
    LineOver,
    MoreThanCardsGive,
    NoRate,
    NothingToExtend,
    OtherModel,
    PoolUnknown,
    TimesSpent,
    TooManyMonths,
    WrongState,
)
from praya.apps.changes.rules.renewing import plan_renewal
from praya.apps.changes.rules.standing import (
    Give,
    Plan,
    Shift,
    Standing,
    Swap,
    TakeBack,
)
from praya.apps.changes.rules.taking import cut_terms, hours_line, hours_of, moved_terms, taken_back
from praya.core import ledger
from praya.core.ledger import Grant, LineGrant, share_of_free
from praya.core.programme.asking import value_of
from praya.core.programme.changes import Changes, Extension, GrantedChange, Supplement
from praya.core.programme.months import add_months
from praya.core.quantity import HOUR_S, CardTime, Money

DAY_H = 24
ONE_DAY = timedelta(days=1)
PERCENT = 100
_IN_FORCE = frozenset({AwardState.ACTIVE})
_STATES: Mapping[ChangeKind, frozenset[AwardState]] = {
    ChangeKind.RENEWAL: frozenset({AwardState.ACTIVE, AwardState.ENDED}),
    ChangeKind.REDUCTION: frozenset({AwardState.ACTIVE, AwardState.SUSPENDED}),
    ChangeKind.RECOVERY: frozenset({AwardState.ACTIVE, AwardState.SUSPENDED, AwardState.ENDED}),
    ChangeKind.WRITE_OFF: frozenset({AwardState.ACTIVE, AwardState.SUSPENDED, AwardState.ENDED}),
    ChangeKind.EXCLUSION: frozenset({AwardState.ACTIVE, AwardState.SUSPENDED, AwardState.ENDED}),
    ChangeKind.END: frozenset({AwardState.ACTIVE, AwardState.SUSPENDED}),
}


def plan_change(kind: ChangeKind, wish: Wish, standing: Standing) -> Plan:
    """What granting the change would do now.

    Raises:
        KindNotAllowed, TimesSpent, WrongState: see ``check_allowed``; then as the kind's planner.

    """
    check_allowed(
        kind,
        award=standing.award,
        state=standing.state,
        changes=standing.rules.changes,
        granted=standing.granted,
    )
    return _PLANNERS[kind](wish, standing)


def check_allowed(
    kind: ChangeKind,
    *,
    award: str,
    state: AwardState,
    changes: Changes,
    granted: Mapping[ChangeKind, int],
) -> None:
    """Refuse what the programme does not allow this award at all.

    Raises:
        KindNotAllowed: the rules in force have no such change.
        WrongState: the award is not in force, or over.
        TimesSpent: it had as many of them as there may be.

    """
    rule = dict(changes.granted()).get(kind.value)
    by_the_desk = {
        ChangeKind.EXCLUSION: changes.exclusion,
        ChangeKind.END: changes.end_at_once,
    }
    is_unknown = kind in by_the_desk and by_the_desk[kind] is None
    if is_unknown or (kind in ASKED_BY_LEADS and rule is None):
        raise KindNotAllowed(kind=kind.value)
    if state not in _STATES.get(kind, _IN_FORCE):
        raise WrongState(award=award, state=state.value, kind=kind.value)
    if rule is not None and granted.get(kind, 0) >= rule.times_max:
        raise TimesSpent(kind=kind.value, times_max=rule.times_max)


def plan_extension(wish: Wish, standing: Standing) -> Plan:
    """A later last day for every line in card-hours that would end before it; nothing is added.

    Raises:
        NothingToExtend: no such line, or no day.
        TooManyMonths: the day is too far from the award's last day in card-hours.
        OutsidePeriod: it is after the programme, whose awards end with it.
        NoPrice: the award's rules have no price until then.

    """
    rule = standing.rules.changes.extension
    assert isinstance(rule, Extension)
    last_on = wish.last_on
    lines = [line for line in standing.lines if line.shape == "card-hours"]
    moved = [line for line in lines if last_on is not None and line.last_on < last_on]
    if last_on is None or not moved:
        ends_on = max((line.last_on for line in lines), default=standing.last_on)
        raise NothingToExtend(award=standing.award, last_on=ends_on)
    latest = add_months(max(line.last_on for line in lines), rule.months_max)
    if last_on > latest:
        raise TooManyMonths(last_on=last_on, latest=latest, months_max=rule.months_max)
    check_period(last_on, standing)
    after = tuple(replace(line, last_on=last_on) for line in moved)
    for line in after:
        # The price of every new day must be known: jobs are rated on the day they run.
        value_of(standing.own_rules, hours_line(line, HOUR_S, line.first_on), rate_bp=0)
    return Plan(lines=after, facts={"last_on": last_on.isoformat()})


def plan_supplement(wish: Wish, standing: Standing) -> Plan:
    """More card-hours on a line, at the highest price of its days to come.

    Raises:
        LineUnknown, OnLease: no such line, or not one in card-hours.
        AmountNotPositive, AmountTooLarge: nothing, less, or absurdly much.
        LineOver: its last day has passed.
        AboveCeiling: more than the rule's share of what the line was given.
        MoreThanCardsGive: its cards could not use so much in the days left.
        NoPrice: the award's rules have no price for a day left.
        CapPassed: a ceiling on subsidy would be passed.
        PoolExhausted: the pool cannot pay it beside what is promised.

    """
    return _more(standing.rules.changes.supplement, wish, standing)


def plan_advance(wish: Wish, standing: Standing) -> Plan:
    """As a supplement; what is taken now is taken off what the lead is awarded later."""
    return _more(standing.rules.changes.advance, wish, standing)


def plan_transfer(wish: Wish, standing: Standing) -> Plan:
    """Free card-hours to another line of the same device model, with their share of the subsidy.

    Raises:
        LineUnknown, OnLease: of the line that gives, then of the line that takes.
        AmountNotPositive, AmountTooLarge: nothing, less, or absurdly much.
        OtherModel: the lines count different device models; that is an exchange.
        LineOver: the last day of the line that takes has passed.
        SameLine, LineClosed, OtherPools, BookExhausted: as the book has it.

    """
    source, target = hours_of(wish.line, standing), hours_of(wish.to_line, standing)
    time = _time(wish, source)
    if source.device_model != target.device_model:
        raise OtherModel(source=source.device_model, target=target.device_model)
    _check_not_over(target, standing)
    giving, taking = standing.book[source.code], standing.book[target.code]
    moved = Grant(time, share_of_free(giving, time))
    postings = ledger.transfer(giving, taking, moved)  # refuses what is not there to move
    return Plan(
        lines=moved_terms(source, target, moved, time.seconds),
        deeds=(Shift(source.code, target.code, moved),),
        postings=postings,
        facts={"subsidy_minor": moved.subsidy.minor},
    )


def plan_exchange(wish: Wish, standing: Standing) -> Plan:
    """Free card-hours into another device model, at the rate of the day, rounded down to seconds.

    They go to the award's first line in card-hours of that model; else to a new line with the cards
    and the last day of the one that gives, which begins today: no rule on its life looks at days
    on which there was nothing.

    Raises:
        LineUnknown, OnLease: of the line that gives.
        AmountNotPositive, AmountTooLarge: nothing, less, or absurdly much.
        NoRate: the rules have none between the two models today.
        LineOver: the last day of the line that takes has passed.
        SameLine, LineClosed, OtherPools, BookExhausted: as the book has it.

    """
    source = hours_of(wish.line, standing)
    time = _time(wish, source)
    rate = standing.rules.changes.rate_on(source.device_model, wish.device_model, standing.today)
    if rate is None:
        raise NoRate(source=source.device_model, target=wish.device_model, day=standing.today)
    target = _line_of_model(wish.device_model, source, standing)
    _check_not_over(target, standing)
    giving = standing.book[source.code]
    nothing = Grant(CardTime(0, target.device_model), Money(0, standing.rules.currency))
    taking = standing.book.get(target.code) or ledger.Line(
        target.code, giving.pool, free=nothing, in_flight=nothing, used=nothing
    )
    given = Grant(time, share_of_free(giving, time))
    taken = ledger.exchanged(time, rate=rate.exact, into=target.device_model)
    postings = ledger.exchange(giving, taking, given, taken)  # refuses what is not there to give
    return Plan(
        lines=moved_terms(source, target, given, taken.seconds),
        deeds=(Swap(source.code, target.code, given, taken),),
        postings=postings,
        facts={
            "rate": f"{rate.rate:f}",
            "valid_from": rate.valid_from.isoformat(),
            "evidence": rate.evidence,
            "taken_seconds": taken.seconds,
            "subsidy_minor": given.subsidy.minor,
        },
    )


def plan_reduction(wish: Wish, standing: Standing) -> Plan:
    """Free card-hours of a line go, with their share of the subsidy, to a purpose of the programme.

    Raises:
        LineUnknown, OnLease: no such line, or not one in card-hours.
        AmountNotPositive, AmountTooLarge: nothing, less, or absurdly much.
        PoolUnknown: the programme has no such purpose.
        LineClosed, BookExhausted: as the book has it.

    """
    line = hours_of(wish.line, standing)
    time = _time(wish, line)
    known = tuple(purpose.code for purpose in standing.rules.envelope.purposes)
    pool = wish.pool or standing.book[line.code].pool
    if pool not in known:
        raise PoolUnknown(pool=pool, known=known)
    stands = standing.book[line.code]
    cut = Grant(time, share_of_free(stands, time))
    postings = taken_back(stands, cut, pool)  # refuses what is not there to take
    return Plan(
        lines=(cut_terms(line, cut),),
        deeds=(TakeBack(line.code, cut, pool),),
        postings=postings,
        facts={"pool": pool, "subsidy_minor": cut.subsidy.minor},
    )


_PLANNERS: Mapping[ChangeKind, Callable[[Wish, Standing], Plan]] = {
    ChangeKind.EXTENSION: plan_extension,
    ChangeKind.SUPPLEMENT: plan_supplement,
    ChangeKind.TRANSFER: plan_transfer,
    ChangeKind.EXCHANGE: plan_exchange,
    ChangeKind.ADVANCE: plan_advance,
    ChangeKind.RENEWAL: plan_renewal,
    ChangeKind.CARDS: plan_cards,
    ChangeKind.REDUCTION: plan_reduction,
    ChangeKind.RECOVERY: plan_recovery,
    ChangeKind.WRITE_OFF: plan_write_off,
    ChangeKind.EXCLUSION: plan_exclusion,
    ChangeKind.END: plan_end,
}


def _more(rule: GrantedChange | None, wish: Wish, standing: Standing) -> Plan:
    assert isinstance(rule, Supplement)
    line = hours_of(wish.line, standing)
    time = _time(wish, line)
    _check_not_over(line, standing)
    ceiling = int(line.card_seconds * rule.percent_max / PERCENT)
    if time.seconds > ceiling:
        raise AboveCeiling(asked=time, most=CardTime(ceiling, line.device_model))
    _check_deliverable(line, time, standing)
    begins_on = max(line.first_on, standing.today)
    asked = hours_line(line, time.seconds, begins_on)
    value = value_of(standing.own_rules, asked, rate_bp=standing.rate_bp)
    given = sum(one.subsidy_minor for one in standing.lines)
    check_means(standing, value.subsidy, on_top_of=Money(given, value.subsidy.currency))
    after = replace(
        line,
        card_seconds=line.card_seconds + time.seconds,
        list_minor=line.list_minor + value.list_price.minor,
        subsidy_minor=line.subsidy_minor + value.subsidy.minor,
    )
    stands = standing.book[line.code]
    more = LineGrant(line.code, time, value.subsidy)
    return Plan(
        lines=(after,),
        deeds=(Give(after, more.grant),),
        postings=ledger.commit(stands.pool, standing.pool_free, [more], {line.code: stands}),
        facts={"list_minor": value.list_price.minor, "subsidy_minor": value.subsidy.minor},
    )


def _time(wish: Wish, line: LineTerms) -> CardTime:
    ledger.check_amounts(wish.card_hours * HOUR_S)
    return CardTime.of_hours(wish.card_hours, line.device_model)


def _check_not_over(line: LineTerms, standing: Standing) -> None:
    if line.last_on < standing.today:
        raise LineOver(line=line.code, last_on=line.last_on)


def _check_deliverable(line: LineTerms, more: CardTime, standing: Standing) -> None:
    days = (line.last_on - max(line.first_on, standing.today)).days + 1
    stands = standing.book[line.code]
    waiting = stands.free.time.seconds + stands.in_flight.time.seconds
    most = max(line.cards * days * DAY_H * HOUR_S - waiting, 0)
    if more.seconds > most:
        raise MoreThanCardsGive(line=line.code, most=CardTime(most, line.device_model), asked=more)


def _line_of_model(device_model: str, source: LineTerms, standing: Standing) -> LineTerms:
    """The award's first line in card-hours of a model, or a new one, no younger than its source."""
    for line in standing.lines:
        is_open = line.code not in standing.book or not standing.book[line.code].is_closed
        if line.shape == "card-hours" and line.device_model == device_model and is_open:
            return line
    return replace(
        source,
        number=standing.next_number,
        code=f"{standing.award}.{standing.next_number}",
        device_model=device_model,
        first_on=max(source.first_on, standing.today),
        aged_from=source.aged_from or source.first_on,
        card_seconds=0,
        list_minor=0,
        subsidy_minor=0,
    )
