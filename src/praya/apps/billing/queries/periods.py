"""Months that are closed, the one that comes next, and whether its books are in order.

The checklist: no job or lease of the month waits to be charged; the trial balance is zero; every
entry and balance is what it was written as; the book holds what the meters counted and what is owed
of it; the sums of the statements are those of their charges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from praya.apps.billing.access import check_may_read_billing
from praya.apps.billing.models import PeriodClose
from praya.apps.billing.rules import first_of, last_of, month_after, month_of, months_between
from praya.apps.books.models import Balance, Book, Entry, Posting
from praya.apps.books.queries import trial_balance, verify_book
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, today_in
from praya.apps.programmes.rules import day_in
from praya.apps.usage.models import Charge, ChargeMonth, Job, UsageRecord
from praya.apps.usage.queries import leases_to_accrue
from praya.apps.usage.rules import UsageKind
from praya.core.actor import Actor, Role
from praya.core.ledger import EntryKind, Part, receivable_account
from praya.core.metering import instant_of
from praya.core.quantity import commodity_of_time

# What is used in the book and on no meter: costs that were claimed, amounts moved by hand; and what
# turned a claim round.
_UNMETERED = (EntryKind.CLAIM.value, EntryKind.ADJUST.value)
# What moves an own share that is owed otherwise than by charging it.
_BESIDE_CHARGES = (EntryKind.INVOICE.value, EntryKind.CREDIT.value, EntryKind.ADJUST.value)
_SPENT = (Part.USED.value, Part.OVERRUN.value, Part.FREE_USE.value)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the checklist; ``facts`` are its figures."""

    code: str
    is_right: bool
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeriodToClose:
    """The month that is closed next, whether it is over, and what there is in it."""

    month: str
    is_over: bool
    charges: int
    own_minor: int


@dataclass(frozen=True, slots=True)
class ToClose:
    """How many months of a programme have ended and are not closed, the first, and its end."""

    programme_code: str
    programme_name: dict[str, str]
    month: str
    months: int
    since: datetime


def closed_months(programme_code: str, by: Actor) -> QuerySet[PeriodClose]:
    """The closed months of a programme, the latest first.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor.

    """
    programme_of(programme_code)
    check_may_read_billing(by, programme_code)
    found = PeriodClose.objects.filter(programme__code=programme_code)
    return found.select_related("closed_by", "programme")


def next_to_close(programme: Programme) -> str | None:
    """The month after the last closed one; before any, the first with charges. ``None`` if none."""
    book = Book.objects.filter(programme_code=programme.code).first()
    if book is not None and book.closed_until is not None:
        return month_of(book.closed_until + ONE_DAY)
    found = ChargeMonth.objects.filter(award__programme=programme).aggregate(first=Min("month"))
    first: str | None = found["first"]
    return first


def period_to_close(programme: Programme, now: datetime) -> PeriodToClose | None:
    """What is closed next; ``None`` while nothing was ever charged. Three queries."""
    month = next_to_close(programme)
    if month is None:
        return None
    sums = ChargeMonth.objects.filter(award__programme=programme, month=month).aggregate(
        charges=Sum("charges"), own=Sum("own_minor")
    )
    return PeriodToClose(
        month=month,
        is_over=today_in(programme, now) > last_of(month),
        charges=sums["charges"] or 0,
        own_minor=sums["own"] or 0,
    )


def charged_since_close(by: Actor) -> QuerySet[Programme]:
    """The programmes with charges after their last closed month whose finance the actor is.

    With ``closed``, that month, empty before any; and the ``first`` and ``last`` month charged.
    """
    closes = PeriodClose.objects.filter(programme=OuterRef("pk")).order_by("-month")
    charged = ChargeMonth.objects.filter(
        award__programme=OuterRef("pk"), month__gt=OuterRef("closed")
    )
    first, last = (charged.order_by(way).values("month")[:1] for way in ("month", "-month"))
    return (
        Programme.objects.filter(code__in=by.programmes_as(Role.FINANCE))
        .annotate(closed=Coalesce(Subquery(closes.values("month")[:1]), Value("")))
        .filter(Exists(charged))
        .annotate(first=Subquery(first), last=Subquery(last))
    )


def months_to_close(programmes: QuerySet[Programme], now: datetime) -> list[ToClose]:
    """Of ``charged_since_close``, what has ended up to the last month charged. One query.

    After that month nothing has to be closed: a programme that is over does not wait for ever.
    """
    found = []
    columns = ("code", "name", "time_zone", "closed", "first", "last")
    for code, name, zone, closed, first, last in programmes.values_list(*columns):
        month = month_after(closed) if closed else first
        this_month = month_of(day_in(zone, now))
        months = months_between(month, min(month_after(last), this_month))
        if months > 0:
            since = instant_of(first_of(month_after(month)), ZoneInfo(zone))
            found.append(ToClose(code, name, month, months, since))
    return found


