"""What newer awards are to bear of older ones: told before, waived by a role, told anew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import CHANGES, asked, changing_award, granted, staff, use
from tests.awarding import Given, active_award, lead_of
from tests.factories import appointed, person_behind

from praya.apps.awards.models import Award
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.apps.books.queries import four_numbers
from praya.apps.changes.commands import (
    set_off_debts,
    take_off_advances,
    tell_bearings,
    waive_bearing,
    withdraw_bearing_waiver,
)
from praya.apps.changes.models import BearingWaiver, Debt
from praya.apps.changes.queries import bearings_in, bearings_of
from praya.apps.changes.rules import ChangeKind, Formula
from praya.apps.changes.rules.refusals import CannotSpare, ReasonMissing
from praya.apps.notices.models import Letter
from praya.apps.people.models import Affiliation
from praya.apps.people.rules import AffiliationState
from praya.core.actor import Role
from praya.core.quantity import HOUR_S
from praya.core.refusal import NotAllowed, NotFound

DAY = timedelta(days=1)
BORNE = {"warn_days": 30, "waived_by": "committee"}


@pytest.fixture
def advanced(db, now):
    """An award with an advance of 20 hours on its first line."""
    award = changing_award(now, advance=CHANGES["advance"] | BORNE)
    granted(asked(award, ChangeKind.ADVANCE, now, line=1, card_hours=20), now)
    return award


def free_hours(award):
    return four_numbers([award.code])[award.code][0].free // HOUR_S


def waived(award, now, *, matter, by=None, reason="They begin late."):
    by = by or staff(Role.COMMITTEE, now)
    return waive_bearing(line_code=f"{award.code}.1", matter=matter, reason=reason, by=by, now=now)


def test_an_advance_of_which_nobody_was_told_waits_until_the_days_have_passed(advanced, now):
    later = now + 30 * DAY
    after = active_award(later, lines=[Given(hours=50)])
    this = Award.objects.filter(pk=after.pk)
    this.update(state="offered", accepted_at=None)
    [before] = bearings_of(after.code, lead_of(after, later), later)
    assert (before.cut.time.seconds, before.told) == (20 * HOUR_S, None)
    assert tell_bearings(now=later) == []

    this.update(state="active", accepted_at=later)
    assert take_off_advances(now=later) == []
    assert tell_bearings(now=later) == [f"{after.code}.1"]
    assert tell_bearings(now=later) == []
    told = Letter.objects.get(kind="bearing.advance_ahead")
    assert (told.to_id, told.facts["card_seconds"]) == (after.lead_id, 20 * HOUR_S)
    [ahead] = bearings_in("pier", staff(Role.AUDITOR, later), later)
    assert (ahead.line.code, ahead.on) == (f"{after.code}.1", (later + 30 * DAY).date())

    assert take_off_advances(now=later + 29 * DAY) == []
    assert take_off_advances(now=later + 30 * DAY) == [f"{after.code}.1"]
    assert free_hours(after) == 30


def of_the_house(award, now):
    """A member of the committee who belongs to the organisation of an award."""
    colleague = appointed("pier", Role.COMMITTEE, now, email="colleague@lab.example")
    Affiliation.objects.create(
        person_id=colleague.person_id,
        organisation_id=award.organisation_id,
        state=AffiliationState.ACTIVE.value,
        asked_at=now,
    )
    return colleague


def test_a_line_that_is_spared_bears_nothing_until_it_is_told_anew(advanced, now):
    later = now + 30 * DAY
    after = active_award(later, lines=[Given(hours=50)])
    tell_bearings(now=later)
    [ahead] = bearings_in("pier", staff(Role.AUDITOR, later), later)
    for who, wrong, refusal in (
        (staff(Role.OFFICER, later), {"matter": "debt-1"}, NotFound),
        (staff(Role.OFFICER, later), {}, NotAllowed),
        (staff(Role.COMMITTEE, later), {"reason": " "}, ReasonMissing),
        (of_the_house(after, later), {}, OwnOrganisation),
    ):
        with pytest.raises(refusal):
            waived(after, later, by=who, **{"matter": ahead.matter} | wrong)

    waiver = waived(after, later, matter=ahead.matter)
    assert waived(after, later, matter=ahead.matter) == waiver
    assert take_off_advances(now=later + 40 * DAY) == []

    again = later + 40 * DAY
    back = {"line_code": f"{after.code}.1", "matter": ahead.matter, "reason": "They began."}
    withdraw_bearing_waiver(**back, by=staff(Role.COMMITTEE, again), now=again)
    withdraw_bearing_waiver(**back, by=staff(Role.COMMITTEE, again), now=again)
    assert take_off_advances(now=again) == []
    assert tell_bearings(now=again) == [f"{after.code}.1"]
    assert take_off_advances(now=again + 30 * DAY) == [f"{after.code}.1"]
    assert BearingWaiver.objects.get().withdrawn_reason == "They began."


def test_what_no_rule_lets_anybody_waive_is_not_waived(db, now):
    award = changing_award(now)
    granted(asked(award, ChangeKind.ADVANCE, now, line=1, card_hours=20), now)
    after = active_award(now + DAY, lines=[Given(hours=50)])
    [ahead] = bearings_in("pier", staff(Role.AUDITOR, now), now + DAY)
    with pytest.raises(CannotSpare):
        waived(after, now + DAY, matter=ahead.matter, by=staff(Role.OFFICER, now), reason="")


def test_a_set_off_of_which_nobody_was_told_waits_and_one_that_is_waived_is_not_made(db, now):
    recovery = {"due_days": 30, "set_off": {"percent_max": 50} | BORNE}
    award = changing_award(now, recovery=recovery)
    use(award, now)
    claim = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(claim, now, staff(Role.FINANCE, now))
    later = now + 40 * DAY  # due on 1 April, ten days ago
    after = active_award(later, lines=[Given(hours=60)])
    after.organisation = award.organisation
    after.save()

    assert set_off_debts(now=later) == []
    assert tell_bearings(now=later) == [f"{after.code}.1"]
    told = Letter.objects.get(kind="bearing.debt_ahead")
    assert told.facts["amount_minor"] == 630_00
    assert set_off_debts(now=later + 29 * DAY) == []
    waived(after, later, matter=f"debt-{Debt.objects.get().pk}")
    assert set_off_debts(now=later + 30 * DAY) == []
    BearingWaiver.objects.all().delete()
    assert set_off_debts(now=later + 30 * DAY) == [f"{after.code}.1"]


def test_a_debt_that_will_be_overdue_is_told_so_many_days_before(db, now):
    recovery = {"due_days": 60, "set_off": {"percent_max": 50, "warn_days": 10}}
    award = changing_award(now, recovery=recovery)
    use(award, now)
    claim = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(claim, now, staff(Role.FINANCE, now))
    after = active_award(now + DAY, lines=[Given(hours=60)])
    after.organisation = award.organisation
    after.save()

    assert tell_bearings(now=now + 50 * DAY) == []
    assert tell_bearings(now=now + 51 * DAY) == [f"{after.code}.1"]
    assert Letter.objects.get(kind="bearing.debt_ahead").facts["on"] == {"date": "2026-05-02"}
    assert date(2026, 5, 2) == (now + 61 * DAY).date()


def test_a_page_sent_twice_spares_once_and_says_what_it_does(advanced, now, client, monkeypatch):
    later = now + 30 * DAY
    after = active_award(later, lines=[Given(hours=50)])
    committee = staff(Role.COMMITTEE, later)
    [ahead] = bearings_in("pier", staff(Role.AUDITOR, later), later)
    monkeypatch.setattr("praya.words.clock.now", lambda: later)
    client.force_login(person_behind(committee))
    url = f"/lines/{after.code}.1/bears/{ahead.matter}/"
    spare = {"act": "waive", "reason": "They begin late."}

    assert [client.post(url, spare).status_code for _ in "ab"] == [302, 302]
    assert BearingWaiver.objects.get().withdrawn_at is None

    again = client.post(url, spare | {"reason": ""}).text
    assert ("Waive it" in again, "Withdraw it" in again) == (True, False)
