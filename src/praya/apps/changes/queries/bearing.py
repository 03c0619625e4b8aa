"""What lines of newer awards are to bear of older ones, what was said of it, and who is spared.

A *matter* is an advance or a debt, by a name as ``advance-12`` or ``debt-7``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.changes.models import BearingTold, BearingWaiver
from praya.apps.programmes.queries import today_in
from praya.core import ledger
from praya.core.ledger import Grant
from praya.core.programme.changes import Borne
from praya.core.quantity import CardTime, Money

Pair = tuple[str, int]  # a matter, and the id of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What a line is to bear from a day on, if nothing of it is used until then.

    ``award`` is the older one that it is borne for. Where a waiver spares the line, ``cut`` is what
    it would have borne.
    """

    matter: str
    award: Award
    line: AwardLine
    on: date
    cut: Grant
    rule: Borne
    told: BearingTold | None
    waiver: BearingWaiver | None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of lines: to whom, and who is spared what."""

    told: dict[Pair, BearingTold]
    waivers: dict[Pair, BearingWaiver]


def said_of(lines: Collection[AwardLine]) -> Said:
    """What was said of lines. Two queries, and none without lines."""
    if not lines:
        return Said({}, {})
    ids = [line.pk for line in lines]
    told = BearingTold.objects.filter(line__in=ids)
    waivers = BearingWaiver.objects.filter(line__in=ids, withdrawn_at=None)
    return Said(
        {(one.matter, one.line_id): one for one in told},
        {(one.matter, one.line_id): one for one in waivers.select_related("by")},
    )


def bears_on(rule: Borne, told: BearingTold | None, earliest: date, today: date) -> date:
    """The first day on which a line bears something: not before its lead had the days to know."""
    days = timedelta(days=rule.warn_days)
    if not days:
        return max(earliest, today)
    return max(earliest, today, told.on) if told else max(earliest, today + days)


def is_to_tell(one: Bearing, now: datetime) -> bool:
    """Whether the lead of a line is to be told now of what it is to bear."""
    if one.told or one.waiver or not one.rule.warn_days:
        return False
    today = today_in(one.line.award.programme, now)
    return one.on - timedelta(days=one.rule.warn_days) <= today


def is_spared(matter: str, line: AwardLine) -> bool:
    """Whether a waiver keeps a line from bearing something."""
    waivers = BearingWaiver.objects.filter(matter=matter, line=line, withdrawn_at=None)
    return waivers.exists()


def lines_offered(award: Award) -> dict[str, ledger.Line]:
    """Lines of an open offer as the book would have them on the day of its acceptance."""
    assert award.state == AwardState.OFFERED.value, award

    def standing(line: AwardLine) -> ledger.Line:
        free, nothing = (
            Grant(CardTime(seconds, line.device_model_code), Money(minor, currency))
            for seconds, minor in ((line.card_seconds, line.subsidy_minor), (0, 0))
        )
        return ledger.Line(
            code=line.code,
            pool="",
            free=free,
            in_flight=nothing,
            used=nothing,
            is_closed=False,
        )

    currency = award.programme.currency
    return {line.code: standing(line) for line in award.lines.all()}
