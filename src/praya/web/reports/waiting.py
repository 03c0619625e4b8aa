"""What of the book waits for finance and auditors, on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.books.queries.waiting import corrections_to_decide, funding_to_decide
from praya.apps.reports.queries.proofs import broken_books
from praya.core.actor import Role
from praya.core.quantity import Money
from praya.web.waiting import SHOWN, Waiting, kind_of, shown
from praya.words.quantities import money

_OF_PERSON = ("asked_by__name", "asked_by__name_zh", "asked_by__email")


@kind_of(broken_books, Role.FINANCE, Role.AUDITOR)
def books_broken(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each book that its last proof found changed, or could not read."""
    del now
    for proof in rows[:SHOWN]:
        code = proof.programme_code
        broken = (
            _("The book of %s is not as it was written"),
            _("Close no month and pay nothing on it, and compare it with a backup."),
        )
        unread = (
            _("The book of %s could not be read for two days"),
            _("Nobody knows whether it is as it was written: see the worker’s log."),
        )
        title, detail = unread if proof.could_not_read else broken
        yield Waiting(
            title=title % code,
            detail=detail,
            url=reverse("web:book", args=[code]),
            since=proof.proved_at,
        )


@kind_of(funding_to_decide, Role.FINANCE)
def funding_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each request for funding that finance has not decided."""
    del now
    fields = ("programme_code", "amount_minor", "currency", "asked_at")
    for asked in shown(rows, *fields, *_OF_PERSON):
        yield Waiting(
            title=_("%(amount)s of funding is to be approved")
            % {"amount": money(Money(asked.amount_minor, asked.currency))},
            detail=_("%s asked for it.") % asked.asked_by,
            url=reverse("web:funding", args=[asked.programme_code, asked.pk]),
            since=asked.asked_at,
        )


@kind_of(corrections_to_decide, Role.FINANCE)
def corrections_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each correction of the book that somebody else of finance asked for."""
    del now
    for asked in shown(rows, "programme_code", "reason", "asked_at", *_OF_PERSON):
        yield Waiting(
            title=_("A correction of the book of %s is to be decided") % asked.programme_code,
            detail=_("%(person)s asked for it: %(reason)s")
            % {"person": asked.asked_by, "reason": asked.reason},
            url=reverse("web:correction", args=[asked.programme_code, asked.pk]),
            since=asked.asked_at,
        )
