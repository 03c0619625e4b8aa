"""Public figures and their series, reckoned from cases, the book and the sums by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum

from praya.apps.applications.models import Application
from praya.apps.awards.models import Award, Decision
from praya.apps.awards.rules import GRANTING
from praya.apps.books.queries import four_numbers
from praya.apps.clusters.queries import device_seconds
from praya.apps.clusters.rules import CapacityKind
from praya.apps.programmes.models import Programme
from praya.apps.reports.models import Snapshot
from praya.apps.reports.rules import Figure, FigureCode, median_low
from praya.apps.usage.models import UsageDay
from praya.apps.usage.rules import UsageKind

# What keeps devices from others: leased cards, busy or idle, and jobs on demand.
_RESERVING = (UsageKind.LEASE.value, UsageKind.JOB.value, UsageKind.FREE_USE.value)
_UTILISATION_DAYS = 30


def latest_snapshot(programme_code: str) -> Snapshot | None:
    """The public figures as last taken; public pages read only this."""
    return Snapshot.objects.filter(programme__code=programme_code).order_by("-taken_at").first()


def figures_of(programme_code: str, now: datetime) -> dict[str, Any]:
    """The figures of a programme at ``now`` as plain values, ready to be kept as a snapshot.

    Keys: ``figures`` (a list of ``Figure`` as dicts with ISO dates), ``by_month``,
    ``by_device_model`` and ``by_kind``. Money in minor units, time in accelerator-seconds.
    Days are the programme's own; today is never counted, because it is not over.
    """
    programme = Programme.objects.get(code=programme_code)
    zone = ZoneInfo(programme.time_zone)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    began = _first_day(programme, zone) or yesterday
    awards = list(
        Award.objects.filter(programme=programme, accepted_at__isnull=False).select_related(
            "organisation"
        )
    )
    figures = [
        *_cases(programme, began, yesterday, zone),
        *_money(programme, awards, began, yesterday),
        *_use(programme, began, yesterday),
    ]
    return {
        "figures": [_plain(figure) for figure in figures],
        "by_month": _by_month(programme, awards, began, yesterday, zone),
        "by_device_model": _by_device_model(programme, yesterday),
        "by_kind": _by_kind(awards),
    }


def _first_day(programme: Programme, zone: ZoneInfo) -> date | None:
    first = (
        Application.objects.filter(programme=programme, submitted_at__isnull=False)
        .order_by("submitted_at")
        .values_list("submitted_at", flat=True)
        .first()
    )
    return first.astimezone(zone).date() if first else None


def _plain(figure: Figure) -> dict[str, Any]:
    plain = asdict(figure) | {"code": figure.code.value, "share_bp": figure.share_bp}
    return plain | {"first_on": str(figure.first_on), "last_on": str(figure.last_on)}


def _cases(programme: Programme, began: date, last: date, zone: ZoneInfo) -> list[Figure]:
    submitted = Application.objects.filter(programme=programme, submitted_at__isnull=False)
    granted = Decision.objects.filter(
        application__programme=programme,
        released_at__isnull=False,
        outcome__in=[outcome.value for outcome in GRANTING],
    )
    released = Decision.objects.filter(
        application__programme=programme, released_at__isnull=False
    ).values_list("application__submitted_at", "released_at")
    days = [
        (out.astimezone(zone).date() - came.astimezone(zone).date()).days
        for came, out in released
        if came is not None and out is not None
    ]
    figures = [
        Figure(FigureCode.APPLICATIONS, "cases", submitted.count(), None, began, last),
        Figure(
            FigureCode.APPROVED,
            "cases",
            granted.values("application").distinct().count(),
            None,
            began,
            last,
        ),
    ]
    median = median_low(days)
    if median is not None:
        figures.append(Figure(FigureCode.DAYS_TO_DECISION, "days", median, None, began, last))
    return figures


def _money(programme: Programme, awards: list[Award], began: date, last: date) -> list[Figure]:
    """Committed and drawn as the book has them: what was given back is committed no more."""
    money = [
        numbers
        for of_award in four_numbers(award.code for award in awards).values()
        for numbers in of_award
        if numbers.commodity == programme.currency
    ]
    committed = sum(numbers.committed for numbers in money)
    drawn = sum(numbers.settled for numbers in money)
    return [
        Figure(FigureCode.COMMITTED, programme.currency, committed, None, began, last),
        Figure(FigureCode.DRAWN, programme.currency, drawn, None, began, last),
    ]


def _use(programme: Programme, began: date, last: date) -> list[Figure]:
    window = max(began, last - timedelta(days=_UTILISATION_DAYS - 1))
    every = _reserved(programme, began, last)
    recent = _reserved(programme, window, last)
    in_service = device_seconds(programme.code, CapacityKind.IN_SERVICE, window, last)
    return [
        Figure(FigureCode.CARD_HOURS, "card-seconds", sum(every.values()), None, began, last),
        Figure(
            FigureCode.UTILISATION,
            "card-seconds",
            sum(recent.values()),
            sum(in_service.values()),
            window,
            last,
        ),
    ]


def _reserved(programme: Programme, first_on: date, last_on: date) -> dict[str, int]:
    """Accelerator-seconds reserved by device model in a period."""
    rows = (
        UsageDay.objects.filter(
            line__award__programme=programme,
            kind__in=_RESERVING,
            day__range=(first_on, last_on),
        )
        .values_list("line__device_model_code")
        .annotate(held=Sum("card_seconds"))
        .order_by("line__device_model_code")
    )
    return dict(rows)


def _by_device_model(programme: Programme, last: date) -> list[dict[str, Any]]:
    """Utilisation of the last days by device model."""
    window = last - timedelta(days=_UTILISATION_DAYS - 1)
    reserved = _reserved(programme, window, last)
    in_service = device_seconds(programme.code, CapacityKind.IN_SERVICE, window, last)
    installed = device_seconds(programme.code, CapacityKind.INSTALLED, window, last)
    return [
        {
            "device_model": model,
            "reserved_s": reserved.get(model, 0),
            "in_service_s": in_service.get(model, 0),
            "installed_s": installed.get(model, 0),
            "first_on": str(window),
            "last_on": str(last),
        }
        for model in sorted({*reserved, *in_service})
    ]


def _by_kind(awards: list[Award]) -> list[dict[str, Any]]:
    """Awards and promised subsidy by kind of organisation."""
    counts: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for award in awards:
        counts[award.organisation.kind] += 1
        money[award.organisation.kind] += award.subsidy_minor
    return [
        {"kind": kind, "awards": counts[kind], "subsidy_minor": money[kind]}
        for kind in sorted(counts)
    ]


def _by_month(
    programme: Programme, awards: list[Award], began: date, last: date, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Month by month: subsidy promised and drawn, time reserved and in service."""
    promised: Counter[str] = Counter()
    for award in awards:
        assert award.accepted_at is not None
        promised[f"{award.accepted_at.astimezone(zone):%Y-%m}"] += award.subsidy_minor
    drawn: Counter[str] = Counter()
    reserved: defaultdict[str, int] = defaultdict(int)
    rows = (
        UsageDay.objects.filter(
            line__award__programme=programme, kind__in=_RESERVING, day__lte=last
        )
        .values_list("day")
        .annotate(money=Sum("subsidy_minor"), held=Sum("card_seconds"))
        .order_by("day")
    )
    for day, money, held in rows:
        drawn[f"{day:%Y-%m}"] += money
        reserved[f"{day:%Y-%m}"] += held
    return [
        {
            "month": f"{first:%Y-%m}",
            "promised_minor": promised[f"{first:%Y-%m}"],
            "drawn_minor": drawn[f"{first:%Y-%m}"],
            "reserved_s": reserved[f"{first:%Y-%m}"],
            "in_service_s": sum(
                device_seconds(programme.code, CapacityKind.IN_SERVICE, first, end).values()
            ),
        }
        for first, end in _months_between(began, last)
    ]


def _months_between(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of each month from ``first`` to ``last``, cut at both ends."""
    months = []
    start = first
    while start <= last:
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append((start, min(following - timedelta(days=1), last)))
        start = following
    return months
