"""Mails about invoices and claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.quantity import Money
from praya.words.quantities import money
from praya.words.quantities import month as month_in_words

Letter = tuple[str, str]


def invoice_issued(  # noqa: PLR0913 -- keyword-only facts of one letter
    *,
    invoice: str,
    award: str,
    month: str,
    amount_minor: int,
    currency: str,
    due_on: date | str,
    **_facts: object,
) -> Letter:
    """The own share of a month is asked for."""
    return (
        _("%(award)s: invoice %(invoice)s") % {"award": award, "invoice": invoice},
        _(
            "The own share of %(month)s, %(amount)s, is due on %(day)s. The invoice, with every "
            "charge behind it, is at\n%(url)s\nWrite its number on your payment."
        )
        % {
            "month": month_in_words(month),
            "amount": money(Money(amount_minor, currency)),
            "day": date_format(date.fromisoformat(str(due_on))),
            "url": _page(f"/invoices/{invoice}/"),
        },
    )


def invoice_credited(
    *,
    invoice: str,
    note: str,
    amount_minor: int,
    currency: str,
    reason: str,
    **_facts: object,
) -> Letter:
    """Part of an invoice was taken back."""
    return (
        _("%(invoice)s: credit note %(note)s") % {"invoice": invoice, "note": note},
        _("%(amount)s of invoice %(invoice)s is taken back: %(reason)s\nThe note is at\n%(url)s")
        % {
            "amount": money(Money(amount_minor, currency)),
            "invoice": invoice,
            "reason": reason,
            "url": _page(f"/invoices/{note}/"),
        },
    )


def claim_decided(
    *, claim: str, accepted_minor: int, currency: str, reason: str, **_facts: object
) -> Letter:
    """A claim was approved, in full or in part, or rejected."""
    url = _page(f"/claims/{claim}/")
    if not accepted_minor:
        why = reason or _("no line of it could be accepted")
        text = _(
            "Nothing of %(claim)s is reimbursed: %(reason)s\nEach line is answered at\n%(url)s"
        )
        return (
            _("%(claim)s is rejected") % {"claim": claim},
            text % {"claim": claim, "reason": why, "url": url},
        )
    return (
        _("%(claim)s is approved") % {"claim": claim},
        _("%(amount)s is approved and will be paid. Each line is answered at\n%(url)s")
        % {"amount": money(Money(accepted_minor, currency)), "url": url},
    )


def _page(path: str) -> str:
    return f"{settings.PRAYA_URL}{path}"


LETTERS: dict[str, Callable[..., Letter]] = {
    "invoice.issued": invoice_issued,
    "invoice.credited": invoice_credited,
    "claim.decided": claim_decided,
}
