"""What an application asks for, in accelerator time and money, and whether the rules allow it.

A line asks in one of two shapes. *Cards*: so many cards held from a day to a day, both included,
day and night; 2 cards from 1 to 10 March are ``2 * 10 * 86400`` card-seconds. *Card-hours*: so many
hours of a card, to be used within the days, never on more than ``cards`` cards at once.

A line is valued in its class of service: at 3/2 of the list price, say, where the price list has
such a factor.

The list value of cards takes the price of each day. Card-hours have no days of their own, so they
take the highest price of their days: whenever they are used, the money does not run out before the
time. All is summed exactly and rounded down once, at the end.

Worked example, at HK$30.00 until 4 March and HK$24.00 after. One card from 1 to 10 March: four days
at 30 and six at 24 are ``96 * 30 + 144 * 24``, HK$6,336.00 at list. 1,000 card-hours in the same
days list at HK$30,000.00; at 70 % the subsidy is HK$21,000.00 and the own share is the rest,
HK$9,000.00.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from praya.core.programme.document import Delegation, Limits, ProgrammeRules, Stage
from praya.core.programme.money import Case, bp_of
from praya.core.programme.months import add_months
from praya.core.quantity import HOUR_S, CardTime, Money
from praya.core.refusal import Refusal

DAY_S = 86_400
DAY_H = 24
ONE_DAY = timedelta(days=1)


class NoPrice(Refusal):
    """A device model has no list price on a day; ``device_model`` and ``day`` say which."""

    code = "price.none"


class RateAboveCeiling(Refusal):
    """No such rate exists here; ``rate_bp`` was asked, ``ceiling_bp`` is the most."""

    code = "rate.above_ceiling"


class RateNotTheirs(Refusal):
    """A rate above the ordinary one is granted by ``granted_by`` only; ``by`` tried."""

    code = "rate.not_theirs"


class RateReasonMissing(Refusal):
    """A rate above the ordinary one (``ordinary_bp``) needs a written reason."""

    code = "rate.reason_missing"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line of an application; ``number`` counts from 1 and stays when lines are removed.

    ``cards`` is the most held at once in both shapes. ``card_hours`` counts in the shape
    ``card-hours`` only.
    """

    number: int
    shape: Literal["cards", "card-hours"]
    device_model: str
    cards: int
    first_on: date
    last_on: date
    card_hours: int = 0
    service_class: str = ""

    @property
    def days(self) -> int:
        """Days of the line, both ends included; not positive when they are the wrong way round."""
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True, slots=True)
class LineValue:
    """Money of a line: ``subsidy`` and ``own`` add up to ``list_price``."""

    list_price: Money
    subsidy: Money
    own: Money


@dataclass(frozen=True, slots=True)
class LimitBreach:
    """A rule that an application breaks: a stable code, the line if one is to blame, the facts."""

    code: str
    line: int | None
    facts: dict[str, Any] = field(default_factory=dict)


def card_time_of(line: AskedLine) -> CardTime:
    """The accelerator time a line asks for."""
    if line.shape == "card-hours":
        return CardTime(line.card_hours * HOUR_S, line.device_model)
    return CardTime(line.cards * max(line.days, 0) * DAY_S, line.device_model)


def value_of(rules: ProgrammeRules, line: AskedLine, *, rate_bp: int) -> LineValue:
    """What a line costs at list, and how the programme and the user share it.

    Raises:
        NoPrice: the device model has no list price on some day of the line.

    """
    assert line.days > 0, line
    priced = list(_priced_days(rules, line))  # runs of days, each at a price of an hour
    if line.shape == "card-hours":
        minor = line.card_hours * max(price.minor for _, price in priced)
    else:
        minor = line.cards * DAY_H * sum(days * price.minor for days, price in priced)
    list_price = Money(minor, rules.currency)
    subsidy = list_price.share(rate_bp)
    return LineValue(list_price=list_price, subsidy=subsidy, own=list_price - subsidy)


def list_value_of(rules: ProgrammeRules, lines: Iterable[AskedLine]) -> Money:
    """What all lines cost at list: the figure that limits and delegation look at.

    Raises:
        NoPrice: a device model has no list price on some day of its line.

    """
    total = Money(0, rules.currency)
    for line in lines:
        total += value_of(rules, line, rate_bp=0).list_price
    return total


