"""From the desk to the award, and who belongs to an organisation, all at the terminal."""

from __future__ import annotations

import pytest
import yaml
from tests.apps.applications.cases import (
    LARGE,
    LEAD,
    desk_officer,
    make_applicant,
    reread,
    screened,
    submitted,
)
from tests.apps.awards.cases import decided, holder, money
from tests.apps.reviews.cases import BO, WAN, marked, opened, reviewed, reviewer
from tests.cli.running import refused
from tests.factories import make_admin, make_person, make_programme

from praya.apps.awards.rules import Outcome
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
OFFICER, MEMBER = "officer@pier.example", "committee@pier.example"
ADMIN = "admin@site.example"


def test_the_desk_asks_reviewers_and_closes(praya, now, tmp_path):
    make_programme(now)
    application = screened(now, lines=[LARGE])
    wan = reviewer(now, WAN).person_id
    desk_officer(now)
    praya("login", OFFICER)
    assert praya("--json", "review", "candidates", application.code).json[0]["person_id"] == wan
    asked = praya("--json", "review", "assign", application.code, wan, "--due", "2026-03-31").json
    assert (asked["state"], asked["due_on"]) == ("to-declare", "2026-03-31")
    other = opened(application, BO, now)
    assert praya("review", "withdraw", other.pk).out.startswith("The review of ")

    praya("login", WAN)
    praya("review", "declare", asked["id"], "none")
    shown = praya("review", "show", asked["id"]).out.splitlines()
    [line] = [one.split() for one in shown if "nvidia-h800" in one]
    assert line == ["1", "nvidia-h800", "cards", "16", "2026-04-01", "2026-04-30"]
    assert [one.split()[0] for one in shown if "0–5" in one] == ["merit", "plan"]
    written = tmp_path / "review.yaml"
    marks = [{"criterion": "merit", "points": 4}, {"criterion": "plan", "points": 3}]
    review = {"marks": marks, "recommended": [{"number": 1, "cards": 12}], "comment": "Sound."}
    written.write_text(yaml.safe_dump(review))
    assert praya("review", "write", asked["id"], written, "--submit").status == 0

    praya("login", OFFICER)
    assert "merit=4 plan=3" in praya("review", "of", application.code).out
    few = praya("review", "close", application.code)
    assert (few.status, few.err.count("\n")) == (1, 1)
    marked(application, "kai@lab.example", now, merit=4, plan=3, cards=12)
    closed = praya("review", "close", application.code)
    assert closed.out == f"The reviews of {application.code} are closed; it is to be decided.\n"
    assert reread(application).state == "to-decide"


def test_a_case_is_proposed_decided_and_released(praya, now):
    make_programme(now)
    money(now)
    application = reviewed(now, lines=[LARGE])
    for email in (MEMBER, "away@pier.example"):
        holder(Role.COMMITTEE, now, email)
    desk_officer(now)
    praya("login", OFFICER)
    proposed = praya("decision", "propose", application.code, "--line", "1=12")
    assert proposed.out == f"Proposed for {application.code}: 1=12.\n"
    [_heading, ranked, *_rest] = praya("round", "ranking", application.round_id).out.splitlines()
    worth = [one for one in ranked.split() if one.endswith(".00") and "," in one]
    assert worth == ["241,920.00", "211,680.00", "181,440.00", "181,440.00"]

    praya("login", "away@pier.example")
    assert praya("decision", "recuse", application.code, "--reason", "My brother.").status == 0
    assert praya("decision", "show", application.code).status == 1

    praya("login", MEMBER)
    assert praya("decision", "read", application.code).status == 1  # not released yet
    take = ("decision", "take", application.code, "award", "--reasons", "Ranked first.")
    made = praya("--json", *take).json
    assert (made["rate_bp"], made["lines"][0]["awarded"]["cards"]) == (7000, 16)
    part = ("part-award", "--reasons", "It will do.", "--line", "1=12", "--rate", "65.5")
    made = praya("--json", "decision", "take", application.code, *part).json
    assert (made["number"], made["rate_bp"], made["lines"][0]["awarded"]["cards"]) == (2, 6550, 12)
    assert praya("decision", "take", application.code, *part[:3], "--line", "x").status == 2
    for rate in ("1e999999", "1e5000", "nan"):
        typed = praya("decision", "take", application.code, *part[:5], "--rate", rate)
        assert (typed.status, "is no rate" in typed.err) == (2, True)
    assert praya("decision", "release", made["id"]).status == 1

    praya("login", OFFICER)
    released = praya("decision", "release", made["id"])
    assert released.out == f"Released: {application.code}, part-award.\n"
    assert "65.5 %" in praya("decision", "show", application.code).out

    praya("login", application.lead.email)
    read = praya("--json", "decision", "read", application.code).json
    assert (read["outcome_word"], read["reasons"]) == (
        "Part award, less than was asked",
        "It will do.",
    )
    [line] = read["lines"]
    assert (line["awarded"]["cards"], line["recommended"], line["proposed"]) == (12, None, None)
    assert "It will do." in praya("decision", "read", application.code).out