def checklist(programme: Programme, month: str) -> list[Checked]:
    """Everything that must be right before a month is closed. Reads the whole book: a minute."""
    holds, findings = verify_book(programme.code)
    chain = Checked("chain", holds, {"findings": [str(found.code) for found in findings]})
    return [*waiting_checks(programme, month), chain, *sum_checks(programme, month)]


def waiting_checks(programme: Programme, month: str) -> list[Checked]:
    """Whether anything of the month still waits to be charged."""
    end = instant_of(last_of(month) + ONE_DAY, ZoneInfo(programme.time_zone))
    jobs = Job.objects.filter(award__programme=programme, settled_at=None, ended_at__lt=end)
    waiting = jobs.count()
    # As of the instant at which the month was over: its days, and none after it.
    due = [line.code for line in leases_to_accrue(end) if line.award.programme_id == programme.pk]
    return [
        Checked("jobs", waiting == 0, {"waiting": waiting}),
        Checked("leases", not due, {"lines": due}),
    ]


def sum_checks(programme: Programme, month: str) -> list[Checked]:
    """Whether the book adds up and agrees with the meters and the statements."""
    sums = trial_balance(programme.code).sums
    apart = {name: amount for name, amount in sums.items() if amount}
    differs = book_against_meters(programme)
    owed = own_shares(programme)
    return [
        Checked("trial-balance", not apart, {"sums": apart}),
        Checked("meters", not differs, {"differs": differs}),
        Checked("own-shares", owed[0] == owed[1], {"book": owed[0], "charges": owed[1]}),
        Checked("statements", _statements_add_up(programme, month)),
    ]


def book_against_meters(programme: Programme) -> dict[str, list[int]]:
    """What the book says was used and what was metered, by commodity, where they differ.

    Time is that of the usage records, money that of their charges; what was taken back stands on
    both sides. Costs claimed and amounts moved by hand are taken out of the book's side: no meter
    has counted them.
    """
    book = _spent_in_book(programme.code)
    metered = _metered(programme)
    return {
        commodity: [book.get(commodity, 0), metered.get(commodity, 0)]
        for commodity in sorted(book.keys() | metered.keys())
        if book.get(commodity, 0) != metered.get(commodity, 0)
    }


def own_shares(programme: Programme) -> tuple[int, int]:
    """The own shares that the book was told of, invoiced since or not; and those of the charges."""
    receivable = {"account__startswith": receivable_account(""), "commodity": programme.currency}
    owed = Balance.objects.filter(programme_code=programme.code, **receivable)
    moved = Posting.objects.filter(
        entry__programme_code=programme.code, entry__kind__in=_BESIDE_CHARGES, **receivable
    )
    charged = Charge.objects.filter(award__programme=programme).aggregate(sum=Sum("own_minor"))
    book, beside = (rows.aggregate(sum=Sum("amount"))["sum"] or 0 for rows in (owed, moved))
    return book - beside, charged["sum"] or 0


def _spent_in_book(programme_code: str) -> dict[str, int]:
    balances = Balance.objects.filter(programme_code=programme_code, part__in=_SPENT).order_by()
    spent = dict(balances.values_list("commodity").annotate(Sum("amount")))
    claims = Entry.objects.filter(programme_code=programme_code, kind=EntryKind.CLAIM.value)
    others = Posting.objects.filter(
        Q(entry__kind__in=_UNMETERED) | Q(entry__reverses__in=claims.order_by().values("number")),
        reduce(or_, (Q(account__endswith=f"/{part}") for part in _SPENT)),
        entry__programme_code=programme_code,
        account__startswith="award/",
    )
    for commodity, amount in others.order_by().values_list("commodity").annotate(Sum("amount")):
        spent[commodity] -= amount
    return {commodity: amount for commodity, amount in spent.items() if amount}


def _metered(programme: Programme) -> dict[str, int]:
    records = UsageRecord.objects.filter(line__award__programme=programme).exclude(
        kind=UsageKind.LEASE_JOB.value
    )
    metered = {
        commodity_of_time(model): seconds
        for model, seconds in records.order_by()
        .values_list("device_model_code")
        .annotate(Sum("card_seconds"))
    }
    charges = Charge.objects.filter(award__programme=programme)
    money = charges.aggregate(sum=Sum("subsidy_minor"))["sum"] or 0
    if money:
        metered[programme.currency] = money
    return metered


def _statements_add_up(programme: Programme, month: str) -> bool:
    fields = ("card_seconds", "list_minor", "subsidy_minor", "own_minor")
    kept = ChargeMonth.objects.filter(award__programme=programme, month=month)
    charges = Charge.objects.filter(award__programme=programme, month=month)
    sums = {name: Sum(name) for name in fields}
    return kept.aggregate(**sums) == charges.aggregate(**sums)
