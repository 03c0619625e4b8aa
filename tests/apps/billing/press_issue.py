"""Processes that issue invoices and credit notes at once; told by the concurrency test.

A month of six awards is charged and closed. Then each process issues what is left, and a credit
note on each of two invoices, every other one of which is too large. Printed are how many were
refused, and what there is.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import django

django.setup()

from django.core.management import call_command
from tests.at_once import at_once, at_the_start
from tests.awarding import Given, active_award, make_site
from tests.factories import appointed, make_person

from praya.apps.billing.commands import close_month, issue_credit_note, issue_invoices
from praya.apps.billing.models import Invoice
from praya.apps.books.queries import trial_balance, verify_book
from praya.apps.books.retrying import retrying
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Actor, Role
from praya.core.ledger.billing import InvoiceOverpaid
from praya.core.quantity import Money

BEGUN = datetime(2026, 2, 1, 9, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEASE = Given("cards", cards=1, first_on=date(2026, 2, 2), last_on=date(2026, 2, 3))
AWARDS = 6
CASH = "cash@pier.example"


def prepare() -> None:
    call_command("migrate", verbosity=0)
    make_site(BEGUN)
    for number in range(AWARDS):
        active_award(BEGUN, lines=[LEASE], lead=f"lead{number}@pier.example")
    accrue_leases(now=MARCH)
    by = appointed("pier", Role.FINANCE, BEGUN, CASH)
    close_month(programme_code="pier", month="2026-02", by=by, now=MARCH)


def issue(number: int) -> int:
    by = actor_for(make_person(CASH), MARCH)
    at_the_start()
    retrying(lambda: issue_invoices(programme_code="pier", month="2026-02", by=by, now=MARCH))
    minor = 1 if number % 2 else 10**9
    return sum(not credited(code, minor, by) for code in first_two())


def first_two() -> list[str]:
    """The codes of two invoices."""
    found = Invoice.objects.filter(kind="invoice").order_by("number")
    return list(found.values_list("code", flat=True)[:2])


def credited(code: str, minor: int, by: Actor) -> bool:
    """Whether a credit note was issued; else it was refused after it had taken a number."""
    try:
        retrying(
            lambda: issue_credit_note(
                invoice_code=code,
                amount=Money(minor, "HKD"),
                reason="A card was broken.",
                by=by,
                now=MARCH,
            )
        )
    except InvoiceOverpaid:
        return False
    return True


def count() -> dict[str, object]:
    rows = Invoice.objects.order_by("number").values_list("number", "kind")
    return {
        "numbers": [number for number, _ in rows],
        "invoices": sum(kind == "invoice" for _, kind in rows),
        "adds_up": trial_balance("pier").is_zero,
        "holds": verify_book("pier")[0],
    }


if __name__ == "__main__":
    prepare()
    refused = at_once(*((issue, number) for number in range(int(sys.argv[1]))))
    sys.stdout.write(json.dumps({"refused": sum(refused)} | count()))
