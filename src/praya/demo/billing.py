"""Finance closes what is over, invoices it, and is paid once in full and once in part."""

from __future__ import annotations

from datetime import datetime, timedelta

from praya.apps.billing.commands import close_month, issue_invoices, record_payment
from praya.apps.billing.queries import ageing, period_to_close
from praya.apps.programmes.queries import programme_of
from praya.core.quantity import Money
from praya.demo.stage import Stage


def close_and_invoice(stage: Stage, now: datetime) -> None:
    """Close every month that is over, and issue its invoices."""
    finance = stage.who("finance", now)
    code = stage.programme_code
    while (following := period_to_close(programme_of(code), now)) and following.is_over:
        close_month(programme_code=code, month=following.month, by=finance, now=now)
        issue_invoices(programme_code=code, month=following.month, by=finance, now=now)


def take_payments(stage: Stage, now: datetime) -> None:
    """One holder pays in full, another half."""
    finance = stage.who("finance", now)
    for part, invoice in enumerate(ageing(stage.programme_code, finance)[:2], start=1):
        record_payment(
            programme_code=stage.programme_code,
            reference=invoice.code,
            amount=Money(invoice.amount_minor // part, invoice.currency),
            paid_on=(now - timedelta(days=1)).date(),
            bank_reference=f"IN-{part:04d}",
            by=finance,
            now=now,
        )
