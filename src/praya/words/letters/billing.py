"""Mails about invoices, claims, years of the budget, and a book that was changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.billing.rules import ClaimStep
from praya.apps.reports.rules import NOT_PROVED
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


def invoice_issued_ahead(  # noqa: PLR0913 -- keyword-only facts of one letter
    *,
    invoice: str,
    award: str,
    part: int,
    parts: int,
    amount_minor: int,
    currency: str,
    due_on: date | str,
    **_facts: object,
) -> Letter:
    """A part of the own share is asked for before use."""
    return (
        _("%(award)s: invoice %(invoice)s") % {"award": award, "invoice": invoice},
        _(
            "Your own share is paid before use. Part %(part)s of %(parts)s, %(amount)s, is due on "
            "%(day)s; once it is paid, as much of your card-hours can be used. The invoice is at\n"
            "%(url)s\nWrite its number on your payment."
        )
        % {
            "part": part,
            "parts": parts,
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


def claim_undone(
    *, claim: str, step: str, amount_minor: int, currency: str, reason: str, **_facts: object
) -> Letter:
    """An approval or a payment of a claim was turned round."""
    said = {
        "claim": claim,
        "amount": money(Money(amount_minor, currency)),
        "reason": reason,
        "url": _page(f"/claims/{claim}/"),
    }
    if step == ClaimStep.PAYMENT.value:
        return (
            _("%(claim)s counts as not paid") % said,
            _(
                "That %(amount)s was paid for %(claim)s is undone: %(reason)s\nIt is approved, and "
                "is still to be paid. The claim is at\n%(url)s"
            )
            % said,
        )
    return (
        _("%(claim)s is with finance again") % said,
        _(
            "The approval of %(amount)s for %(claim)s is undone: %(reason)s\nFinance decides it "
            "anew; you are told. The claim is at\n%(url)s"
        )
        % said,
    )


def book_broken(
    *, programme: str, finding: str, entry: int | None, where: str, **_facts: object
) -> Letter:
    """A night's proof found that a book is not as it was written, or could not read it."""
    said = {
        "programme": programme,
        "finding": " ".join(one for one in (finding, str(entry or ""), where) if one),
        "url": _page(f"/finance/{programme}/book/"),
    }
    if finding == NOT_PROVED:
        return (
            _("The book of %(programme)s could not be read for two days") % said,
            _(
                "The book of %(programme)s is proved each night, and for two days it could not be "
                "read. Nobody knows whether it is as it was written. Ask who runs Praya to look "
                "into the worker’s log and at the database. Prove it at\n%(url)s"
            )
            % said,
        )
    return (
        _("The book of %(programme)s is not as it was written") % said,
        _(
            "The night’s proof of the book of %(programme)s found: %(finding)s. Somebody or "
            "something changed it behind Praya. Close no month and pay nothing on it, and compare "
            "it with a backup. Prove it again at\n%(url)s"
        )
        % said,
    )


def year_lapses(**year: Any) -> Letter:  # noqa: ANN401 -- facts of one letter
    """What a year of a programme has not committed will be lost."""
    said = _said_of_year(**year)
    return (
        _("%(amount)s of %(purpose)s lapses after %(day)s") % said,
        _(
            "%(amount)s of the purpose “%(purpose)s” is not committed. What is not committed by "
            "the end of %(day)s lapses by the rules. How each year stands is at\n%(url)s"
        )
        % said,
    )


def year_lapsed(**year: Any) -> Letter:  # noqa: ANN401 -- as above
    """What a year of a programme left was lost."""
    said = _said_of_year(**year)
    return (
        _("%(amount)s of %(purpose)s has lapsed") % said,
        _(
            "%(amount)s of the purpose “%(purpose)s” was not committed by %(day)s, and has left "
            "the pool. Two people of finance can turn the entry round. How each year stands is "
            "at\n%(url)s"
        )
        % said,
    )


def year_waived(*, reason: str, **year: Any) -> Letter:  # noqa: ANN401 -- as above
    """What a year leaves stays."""
    said = {**_said_of_year(**year), "reason": reason}
    return (
        _("%(purpose)s: what the year to %(day)s leaves stays") % said,
        _(
            "What the purpose “%(purpose)s” has not committed by %(day)s stays in its pool; that "
            "is %(amount)s as it stands. The reason: %(reason)s\n%(url)s"
        )
        % said,
    )


def year_waiver_withdrawn(*, reason: str, **year: Any) -> Letter:  # noqa: ANN401 -- as above
    """What a year leaves lapses after all."""
    said = {**_said_of_year(**year), "reason": reason}
    return (
        _("%(purpose)s: what the year to %(day)s leaves lapses after all") % said,
        _(
            "What the purpose “%(purpose)s” has not committed by %(day)s was to stay in its pool, "
            "and is not any more; that is %(amount)s as it stands. The reason: %(reason)s\n%(url)s"
        )
        % said,
    )


def _said_of_year(
    *,
    programme: str,
    purpose: str,
    last_on: date,
    amount_minor: int,
    currency: str,
    **_facts: object,
) -> dict[str, str]:
    return {
        "amount": money(Money(amount_minor, currency)),
        "purpose": purpose,
        "day": date_format(last_on, "DATE_FORMAT"),
        "url": _page(f"/finance/{programme}/years/"),
    }


def _page(path: str) -> str:
    return f"{settings.PRAYA_URL}{path}"


LETTERS: dict[str, Callable[..., Letter]] = {
    "invoice.issued": invoice_issued,
    "invoice.issued_ahead": invoice_issued_ahead,
    "invoice.credited": invoice_credited,
    "claim.decided": claim_decided,
    "claim.undone": claim_undone,
    "book.broken": book_broken,
    "warning.year_lapses": year_lapses,
    "warning.year_lapsed": year_lapsed,
    "warning.year_waived": year_waived,
    "warning.year_waiver_withdrawn": year_waiver_withdrawn,
}
