"""Appeals, and the end that a notice brought, in the terminal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, noticed, staff
from tests.cli.running import refused
from tests.factories import make_person

from praya.apps.awards.models import Award
from praya.apps.changes.commands import carry_out_notices
from praya.apps.changes.rules import Cause, ChangeKind
from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.words import clock

pytestmark = pytest.mark.django_db
LEAD, OTHER = "lead@pier.example", "other@pier.example"


def test_a_notice_is_contested_the_appeal_rejected_and_the_end_undone(praya, now, monkeypatch):
    award = changing_award(now, appeal={"within_days": 14})
    notice = noticed(award, now, date(2026, 3, 16))
    staff(Role.OFFICER, now, "second@pier.example")

    def said(email, *words):
        by = actor_for(make_person(email), now)
        facts = {"name": "t", "scope": TokenScope.WRITE, "days": 30}
        _token, plain = make_token(person_id=by.person_id, **facts, by=by, now=now)
        monkeypatch.setenv("PRAYA_TOKEN", plain)
        return praya(*words)

    make = ("appeal", "make", "notice", notice.pk, "--ground", "misreading", "--text", "No.")
    made = said("lead@pier.example", *make)
    number = made.out.split()[1]
    assert made.out == f"Appeal {number} is made; it should be answered by 2026-04-01.\n"
    assert "misreading" in said("second@pier.example", "appeal", "show", number).out
    rejected = said("second@pier.example", "appeal", "reject", number, "--reason", "It was.")
    assert rejected.out == f"Appeal {number} is rejected.\n"
    assert "rejected" in said("lead@pier.example", "appeal", "list").out

    later = now + timedelta(days=14)
    carry_out_notices(by=Actor.praya("notices"), now=later)
    monkeypatch.setattr(clock, "now", lambda: later)
    listed = said("second@pier.example", "award", "notice", "list", award.code)
    assert "carried-out" in listed.out
    undo = ("award", "notice", "undo", notice.pk, "--reason", "They did not.")
    done = said("second@pier.example", *undo)
    assert done.out == f"What notice {notice.pk} did is undone; the award runs again.\n"


def test_an_early_end_is_turned_round_when_an_appeal_is_upheld(praya, now):
    award = changing_award(now, appeal={"within_days": 14}, end_at_once={"causes": ["sanctions"]})
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    granted(change, now, staff(Role.COMMITTEE, now))
    staff(Role.COMMITTEE, now, OTHER)
    praya("login", LEAD)
    make = ("appeal", "make", "change", change.pk, "--ground", "misreading", "--text", "No.")
    number = praya(*make).out.split()[1]
    why = ("--reason", "It was another of that name.")
    assert "It can be done by" in refused(praya("appeal", "uphold", number, *why))

    praya("login", "committee@pier.example")
    assert "somebody else" in refused(praya("appeal", "uphold", number, *why))
    praya("login", OTHER)
    assert praya("appeal", "uphold", number, *why).out == f"Appeal {number} is upheld.\n"
    assert Award.objects.get().state == "active"
    shown = dict(line.split("  ", 1) for line in praya("appeal", "show", number).out.splitlines())
    told = {name: text.strip() for name, text in shown.items()}
    assert (told["State"], told["In their words"]) == ("upheld", "It was another of that name.")


def test_an_appeal_is_withdrawn_by_whoever_made_it(praya, now):
    award = changing_award(now, appeal={"within_days": 14})
    notice = noticed(award, now, date(2026, 3, 16))
    staff(Role.OFFICER, now, OTHER)
    praya("login", LEAD)
    make = ("appeal", "make", "notice", notice.pk, "--ground", "new-facts", "--text", "A report.")
    number = praya(*make).out.split()[1]
    praya("login", OTHER)
    refused(praya("appeal", "withdraw", number))
    praya("login", LEAD)
    assert praya("appeal", "withdraw", number).out == f"Appeal {number} is withdrawn.\n"
    assert praya("appeal", "list", "--state", "open").out == (
        "There are no appeals that you may see.\n"
    )
    assert "withdrawn" in praya("appeal", "list").out
    praya("login", OTHER)
    gone = refused(praya("appeal", "reject", number, "--reason", "Too late."))
    assert "Withdrawn" in gone
