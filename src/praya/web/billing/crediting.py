"""Part of an invoice is taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands import issue_credit_note
from praya.apps.billing.queries import invoice_of, open_on, paid_back_of
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.billing.forms import CreditForm
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.reports.why_behind import add_refusal
from praya.words.clock import now


@signed_in
@once
def credit(request: HttpRequest, code: str) -> HttpResponse:
    """Take part of an invoice back."""
    by = actor(request)
    invoice = invoice_of(code, by)
    check_may_bill(by, invoice.programme.code, action="invoice.credit")
    form = CreditForm(request.POST or None, currency=invoice.currency)
    if request.method == "POST" and form.is_valid():
        try:
            note = issue_credit_note(
                invoice_code=code,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                by=by,
                now=now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Credit note %s was issued.") % note.code)
            return redirect("web:invoice", code)
    confirm = Confirm(
        title=_("Take back part of %s") % code,
        what=_(
            "A credit note gets the next number and is never changed. The lead is told by mail."
        ),
        button=_("Issue the credit note"),
        cancel_url=reverse("web:invoice", args=[code]),
        facts=(
            (_("Amount"), invoice.amount),
            (pgettext("of an invoice", "Open"), open_on(invoice)),
            (_("Paid, and paid back beyond what is open"), paid_back_of(invoice)),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})
