"""A private use was declared public: the difference of the rates is claimed back, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from tests.apps.changes.changing import CHANGES, LINES, asked, granted, staff
from tests.awarding import active_award, make_site

from praya.apps.changes.models import Debt
from praya.apps.changes.queries import preview_of
from praya.apps.changes.rules import ChangeKind, Formula, Wish
from praya.apps.changes.rules import refusals as no
from praya.apps.usage.commands import accrue_leases
from praya.apps.usage.models import Charge
from praya.core.actor import Role

pytestmark = pytest.mark.django_db

PRIVATE = {"code": "private", "name": {"en": "Private results"}, "percent": 40}
RECOVERY = {"formulas": ["all", "rate-difference"]}


def thirty_percent() -> int:
    """Of the list price of all that was charged: 70 less 40."""
    return Charge.objects.aggregate(sum=Sum("list_minor"))["sum"] * 30 // 100


def test_the_difference_of_rates_is_claimed_once_and_again_for_what_is_used_after(now):
    subsidy = {"percent": 70, "rates": [PRIVATE | {"kinds": ["enterprise"]}]}
    make_site(now, changes=CHANGES | {"recovery": RECOVERY}, subsidy=subsidy)
    award = active_award(now, lines=LINES)
    wish = {"formula": Formula.RATE_DIFFERENCE, "rate": "private"}
    later = now + timedelta(days=10)
    accrue_leases(now=later)
    with pytest.raises(no.RateUnknown) as refused:
        asked(award, ChangeKind.RECOVERY, later, **wish | {"rate": "lunar"})
    assert refused.value.facts == {"rate": "lunar", "known": ("percent", "private")}
    with pytest.raises(no.NothingToRecover):
        asked(award, ChangeKind.RECOVERY, later, **wish | {"rate": "percent"})

    preview = preview_of(award, ChangeKind.RECOVERY, Wish(**wish), later)
    assert preview.plan is not None
    assert preview.plan.facts == {
        "amount_minor": thirty_percent(),
        "formula": "rate-difference",
        "rate_bp": 7000,
        "right_bp": 4000,
    }
    granted(asked(award, ChangeKind.RECOVERY, later, **wish), later, staff(Role.FINANCE, now))
    assert [debt.amount_minor for debt in Debt.objects.all()] == [thirty_percent()]
    with pytest.raises(no.NothingToRecover):
        asked(award, ChangeKind.RECOVERY, later, **wish)

    after = later + timedelta(days=10)
    accrue_leases(now=after)
    granted(asked(award, ChangeKind.RECOVERY, after, **wish), after, staff(Role.FINANCE, now))
    assert sum(debt.amount_minor for debt in Debt.objects.all()) == thirty_percent()