def cards_at_once(lines: Iterable[AskedLine]) -> dict[str, int]:
    """The most cards of each device model that the lines hold on any one day, together."""
    steps: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        if line.days > 0:
            steps[line.device_model][line.first_on] += line.cards
            steps[line.device_model][line.last_on + ONE_DAY] -= line.cards
    most = {}
    for device_model, changes in steps.items():
        held = most[device_model] = 0
        for _, change in sorted(changes.items()):
            held += change
            most[device_model] = max(most[device_model], held)
    return most


def check_limits(rules: ProgrammeRules, lines: Sequence[AskedLine]) -> list[LimitBreach]:
    """Every rule on size and shape that the lines break; an empty list if none.

    Lines are checked one by one first. The whole is checked only over lines that make sense by
    themselves, so that one slip is told once.
    """
    if not lines:
        return [LimitBreach("limit.empty", None)]
    breaches = []
    sound = []
    for line in lines:
        found = _line_breaches(rules, line)
        breaches += found
        if not found:
            sound.append(line)
    return breaches + (_whole_breaches(rules, sound) if len(sound) == len(lines) else [])


def decider_for(rules: ProgrammeRules, list_value: Money) -> Delegation:
    """The row of the delegation table that an application of this list value falls under."""
    assert list_value.currency == rules.currency, (list_value.currency, rules.currency)
    for row in rules.delegation:
        if row.up_to_list_value is None or list_value.major <= row.up_to_list_value:
            return row
    # The reader refuses a table whose last row has a ceiling.
    raise AssertionError(rules.delegation)


def stages_for(rules: ProgrammeRules, delegation: Delegation) -> list[Stage]:
    """The stages of a case under a delegation row, in the programme's order."""
    if not delegation.stages:
        return list(rules.stages)
    return [stage for stage in rules.stages if stage.kind in delegation.stages]


def ordinary_rate_bp(rules: ProgrammeRules, case: Case | None = None) -> int:
    """The ordinary subsidy rate of a case, in ten-thousandths; of none, the programme's own."""
    row = rules.subsidy.row_for(case) if case else None
    return bp_of(row.percent if row else rules.subsidy.percent)


def check_rate(
    rules: ProgrammeRules,
    rate_bp: int,
    *,
    granted_by: Literal["officer", "committee"],
    reason: str,
    case: Case | None = None,
) -> None:
    """Refuse a subsidy rate that the programme does not know, or not from this hand.

    Up to the ordinary rate, whoever decides may grant it without a reason. In this order:

    Raises:
        RateAboveCeiling: above the exceptional rate, or above the ordinary one where there is none.
        RateNotTheirs: an exceptional rate that is the committee's to grant.
        RateReasonMissing: an exceptional rate without a reason.

    """
    assert rate_bp >= 0, rate_bp
    ordinary_bp = ordinary_rate_bp(rules, case)
    if rate_bp <= ordinary_bp:
        return
    exceptional = rules.subsidy.exceptional
    ceiling_bp = ordinary_bp if exceptional is None else bp_of(exceptional.percent)
    if exceptional is None or rate_bp > ceiling_bp:
        raise RateAboveCeiling(rate_bp=rate_bp, ceiling_bp=ceiling_bp)
    if granted_by not in (exceptional.granted_by, "committee"):
        raise RateNotTheirs(rate_bp=rate_bp, granted_by=exceptional.granted_by, by=granted_by)
    if not reason.strip():
        raise RateReasonMissing(rate_bp=rate_bp, ordinary_bp=ordinary_bp)


def _priced_days(rules: ProgrammeRules, line: AskedLine) -> Iterable[tuple[int, Money]]:
    """Runs of days of a line at one price: how many days, and the price of an hour."""
    changes = {line.first_on, line.last_on + ONE_DAY}
    for price in rules.prices:
        if price.device_model == line.device_model:
            changes.add(price.valid_from)
            if price.valid_to is not None:
                changes.add(price.valid_to + ONE_DAY)
    inside = sorted(day for day in changes if line.first_on <= day <= line.last_on + ONE_DAY)
    for first, after in pairwise(inside):
        price_then = rules.price_on(line.device_model, first)
        if price_then is None:
            raise NoPrice(device_model=line.device_model, day=first)
        per_hour = rules.money(price_then.per_hour_in(line.service_class))
        yield (after - first).days, per_hour


