"""Invoices with what is open on them, by the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Concat, Substr

from praya.apps.awards.models import Award
from praya.apps.billing.access import check_may_read_billing, may_read_billing, may_see_of_award
from praya.apps.billing.models import Invoice, Payment
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.billing.rules import Bucket, InvoiceKind, bucket_of, due_between
from praya.apps.books.models import Balance
from praya.apps.programmes.queries import programme_of
from praya.apps.programmes.rules import day_in
from praya.apps.usage.models import ChargeMonth
from praya.core.actor import Actor, Role
from praya.core.ledger import invoice_account
from praya.core.metering import instant_of
from praya.core.quantity import Money
from praya.core.refusal import NotFound

_OPEN_MINOR = Coalesce(
    Subquery(
        Balance.objects.filter(
            programme_code=OuterRef("programme__code"),
            account=Concat(Value(invoice_account("")), OuterRef("code")),
            commodity=OuterRef("currency"),
        )
        .order_by()
        .values("amount")[:1]
    ),
    Value(0),
)
_IS_OPEN = Q(open_minor__gt=0)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """The own share of an award's closed month that is not invoiced yet, less what is carried."""

    award_id: int
    award_code: str
    month: str
    own_minor: int


@dataclass(frozen=True, slots=True)
class Aged:
    """How many open invoices are so old, and what is open on them."""

    bucket: Bucket
    invoices: int
    open: Money


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is open of a programme after its due day; ``due_on`` is that of the oldest invoice."""

    programme_code: str
    programme_name: dict[str, str]
    invoices: int
    open: Money
    due_on: date
    since: datetime


def invoices_in(programme_code: str, by: Actor) -> QuerySet[Invoice]:
    """Every invoice and credit note of a programme, with ``open_minor``.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor.

    """
    programme_of(programme_code)
    check_may_read_billing(by, programme_code)
    return _with_open(Invoice.objects.filter(programme__code=programme_code))


def invoices_of_award(award_code: str) -> QuerySet[Invoice]:
    """An award's invoices and credit notes; ask ``may_see_of_award`` first."""
    return _with_open(Invoice.objects.filter(award__code=award_code))


def invoices_waiting_for(by: Actor) -> QuerySet[Invoice]:
    """Invoices of awards the actor leads on which something is open, the oldest first."""
    led = Invoice.objects.filter(award__lead_id=by.person_id, kind=InvoiceKind.INVOICE.value)
    return _with_open(led).filter(_IS_OPEN).order_by("due_on", "id")


def invoice_of(code: str, by: Actor) -> Invoice:
    """An invoice or credit note, with ``open_minor``.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    invoice = _with_open(Invoice.objects.filter(code=code)).first()
    if invoice is None or not may_see_of_award(by, invoice.award):
        raise NotFound(kind="invoice", key=code)
    return invoice


def open_on(invoice: Invoice) -> Money:
    """What the book has open on an invoice; an annotated row knows it already."""
    known = getattr(invoice, "open_minor", None)
    if known is None:
        account = invoice_account(invoice.code)
        found = Balance.objects.filter(programme_code=invoice.programme.code, account=account)
        known = found.values_list("amount", flat=True).first() or 0
    return Money(known, invoice.currency)


def paid_on(invoice: Invoice) -> Money:
    """What came in for an invoice and was not paid back: all of it but what is open or credited."""
    back = invoice.credit_notes.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    paid = invoice.amount - open_on(invoice) - Money(back, invoice.currency)
    return Money(max(paid.minor, 0), paid.currency)


def payments_of(invoice: Invoice) -> list[Payment]:
    """Payments of an invoice in order, with what undid them."""
    return list(invoice.payments.select_related("recorded_by", "undone_by", "undoes"))


def payment_of(payment_id: int, by: Actor) -> Payment:
    """A payment.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    found = Payment.objects.select_related("invoice__award", "programme", "undone_by")
    payment = found.filter(pk=payment_id).first()
    if payment is None or not may_read_billing(by, payment.programme.code):
        raise NotFound(kind="payment", key=str(payment_id))
    return payment


