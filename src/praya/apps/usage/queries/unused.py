"""What awaits lines that are used too little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry
from praya.apps.books.queries import line_numbers
from praya.apps.programmes.queries import rules_of
from praya.apps.usage.queries.lines import zone_of
from praya.core.ledger import FourNumbers
from praya.core.metering import UnusedCheck, check_on, cut_of_unused
from praya.core.programme.life import UnusedRule
from praya.core.quantity import CardTime, Money, commodity_of_time

BP_PER_PERCENT = 100


@dataclass(frozen=True, slots=True)
class UnusedCut:
    """What a rule on unused time takes from a line on a day if nothing more is used until then."""

    line: AwardLine
    rule_number: int
    check_on: date
    warn_on: date
    used: CardTime
    granted: CardTime
    cut: CardTime
    subsidy_cut: Money

    @property
    def key(self) -> str:
        """The book's key of the cut: once for each line and rule."""
        return f"unused:{self.line.code}:{self.rule_number}"


def unused_forecast(
    now: datetime, *, ahead_days: int = 3660, led_by: int | None = None
) -> list[UnusedCut]:
    """Cuts that rules on unused time would make by so many days from now, the nearest first.

    What is in flight counts as used. Cuts that are due and not made yet are among them, those
    that were made are not. ``led_by`` asks for the awards of one lead only.
    """
    found = AwardLine.objects.filter(
        shape=LineShape.CARD_HOURS.value, award__state=AwardState.ACTIVE.value
    )
    if led_by is not None:
        found = found.filter(award__lead_id=led_by)
    lines = list(found.select_related("award__programme", "award__rule_version"))
    if not lines:
        return []
    numbers = line_numbers(line.code for line in lines)
    cuts = [cut for line in lines for cut in _cuts_of(line, numbers[line.code], now, ahead_days)]
    posted = Entry.objects.filter(key__in=[cut.key for cut in cuts])
    made = set(posted.values_list("key", flat=True))
    cuts = [cut for cut in cuts if cut.key not in made]
    return sorted(cuts, key=lambda cut: (cut.check_on, cut.line.code, cut.rule_number))


def unused_check(rule: UnusedRule) -> UnusedCheck:
    """A rule of the programme file in ten-thousandths."""
    return UnusedCheck(
        after_bp=int(rule.check_after_percent * BP_PER_PERCENT),
        used_below_bp=int(rule.used_below_percent * BP_PER_PERCENT),
        cut_bp=int(rule.cut_percent_of_unused * BP_PER_PERCENT),
    )


def _cuts_of(
    line: AwardLine, numbers: list[FourNumbers], now: datetime, ahead_days: int
) -> Iterable[UnusedCut]:
    today = now.astimezone(zone_of(line.award)).date()
    by_commodity = {each.commodity: each for each in numbers}
    time = by_commodity.get(commodity_of_time(line.device_model_code))
    if time is None:
        return
    money = by_commodity.get(line.award.programme.currency)
    used = time.settled + time.in_flight
    for number, rule in enumerate(rules_of(line.award.rule_version).unused, start=1):
        check = unused_check(rule)
        looks_on = check_on(check, first_on=line.first_on, last_on=line.last_on)
        if looks_on > min(line.last_on, today + timedelta(days=ahead_days)):
            continue
        cut = min(cut_of_unused(check, used=used, granted=time.committed), time.free)
        if cut == 0:
            continue
        # As much of the free subsidy as of the free time, so that neither runs out first.
        subsidy = money.free * cut // time.free if money else 0
        yield UnusedCut(
            line=line,
            rule_number=number,
            check_on=looks_on,
            warn_on=looks_on - timedelta(days=rule.warn_days_before),
            used=CardTime(used, line.device_model_code),
            granted=CardTime(time.committed, line.device_model_code),
            cut=CardTime(cut, line.device_model_code),
            subsidy_cut=Money(subsidy, line.award.programme.currency),
        )
