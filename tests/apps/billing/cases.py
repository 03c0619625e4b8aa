"""A lease of ten days in February 2026 on two H800 cards, charged, and the people about it.

List HK$14,400.00, subsidy HK$10,080.00, own share HK$4,320.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed

from praya.apps.awards.models import Award
from praya.apps.billing.commands import close_month, issue_credit_note, issue_invoices
from praya.apps.billing.models import Invoice
from praya.apps.books.commands import ask_reversal
from praya.apps.books.models import Balance, Correction, Entry
from praya.apps.usage.commands import accrue_leases, approve_correction
from praya.core.actor import Actor, Role
from praya.core.quantity import Money

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong begins
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN = 432_000
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))


@dataclass(frozen=True)
class House:
    """An award with charges of February, its lead, and finance."""

    award: Award
    lead: Actor
    finance: Actor
    other_finance: Actor
    officer: Actor


def make_house(
    *, is_charged: bool = True, lines: Sequence[Given] = (TEN_DAYS,), **changed: object
) -> House:
    """The lease of February, charged to its end; ``changed`` are fields of the rules."""
    before = BEGIN - timedelta(days=5)
    make_site(before, **changed)
    award = active_award(BEGIN - timedelta(days=1), lines=list(lines))
    if is_charged:
        accrue_leases(now=BEGIN + timedelta(days=11))
    return House(
        award=award,
        lead=lead_of(award, MARCH),
        finance=appointed("pier", Role.FINANCE, before, "cash@pier.example"),
        other_finance=appointed("pier", Role.FINANCE, before, "desk@pier.example"),
        officer=appointed("pier", Role.OFFICER, before, "second.officer@pier.example"),
    )


def ask(house: House) -> Correction:
    """Ask for the first charge to be turned round."""
    charged = Entry.objects.filter(kind="charge").order_by("number")[0]
    facts = {"number": charged.number, "reason": "Never delivered.", "by": house.finance}
    return ask_reversal(programme_code="pier", now=MARCH, **facts)


def take_back(house: House, now: datetime = MARCH) -> Correction:
    """Turn the first charge round: all of February's lease."""
    by = house.other_finance
    return approve_correction(correction_id=ask(house).pk, by=by, now=now)


def bill(house: House, month: str, now: datetime) -> list[Invoice]:
    """Charge, close and invoice a month."""
    accrue_leases(now=now)
    asked = {"programme_code": "pier", "month": month, "by": house.finance, "now": now}
    close_month(**asked)
    return issue_invoices(**asked)[0]


def credit(house: House, invoice: Invoice, minor: int, now: datetime) -> Invoice:
    """Issue a credit note."""
    facts = {"invoice_code": invoice.code, "amount": Money(minor, "HKD"), "by": house.finance}
    return issue_credit_note(**facts, reason="Never delivered.", now=now)


def stands(*accounts: str) -> dict[str, int]:
    """What is not nothing of the accounts."""
    found = Balance.objects.filter(account__in=accounts, amount__lt=0)
    found |= Balance.objects.filter(account__in=accounts, amount__gt=0)
    return dict(found.values_list("account", "amount"))
