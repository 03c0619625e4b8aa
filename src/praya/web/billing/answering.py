"""Finance answers a claim: line by line, as a whole, and pays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands import (
    approve_claim,
    assess_line,
    pay_claim,
    reject_claim,
    undo_claim_approval,
    undo_claim_payment,
)
from praya.apps.billing.queries import also_claimed, check_state, claim_of, claim_sums
from praya.apps.billing.rules import ClaimState
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.billing.forms import AssessForm, PayClaimForm, ReasonForm
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal, tell_refusal
from praya.words import quantities
from praya.words.billing import CLAIM_STATES
from praya.words.clock import now
from praya.words.series import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

    from praya.apps.billing.models import Claim
    from praya.core.actor import Actor


@signed_in
def assess(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Accept a line in full, in part or not at all."""
    by, claim = _seen(request, code, "claim.assess")
    line = claim.lines.filter(number=number).first()
    if line is None:
        raise NotFound(kind="claim-line", key=f"{code}/{number}")
    share = Money(line.share_minor, claim.currency)
    form = AssessForm(
        request.POST or None, currency=claim.currency, initial={"accepted": share.major}
    )

    def act() -> None:
        assess_line(
            claim_code=code,
            number=number,
            accepted=form.cleaned_data["accepted"],
            reason=form.cleaned_data["reason"],
            by=by,
            now=now(),
        )

    confirm = Confirm(
        title=_("Answer line %(number)s of %(claim)s") % {"number": number, "claim": code},
        what=_("Look at the evidence first. The answer may be changed until the claim is decided."),
        button=_("Answer"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=(
            (_("Supplier"), line.supplier),
            (_("Paid on"), line.paid_on),
            (_("Amount paid"), Money(line.cost_minor, claim.currency)),
            (_("Share, %s") % line.share, share),
            (_("Evidence"), line.file_name),
            *(
                (_("The same evidence"), f"{other}, {CLAIM_STATES[other.state]}")
                for other in also_claimed(claim, by).get(number, ())
            ),
        ),
    )
    return _answered(request, code, form, confirm, act)


@signed_in
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Approve what was accepted."""
    by, claim = _seen(request, code, "claim.approve")
    confirm = Confirm(
        title=_("Approve %s") % code,
        what=_(
            "What was accepted is drawn on the award and owed to the claimant. Who assessed a line "
            "cannot approve."
        ),
        button=_("Approve"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=(
            *_sums(claim),
            *(
                (
                    _("Line %s, the same evidence") % number,
                    listed(f"{other}, {CLAIM_STATES[other.state]}" for other in others),
                )
                for number, others in also_claimed(claim, by).items()
                if others
            ),
        ),
    )
    return _answered(
        request, code, None, confirm, lambda: approve_claim(claim_code=code, by=by, now=now())
    )


@signed_in
def reject(request: HttpRequest, code: str) -> HttpResponse:
    """Reject a claim as a whole."""
    by, claim = _seen(request, code, "claim.reject")
    form = ReasonForm(request.POST or None)
    confirm = Confirm(
        title=_("Reject %s") % code,
        what=_("Nothing of it is paid. The claimant reads the reason."),
        button=_("Reject"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=_sums(claim),
        is_grave=True,
    )
    return _answered(
        request,
        code,
        form,
        confirm,
        lambda: reject_claim(claim_code=code, reason=form.cleaned_data["reason"], by=by, now=now()),
    )


@signed_in
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """Record that an approved claim was paid."""
    by, claim = _seen(request, code, "claim.pay", ClaimState.APPROVED)
    form = PayClaimForm(request.POST or None)
    confirm = Confirm(
        title=_("Record that %s was paid") % code,
        what=_("The amount is what was approved: %s.")
        % quantities.money(claim_sums(claim).accepted),
        button=_("Record"),
        cancel_url=reverse("web:claim", args=[code]),
    )
    return _answered(
        request,
        code,
        form,
        confirm,
        lambda: pay_claim(
            claim_code=code,
            paid_on=form.cleaned_data["paid_on"],
            bank_reference=form.cleaned_data["bank_reference"],
            by=by,
            now=now(),
        ),
    )


@signed_in
def undo_payment(request: HttpRequest, code: str) -> HttpResponse:
    """Undo a payment that was none."""
    by, claim = _seen(request, code, "claim.undo_payment", ClaimState.PAID)
    form = ReasonForm(request.POST or None)
    confirm = Confirm(
        title=_("Undo the payment of %s") % code,
        what=_(
            "The claim is approved and owed again. Who recorded the payment cannot undo it. The "
            "claimant reads the reason."
        ),
        button=_("Undo"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=(
            (_("Accepted"), claim_sums(claim).accepted),
            (_("Paid on"), claim.paid_on),
            (_("The bank's reference"), claim.bank_reference),
            (_("Recorded by"), str(claim.paid_by)),
        ),
        is_grave=True,
    )

    def act() -> None:
        reason = form.cleaned_data["reason"]
        undo_claim_payment(claim_code=code, reason=reason, by=by, now=now())

    return _answered(request, code, form, confirm, act)


@signed_in
def undo_approval(request: HttpRequest, code: str) -> HttpResponse:
    """Undo an approval; the claim is with finance again."""
    by, claim = _seen(request, code, "claim.undo_approval", ClaimState.APPROVED)
    form = ReasonForm(request.POST or None)
    confirm = Confirm(
        title=_("Undo the approval of %s") % code,
        what=_(
            "What was drawn on the award is free again, and the claim is decided anew. Who "
            "approved it cannot undo it. The claimant reads the reason."
        ),
        button=_("Undo"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=(*_sums(claim), (_("Decided by"), str(claim.decided_by))),
        is_grave=True,
    )

    def act() -> None:
        reason = form.cleaned_data["reason"]
        undo_claim_approval(claim_code=code, reason=reason, by=by, now=now())

    return _answered(request, code, form, confirm, act)


def _seen(
    request: HttpRequest, code: str, action: str, state: ClaimState = ClaimState.SUBMITTED
) -> tuple[Actor, Claim]:
    by = actor(request)
    claim = claim_of(code, by)
    check_may_bill(by, claim.programme.code, action=action)
    check_state(claim, state)
    return by, claim


def _sums(claim: Claim) -> tuple[tuple[str, object], ...]:
    sums = claim_sums(claim)
    return ((_("Costs"), sums.cost), (_("Share"), sums.share), (_("Accepted"), sums.accepted))


def _answered(
    request: HttpRequest,
    code: str,
    form: forms.Form | None,
    confirm: Confirm,
    act: Callable[[], object],
) -> HttpResponse:
    """Ask first, then act; a refusal with a form stands in the form, else it is the page's."""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act()
        except NotAllowed:
            raise
        except Refusal as refusal:
            if form is None:
                tell_refusal(request, refusal)
                return redirect("web:claim", code)
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Done. The trail shows it."))
            return redirect("web:claim", code)
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})
