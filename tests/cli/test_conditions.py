"""What must hold before an award is used, another lead, and sums explained, in the terminal."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.apps.applications.cases import lead_of
from tests.apps.awards.cases import holder, money
from tests.apps.awards.cases import offered as an_offer
from tests.apps.awards.test_conditions import CLAUSE
from tests.apps.awards.test_leading import NEW, belong
from tests.cli.running import refused
from tests.factories import make_person, make_programme

from praya.apps.awards.commands import follow_conditions
from praya.apps.awards.models import Award, LeadChange
from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.words import clock

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"


def test_an_award_is_signed_confirmed_and_given_another_lead(praya, now, monkeypatch):
    make_programme(
        now,
        agreement={"text": {"en": "Use it well."}, "before_start": [CLAUSE]},
        changes={"lead": {}},
        subsidy={"percent": 70, "caps": {"programme": "10000000"}},
    )
    money(now)
    award = an_offer(now)
    belong(award, NEW, now)
    lead, case = lead_of(award.application, now), award.application.code

    def said(by, *words):
        facts = {"name": "t", "scope": TokenScope.WRITE, "days": 30}
        _token, plain = make_token(person_id=by.person_id, **facts, by=by, now=now)
        monkeypatch.setenv("PRAYA_TOKEN", plain)
        done = praya(*words)
        assert done.status == 0, done.err
        return done.out

    finance, officer = holder(Role.FINANCE, now), holder(Role.OFFICER, now)
    said(lead, "award", "accept", award.code, "--yes")
    assert "it ends if something is open" in said(lead, "award", "conditions", "list", award.code)
    said(lead, "award", "conditions", "tell", award.code, 1, "Signed.")
    confirm = ("award", "conditions", "confirm", award.code, 1, "--evidence", "File 7")
    assert "File 7" in said(finance, *confirm)
    asked = said(lead, "award", "lead", "ask", award.code, NEW, "--reason", "On leave.")
    assert asked.endswith(f"to lead {award.code}: Waits for the person.\n")
    new, change = actor_for(make_person(NEW), now), LeadChange.objects.get().pk
    assert said(new, "award", "lead", "answer", change, "yes").endswith(
        ": Waits for the programme.\n"
    )
    assert said(officer, "award", "lead", "grant", change).endswith(": Granted.\n")
    assert "Granted" in said(officer, "award", "lead", "show", award.code)
    assert said(officer, "why", "ceiling", case, "programme").startswith("HK$10,000,000.00  Left")
    empty = said(finance, "why", "ageing", "pier", "to-90", "--of", "debts")
    assert empty == "HK$0.00  Owed on debts: 31 to 90 days old\n"


@pytest.fixture
def offered(db, now):
    """An offer under one condition of the rules, for finance, and one of the decision."""
    clause = CLAUSE | {"text": CLAUSE["text"] | {"zh_hant": "數據條款已簽署。"}}
    make_programme(
        now,
        agreement={
            "text": {"en": "Use it well."},
            "before_start": [clause],
            "meet_within_days": 30,
        },
        changes={"lead": {"granted_by": "officer"}},
    )
    money(now)
    for role in (Role.OFFICER, Role.FINANCE, Role.COMMITTEE):
        holder(role, now)
    return an_offer(now, before_start=["A contact on site is named."])


def test_conditions_are_moved_waived_and_opened_again_and_an_end_taken_back(
    praya, offered, now, monkeypatch
):
    def conditions(by, act, *words):
        praya("login", f"{by}@pier.example")
        return praya("award", "conditions", act, offered.code, *words)

    def standing():
        rows = praya("--json", "award", "conditions", "list", offered.code).json["conditions"]
        return [(one["is_met"], one["waived_because"]) for one in rows]

    later = ("--until", "2026-04-10", "--reason", "The bank is closed.")
    assert "is not accepted yet" in refused(conditions("officer", "move", *later))
    praya("login", offered.lead.email)
    accepted = praya("award", "accept", offered.code, typed="y\n")
    assert accepted.err.splitlines()[:4] == [
        "Use it well.",
        "What must hold before an award may be used.",
        "– The data clause is signed.",
        "– A contact on site is named.",
    ]
    assert accepted.out.lstrip() == (
        "PIR-0001 is accepted.\n"
        "It can be used once its conditions are met: praya award conditions list PIR-0001\n"
    )
    told = conditions("officer", "move", *later).out
    assert told.endswith("it ends if something is open after 2026-04-10.\n")
    assert Award.objects.get().meet_by == date(2026, 4, 10)

    confirmed = conditions("finance", "confirm", 1, "--evidence", "File 7").out.splitlines()
    assert [line.split()[:2] for line in confirmed[1:3]] == [["1", "met"], ["2", "open"]]
    conditions("finance", "reopen", 1, "--reason", "It was file 8.")
    known = ("--reason", "They are known.")
    assert "1 of PIR" in refused(conditions("officer", "waive", 1, *known))
    waived = conditions("committee", "waive", 2, *known).out.splitlines()[2]
    assert (waived.split()[:2], waived.rstrip()[-15:]) == (["2", "waived"], "They are known.")
    assert standing() == [(False, ""), (True, "They are known.")]
    conditions("committee", "reopen", 2, "--reason", "They are not.")
    assert standing() == [(False, ""), (False, "")]
    monkeypatch.setenv("PRAYA_LANGUAGE", "zh-hant")
    assert "數據條款已簽署。" in conditions("finance", "list").out
    monkeypatch.delenv("PRAYA_LANGUAGE")

    for day in (date(2026, 4, 4), date(2026, 4, 12)):
        over = datetime.combine(day, now.timetz())
        follow_conditions(by=Actor.praya("conditions"), now=over)
    assert Award.objects.get().state == "ended"
    monkeypatch.setattr(clock, "now", lambda: over)
    again = ("--until", "2026-04-28", "--reason", "The worker stood still.")
    refused(conditions("finance", "take-up", *again))
    assert conditions("officer", "take-up", *again).out.endswith(" after 2026-04-28.\n")
    award = Award.objects.get()
    assert (award.state, award.meet_by) == ("waiting", date(2026, 4, 28))


def test_another_lead_is_refused_withdrawn_and_undone(praya, offered, now):
    belong(offered, NEW, now)
    old = offered.lead.email
    Award.objects.update(state="active")

    def lead(by, act, *words):
        praya("login", by)
        return praya("award", "lead", act, *words)

    def asked_for():
        asked = lead(old, "ask", offered.code, NEW, "--reason", "On leave.").out
        return asked.split()[1].rstrip(",")

    number = asked_for()
    assert lead(old, "withdraw", number).out.endswith(": Withdrawn.\n")
    number = asked_for()
    lead(NEW, "answer", number, "yes")
    assert lead(OFFICER, "refuse", number).status == 2, "a reason is asked for"
    why = ("--reason", "The team is too small.")
    assert "can be done by: officer" in refused(lead(old, "refuse", number, *why))
    assert lead(OFFICER, "refuse", number, *why).out.endswith(": Refused.\n")
    number = asked_for()
    lead(NEW, "answer", number, "yes")
    lead(OFFICER, "grant", number)
    assert Award.objects.get().lead.email == NEW
    assert lead(OFFICER, "undo", number, "--reason", "Back.").out.endswith(": Undone.\n")
    assert Award.objects.get().lead.email == old
    states = [one.state for one in LeadChange.objects.order_by("pk")]
    assert states == ["withdrawn", "refused", "undone"]
