"""The program on the data directory of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.apps.applications.cases import ANSWERS, LEAD, desk_officer, line, written
from tests.apps.awards.cases import accepted, money, offered
from tests.awarding import active_award, make_site
from tests.core.programme.programme_mistakes import TEN_MISTAKES
from tests.factories import (
    appointed,
    make_admin,
    make_person,
    make_programme,
    minimal_programme_yaml,
)

from praya.apps.books.commands import charge_line
from praya.apps.people.queries import audit_lines
from praya.core.actor import Role
from praya.core.quantity import CardTime, Money

MEI = "mei@pier.example"
ADMIN = "admin@site.example"
HARBOUR = Path(__file__).parents[2] / "examples" / "harbour" / "programme.yaml"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pier.yaml"
    path.write_text(minimal_programme_yaml(), encoding="utf-8")
    return path


def test_who_is_not_signed_in_is_told_how(praya):
    said = praya("jobs")

    assert said.status == 3
    assert said.out == ""
    assert said.err == (
        "praya: Nobody is signed in here, or the token is good no more. Sign in with: praya login\n"
    )


def test_no_name_in_a_refusal_steers_the_terminal(praya, now):
    award = active_award(now)
    award.lead.name = "Wan\x1b[2J\x1b]0;root\x07"
    award.lead.save()
    appointed("pier", Role.OFFICER, now)
    praya("login", "officer@pier.example")

    said = praya("run", "--award", award.code, "--cards", "1", "--time", "1m", "--", "true")

    assert said.status == 1
    assert "Wan\N{REPLACEMENT CHARACTER}[2J" in said.err
    assert not {"\x1b", "\x07"} & set(said.err + said.out)


def test_who_may_read_the_directory_signs_in_as_anybody(praya):
    make_person(MEI, name="Mei")

    said = praya("login", MEI)

    assert (said.status, said.out.startswith("Signed in as Mei.")) == (0, True)
    assert praya("--json", "whoami").json["email"] == MEI
    made = audit_lines().get(action="token.made")
    assert made.by_name.startswith("praya:terminal of ")
    assert praya("logout").status == 0
    assert praya("whoami").status == 3


def test_a_stranger_cannot_sign_in(praya):
    said = praya("login", "nobody@pier.example")

    assert said.status == 1
    assert said.err == (
        "praya: Nobody signs in here with nobody@pier.example. Add them with: praya person add "
        "nobody@pier.example\n"
    )


def test_a_person_is_added_with_a_password_shown_once(praya):
    said = praya("--json", "person", "add", MEI, "--admin")

    assert (said.status, said.json["email"], said.json["is_site_admin"]) == (0, MEI, True)
    assert len(said.json["password"]) == 16
    assert praya("login", MEI).status == 0
    again = praya("person", "add", MEI)
    assert (again.status, again.out) == (1, "")
    assert again.err.startswith("praya: Somebody signs in with mei@pier.example already.")


def test_a_file_without_mistakes_is_said_to_have_none(praya, file):
    said = praya("programme", "check", file)

    assert (said.status, said.out, said.err) == (0, f"{file} has no mistakes.\n", "")


def test_every_mistake_of_a_file_has_its_place(praya, file):
    file.write_text(minimal_programme_yaml(currency="HKDOLLARS", prefix="p"), encoding="utf-8")

    said = praya("programme", "check", file)

    places = [one.split(": ")[0] for one in said.out.splitlines() if not one.startswith(" ")]
    assert said.status == 1
    assert places == [f"{file}:2:9", f"{file}:12:11"]
    found = praya("--json", "programme", "check", file)
    assert [one["code"] for one in found.json] == ["prefix.wrong", "currency.wrong"]


def test_a_programme_file_without_an_end_is_told_by_what_is_read_at_most(praya):
    said = praya("programme", "check", "/dev/zero")

    told = "/dev/zero:1:1: The file has more than 512 KiB, so it was not read."
    assert (said.status, said.out.splitlines()[0]) == (1, told)


def test_ten_mistakes_are_told_in_one_pass_each_at_its_place_with_what_to_do(praya, tmp_path):
    text = HARBOUR.read_text(encoding="utf-8")
    for old, new, _finding in TEN_MISTAKES:
        text = text.replace(old, new)
    file = tmp_path / "ten.yaml"
    file.write_text(text, encoding="utf-8")

    said = praya("programme", "check", file)

    told, lines = said.out.splitlines(), text.splitlines()
    at_and_hints = []
    for sentence, hint in zip(told[::2], told[1::2], strict=True):
        line, column = map(int, sentence.split(": ")[0].split(":")[-2:])
        at_and_hints.append((lines[line - 1][column - 1 :], hint))
    assert (said.status, at_and_hints) == (1, TEN_TOLD)


TEN_TOLD = [
    ("hcp", "    Use 2 to 6 capital letters, such as HCP."),
    ("2025-13-01", "    Write year, month and day, such as 2026-03-31."),
    ("purposes:", "    Change an amount so that they are the same."),
    ("cards_most: 512", "    Did you mean “cards_max”?"),
    ("comittee", "    Did you mean “committee”?"),
    ("eighty", "    Write it without a unit or a point, such as 30."),
    # What follows from the ninth: the model has no price under its own name.
    ("iluvatar-bi-v100", "    Add a price under “prices” that is valid on that day."),
    ("device_model: huawei-ascend-910", "    Add “per_card_hour” here."),
    ("iluvatar-bi-v200", "    Did you mean “iluvatar-bi-v100”?"),
    ("criteria:", "    Change a weight so that they do."),
    ("2025-09-01", "    Choose a day inside it."),
]


def test_a_programme_is_applied_after_a_yes(praya, file, now):
    make_admin(now)
    praya("login", ADMIN)

    refused = praya("programme", "apply", file, typed="n\n")
    assert refused.status == 1
    assert praya("programme", "list").out.startswith("There is no programme yet.")
    said = praya("programme", "apply", file, typed="y\n")
    assert said.status == 0
    assert said.out.endswith("Version 1 of the rules of “pier” is applied, from 2026-01-01 on.\n")
    assert praya("--json", "programme", "show", "pier").json["currency"] == "HKD"
    assert "rolling" in praya("programme", "show", "pier").out
    again = praya("programme", "apply", file, "--yes")
    assert (again.status, again.out) == (1, "")
    assert again.err.count("\n") == 1


def test_machines_and_money_are_kept_from_the_terminal(praya, now):
    make_programme(now)
    appointed("pier", Role.OFFICER, now)
    appointed("pier", Role.FINANCE, now)
    praya("login", ADMIN)
    assert praya("cluster", "add", "quay", "Quay").status == 0
    assert praya("cluster", "partition", "quay", "h800", "nvidia-h800").status == 0
    for kind in ("installed", "in-service"):
        window = ("cluster", "capacity", "quay", "h800", kind, 8, "--from", "2026-01-01")
        assert praya(*window).status == 0
    assert praya("--json", "cluster", "list").json[0]["partitions"][0]["in_service"] == 8

    praya("login", "officer@pier.example")
    asked = praya("funding", "ask", "pier", "subsidy", "1,000.50", "--reason", "first year")
    number = asked.out.split()[1]  # numbers go on after a rollback on PostgreSQL
    assert asked.out == (
        f"Request {number} asks for HKD 1,000.50. Somebody in finance approves it.\n"
    )
    assert praya("funding", "approve", number).status == 1
    praya("login", "finance@pier.example")
    approved = praya("funding", "approve", number)
    assert approved.out == f"Request {number} for HKD 1,000.50: approved.\n"
    assert praya("--json", "funding", "pools", "pier").json[0]["free"] == 1_000_50
    assert praya("book", "verify", "pier").out.startswith("The book holds: 1 entries, sealed ")


def test_an_application_is_written_from_a_file_and_submitted(praya, now, tmp_path):
    make_programme(now)
    application = written(now)
    praya("login", LEAD)
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        yaml.safe_dump({"project": {"title": "Reading charts"}, "compute": {"lines": [line()]}}),
        encoding="utf-8",
    )

    refused = praya("application", "submit", application.code, answers)
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    said = praya("application", "submit", application.code, answers, "--declare", "truth")
    assert said.out.startswith(f"{application.code} is submitted as version 1, sealed ")
    assert praya("--json", "application", "list").json[0]["title"] == "Reading charts"
    shown = praya("application", "show", application.code).out
    assert "HKD 43,200.00" in shown


def test_the_check_of_who_may_apply_says_no_by_its_status(praya, now):
    make_programme(now)
    fits = ("application", "check", "pier", "--kind", "university", "--answer", "no-other=no")

    assert praya(*fits).out.endswith("You may apply.\n")
    assert praya(*fits, "--place", "SG").status == 1
    assert praya(*fits, "--answer", "perhaps").status == 2
    assert ANSWERS == {"no-other": False}


def test_an_offer_is_accepted_after_its_agreement_was_shown(praya, now):
    make_programme(now)
    money(now)
    award = offered(now)
    praya("login", LEAD)

    said = praya("award", "accept", award.code, typed="y\n")

    assert (said.status, said.out.strip()) == (0, f"{award.code} is accepted.")
    assert "You use the machines for the work described." in said.err
    [time, subsidy] = praya("--json", "balance").json
    assert (time["committed"], subsidy["exact"]["committed"]) == (
        "11,520 card-hours",
        241_920_00,
    )
    assert "11,520 card-hours" in praya("balance").out
    assert praya("award", "show", award.code).status == 0


def test_what_was_used_beyond_the_grant_is_said_with_the_balance(praya, now):
    make_programme(now)
    money(now)
    award = accepted(now)
    charge_line(
        programme_code="pier",
        line_code=f"{award.code}.1",
        key="late",
        time=CardTime(11_522 * 3600, "nvidia-h800"),
        subsidy=Money(0, "HKD"),
        own=Money(0, "HKD"),
        now=now,
    )
    praya("login", LEAD)

    shown = praya("award", "show", award.code)

    assert praya("--json", "award", "show", award.code).json["overrun"] == {"nvidia-h800·s": 7200}
    beyond = "2.0 card-hours of nvidia-h800"
    assert beyond in shown.out
    assert f"{award.code} used {beyond} beyond its grant." in praya("balance").err


def test_members_are_added_and_removed(praya, now):
    award = active_award(now)
    make_person("jun@pier.example", name="Jun")
    praya("login", "lead@pier.example")

    added = praya("--json", "award", "members", "add", award.code, "jun@pier.example")
    assert added.json["role"] == "member"
    removed = praya("award", "members", "remove", added.json["id"])
    assert removed.out == "Jun is no longer a member.\n"
    assert praya("award", "members", "remove", added.json["id"]).status == 1


def test_a_job_waits_is_shown_and_is_cancelled(praya, now):
    award = active_award(now)
    praya("login", "lead@pier.example")
    order = ("run", "--award", award.code, "--time", "10m", "--cards", 2, "--key", "k", "-d")

    said = praya(*order, "--", "python", "train.py")
    code = said.out.strip()
    assert (said.status, code[:2]) == (0, "J-")
    assert said.err.startswith(f"{code}: 0.3 card-hours of nvidia-h800, HK$7.00 held.")
    assert praya(*order, "--", "python", "train.py").out == f"{code}\n"
    assert praya("--json", "jobs").json[0]["name"] == "python"
    assert praya("show", code).out.splitlines()[0].split() == ["Job", code]
    assert praya("jobs", "--state", "asleep").status == 1
    assert praya("jobs", "--state", "failed").out == "Nothing matches what you asked for.\n"
    assert praya("cancel", code).out.startswith(f"{code}: Cancelled")
    assert praya("show", "J-999999").status == 1


def test_a_refused_job_is_one_sentence_and_where_to_look(praya, now):
    award = active_award(now)
    praya("login", "lead@pier.example")

    said = praya("run", "--award", award.code, "--time", "100h", "--cards", "8", "--", "true")

    assert (said.status, said.out) == (1, "")
    sentence, why = said.err.splitlines()
    assert sentence.startswith("praya: ")
    assert why.startswith(f"Why: praya why balance {award.code} free ")
    wrong = praya("run", "--award", award.code, "--time", "soon", "--", "true")
    assert wrong.status == 2


def test_the_desk_works_from_the_terminal(praya, now):
    make_programme(now)
    application = written(now)
    desk_officer(now)
    praya("login", LEAD)
    praya("application", "submit", application.code, "--declare", "truth")
    praya("login", "officer@pier.example")

    assert praya("--json", "application", "desk", "pier").json[0]["code"] == application.code
    assert praya("application", "ask", application.code, "Which maps?").status == 0
    (question,) = application.questions.all()
    praya("login", LEAD)
    assert praya("application", "answer", question.pk, "Of the pier.").status == 0
    praya("login", "officer@pier.example")
    assert praya("application", "pass", application.code).status == 0
    said = praya("application", "fail", application.code, "--reason", "Too few maps.")
    assert said.out == f"{application.code}: Rejected\n"


def test_a_token_is_made_listed_and_revoked(praya):
    make_person(MEI)
    praya("login", MEI)

    made = praya("--json", "token", "make", "pipeline", "--days", "7").json
    assert (made["scope"], made["token"].startswith("praya_")) == ("read", True)
    assert len(praya("--json", "token", "list").json) == 2
    assert praya("token", "revoke", made["id"]).out == "The token “pipeline” is revoked.\n"


def test_any_address_can_be_called(praya, now):
    make_site(now)
    praya("login", "officer@pier.example")

    assert praya("api", "/programmes/pier").json["code"] == "pier"
    body = json.dumps({"name": "x"})
    assert praya("api", "me/tokens", "--body", body).json["name"] == "x"
    assert praya("api", "/me/tokens", "--body", "{").status == 2
    assert praya("api", "/none").status == 1


def test_a_directory_without_praya_says_where_to_begin(tmp_path):
    environment = {
        **os.environ,
        "PRAYA_HOME": str(tmp_path / "new"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "praya.config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-m", "praya.config.terminal", "jobs"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"praya: There is no Praya in {tmp_path / 'new'} yet. Begin with: praya init, or see a "
        "whole one: praya demo\n"
    )
    assert not (tmp_path / "new" / "praya.sqlite3").exists()
