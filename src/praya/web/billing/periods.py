"""Months of a programme: those that are closed, and the one that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from praya.apps.billing.access import check_may_bill, may_bill
from praya.apps.billing.commands import close_month
from praya.apps.billing.queries import closed_months, period_to_close
from praya.apps.billing.rules.refusals import PeriodClosedBefore
from praya.apps.programmes.queries import programme_of
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.billing.invoices import MONTH
from praya.web.guards import signed_in
from praya.web.tables import Column, Table
from praya.words import quantities
from praya.words.billing import CHECKS
from praya.words.clock import now
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.billing.models import PeriodClose


@signed_in
def of_programme(request: HttpRequest, code: str) -> HttpResponse:
    """Closed months, and what is closed next."""
    by = actor(request)
    rows = closed_months(code, by)
    programme = programme_of(code)
    bills = may_bill(by, code)
    table = Table(
        request,
        name="periods",
        caption=_("Closed months"),
        rows=rows,
        columns=(
            Column(
                "month",
                _("Month"),
                lambda row: quantities.month(row.month),
                sort="month",
                in_file=lambda row: row.month,
            ),
            Column("closed_at", _("Closed at"), sort="closed_at"),
            Column("closed_by", _("By"), lambda row: str(row.closed_by)),
            Column("entries", _("Entries in the book"), sort="entries", align="end"),
            Column(
                "seal",
                _("Seal"),
                lambda row: format_html('<span class="code">{}</span>', row.head_sha256[:16]),
                in_file=lambda row: row.head_sha256,
            ),
            *([Column("invoices", _("Invoices"), _issue_link)] if bills else []),
        ),
        sort="-month",
        empty=_("No month has been closed yet."),
    )
    following = period_to_close(programme, now())
    context = {
        "programme": programme,
        "following": following,
        "facts": [
            (_("Charges"), following.charges),
            (_("Own share"), Money(following.own_minor, programme.currency)),
        ]
        if following
        else [],
        "may_close": bills and following is not None and following.is_over,
    }
    return table.answer("web/billing/periods.html", context)


@signed_in
def close(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Ask, prove the book, and close a month."""
    by = actor(request)
    programme = programme_of(code)
    check_may_bill(by, code, action="period.close")
    if not MONTH.fullmatch(month):
        raise NotFound(kind="period", key=month)
    if closed_months(code, by).filter(month=month).exists():
        raise PeriodClosedBefore(month=month)
    sentence, wrong = "", ()
    if request.method == "POST":
        try:
            close_month(programme_code=code, month=month, by=by, now=now())
        except NotAllowed:
            raise
        except Refusal as refusal:
            sentence, wrong = sentence_for(refusal), refusal.facts.get("checks", ())
        else:
            messages.info(
                request,
                _("%s is closed. Its invoices can be issued now.") % quantities.month(month),
            )
            return redirect("web:period-list", code)
    context = {
        "programme": programme,
        "month": month,
        "sentence": sentence,
        "checks": [
            (str(words), Badge(_("Not in order"), Tone.BAD) if name in wrong else None)
            for name, words in CHECKS.items()
        ],
    }
    return TemplateResponse(request, "web/billing/period_close.html", context)


def _issue_link(row: PeriodClose) -> Link:
    url = reverse("web:invoice-issue", args=[row.programme.code, row.month])
    return Link(_("Issue those that are missing"), url)
