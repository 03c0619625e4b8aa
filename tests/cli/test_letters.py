"""Letters kept back and sent after all, and an entry of the book sent to a web hook once more."""

from __future__ import annotations

import pytest
from tests.awarding import active_award, make_site
from tests.cli.running import refused
from tests.factories import appointed, make_person

from praya.apps.notices.models import Delivery, Hook, Letter
from praya.apps.people.letters import send_letter
from praya.core.actor import Role

LEAD = "lead@pier.example"


@pytest.fixture
def award(db, now):
    make_site(now)
    return active_award(now)


def test_an_entry_is_sent_to_a_hook_again_which_is_paused_and_removed(praya, award, now):
    appointed("pier", Role.FINANCE, now)
    praya("login", "finance@pier.example")
    hook = praya("--json", "hook", "add", "pier", "https://ledger.example/").json["id"]
    assert praya("hook", "log", hook).out == "Nothing has been sent yet.\n"
    assert "no such thing here" in refused(praya("hook", "again", hook, 99))
    assert praya("hook", "again", hook, 2).out == "It is sent within seconds.\n"
    [waits] = praya("hook", "log", hook).out.splitlines()[1:]
    assert waits.split() == ["2", "To", "be", "sent", "again"]
    [asked] = Delivery.objects.all()
    assert (asked.entry_number, asked.asked_at, asked.tried_at) == (2, now, None)
    for act, said, state in (
        ("pause", "Paused.\n", "paused"),
        ("resume", "It is served again.\n", "active"),
        ("remove", "Removed.\n", "removed"),
    ):
        assert (praya("hook", act, hook).out, Hook.objects.get().state) == (said, state)


def test_letters_are_kept_back_and_sent_after_all(praya, award, now):
    appointed("pier", Role.OFFICER, now)
    send_letter("award.member_added", to=make_person(LEAD), award="PIR-0001", title="Tides")
    letter = Letter.objects.get()
    praya("login", "officer@pier.example")
    [_heading, row] = praya("outbox", "list", "pier").out.splitlines()
    told = [str(letter.pk), "award.member_added", "Lead", "PIR-0001", "Waits"]
    assert row.split() == told
    assert "PIR-0001" in praya("outbox", "show", letter.pk).out
    refused(praya("outbox", "send", letter.pk))
    assert praya("outbox", "cancel", letter.pk).out == "It is not sent.\n"
    assert "Cancelled" in refused(praya("outbox", "cancel", letter.pk))
    assert Letter.objects.get().state == "cancelled"
    assert praya("outbox", "send", letter.pk).out == "It goes out within seconds.\n"
    assert Letter.objects.get().state == "waiting"
    praya("login", LEAD)
    refused(praya("outbox", "cancel", letter.pk))
