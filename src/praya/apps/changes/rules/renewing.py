"""A new period of an award on paper, with the amounts of the last one or with others.

Worked example. An award had 100 card-hours on line 1 and 8 cards on line 2; the rules let a renewal
have 150 % of each. Line 1 may have up to 150 card-hours and line 2 up to 12 cards; a line that is
given 0 is not renewed, and one that is not named has what it had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.kinds import Wish
from praya.apps.changes.rules.means import check_means, check_period
from praya.apps.changes.rules.refusals import (
    AboveCeiling,
    LineUnknown,
    MoreThanCardsGive,
    NothingRenewed,
    NothingToExtend,
    TooManyMonths,
    UsedTooLittle,
)
from praya.apps.changes.rules.standing import OfferAnew, Plan, Standing
from praya.apps.changes.rules.taking import hours_line
from praya.core import ledger
from praya.core.programme.asking import DAY_H, AskedLine, card_time_of, value_of
from praya.core.programme.changes import Renewal
from praya.core.programme.months import add_months
from praya.core.quantity import BASIS_POINTS, HOUR_S, CardTime, Money

ONE_DAY = timedelta(days=1)
PERCENT = 100


def plan_renewal(wish: Wish, standing: Standing) -> Plan:
    """A new period after the last day, as an offer.

    Raises:
        NothingToExtend: no day, or one before the new period would begin.
        UsedTooLittle: less of the time was used than a renewal wants.
        TooManyMonths, OutsidePeriod: as for an extension.
        LineUnknown: an amount for a line that there is none of.
        AmountNotPositive, AmountTooLarge: an amount below zero, or absurdly much.
        AboveCeiling: more than the rule's share of what the line had.
        NothingRenewed: every line is given nothing.
        MoreThanCardsGive: its cards could not use so much in the new period.
        NoPrice: the rules have no price for a day of it.
        CapPassed: a ceiling on subsidy would be passed.
        PoolExhausted: the pool cannot pay it beside what is promised.

    """
    rule = standing.rules.changes.renewal
    assert isinstance(rule, Renewal)
    first_on = max(standing.last_on, standing.today) + ONE_DAY
    if wish.last_on is None or wish.last_on < first_on:
        raise NothingToExtend(award=standing.award, last_on=first_on - ONE_DAY)
    _check_used(rule, standing)
    latest = add_months(first_on, rule.months_max) - ONE_DAY
    if wish.last_on > latest:
        raise TooManyMonths(last_on=wish.last_on, latest=latest, months_max=rule.months_max)
    check_period(wish.last_on, standing)
    lines = _lines(rule, wish.amounts, standing, first_on=first_on, last_on=wish.last_on)
    worth = Money(0, standing.rules.currency)
    for line in lines:
        worth += value_of(standing.rules, line, rate_bp=standing.rate_bp).subsidy
    check_means(standing, worth, on_top_of=Money(0, worth.currency))
    facts = {
        "first_on": first_on.isoformat(),
        "last_on": wish.last_on.isoformat(),
        "subsidy_minor": worth.minor,
    }
    return Plan(deeds=(OfferAnew(lines),), facts=facts)


def amount_of(line: LineTerms) -> int:
    """What a renewal gives of a line if nothing else is asked: whole card-hours, or cards."""
    return line.card_seconds // HOUR_S if line.shape == "card-hours" else line.cards


def renewable(lines: tuple[LineTerms, ...]) -> list[LineTerms]:
    """The lines of which something is left to give anew."""
    return [line for line in lines if line.card_seconds >= HOUR_S]


def _lines(
    rule: Renewal,
    amounts: Mapping[str, int],
    standing: Standing,
    *,
    first_on: date,
    last_on: date,
) -> tuple[AskedLine, ...]:
    known = {str(line.number): line for line in renewable(standing.lines)}
    for number, amount in amounts.items():
        if number not in known:
            raise LineUnknown(award=standing.award, number=number)
        if amount:
            ledger.check_amounts(amount * HOUR_S)
    wanted = {number: amounts.get(number, amount_of(line)) for number, line in known.items()}
    for number, line in known.items():
        _check_ceiling(rule, line, wanted[number], first_on=first_on, last_on=last_on)
    if not any(wanted.values()):
        raise NothingRenewed(award=standing.award)
    lines = [
        _asked(line, wanted[number], first_on=first_on, last_on=last_on)
        for number, line in known.items()
        if wanted[number]
    ]
    for asked in lines:
        _check_deliverable(known[str(asked.number)], asked)
    return tuple(lines)


def _asked(line: LineTerms, amount: int, *, first_on: date, last_on: date) -> AskedLine:
    same = replace(hours_line(line, line.card_seconds, first_on), last_on=last_on)
    if line.shape == "card-hours":
        return replace(same, card_hours=amount)
    return replace(same, cards=amount)


def _check_ceiling(
    rule: Renewal, line: LineTerms, amount: int, *, first_on: date, last_on: date
) -> None:
    most = int(amount_of(line) * rule.amount_percent_max / PERCENT)
    if amount > most:
        asked, allowed = (
            card_time_of(_asked(line, each, first_on=first_on, last_on=last_on))
            for each in (amount, most)
        )
        raise AboveCeiling(asked=asked, most=allowed)


def _check_deliverable(line: LineTerms, asked: AskedLine) -> None:
    most = CardTime(asked.cards * asked.days * DAY_H * HOUR_S, asked.device_model)
    time = card_time_of(asked)
    if time > most:
        raise MoreThanCardsGive(line=line.code, most=most, asked=time)


def _check_used(rule: Renewal, standing: Standing) -> None:
    used = sum(line.used.time.seconds for line in standing.book.values())
    given = sum(line.card_seconds for line in standing.lines)
    used_bp = used * BASIS_POINTS // given if given else 0
    least_bp = int(rule.used_percent_min * PERCENT)
    if used_bp < least_bp:
        raise UsedTooLittle(used_bp=used_bp, least_bp=least_bp)