def to_invoice(programme_code: str, month: str) -> list[Owed]:
    """The awards that owe an own share for a month and have no invoice for it, by code.

    Earlier months below nothing are taken off; what they leave below nothing is not invoiced. What
    credit notes of the month gave that had been undone is owed again, with use in it or without.
    """
    carried = carried_into(month, award__programme__code=programme_code)
    invoiced = Invoice.objects.filter(
        award=OuterRef("pk"), month=month, kind=InvoiceKind.INVOICE.value, ahead_part=None
    )
    of_month = ChargeMonth.objects.filter(award=OuterRef("pk"), month=month)
    own = Coalesce(Subquery(of_month.values("own_minor")), Value(0))
    awards = Award.objects.filter(
        ~Exists(invoiced), Exists(of_month) | Q(pk__in=carried), programme__code=programme_code
    )
    owed = (
        Owed(award_id, code, month, minor + sum(each for _, each in carried.get(award_id, [])))
        for award_id, code, minor in awards.order_by("code").values_list("pk", "code", own)
    )
    return [one for one in owed if one.own_minor > 0]


def ageing(programme_code: str, by: Actor) -> QuerySet[Invoice]:
    """Invoices on which something is open, the longest due first.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor.

    """
    found = invoices_in(programme_code, by).filter(kind=InvoiceKind.INVOICE.value)
    return found.filter(_IS_OPEN).order_by("due_on", "number")


def aged_in(programme_code: str, bucket: Bucket, today: date, by: Actor) -> QuerySet[Invoice]:
    """Invoices of one age on which something is open, the longest due first; as ``ageing``."""
    first, last = due_between(bucket, today)
    return ageing(programme_code, by).filter(due_on__range=(first, last))


def ageing_sums(programme_code: str, currency: str, today: date) -> list[Aged]:
    """How much is open in each bucket on a day, the empty ones too. One query."""
    rows = (
        _with_open(Invoice.objects.filter(programme__code=programme_code))
        .filter(_IS_OPEN, kind=InvoiceKind.INVOICE.value)
        .order_by()
        .values("due_on")
        .annotate(count=Count("pk"), sum=Sum(F("open_minor")))
    )
    counts = dict.fromkeys(Bucket, 0)
    sums = dict.fromkeys(Bucket, 0)
    for row in cast("QuerySet[Any, dict[str, Any]]", rows):
        bucket = bucket_of(row["due_on"], today)
        counts[bucket] += row["count"]
        sums[bucket] += row["sum"]
    return [Aged(bucket, counts[bucket], Money(sums[bucket], currency)) for bucket in Bucket]


def open_to(by: Actor) -> QuerySet[Balance]:
    """What is open on each invoice of the programmes whose finance the actor is."""
    return Balance.objects.filter(
        programme_code__in=by.programmes_as(Role.FINANCE),
        account__startswith=invoice_account(""),
        amount__gt=0,
    )


def overdue_of(balances: QuerySet[Balance], now: datetime) -> list[Overdue]:
    """The sums by programme of what is open and overdue, of the balances in ``open_to``. One query.

    It begins at the balances: few invoices of the many that there are in time have one.
    """
    codes = balances.order_by().values(code=Substr("account", len(invoice_account("")) + 1))
    # No zone is a whole day ahead, so that what is late anywhere was due today or before.
    may_be_late = {"due_on__lte": now.astimezone(UTC).date(), "kind": InvoiceKind.INVOICE.value}
    asked = Invoice.objects.filter(code__in=codes, **may_be_late)
    names = ("code", "name", "currency", "time_zone")
    rows = (
        asked.annotate(open_minor=_OPEN_MINOR)
        .order_by("programme__code", "due_on")
        .values_list(*(f"programme__{name}" for name in names), "due_on")
        .annotate(Count("pk"), Sum("open_minor"))
    )
    found = []
    for (code, name, currency, zone), group in groupby(rows, key=lambda row: row[:4]):
        today = day_in(zone, now)
        late = [row[4:] for row in group if row[4] < today]
        if late:
            _, counts, sums = zip(*late, strict=True)
            oldest = late[0][0]
            since = instant_of(oldest + _ONE_DAY, ZoneInfo(zone))
            is_open = Money(sum(sums), currency)
            found.append(Overdue(code, name, sum(counts), is_open, oldest, since))
    return found


def _with_open(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Invoices with what stands on their accounts in the book; nothing on a credit note."""
    related = ("programme", "award__organisation", "award__lead", "award__programme", "corrects")
    return invoices.select_related(*related).annotate(open_minor=_OPEN_MINOR)


def credit_notes_of(invoice: Invoice) -> list[Invoice]:
    """Credit notes on an invoice, in order."""
    return list(Invoice.objects.filter(corrects=invoice).order_by("number"))
