"""What was claimed, given up, advanced or moved by a change, and turned round with all it did."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import CHANGES, asked, changing_award, granted, staff, use
from tests.awarding import Given, active_award, make_site

from praya.apps.awards.models import AwardLine
from praya.apps.books.queries import four_numbers, line_numbers, pool_numbers, verify_book
from praya.apps.changes.commands import (
    enter_interest,
    record_debt_payment,
    take_back_debt_payment,
    take_off_advances,
    undo_change,
)
from praya.apps.changes.commands.advances import _take_off
from praya.apps.changes.models import Debt
from praya.apps.changes.queries import advances_due, debts_of
from praya.apps.changes.rules import ChangeKind, Formula
from praya.apps.changes.rules import refusals as no
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

JUNE = date(2026, 6, 1)
INTEREST = {
    "due_days": 30,
    "interest": [{"percent_a_year": 3.65, "valid_from": "2026-01-01"}],
    "finance_up_to": 100,
}


@pytest.fixture
def award(db, now):
    award = changing_award(now, recovery=INTEREST)
    use(award, now)
    return award


def claim(award, now):
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    return granted(change, now, staff(Role.FINANCE, now))


def undo(change, now, by: Actor | None = None):
    by = by or staff(Role.FINANCE, now, "second.finance@pier.example")
    return undo_change(change_id=change.pk, reason="The wrong award.", by=by, now=now)


def pay(now, number=1, minor=500_00):
    facts = {"amount_minor": minor, "paid_on": now.date(), "reference": "B-1"}
    by = staff(Role.FINANCE, now)
    debt_id = Debt.objects.get().pk
    return record_debt_payment(debt_id=debt_id, number=number, by=by, now=now, **facts)


def take_back(now, number=1, by=None, reason="Another's money."):
    by = by or staff(Role.FINANCE, now, "second.finance@pier.example")
    facts = {"debt_id": Debt.objects.get().pk, "number": number, "reason": reason}
    return take_back_debt_payment(**facts, by=by, now=now)


def owed():
    return Debt.objects.get().owed.minor


def pool():
    return pool_numbers("pier")[0].free


def test_a_claim_goes_with_its_interest_and_may_be_made_anew(award, now):
    change = claim(award, now)
    later = now + timedelta(days=90)
    assert enter_interest(now=later) == [award.code]
    with pytest.raises(no.SamePerson):
        undo(change, later, staff(Role.FINANCE, now))

    undone = undo(change, later)

    assert (undone.state, undone.agreement, owed()) == ("undone", None, 0)
    assert not debts_of("pier", staff(Role.FINANCE, now)).exists()
    assert undo(change, later).entries == undone.entries
    assert len(undone.entries) == 3  # the claim, and both turned round
    assert verify_book("pier") == (True, [])
    claim(award, later)
    assert Debt.objects.latest("pk").owed.minor == 840_00


def test_a_claim_on_which_something_came_in_is_not_undone_before_that_is(award, now):
    change = claim(award, now)
    pay(now)
    with pytest.raises(no.DebtSettled) as refused:
        undo(change, now)
    assert refused.value.facts == {"debt": Debt.objects.get().pk, "paid": 500_00, "written_off": 0}

    take_back(now)
    undo(change, now)

    assert owed() == 0


def test_what_was_given_up_is_owed_again(award, now):
    claim(award, now)
    debt = Debt.objects.get().pk
    wish = {"debt": debt, "amount_minor": 100_00, "authority": "Minute 3"}
    small = asked(award, ChangeKind.WRITE_OFF, now, **wish)
    second = staff(Role.FINANCE, now, "second.finance@pier.example")
    granted(small, now, second)
    rest = asked(award, ChangeKind.WRITE_OFF, now, debt=debt, authority="Minute 4")
    committee = staff(Role.COMMITTEE, now)
    granted(rest, now, committee)
    assert owed() == 0

    with pytest.raises(NotAllowed):  # more than finance may give up alone
        undo(rest, now)
    undo(rest, now, staff(Role.COMMITTEE, now, "other.committee@pier.example"))
    undo(small, now, staff(Role.FINANCE, now))

    assert owed() == 840_00
    assert verify_book("pier") == (True, [])


def test_what_may_be_given_up_is_what_is_owed_on_the_day_it_is_granted(award, now):
    claim(award, now)
    pay(now, minor=740_00)
    facts = {"debt": Debt.objects.get().pk, "authority": "Minute 3"}
    rest = asked(award, ChangeKind.WRITE_OFF, now, **facts)  # HK$100.00: finance may
    take_back(now)

    with pytest.raises(NotAllowed):
        granted(rest, now, staff(Role.FINANCE, now, "second.finance@pier.example"))

    assert owed() == 840_00


def test_a_payment_is_taken_back_by_another_person_and_is_owed_again(award, now):
    claim(award, now)
    before = pool()
    pay(now)
    for facts, refusal in (
        ({"by": staff(Role.OFFICER, now), "reason": " ", "number": 7}, NotAllowed),
        ({"reason": " ", "number": 7}, no.ReasonMissing),
        ({"number": 7}, NotFound),
        ({"by": staff(Role.FINANCE, now)}, no.SamePayer),
    ):
        with pytest.raises(refusal):
            take_back(now, **facts)

    take_back(now)
    take_back(now)  # asked twice, done once

    assert (owed(), pool()) == (840_00, before)
    pay(now, number=2, minor=840_00)
    assert (owed(), pool()) == (0, before + 840_00)
    assert verify_book("pier") == (True, [])


def test_an_advance_gives_back_what_it_took_off_the_later_award(award, now):
    advance = granted(asked(award, ChangeKind.ADVANCE, now, line=2, card_hours=20), now)
    later = now + timedelta(days=30)
    after = active_award(later, lines=[Given(hours=50)])
    before = four_numbers([after.code])
    take_off_advances(now=later)
    assert four_numbers([after.code]) != before

    undo(advance, later, staff(Role.OFFICER, later))

    [time, _] = four_numbers([after.code])[after.code]
    assert time.free == 50 * 3600
    assert line_numbers([f"{award.code}.2"])[f"{award.code}.2"][0].free == 100 * 3600
    assert take_off_advances(now=later) == []
    assert verify_book("pier") == (True, [])


def test_an_advance_undone_while_it_waits_its_turn_is_not_taken_off(award, now):
    advance = granted(asked(award, ChangeKind.ADVANCE, now, line=2, card_hours=20), now)
    later = now + timedelta(days=30)
    after = active_award(later, lines=[Given(hours=50)])
    [waiting] = advances_due(later)
    undo(advance, later, staff(Role.OFFICER, later))

    assert not _take_off(waiting.advance.pk, waiting.line.pk, now=later)

    [time, _] = four_numbers([after.code])[after.code]
    assert time.free == 50 * 3600


@pytest.fixture
def lease(db, now):
    make_site(now, changes=CHANGES | {"cards": {}})
    line = Given("cards", cards=2, first_on=date(2026, 3, 2), last_on=date(2026, 4, 1))
    return active_award(now, lines=[line])


def other_cards(lease, now):
    wish = {"line": 1, "cards": 1, "since_on": date(2026, 3, 12)}
    return granted(asked(lease, ChangeKind.CARDS, now, **wish), now)


def test_other_cards_are_undone_before_their_first_day_and_only_the_lease_is_charged(lease, now):
    before = list(AwardLine.objects.values())
    free = pool()
    change = other_cards(lease, now)
    assert AwardLine.objects.count() == 2

    undo(change, now, staff(Role.OFFICER, now))
    change = other_cards(lease, now)  # the second line has a number of its own
    undo(change, now + timedelta(days=9), staff(Role.OFFICER, now))
    accrue_leases(now=now + timedelta(days=60))

    assert (list(AwardLine.objects.values()), pool()) == (before, free)
    [time, _] = four_numbers([lease.code])[lease.code]
    assert (time.settled, time.free) == (31 * 2 * 86_400, 0)


def test_other_cards_that_are_held_already_are_not_undone(lease, now):
    change = other_cards(lease, now)

    with pytest.raises(no.CardsBegun) as refused:
        undo(change, now + timedelta(days=10), staff(Role.OFFICER, now))

    assert refused.value.first_on == date(2026, 3, 12)


def test_the_number_of_a_line_that_went_is_not_given_to_another(db, now):
    award = changing_award(now, cards={})
    other = granted(asked(award, ChangeKind.CARDS, now, line=3, cards=1, since_on=JUNE), now)
    undo(other, now, staff(Role.OFFICER, now))
    wish = {"line": 1, "card_hours": 20, "device_model": "ascend-910b"}

    granted(asked(award, ChangeKind.EXCHANGE, now, **wish), now)

    numbers = AwardLine.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 5]
    assert verify_book("pier") == (True, [])
