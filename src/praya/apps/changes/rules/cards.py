"""Other cards on a lease from a day on, worked out on paper.

A lease is charged day by day by the difference of sums since its first day. So its cards never
change on a line: the line ends the day before, and a new one with the other cards begins. What the
days before cost stays as it was charged, to the last minor unit; the days after are a lease whose
sums begin anew, and each of the two comes to exactly what it was given.

Worked example. 2 cards for 10 days at HK$30.00 and 70 % were given HK$14,400.00 at list, of which
HK$10,080.00 subsidy. From the seventh day on it is to be 3 cards. The line keeps 6 days, 2 cards:
HK$8,640.00, subsidy HK$6,048.00; 4 days go back to the pool, HK$4,032.00. The new line has 4 days
of 3 cards: HK$8,640.00, subsidy HK$6,048.00. The pool pays HK$2,016.00 more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.kinds import Wish
from praya.apps.changes.rules.means import check_means
from praya.apps.changes.rules.refusals import CardsUnfit, DayUnfit, LineUnknown, NotALease
from praya.apps.changes.rules.standing import Give, Plan, Standing, TakeBack
from praya.apps.changes.rules.taking import taken_back
from praya.core import ledger
from praya.core.ledger import Grant, LineGrant
from praya.core.programme.asking import AskedLine, LineValue, card_time_of, value_of
from praya.core.programme.changes import OtherCards
from praya.core.quantity import CardTime, Money

ONE_DAY = timedelta(days=1)
PERCENT = 100


def plan_cards(wish: Wish, standing: Standing) -> Plan:
    """Other cards on a lease from a day to come until its last: a line of its own.

    Raises:
        LineUnknown: the award has no such line.
        NotALease: the line is in card-hours, and has no cards day and night.
        DayUnfit: the day has begun, is the lease's first, or is after its last.
        CardsUnfit: none, as many as now, or more than the rule's share of them.
        NoPrice: the award's rules have no price for one of its days.
        CapPassed: a ceiling on subsidy would be passed.
        PoolExhausted: the pool cannot pay what is more beside what is promised.
        LineClosed, BookExhausted: as the book has it, of the line that ends sooner.

    """
    rule = standing.rules.changes.cards
    assert isinstance(rule, OtherCards)
    line = _lease_of(wish.line, standing)
    day = _day_of(wish, line, standing)
    most = int(line.cards * rule.percent_max / PERCENT)
    if not 1 <= wish.cards <= most or wish.cards == line.cards:
        raise CardsUnfit(line=line.code, cards=wish.cards, now=line.cards, most=most)
    kept = valued(replace(line, last_on=day - ONE_DAY), standing)
    begun = valued(_new_line(line, wish.cards, day, standing), standing)
    cut = Grant(
        CardTime(line.card_seconds - kept.card_seconds, line.device_model),
        Money(line.subsidy_minor - kept.subsidy_minor, standing.rules.currency),
    )
    given = Grant(
        CardTime(begun.card_seconds, line.device_model),
        Money(begun.subsidy_minor, standing.rules.currency),
    )
    if given.subsidy > cut.subsidy:
        before = sum(one.subsidy_minor for one in standing.lines)
        more = given.subsidy - cut.subsidy
        check_means(standing, more, on_top_of=Money(before, more.currency))
    stands = standing.book[line.code]
    grants = [LineGrant(begun.code, given.time, given.subsidy)]
    back = taken_back(stands, cut, stands.pool)
    free = standing.pool_free + cut.subsidy
    return Plan(
        lines=(kept, begun),
        deeds=(TakeBack(line.code, cut, stands.pool), Give(begun, given)),
        postings=(*back, *ledger.commit(stands.pool, free, grants, {})),
        facts={
            "first_on": day.isoformat(),
            "subsidy_minor": given.subsidy.minor - cut.subsidy.minor,
        },
    )


def _lease_of(number: int | None, standing: Standing) -> LineTerms:
    line = standing.line(number)
    if line is None or line.code not in standing.book:
        raise LineUnknown(award=standing.award, number=number)
    if line.shape != "cards":
        raise NotALease(line=line.code)
    return line


def _day_of(wish: Wish, line: LineTerms, standing: Standing) -> date:
    earliest = max(standing.today, line.first_on) + ONE_DAY
    if wish.since_on is None or not earliest <= wish.since_on <= line.last_on:
        raise DayUnfit(line=line.code, earliest=earliest, latest=line.last_on)
    return wish.since_on


def _new_line(line: LineTerms, cards: int, first_on: date, standing: Standing) -> LineTerms:
    number = standing.next_number
    code = f"{standing.award}.{number}"
    return replace(line, number=number, code=code, cards=cards, first_on=first_on)


def valued(line: LineTerms, standing: Standing) -> LineTerms:
    """The terms of a lease with what its days and cards come to."""
    asked = AskedLine(
        number=line.number,
        shape=line.shape,
        device_model=line.device_model,
        cards=line.cards,
        first_on=line.first_on,
        last_on=line.last_on,
        card_hours=0,
        service_class=line.service_class,
    )
    value: LineValue = value_of(standing.own_rules, asked, rate_bp=standing.rate_bp)
    return replace(
        line,
        card_seconds=card_time_of(asked).seconds,
        list_minor=value.list_price.minor,
        subsidy_minor=value.subsidy.minor,
    )
