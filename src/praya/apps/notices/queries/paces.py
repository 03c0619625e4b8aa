"""How the pace at which awards draw money turns with prices that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from praya.apps.awards.models import AwardLine
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import rules_of, versions_after
from praya.apps.usage.queries import per_hour, price_under
from praya.core.metering import Turn, instant_of

ONE_DAY = timedelta(days=1)
Spent = Mapping[date, int]


def followed_by(lines: Iterable[AwardLine]) -> list[RuleVersion]:
    """Later versions whose prices the lines may have, the newest first; one query if any may."""
    versions = {line.award.rule_version for line in lines}
    following = [one for one in versions if rules_of(one).price_of_awards == "follow"]
    return versions_after(min(following, key=lambda one: one.number)) if following else []


def money_turns(
    lines: Sequence[AwardLine],
    spent: Mapping[int, Spent],
    versions: Sequence[RuleVersion],
    today: date,
) -> list[Turn]:
    """When the subsidy that lines drew a day would become another, by the prices known today.

    ``spent`` is what each line drew on the last days, by its key; each such day is reckoned anew at
    the prices of a day to come. A day without a price counts as it was.
    """
    drawn = [(line, *each) for line in lines for each in spent.get(line.pk, {}).items()]
    total = sum(minor for *_, minor in drawn)
    first = min((day for _, day, _ in drawn), default=today)
    last = max((line.last_on for line in lines), default=today)
    turning = {day for day in _turning_days(lines, versions) if first < day <= last}
    if not total or not turning:
        return []
    turns, times = [], 1.0
    for day in sorted({today, *(day for day in turning if day > today)}):
        again = sum(minor * _ratio(line, then, day, versions) for line, then, minor in drawn)
        if again / total != times:
            times = again / total
            turns.append(Turn((day - today).days, times))
    return turns


def _turning_days(lines: Iterable[AwardLine], versions: Iterable[RuleVersion]) -> set[date]:
    """Days on which a price may be another than on the day before."""
    rows = [
        row
        for version in {*versions, *(line.award.rule_version for line in lines)}
        for row in rules_of(version).prices
    ]
    ended = {row.valid_to + ONE_DAY for row in rows if row.valid_to is not None}
    begun = {row.valid_from for row in rows} | {version.effective_on for version in versions}
    return begun | ended | {version.applied_at.date() + ONE_DAY for version in versions}


def _ratio(line: AwardLine, then: date, day: date, versions: Sequence[RuleVersion]) -> float:
    was, becomes = (_minor(line, each, versions) for each in (then, day))
    return 1.0 if not was or becomes is None else becomes / was


def _minor(line: AwardLine, day: date, versions: Sequence[RuleVersion]) -> int | None:
    """What a card-hour of a line costs on a day; ``None`` where there is no price."""
    dawn = instant_of(day, ZoneInfo(line.award.programme.time_zone))
    in_force = (one for one in versions if one.effective_on <= day and one.applied_at < dawn)
    price = price_under(line, day, next(in_force, None))
    return None if price is None else per_hour(line, price).minor
