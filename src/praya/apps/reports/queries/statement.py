"""The monthly statement of an award: every charge, with the price and the rules behind it.

The statement of a month is made from its charges alone, so making it again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.db.models import QuerySet

from praya.apps.awards.models import Award
from praya.apps.usage.models import Charge, ChargeMonth
from praya.apps.usage.queries import zone_of
from praya.apps.usage.rules import UsageKind
from praya.core.quantity import CardTime, Money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One charge. ``what`` is a job's code, or the award line for a day of a lease.

    ``late_from`` is the month of the use where that was closed when the use became known.
    """

    ended_at: datetime
    what: str
    kind: str
    line_code: str
    cards: int
    time: CardTime
    price: Money
    price_from: date
    service_class: str
    rule_version: int
    rate_bp: int
    list_price: Money
    subsidy: Money
    own: Money
    entry_key: str
    usage_key: str
    late_from: str = ""

    @property
    def is_free_use(self) -> bool:
        """Whether it was used beside the grant, and charged at nothing."""
        return self.kind == UsageKind.FREE_USE.value


@dataclass(frozen=True, slots=True)
class Statement:
    """The charges of one month of one award, and their sums. List = subsidy + own share, always.

    The month is that of ``time_zone``, the programme's.
    """

    award_code: str
    award_title: str
    organisation: str
    organisation_zh: str
    programme_code: str
    month: str
    time_zone: str
    currency: str
    rate_bp: int
    lines: tuple[StatementLine, ...]

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum(amounts, start=Money(0, self.currency))

    @property
    def list_price(self) -> Money:
        """What the month's use costs at list price."""
        return self._sum(line.list_price for line in self.lines)

    @property
    def subsidy(self) -> Money:
        """What the programme bears of it."""
        return self._sum(line.subsidy for line in self.lines)

    @property
    def own(self) -> Money:
        """What the award's organisation bears of it."""
        return self._sum(line.own for line in self.lines)

    @property
    def time_by_model(self) -> dict[str, CardTime]:
        """Accelerator time of the month by device model, free use among it."""
        return _time_by_model(self.lines)

    @property
    def free_use_by_model(self) -> dict[str, CardTime]:
        """What of it was free use, charged at nothing."""
        return _time_by_model(line for line in self.lines if line.is_free_use)


def _time_by_model(lines: Iterable[StatementLine]) -> dict[str, CardTime]:
    sums: dict[str, CardTime] = {}
    for line in lines:
        model = line.time.device_model
        sums[model] = sums.get(model, CardTime(0, model)) + line.time
    return dict(sorted(sums.items()))


def statement(award_code: str, month: str) -> Statement:
    """The statement of ``month`` (``2026-11``); empty where nothing was charged.

    Who may see it is the award's matter: ask ``awards.queries.award_of`` first.
    """
    award = Award.objects.select_related("programme", "organisation").get(code=award_code)
    charges = (
        Charge.objects.filter(award=award, month=month)
        .order_by("usage__ended_at", "id")
        .values_list(*_COLUMNS, named=True)
    )
    currency = award.programme.currency
    zone = zone_of(award)
    return Statement(
        award_code=award.code,
        award_title=award.title or award.title_zh,
        organisation=award.organisation.name,
        organisation_zh=award.organisation.name_zh,
        programme_code=award.programme.code,
        month=month,
        time_zone=award.programme.time_zone,
        currency=currency,
        rate_bp=award.rate_bp,
        lines=tuple(_line(charge, currency, zone) for charge in charges.iterator(chunk_size=2000)),
    )


# Values, not rows with all that hangs on them: a month may have a hundred thousand charges.
_COLUMNS = (
    "usage__kind",
    "usage__began_at",
    "usage__ended_at",
    "usage__job__code",
    "usage__cards",
    "usage__device_model_code",
    "usage__key",
    "line__code",
    "rule_version__number",
    "month",
    "card_seconds",
    "price_minor_per_hour",
    "price_from",
    "service_class",
    "rate_bp",
    "list_minor",
    "subsidy_minor",
    "own_minor",
    "entry_key",
)


def _line(charge: Any, currency: str, zone: tzinfo) -> StatementLine:  # noqa: ANN401 -- its columns
    # A day of a lease ends with the first instant of the next.
    is_lease = charge.usage__kind == UsageKind.LEASE.value
    used_at = charge.usage__began_at if is_lease else charge.usage__ended_at
    used_in = f"{used_at.astimezone(zone):%Y-%m}"
    return StatementLine(
        ended_at=charge.usage__ended_at,
        what=charge.usage__job__code or charge.line__code,
        kind=charge.usage__kind,
        line_code=charge.line__code,
        cards=charge.usage__cards,
        time=CardTime(charge.card_seconds, charge.usage__device_model_code),
        price=Money(charge.price_minor_per_hour, currency),
        price_from=charge.price_from,
        service_class=charge.service_class,
        rule_version=charge.rule_version__number,
        rate_bp=charge.rate_bp,
        list_price=Money(charge.list_minor, currency),
        subsidy=Money(charge.subsidy_minor, currency),
        own=Money(charge.own_minor, currency),
        entry_key=charge.entry_key,
        usage_key=charge.usage__key,
        late_from=used_in if used_in < charge.month else "",
    )


def months_of(award_code: str) -> QuerySet[ChargeMonth, dict[str, Any]]:
    """Months with charges of an award, newest first, with their sums in minor units."""
    return _months(ChargeMonth.objects.filter(award__code=award_code))


def months_of_programme(programme_code: str) -> QuerySet[ChargeMonth, dict[str, Any]]:
    """Months of every award of a programme, newest first, with their sums in minor units."""
    months = ChargeMonth.objects.filter(award__programme__code=programme_code)
    organisation = ("award__organisation__name", "award__organisation__name_zh")
    return _months(months, "award__code", "award__title", *organisation)


def _months(months: QuerySet[ChargeMonth], *by: str) -> QuerySet[ChargeMonth, dict[str, Any]]:
    sums = ("charges", "card_seconds", "list_minor", "subsidy_minor", "own_minor")
    rows: QuerySet[ChargeMonth, dict[str, Any]] = months.values("month", *by, *sums)
    return rows.order_by("-month", *by)
