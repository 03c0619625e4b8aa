"""The life of awards in the terminal."""

from __future__ import annotations

import pytest
from tests.apps.life.lives import AGEING, HALF, HALVES, LINE, award_under, day, live_until
from tests.cli.running import refused
from tests.factories import appointed

from praya.apps.life.models import Waiver, WaiverWithdrawal
from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_person(praya, monkeypatch):
    """``as_person(email)`` signs in and gives the program, on the twentieth day."""

    def sign_in(email: str):
        monkeypatch.setattr(clock, "now", lambda: day(20))
        from tests.factories import make_person

        from praya.apps.people.commands import make_token
        from praya.apps.people.rules import TokenScope
        from praya.apps.programmes.queries import actor_for

        by = actor_for(make_person(email), day(20))
        _token, plain = make_token(
            person_id=by.person_id, name="t", scope=TokenScope.WRITE, days=30, by=by, now=day(20)
        )
        monkeypatch.setenv("PRAYA_TOKEN", plain)
        return praya

    return sign_in


def test_the_desk_previews_and_waives(as_person):
    award_under({"steps": [HALF]})
    appointed("pier", Role.COMMITTEE, day(0))
    praya = as_person("committee@pier.example")

    assert "2026-03-23" in praya("life", "preview", "pier").out
    waived = praya("life", "waive", LINE, "half", "--mark", "after-50", "--reason", "A flood.")
    assert waived.out == f"Waived: {LINE}\n"
    assert "A flood." in praya("life", "show", "PIR-0001").out

    number = Waiver.objects.get().pk
    listed = praya("life", "waivers", "PIR-0001").out.splitlines()
    assert [line.split() for line in listed[1:]] == [
        [str(number), LINE, "half", "after-50", "A", "flood."]
    ]
    back = ("life", "unwaive", number, "--reason", "It was none.")
    assert "It can be done by" in refused(as_person("lead@pier.example")(*back))
    as_person("committee@pier.example")
    assert praya(*back).out == f"Not waived any more: {LINE}\n"
    assert praya("life", "waivers", "PIR-0001").out == "Nothing is waived on this award.\n"
    assert WaiverWithdrawal.objects.get().reason == "It was none."


def test_finance_gives_back(as_person):
    award_under({"straight_line": AGEING})
    live_until(10)
    appointed("pier", Role.FINANCE, day(0))
    praya = as_person("finance@pier.example")
    (check,) = praya("--json", "life", "show", "PIR-0001").json["checks"]

    said = praya("life", "give-back", check["id"], "--reason", "Late usage.")

    assert said.out.startswith("Given back, by entry ")
    assert "given back" in praya("life", "show", "PIR-0001").out


def test_plans_and_parts(as_person, tmp_path):
    award = award_under({"tranches": HALVES})
    appointed("pier", Role.OFFICER, day(0))

    lead = as_person(award.lead.email)
    assert (
        lead("life", "plan", LINE, "2026-03=5", "2026-04=9").out == f"The plan of {LINE} is kept.\n"
    )
    assert "2026-11=500" in lead("life", "plan", LINE, "March").err
    paper = tmp_path / "progress.txt"
    paper.write_text("We read half of the maps.\n")
    handed_in = lead("--json", "life", "report", "PIR-0001", "second", paper).json
    assert handed_in["file_name"] == "progress.txt"
    officer = as_person("officer@pier.example")
    back = officer("life", "send-back", handed_in["id"], "--reason", "No figures.")
    assert back.out == "Sent back: progress.txt\n"
    opened = officer("life", "open", "PIR-0001", "second", "--report", "Of May")
    assert opened.out == "The part “second” is open.\n"
    closed = officer("life", "close", "PIR-0001", "second", "--reason", "Of another year.")
    assert closed.out == "The part “second” is closed again, and the lead is told why.\n"
    kept = "500.0 card-hours of nvidia-h800 is not open yet; more of it opens once an officer has"
    assert kept in officer("award", "outlook", "PIR-0001").out
    [time, _money] = officer("--json", "award", "outlook", "PIR-0001").json["outlooks"]
    assert time["kept_back"] == [{"amount": 1_800_000, "opened_by": "report", "opens_on": None}]
