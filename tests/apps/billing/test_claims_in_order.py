"""Claims are begun, filled, approved and paid, or refused in the order that is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.apps.billing.cases import BEGIN
from tests.apps.billing.test_claims import (
    COST,
    NOW,
    add,
    approved,
    assess,
    begin,
    hkd,
    paid,
)
from tests.apps.billing.test_claims import claiming as house  # noqa: F401 -- a fixture
from tests.factories import appointed

from praya.apps.awards.models import Award
from praya.apps.billing.commands import approve_claim, pay_claim, submit_claim
from praya.apps.billing.commands import claiming as drafts
from praya.apps.billing.rules.refusals import (
    ClaimNotNow,
    ClaimSamePerson,
    NotAssessed,
    NotClaimable,
    PaidInFuture,
    ReferenceUsed,
    TooManyLines,
)
from praya.core.actor import Role
from praya.core.ledger import AmountNotPositive, BookExhausted
from praya.core.refusal import NotAllowed, NotFound

MONEY = 10**10
TOMORROW = date(2026, 2, 12)


def claimant_of_finance(house):  # noqa: F811 -- the house
    """The lead, who has come to hold finance too."""
    return appointed("pier", Role.FINANCE, BEGIN, "lead@pier.example")


def test_an_award_that_was_never_used_is_not_claimed_under(house):  # noqa: F811
    Award.objects.filter(pk=house.award.pk).update(started_at=None)

    with pytest.raises(NotClaimable):
        begin(house)


def test_a_full_claim_takes_no_line_whatever_it_is(house, monkeypatch):  # noqa: F811
    monkeypatch.setattr(drafts, "LINES_MAX", 1)
    claim = begin(house)
    free = replace(COST, amount=hkd(0))
    with pytest.raises(AmountNotPositive):
        add(house, claim, free)
    add(house, claim)

    with pytest.raises(TooManyLines) as refused:
        add(house, claim, free)
    assert refused.value.facts == {"limit": 1}


def test_approving_is_refused_in_order(house):  # noqa: F811
    claim = begin(house)
    for amount in (MONEY, 3):
        add(house, claim, replace(COST, amount=hkd(amount)))

    def refused(refusal, by, code=claim.code):
        with pytest.raises(refusal):
            approve_claim(claim_code=code, by=by, now=NOW)

    refused(NotFound, house.other_finance, "PIR-R9999")
    refused(NotAllowed, house.lead)
    both = claimant_of_finance(house)
    refused(ClaimNotNow, both)
    submit_claim(claim_code=claim.code, by=house.lead, now=NOW)
    assess(house, claim, 1, MONEY * 2 // 3)
    refused(ClaimSamePerson, both)
    refused(ClaimSamePerson, house.finance)  # who assessed a line
    refused(NotAssessed, house.other_finance)
    assess(house, claim, 2, 2)
    refused(BookExhausted, house.other_finance)


def test_paying_is_refused_in_order(house):  # noqa: F811
    first = paid(house, approved(house, 1))
    claim = approved(house, 1)

    def refused(refusal, by, code=claim.code, on=TOMORROW):
        with pytest.raises(refusal):
            pay_claim(claim_code=code, paid_on=on, bank_reference="out-1", by=by, now=NOW)

    refused(NotFound, house.finance, "PIR-R9999")
    refused(NotAllowed, house.lead, first.code)
    both = claimant_of_finance(house)
    refused(ClaimNotNow, both, first.code)
    refused(ClaimSamePerson, both)
    refused(PaidInFuture, house.finance)
    refused(ReferenceUsed, house.finance, on=NOW.date())
