"""A debt at the terminal: claimed back, paid, taken back, handed on, and asked to be given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.changes.changing import CHANGES, asked, changing_award, granted, staff, use
from tests.apps.changes.test_bearing import BORNE
from tests.apps.changes.test_offering_from import sent_over, wait_listed
from tests.apps.changes.test_setting_off import LATER, later_award
from tests.apps.changes.test_setting_off import award as debtor  # noqa: F401 -- a fixture
from tests.awarding import Given, active_award
from tests.cli.running import refused

from praya.apps.changes.commands import set_off_debts, tell_bearings
from praya.apps.changes.models import BearingWaiver
from praya.apps.changes.rules import Cause, ChangeKind, Formula
from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db
WHY = ("--reason", "It was none.")
FINANCE, OTHER = "finance@pier.example", "desk@pier.example"
OFFICER = "officer@pier.example"


def test_a_debt_is_paid_taken_back_and_handed_on(praya, now):
    award = changing_award(now)
    use(award, now)
    for email in (FINANCE, OTHER):
        staff(Role.FINANCE, now, email)
    wish = {"formula": Formula.ALL, "cause": Cause.RESALE}
    granted(asked(award, ChangeKind.RECOVERY, now, **wish), now, staff(Role.FINANCE, now))
    praya("login", FINANCE)
    [debt] = praya("--json", "debt", "list", "pier").json
    number = debt["id"]
    assert "HKD 840.00" in praya("debt", "list", "pier").out
    pay = ("debt", "pay", number, "--payment", 1, "--on", "2026-03-02", "--reference", "in-1")
    assert praya(*pay, "--minor", 4_000).out == "Recorded. Still owed: HKD 800.00.\n"
    refused(praya("debt", "take-back", number, 1, *WHY))
    assert praya("debt", "assign", number, OTHER).out == "It belongs to Desk now.\n"
    refused(praya("debt", "waive", "PIR-0001.1", f"debt-{number}", *WHY))
    give_up = ("debt", "write-off", number, "--authority", "Minute 7")
    assert "HKD -800.00" in praya(*give_up, "--preview").out
    made = praya(*give_up, *WHY).out
    assert made.endswith(" is made; somebody else decides.\n")
    request = made.split()[1]
    assert praya("change", "withdraw", request).out == "Withdrawn: Write-off of PIR-0001.\n"
    praya("login", OTHER)
    back = praya("debt", "take-back", number, 1, *WHY)
    assert back.out == "Taken back. Owed again: HKD 840.00.\n"
    refused(praya("debt", "pay", 99, *pay[3:], "--minor", 1))


def test_a_line_is_spared_what_it_is_to_bear_and_bears_it_again(praya, now, monkeypatch):
    older = changing_award(now, advance=CHANGES["advance"] | BORNE)
    granted(asked(older, ChangeKind.ADVANCE, now, line=1, card_hours=20), now)
    later = now + timedelta(days=30)
    newer = active_award(later, lines=[Given(hours=50)])
    tell_bearings(now=later)
    for role in (Role.OFFICER, Role.COMMITTEE):
        staff(role, later)
    monkeypatch.setattr(clock, "now", lambda: later)
    praya("login", "officer@pier.example")
    [ahead] = praya("debt", "ahead", "pier").out.splitlines()[1:]
    matter, *rest = ahead.split()
    assert rest == ["PIR-0001", "PIR-0002.1", "HKD", "420.00", "20.0", "2026-05-01"]
    spare = ("debt", "waive", "PIR-0002.1", matter, "--reason", "They begin late.")
    assert "committee" in refused(praya(*spare))
    praya("login", "committee@pier.example")
    assert praya(*spare).out == "PIR-0002.1 is spared it.\n"
    [borne] = praya("debt", "borne", newer.code).out.splitlines()[1:]
    assert borne.rstrip().endswith("They begin late.")
    again = praya(*spare, "--withdraw")
    assert again.out == "PIR-0002.1 bears it again; the lead is told.\n"
    assert BearingWaiver.objects.get().withdrawn_at == later
    assert "They begin late." not in praya("debt", "borne", newer.code).out


def test_what_was_set_off_is_told_with_what_bounded_it(praya, debtor, now, monkeypatch):  # noqa: F811
    later = now + LATER
    newer = later_award(debtor, later, hours=60)
    set_off_debts(now=later)
    monkeypatch.setattr(clock, "now", lambda: later)
    praya("login", FINANCE)
    [debt] = praya("--json", "debt", "list", "pier").json
    told = praya("why", "set-off", debt["id"]).out
    assert told.startswith("HK$630.00  ")
    assert f"50 % of the HK$1,260.00 granted to {newer.code}.1 may go to debts" in told
    assert "630.00" in praya("debt", "list", "pier").out


def test_an_officer_offers_out_of_another_purpose(praya, now):
    award = changing_award(now)
    case = wait_listed(now)
    sent_over(award, now, hours=80)
    praya("login", OFFICER)
    [paying, other, *_] = [
        line.split() for line in praya("waiting", "list", "pier").out.splitlines()[1:]
    ]
    assert (paying[0], other) == ("subsidy", ["outreach", "HKD", "1,680.00"])
    assert praya("--json", "waiting", "list", "pier", "--pool", "outreach").json["pool"] == (
        "outreach"
    )
    offer = ("waiting", "offer", case.code, "--reason", "It came back.", "--pool")
    refused(praya(*offer, "sea"))

    made = praya("--json", *offer, "outreach").json["award"]

    assert praya("--json", "award", "show", made).json["pool"] == "outreach"
