"""Which days of which leases are to be charged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry
from praya.apps.books.models import Line as BookLine
from praya.apps.life.queries import zone_of
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import UsageDay
from praya.apps.usage.queries.lines import ONE_DAY
from praya.apps.usage.rules import Days, HeldCards, HeldDay, UsageKind
from praya.core.ledger import EntryKind

# In these states an award's cards are, or were, set aside for it.
_HELD = [AwardState.ACTIVE.value, AwardState.SUSPENDED.value, AwardState.ENDED.value]


def leased_lines(device_model_codes: Iterable[str], day: date) -> list[AwardLine]:
    """Lines in cards of accepted awards that are not over on a day, in order of their awards."""
    states = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)
    lines = AwardLine.objects.filter(
        shape=LineShape.CARDS.value,
        device_model_code__in=list(device_model_codes),
        award__state__in=states,
        # A day's grace, since the programme's day may end after the site's.
        last_on__gte=day - ONE_DAY,
    )
    return list(lines.select_related("award__programme").order_by("award_id", "number"))


def leases_to_accrue(now: datetime) -> list[AwardLine]:
    """Lines in cards that have a day which is over and not charged yet. Two queries in all.

    Where holders pay their own suppliers and claim back, nothing is charged.
    """
    lines = AwardLine.objects.filter(
        shape=LineShape.CARDS.value,
        award__state__in=_HELD,
        award__started_at__isnull=False,
        first_on__lt=now.date() + ONE_DAY,
    ).select_related("award__programme", "award__rule_version")
    lines = lines.defer(*(f"award__rule_version__{one}" for one in HEAVY))
    leased = UsageDay.objects.filter(kind=UsageKind.LEASE.value).order_by()
    charged = dict(leased.values_list("line_id").annotate(Max("day")))
    return [
        line
        for line in lines.order_by("award_id", "number")
        if _span_after(line, charged.get(line.pk), now) is not None
        and rules_of(line.award.rule_version).payment == "invoice"
    ]


def leases_to_return() -> list[AwardLine]:
    """Lines in cards of ended awards that the book has open and has not returned at this end.

    A return that was reversed while its award stays ended is not made again.
    """
    lines = AwardLine.objects.filter(
        shape=LineShape.CARDS.value,
        award__state=AwardState.ENDED.value,
        code__in=BookLine.objects.filter(closed_at=None).values("code"),
    ).select_related("award")
    opened = list(lines.order_by("award_id", "number"))
    returns = Entry.objects.filter(
        kind=EntryKind.RETURN.value, subject__in=[line.code for line in opened]
    )
    latest = dict(returns.order_by("number").values_list("subject", "at"))
    return [line for line in opened if not _is_returned(line.award, latest.get(line.code))]


def _is_returned(award: Award, at: datetime | None) -> bool:
    """Whether the last return of a line was at the end of its award that stands."""
    return at is not None and award.ended_at is not None and at >= award.ended_at


def held_cards(award_code: str) -> list[HeldCards]:
    """What of the leases of an award was busy and what was idle, on the days charged. One query.

    Who may see it is the award's matter: ask ``awards.queries.award_of`` first.
    """
    found: dict[str, HeldCards] = {}
    for one in held_days(award_code):
        before = found.get(one.line, HeldCards(one.line, one.device_model))
        found[one.line] = one.added_to(before)
    return list(found.values())


def held_days(award_code: str) -> list[HeldDay]:
    """The charged days of the leases of an award, line by line, as above. One query."""
    rows = UsageDay.objects.filter(
        line__award__code=award_code, kind__in=(UsageKind.LEASE.value, UsageKind.LEASE_JOB.value)
    ).order_by("line__number", "day")
    columns = ("line__code", "line__device_model_code", "day", "kind")
    sums = ("card_seconds", "list_minor", "own_minor")
    busy: dict[tuple[str, date], int] = {}
    charged = []
    for line, model, day, kind, seconds, listed, own in rows.values_list(*columns, *sums):
        if kind == UsageKind.LEASE_JOB.value:
            busy[line, day] = seconds
        elif seconds:
            charged.append((line, model, day, seconds, listed, own))
    return [
        HeldDay(
            line=line,
            device_model=model,
            day=day,
            held_s=seconds,
            busy_s=busy.get((line, day), 0),
            list_minor=listed,
            own_minor=own,
        )
        for line, model, day, seconds, listed, own in charged
    ]


def lease_span(line: AwardLine, now: datetime) -> Days | None:
    """The days of a lease that are over and not charged yet; ``None`` if there are none."""
    leased = UsageDay.objects.filter(line=line, kind=UsageKind.LEASE.value)
    return _span_after(line, leased.aggregate(last=Max("day"))["last"], now)


def _span_after(line: AwardLine, charged_on: date | None, now: datetime) -> Days | None:
    award, zone = line.award, zone_of(line.award)
    if award.started_at is None:
        return None  # it ended before its conditions were met, so nothing was ever held
    first_on = max(line.first_on, award.started_at.astimezone(zone).date())
    if charged_on is not None:
        first_on = charged_on + ONE_DAY
    # The day on which an award is ended early is not a whole one.
    until = min(now, award.ended_at or now)
    last_on = min(line.last_on, until.astimezone(zone).date() - ONE_DAY)
    return Days(first_on, last_on) if first_on <= last_on else None