def test_a_deferred_case_is_taken_up_again_and_submissions_are_compared(praya, now):
    make_programme(now)
    money(now)
    decision = decided(now, outcome=Outcome.DEFER, lines=[], rate_bp=0)
    desk_officer(now)
    code = decision.application.code
    praya("login", OFFICER)

    assert praya("round", "release", decision.round_id).out == f"Released: {code}.\n"
    assert reread(decision.application).state == "deferred"
    again = praya("application", "reopen", code, "--reason", "Machines came.")
    assert again.out == f"{code}: To be decided\n"
    alone = praya("application", "difference", code)
    assert alone.err == f"praya: {code} was submitted once; there is nothing to compare.\n"


def test_the_desk_reads_what_changed(praya, now, tmp_path):
    make_programme(now)
    code = submitted(now, lines=[LARGE]).code
    desk_officer(now)
    praya("login", OFFICER)
    praya("application", "return", code, "--reason", "Name the maps.")
    praya("login", LEAD)
    answers = tmp_path / "answers.yaml"
    lines = [{**LARGE, "number": "1", "cards": "12"}]
    answers.write_text(yaml.safe_dump({"project": {"title": "Maps"}, "compute": {"lines": lines}}))
    assert praya("application", "submit", code, answers, "--declare", "truth").status == 0
    praya("login", OFFICER)

    told = praya("application", "difference", code).out.splitlines()
    assert told[1].split() == ["project.title", "Reading", "old", "harbour", "maps", "Maps"]
    assert told[2].split() == ["lines.1.cards", "16", "12"]


def test_an_organisation_is_kept_from_the_terminal(praya, now):
    make_programme(now)
    _lead, house = make_applicant(now)
    make_person("jun@lab.example", name="Jun")
    desk_officer(now)
    praya("login", "jun@lab.example")
    praya("organisation", "join", house.pk)
    assert praya("organisation", "members", house.pk).status == 1

    praya("login", LEAD)
    [asked] = praya("--json", "organisation", "requests").json
    said = praya("organisation", "admit", asked["id"])
    assert said.out == f"They belong to {house.name} now.\n"
    gone = praya("organisation", "dismiss", asked["id"]).out
    assert gone == "Jun does not belong to it any more.\n"
    praya("login", "jun@lab.example")
    praya("organisation", "join", house.pk)
    praya("login", LEAD)
    [asked] = praya("--json", "organisation", "requests").json
    praya("organisation", "admit", asked["id"])
    last = praya("organisation", "leave", house.pk)
    assert (last.status, last.err.count("\n")) == (1, 1)
    assert praya("organisation", "promote", asked["id"]).out == "Jun is a manager now.\n"
    assert praya("organisation", "leave", house.pk).out == f"You have left {house.name}.\n"
    assert praya("organisation", "dismiss", asked["id"]).status == 1

    praya("login", OFFICER)
    assert praya("organisation", "verify", house.pk).out == f"{house.name} is verified.\n"
    [member] = praya("--json", "organisation", "members", house.pk).json
    assert member == {"id": asked["id"], "person": "Jun", "is_manager": True}


def test_an_appointment_is_made_and_ended(praya, now):
    make_programme(now)
    make_admin(now)
    make_person("mei@pier.example", name="Mei")
    desk_officer(now)
    appoint = ("programme", "appoint", "pier", "mei@pier.example", "finance")
    praya("login", OFFICER)
    assert "It can be done by" in refused(praya(*appoint))
    praya("login", ADMIN)
    assert praya(*appoint).out == "Mei is finance of “pier”.\n"
    refused(praya(*appoint[:3], "nobody@pier.example", "finance"))
    refused(praya(*appoint[:4], "king"))
    held = {row["person"]: row for row in praya("--json", "programme", "appointments", "pier").json}
    assert (held["Mei"]["role"], held["Mei"]["until"]) == ("finance", None)

    said = praya("programme", "dismiss", held["Mei"]["id"])

    assert said.out == "Mei is finance no longer.\n"
