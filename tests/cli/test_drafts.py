"""A draft at the terminal from its first word to its withdrawal; offers made and declined."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from tests.apps.applications.cases import (
    LARGE,
    LEAD,
    desk_officer,
    make_applicant,
    submitted,
    written,
)
from tests.apps.awards.cases import money, offered
from tests.apps.changes.test_keeping import HOURS, wait_listed
from tests.cli.running import refused
from tests.factories import make_programme

from praya.apps.applications.models import Attachment
from praya.apps.awards.models import Award

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"


def test_a_draft_is_begun_written_and_withdrawn(praya, now, tmp_path, settings):
    settings.PRAYA_HOME = tmp_path
    make_programme(now, attachments=[{"code": "letter", "name": {"en": "Letter"}}])
    _lead, house = make_applicant(now)
    praya("login", LEAD)
    begin = ("application", "begin", "pier", "rolling", "--organisation", house.pk)
    assert praya(*begin, "--answer", "no-other=maybe").status == 2
    begun = praya(*begin, "--answer", "no-other=no")
    code = begun.out.strip()
    assert code == "PIR-A0001", begun.err
    told = praya("application", "problems", code)
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        yaml.safe_dump({"project": {"title": "Maps"}, "compute": {"lines": [LARGE]}})
    )
    assert praya("application", "write", code, answers).status == 0
    assert praya("application", "problems", code).out != told.out
    answers.write_text("[")
    assert "cannot be read" in refused(praya("application", "write", code, answers))
    refused(praya("application", "attach", code, "no-such", answers))
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7\n%%EOF\n")
    added = praya("application", "attach", code, "letter", letter)
    assert added.out == "letter.pdf is added, 15 bytes.\n"
    [kept] = Attachment.objects.all()
    assert (kept.application.code, kept.kind, kept.file_name) == (code, "letter", "letter.pdf")
    assert praya("application", "withdraw", code).out.startswith(f"{code}: ")
    refused(praya("application", "write", "PIR-A0099", tmp_path / "answers.yaml"))


def test_how_the_work_runs_is_written_from_a_file_and_shown(praya, now, tmp_path):
    make_programme(now)
    code = written(now).code
    praya("login", LEAD)
    answers = tmp_path / "answers.yaml"
    training = {"jobs": 1, "job_cards": 16, "parameters": 7.0e9, "tokens": 14e9, "mfu_percent": 40}
    lines = [LARGE | training | {"precision": "bf14"}]
    answers.write_text(yaml.safe_dump({"compute": {"lines": lines}}))

    told = praya("application", "write", code, answers).out
    assert "They do at: bf16" in " ".join(told.split())
    lines[0]["precision"] = "bf16"
    answers.write_text(yaml.safe_dump({"compute": {"lines": lines}}))
    praya("application", "submit", code, answers, "--declare", "truth")

    shown = " ".join(praya("application", "show", code).out.split())
    assert "How the work of line 1 runs" in shown
    assert "more than it needs." in shown
    assert "6 × 7 × 10⁹ × 1.4 × 10¹⁰ × 1 = 5.88 × 10²⁰" in shown


def test_a_question_is_taken_back(praya, now):
    make_programme(now)
    code = submitted(now, lines=[LARGE]).code
    desk_officer(now)
    praya("login", OFFICER)
    asked = praya("application", "ask", code, "Which maps?").out
    number = asked.split()[1]
    back = praya("application", "unask", number, "It says so.")
    assert back.out == "The question is taken back.\n"
    praya("login", LEAD)
    refused(praya("application", "answer", number, "Old ones."))


def test_an_offer_is_declined(praya, now):
    make_programme(now)
    money(now)
    award = offered(now)
    praya("login", award.lead.email)
    assert praya("award", "decline", award.code).status == 2, "a reason is asked for"
    declined = praya("award", "decline", award.code, "--reason", "We found another.")
    assert declined.status == 0, declined.err
    assert "declined" in praya("--json", "award", "show", award.code).json["state"]
    refused(praya("award", "accept", award.code, "--yes"))


def test_what_came_back_is_offered_to_the_next_on_the_waiting_list(praya, now):
    make_programme(now)
    money(now, "5000")
    first = wait_listed(now, "Winkles", [HOURS])
    second = wait_listed(now + timedelta(minutes=1), "Whelks", [HOURS])
    praya("login", OFFICER)
    listed = praya("waiting", "list", "pier").out.splitlines()
    assert [line.split() for line in listed[1:]] == [
        ["1", first.code, "Winkles", "HKD", "2,100.00", "yes", "yes"],
        ["2", second.code, "Whelks", "HKD", "2,100.00", "yes", "no"],
    ]
    why = ("--reason", "A line came back.")
    assert first.code in refused(praya("waiting", "offer", second.code, *why))
    assert praya("waiting", "offer", first.code, *why).out == "PIR-0001 is offered.\n"
    award = Award.objects.get()
    assert (award.application_id, award.state) == (first.pk, "offered")
    assert "waiting list" in refused(praya("waiting", "offer", first.code, *why))
    [left] = praya("--json", "waiting", "list", "pier").json["cases"]
    assert (left["application"], left["is_next"]) == (second.code, True)
