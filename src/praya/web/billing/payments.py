"""Payments are recorded and undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands import record_payment, undo_payment
from praya.apps.billing.queries import payment_of
from praya.apps.programmes.queries import programme_of
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.billing.forms import PaymentForm, ReasonForm
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal
from praya.words.clock import now


@signed_in
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Record a payment against the invoice that its reference names."""
    by = actor(request)
    programme = programme_of(code)
    check_may_bill(by, code, action="payment.record")
    form = PaymentForm(
        request.POST or None,
        currency=programme.currency,
        initial={"reference": request.GET.get("invoice", "")[:40]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            payment = record_payment(
                programme_code=code,
                reference=form.cleaned_data["reference"],
                amount=form.cleaned_data["amount"],
                paid_on=form.cleaned_data["paid_on"],
                bank_reference=form.cleaned_data["bank_reference"],
                by=by,
                now=now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Recorded. The book and the trail show it."))
            return redirect("web:invoice", payment.invoice.code)
    context = {"form": form, "programme": programme}
    return TemplateResponse(request, "web/billing/payment_new.html", context)


@signed_in
def undo(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Undo a payment that was none."""
    by = actor(request)
    payment = payment_of(payment_id, by)
    check_may_bill(by, payment.programme.code, action="payment.undo")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_payment(
                payment_id=payment_id, reason=form.cleaned_data["reason"], by=by, now=now()
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Undone. What it had paid is open again."))
            return redirect("web:invoice", payment.invoice.code)
    confirm = Confirm(
        title=_("Undo a payment"),
        what=_("Both stay in the book: the payment, and that it was undone."),
        button=_("Undo it"),
        cancel_url=reverse("web:invoice", args=[payment.invoice.code]),
        facts=(
            (_("Invoice"), payment.invoice.code),
            (_("Amount"), payment.amount),
            (_("Paid on"), payment.paid_on),
            (_("The bank's reference"), payment.bank_reference),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})