def _line_breaches(rules: ProgrammeRules, line: AskedLine) -> list[LimitBreach]:
    """What is wrong with one line by itself."""
    found: list[LimitBreach] = []

    def add(code: str, **facts: object) -> None:
        found.append(LimitBreach(code, line.number, facts))

    if line.shape not in rules.limits.shapes:
        add("limit.shape", shape=line.shape, allowed=tuple(rules.limits.shapes))
    if line.cards < 1:
        add("limit.no_cards", cards=line.cards)
    if line.shape == "card-hours" and line.card_hours < 1:
        add("limit.no_card_hours", card_hours=line.card_hours)
    if line.days < 1:
        add("limit.dates_reversed", first_on=line.first_on, last_on=line.last_on)
        return found  # the rest is about the days
    period = rules.period
    if line.first_on < period.first or (
        line.last_on > period.last and not rules.agreement.late_end_allowed
    ):
        add("limit.outside_period", period_first=period.first, period_last=period.last)
    deliverable = line.cards * line.days * DAY_H
    if line.shape == "card-hours" and line.cards > 0 and line.card_hours > deliverable:
        add("limit.more_than_cards_give", card_hours=line.card_hours, deliverable=deliverable)
    return found + _model_breaches(rules, line)


def _model_breaches(rules: ProgrammeRules, line: AskedLine) -> list[LimitBreach]:
    """A device model that the programme does not lend, or not at a known price on every day."""
    facts: dict[str, Any] = {"device_model": line.device_model}
    if all(model.code != line.device_model for model in rules.device_models):
        return [LimitBreach("limit.unknown_device_model", line.number, facts)]
    try:
        list(_priced_days(rules, line))
    except NoPrice as refusal:
        return [LimitBreach("limit.no_price", line.number, facts | {"day": refusal.day})]
    return []


def _whole_breaches(rules: ProgrammeRules, lines: Sequence[AskedLine]) -> list[LimitBreach]:
    """What is wrong with the lines together, each of them sound by itself."""
    limits = rules.limits
    seconds = sum(card_time_of(line).seconds for line in lines)
    found = _time_breaches(limits, seconds)
    for device_model, cards in sorted(cards_at_once(lines).items()):
        if limits.cards_max is not None and cards > limits.cards_max:
            facts = {"device_model": device_model, "cards": cards, "cards_max": limits.cards_max}
            found.append(LimitBreach("limit.cards_at_once", None, facts))
    first_on = min(line.first_on for line in lines)
    last_on = max(line.last_on for line in lines)
    if limits.months_max is not None and last_on >= add_months(first_on, limits.months_max):
        facts = {"first_on": first_on, "last_on": last_on, "months_max": limits.months_max}
        found.append(LimitBreach("limit.months", None, facts))
    return found + _value_breaches(rules, list_value_of(rules, lines))


def _value_breaches(rules: ProgrammeRules, value: Money) -> list[LimitBreach]:
    """Too little or too much list value, all lines together."""
    least, most = rules.limits.list_value_min, rules.limits.list_value_max
    if least is not None and value < rules.money(least):
        facts = {"value": value, "limit": rules.money(least)}
        return [LimitBreach("limit.list_value_below", None, facts)]
    if most is not None and rules.money(most) < value:
        facts = {"value": value, "limit": rules.money(most)}
        return [LimitBreach("limit.list_value_above", None, facts)]
    return []


def _time_breaches(limits: Limits, seconds: int) -> list[LimitBreach]:
    """Too little or too much accelerator time, all lines together."""
    facts: dict[str, Any] = {"seconds": seconds}
    if limits.card_hours_min is not None and seconds < limits.card_hours_min * HOUR_S:
        return [
            LimitBreach("limit.card_hours_below", None, facts | {"limit": limits.card_hours_min})
        ]
    if limits.card_hours_max is not None and seconds > limits.card_hours_max * HOUR_S:
        return [
            LimitBreach("limit.card_hours_above", None, facts | {"limit": limits.card_hours_max})
        ]
    return []
