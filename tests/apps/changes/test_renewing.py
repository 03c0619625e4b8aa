"""New periods with other amounts than the last one: line by line, up to what the rules let."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, staff, use
from tests.awarding import lead_of

from praya.apps.awards.commands import accept_award
from praya.apps.awards.models import Award
from praya.apps.changes.rules import ChangeKind, Wish
from praya.apps.changes.rules import refusals as no
from praya.core.actor import Role
from praya.core.ledger import AmountNotPositive, AmountTooLarge
from praya.core.quantity import HOUR_S, CardTime

pytestmark = pytest.mark.django_db
HALF_AS_MUCH_AGAIN = {"months_max": 12, "granted_by": "committee", "amount_percent_max": 150}
LAST_ON = date(2027, 6, 30)
DAYS = 181  # from 1 January
MODEL = "nvidia-h800"


@pytest.fixture
def award(now, db):
    """Two lines of 100 card-hours and a lease of two cards, until the end of 2026."""
    return changing_award(now, renewal=HALF_AS_MUCH_AGAIN)


def renew(award, now, last_on: date = LAST_ON, **amounts: int):
    wished = {number.removeprefix("line"): amount for number, amount in amounts.items()}
    return asked(award, ChangeKind.RENEWAL, now, last_on=last_on, amounts=wished)


def offered(change, now):
    return Award.objects.get(pk=granted(change, now, staff(Role.COMMITTEE, now)).offered_id)


def test_a_renewal_gives_what_was_asked_and_leaves_out_what_is_nothing(award, now):
    new = offered(renew(award, now, line1=150, line2=0, line3=3), now)

    lines = {line.number: (line.cards, line.card_seconds) for line in new.lines.all()}
    assert lines == {1: (8, 150 * HOUR_S), 3: (3, 3 * DAYS * 24 * HOUR_S)}
    accept_award(code=new.code, agreement_number=1, by=lead_of(award, now), now=now)


def test_a_line_that_is_not_named_has_what_it_had(award, now):
    new = offered(renew(award, now, line1=7), now)

    assert [line.card_seconds // HOUR_S for line in new.lines.all()] == [7, 100, 2 * DAYS * 24]


def test_a_line_that_nobody_applied_for_is_renewed_too(award, now):
    wish = {"line": 2, "device_model": "ascend-910b", "card_hours": 100}
    granted(asked(award, ChangeKind.EXCHANGE, now, **wish), now)

    new = offered(renew(award, now, line1=0, line3=0, line4=50), now)

    lines = {line.number: (line.device_model_code, line.plan) for line in new.lines.all()}
    assert lines == {4: ("ascend-910b", None)}


def test_a_renewal_costs_what_is_asked(award, now):
    alone = renew(award, now, line1=100, line2=0, line3=0)

    assert alone.facts["subsidy_minor"] == 100 * 2100
    assert alone.wish == {"last_on": "2027-06-30", "amounts": {"1": 100, "2": 0, "3": 0}}
    assert Wish.from_json(alone.wish).amounts == {"1": 100, "2": 0, "3": 0}


@pytest.mark.parametrize(
    ("amounts", "refusal"),
    [
        ({"line9": 0, "line1": -1}, no.LineUnknown),
        ({"line1": -1, "line2": 999}, AmountNotPositive),
        ({"line1": 10**15, "line2": 999}, AmountTooLarge),
        ({"line1": 151, "line2": 0, "line3": 0}, no.AboveCeiling),
        ({"line3": 4}, no.AboveCeiling),
        ({"line1": 0, "line2": 0, "line3": 0}, no.NothingRenewed),
    ],
)
def test_amounts_are_refused_in_the_promised_order(award, now, amounts, refusal):
    with pytest.raises(refusal):
        renew(award, now, **amounts)


def test_a_refusal_names_the_most_of_a_lease_in_its_new_period(award, now):
    with pytest.raises(no.AboveCeiling) as refused:
        renew(award, now, line3=4)

    a_card = DAYS * 24 * HOUR_S
    assert refused.value.asked == CardTime(4 * a_card, MODEL)
    assert refused.value.most == CardTime(3 * a_card, MODEL)


def test_a_period_too_short_for_its_hours_is_refused(award, now):
    award.lines.filter(number=2).update(cards=1)

    with pytest.raises(no.MoreThanCardsGive) as refused:
        renew(award, now, date(2027, 1, 2))

    assert refused.value.most == CardTime(48 * HOUR_S, MODEL)
    # Eight cards give 384 hours in two days.
    assert renew(award, now, date(2027, 1, 2), line1=150, line2=48).pk


def test_without_a_share_in_the_rules_a_renewal_gives_no_more_than_before(now, db):
    award = changing_award(now)
    use(award, now, hours=40)

    with pytest.raises(no.AboveCeiling):
        renew(award, now, line1=101)

    assert renew(award, now, line1=99).pk
