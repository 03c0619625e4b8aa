"""Public figures and their series, reckoned from cases, the book and the sums by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
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
from praya.apps.usage.rules import RESERVING
from praya.core.ledger import FourNumbers

_UTILISATION_DAYS = 30


def latest_snapshot(programme_code: str) -> Snapshot | None:
    """The public figures as last taken; public pages read only this."""
    return Snapshot.objects.filter(programme__code=programme_code).order_by("-taken_at").first()


@dataclass(frozen=True, slots=True)
class Decided:
    """A released decision, and how many of the programme's days its case waited for it."""

    application: str
    number: int
    submitted_on: date
    released_on: date

    @property
    def days(self) -> int:
        """From the day of submission to the day of release."""
        return (self.released_on - self.submitted_on).days


def decided_in(programme: Programme, *, until: datetime | None = None) -> list[Decided]:
    """The decisions released in a programme, until an instant if one is given. One query."""
    zone = ZoneInfo(programme.time_zone)
    released = Decision.objects.filter(
        application__programme=programme,
        application__submitted_at__isnull=False,
        released_at__isnull=False,
    )
    if until is not None:
        released = released.filter(released_at__lte=until)
    rows = released.values_list(
        "application__code", "number", "application__submitted_at", "released_at"
    )
    return [
        Decided(code, number, came.astimezone(zone).date(), out.astimezone(zone).date())
        for code, number, came, out in rows
        if came is not None and out is not None
    ]


def figures_of(programme_code: str, now: datetime) -> dict[str, Any]:
    """The figures of a programme at ``now`` as plain values, ready to be kept as a snapshot.

    Keys: ``figures`` (a list of ``Figure`` as dicts with ISO dates), ``by_month``,
    ``by_device_model`` and ``by_kind``. Money in minor units, time in accelerator-seconds.
    Days are the programme's own. Cases and money stand as they are at ``now``, so their period ends
    today; use is counted by whole days and ends yesterday. Before one is over there is none.
    """
    programme = Programme.objects.get(code=programme_code)
    zone = ZoneInfo(programme.time_zone)
    today = now.astimezone(zone).date()
    yesterday = today - timedelta(days=1)
    began = _first_day(programme, zone) or yesterday
    awards = list(
        Award.objects.filter(programme=programme, accepted_at__isnull=False).select_related(
            "organisation"
        )
    )
    money = _money_of(programme, awards)
    figures = [
        *_cases(programme, began, today),
        *_money(programme, money.values(), began, today),
        *(_use(programme, began, yesterday) if began <= yesterday else ()),
    ]
    return {
        "figures": [_plain(figure) for figure in figures],
        "by_month": _by_month(programme, awards, money, (began, yesterday)),
        "by_device_model": _by_device_model(programme, yesterday),
        "by_kind": _by_kind(awards, money),
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


def _cases(programme: Programme, began: date, last: date) -> list[Figure]:
    submitted = Application.objects.filter(programme=programme, submitted_at__isnull=False)
    granted = Decision.objects.filter(
        application__programme=programme,
        released_at__isnull=False,
        outcome__in=[outcome.value for outcome in GRANTING],
    )
    days = [one.days for one in decided_in(programme)]
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


def _money_of(programme: Programme, awards: list[Award]) -> dict[str, FourNumbers]:
    """The money of awards as the book has it: what was given back is committed no more."""
    return {
        award: numbers
        for award, of_award in four_numbers(award.code for award in awards).items()
        for numbers in of_award
        if numbers.commodity == programme.currency
    }


def _money(
    programme: Programme, money: Iterable[FourNumbers], began: date, last: date
) -> list[Figure]:
    """Committed and drawn, of all awards together."""
    committed, drawn = 0, 0
    for numbers in money:
        committed += numbers.committed
        drawn += numbers.settled
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
            kind__in=RESERVING,
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


def _by_kind(awards: list[Award], money: Mapping[str, FourNumbers]) -> list[dict[str, Any]]:
    """Awards and what is committed by kind of organisation; all kinds together are the figure."""
    counts: Counter[str] = Counter()
    committed: Counter[str] = Counter()
    for award in awards:
        counts[award.organisation.kind] += 1
        committed[award.organisation.kind] += _committed(award, money)
    return [
        {"kind": kind, "awards": counts[kind], "subsidy_minor": committed[kind]}
        for kind in sorted(counts)
    ]


def _committed(award: Award, money: Mapping[str, FourNumbers]) -> int:
    return money[award.code].committed if award.code in money else 0


def _by_month(
    programme: Programme,
    awards: list[Award],
    money: Mapping[str, FourNumbers],
    period: tuple[date, date],
) -> list[dict[str, Any]]:
    """Month by month: committed, by acceptance; subsidy drawn, time reserved and in service.

    The period is that of use. What was accepted on the day after it is committed already.
    """
    zone = ZoneInfo(programme.time_zone)
    began, last = period
    promised: Counter[str] = Counter()
    for award in awards:
        assert award.accepted_at is not None
        promised[f"{award.accepted_at.astimezone(zone):%Y-%m}"] += _committed(award, money)
    drawn: Counter[str] = Counter()
    reserved: defaultdict[str, int] = defaultdict(int)
    rows = (
        UsageDay.objects.filter(line__award__programme=programme, kind__in=RESERVING, day__lte=last)
        .values_list("day")
        .annotate(money=Sum("subsidy_minor"), held=Sum("card_seconds"))
        .order_by("day")
    )
    for day, subsidy, held in rows:
        drawn[f"{day:%Y-%m}"] += subsidy
        reserved[f"{day:%Y-%m}"] += held
    return [
        {
            "month": f"{first:%Y-%m}",
            "promised_minor": promised[f"{first:%Y-%m}"],
            "drawn_minor": drawn[f"{first:%Y-%m}"],
            "reserved_s": reserved[f"{first:%Y-%m}"],
            "in_service_s": sum(
                device_seconds(
                    programme.code, CapacityKind.IN_SERVICE, first, min(end, last)
                ).values()
            ),
        }
        for first, end in _months_between(began, last + timedelta(days=1))
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
