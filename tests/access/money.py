"""Money about the site: a closed month with its invoice, and claims in every state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from tests.access.people import PEOPLE
from tests.apps.billing.test_claims import COST, PDF, RULES
from tests.awarding import Given, active_award
from tests.factories import appointed, make_person

from praya.apps.billing.commands import (
    add_claim_line,
    approve_claim,
    assess_line,
    begin_claim,
    close_month,
    issue_invoices,
    pay_claim,
    record_payment,
    submit_claim,
)
from praya.apps.billing.models import Claim
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import actor_for, programme_of
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Actor, Role
from praya.core.quantity import Money

__all__ = ["ENVELOPE", "RULES", "YEAR", "billed", "claimed"]

FIRST = "2026-01-01"
YEAR = {"code": "pier", "purpose": "subsidy", "first": FIRST, "first_on": FIRST}
ENVELOPE = {
    "amount": 100000000,
    "purposes": [
        {"code": "subsidy", "name": {"en": "Subsidy"}, "amount": 90000000, "pays_subsidy": True},
        {"code": "outreach", "name": {"en": "Outreach"}, "amount": 10000000},
    ],
    "years": [{"from": FIRST, "to": "2026-12-31", "voted": 20000000, "waived_by": "committee"}],
}
FEBRUARY = datetime(2026, 2, 1, 9, tzinfo=UTC)
LEASE = Given("cards", cards=1, first_on=date(2026, 2, 2), last_on=date(2026, 2, 5))


def billed(now: datetime) -> dict[str, dict[str, Any]]:
    """A lease of February, closed, invoiced and paid in part."""
    programme = programme_of("pier")
    award = active_award(FEBRUARY, lines=[LEASE], programme=programme, lead=PEOPLE["awle"])
    finance = _known(PEOPLE["fina"], now)
    accrue_leases(now=now)
    close_month(programme_code="pier", month="2026-02", by=finance, now=now)
    [invoice], _ = issue_invoices(programme_code="pier", month="2026-02", by=finance, now=now)
    payment = record_payment(
        programme_code="pier",
        reference=invoice.code,
        amount=Money(100, "HKD"),
        paid_on=now.date(),
        bank_reference="walk",
        by=finance,
        now=now,
    )
    return {
        "invoice": {"code": invoice.code, "payment_id": payment.pk},
        "closed": {"code": "pier", "month": "2026-02"},
        "billed": {"code": award.code},
    }


def claimed(programme: Programme, now: datetime) -> dict[str, dict[str, Any]]:
    """A draft, a claim with finance and an approved one, all of somebody elsewhere."""
    finance = _known(PEOPLE["fcom"], now)
    other = appointed(programme.code, Role.FINANCE, now, "second.finance@wharf.example")
    asked = ask_funding(
        programme_code=programme.code,
        pool="subsidy",
        amount=Money(100_000_00, "HKD"),
        reason="budget",
        by=_known(PEOPLE["foff"], now),
        now=now,
    )
    approve_funding(request_id=asked.pk, by=finance, now=now)
    award = active_award(now, lines=[Given(hours=10)], programme=programme, lead=PEOPLE["othr"])
    another = active_award(now, lines=[Given(hours=10)], programme=programme, lead=PEOPLE["othr"])
    lead = _known(PEOPLE["othr"], now)
    approved = _approved(award.code, lead, now, assessed_by=other, by=finance)
    by_another = _approved(award.code, lead, now, assessed_by=finance, by=other)
    paid = _approved(award.code, lead, now, assessed_by=finance, by=other)
    out = {"paid_on": now.date(), "bank_reference": "out-0", "by": other, "now": now}
    pay_claim(claim_code=paid.code, **out)
    assessed = _assessed(award.code, lead, now, by=other)
    submitted = _submitted(award.code, lead, now)
    draft = _written(award.code, lead, now)
    return {
        "claiming": {"code": award.code},
        "claimable": {"code": another.code},
        "claim-draft": {"code": draft.code, "number": 1},
        "claim": {"code": submitted.code, "number": 1},
        "claim-approved": {"code": approved.code, "number": 1},
        "claim-assessed": {"code": assessed.code, "number": 1},
        "claim-by-another": {"code": by_another.code, "number": 1},
        "claim-paid": {"code": paid.code, "number": 1},
    }


def _written(award_code: str, lead: Actor, now: datetime) -> Claim:
    claim = begin_claim(award_code=award_code, by=lead, now=now)
    add_claim_line(
        claim_code=claim.code,
        cost=COST,
        file_name="invoice.pdf",
        content=BytesIO(PDF),
        by=lead,
        now=now,
    )
    return claim


def _submitted(award_code: str, lead: Actor, now: datetime) -> Claim:
    claim = _written(award_code, lead, now)
    return submit_claim(claim_code=claim.code, by=lead, now=now)


def _assessed(award_code: str, lead: Actor, now: datetime, *, by: Actor) -> Claim:
    claim = _submitted(award_code, lead, now)
    accepted = Money(1, "HKD")
    told = {"claim_code": claim.code, "number": 1, "reason": "Tax.", "now": now}
    assess_line(accepted=accepted, by=by, **told)
    return claim


def _approved(
    award_code: str, lead: Actor, now: datetime, *, assessed_by: Actor, by: Actor
) -> Claim:
    claim = _assessed(award_code, lead, now, by=assessed_by)
    return approve_claim(claim_code=claim.code, by=by, now=now)


def _known(email: str, now: datetime) -> Actor:
    return actor_for(make_person(email), now)
