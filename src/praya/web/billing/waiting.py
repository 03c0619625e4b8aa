"""Invoices that wait for a lead; months, overdue invoices and claims that wait for finance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.billing.queries import (
    charged_since_close,
    claims_to_do,
    invoices_waiting_for,
    months_to_close,
    open_on,
    open_to,
    overdue_of,
)
from praya.apps.billing.rules import ClaimState
from praya.core.actor import Role
from praya.web.waiting import SHOWN, Waiting, kind_of, shown
from praya.words.languages import in_readers_language, name_in_readers_language
from praya.words.quantities import money, month


@kind_of(invoices_waiting_for)
def invoices_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each open invoice of an award that the actor leads."""
    del now
    fields = ("code", "currency", "issued_at", "due_on", "programme__time_zone")
    for invoice in shown(rows, *fields):
        assert invoice.due_on is not None, invoice
        zone = ZoneInfo(invoice.programme.time_zone)
        yield Waiting(
            title=_("%(invoice)s: %(amount)s is to be paid")
            % {"invoice": invoice.code, "amount": money(open_on(invoice))},
            detail=_("Write the number of the invoice on the payment."),
            url=reverse("web:invoice", args=[invoice.code]),
            since=invoice.issued_at,
            due=datetime.combine(invoice.due_on, time.max, zone),
        )


@kind_of(charged_since_close, Role.FINANCE)
def months_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each programme with months that have ended and are not closed."""
    for each in months_to_close(rows, now)[:SHOWN]:
        said = {"month": month(each.month), "count": each.months}
        title = ngettext(
            "%(month)s is to be closed",
            "%(count)s months are to be closed, %(month)s first",
            each.months,
        )
        yield Waiting(
            title=title % said,
            detail=_("%s: what was used in it can be invoiced then.")
            % in_readers_language(each.programme_name),
            url=reverse("web:period-list", args=[each.programme_code]),
            since=each.since,
        )


@kind_of(open_to, Role.FINANCE)
def overdue_invoices(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each programme with invoices that should have been paid."""
    for each in overdue_of(rows, now)[:SHOWN]:
        said = {"count": each.invoices, "amount": money(each.open)}
        title = ngettext(
            "%(count)s invoice is overdue, with %(amount)s open",
            "%(count)s invoices are overdue, with %(amount)s open",
            each.invoices,
        )
        said_of_oldest = {
            "programme": in_readers_language(each.programme_name),
            "day": date_format(each.due_on, "DATE_FORMAT"),
        }
        yield Waiting(
            title=title % said,
            detail=_("%(programme)s: the oldest was due on %(day)s.") % said_of_oldest,
            url=reverse("web:ageing", args=[each.programme_code]),
            since=each.since,
        )


@kind_of(claims_to_do, Role.FINANCE)
def claims_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each claim that finance answers or pays."""
    del now
    of_organisation = (f"award__organisation__{name}" for name in ("name", "name_zh"))
    fields = ("code", "state", "submitted_at", *of_organisation)
    for claim in shown(rows, *fields):
        assert claim.submitted_at is not None, claim
        is_approved = claim.state == ClaimState.APPROVED.value
        yield Waiting(
            title=_("Claim %s is to be paid") % claim.code
            if is_approved
            else _("Claim %s is to be answered") % claim.code,
            detail=name_in_readers_language(claim.award.organisation),
            url=reverse("web:claim", args=[claim.code]),
            since=claim.submitted_at,
        )
