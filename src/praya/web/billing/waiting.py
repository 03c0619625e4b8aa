"""Invoices that wait for a lead, and claims that wait for finance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.billing.queries import claims_to_do, invoices_waiting_for, open_on
from praya.apps.billing.rules import ClaimState
from praya.core.actor import Actor, Role
from praya.web.waiting import Waiting
from praya.words.quantities import money


def invoices_waiting(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """One entry for each open invoice of an award that the actor leads."""
    del now
    if not actor.is_known:
        return
    for invoice in invoices_waiting_for(actor)[:20]:
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


def claims_waiting(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """One entry for each claim that finance answers or pays."""
    del now
    if not actor.programmes_as(Role.FINANCE):
        return
    for claim in claims_to_do(actor)[:20]:
        assert claim.submitted_at is not None, claim
        is_approved = claim.state == ClaimState.APPROVED.value
        yield Waiting(
            title=_("Claim %s is to be paid") % claim.code
            if is_approved
            else _("Claim %s is to be answered") % claim.code,
            detail=str(claim.award.organisation),
            url=reverse("web:claim", args=[claim.code]),
            since=claim.submitted_at,
        )
