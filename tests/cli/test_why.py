"""``praya why``, ``book export``, ``hook`` and ``notices`` as a person runs them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.apps.usage.test_idle import busy
from tests.apps.usage.test_idle import lease as leased  # noqa: F401 -- a fixture
from tests.awarding import active_award, lead_of, make_site
from tests.factories import appointed

from praya.apps.reports.commands import prove_book, take_snapshot
from praya.apps.reports.queries import statement
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.rules import JobState
from praya.core.actor import Role
from praya.words.exports import statement_csv


@pytest.fixture
def job(db, now):
    make_site(now)
    by = lead_of(active_award(now, hours=2), now)
    began = now - timedelta(hours=2)
    job = submit_job(
        award_code="PIR-0001",
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=by,
        now=began,
    )
    end = End(JobState.COMPLETED, began, began + timedelta(hours=1), exit_code=0)
    finish_job(job_id=job.pk, end=end, by=by, now=now)
    take_snapshot(programme_code="pier", now=now + timedelta(days=1))
    return job


def test_why_of_everything(praya, job):
    assert praya("login", "lead@pier.example").status == 0
    usage = f"quay:{job.code}:1"

    balance = praya("why", "balance", "PIR-0001", "settled", "--of", "nvidia-h800")
    statement = praya("why", "statement", "PIR-0001", "2026-03", "own")
    charge = praya("why", "charge", usage)
    figure = praya("why", "figure", "pier", "drawn")
    by_itself = praya("why", job.code)

    for said in (balance, statement, charge, figure, by_itself):
        assert said.status == 0, said.err
    assert balance.out.splitlines()[0] == "1.0 card-hour of nvidia-h800  Settled of PIR-0001"
    assert "→ Job" in balance.out
    assert statement.out.startswith("HK$9.00  Own share on the statement of March 2026")
    assert "  HK$21.00  Subsidy: 70 % of the list price, rounded down" in charge.out
    assert figure.out.startswith("HK$21.00  Drawn from")
    assert by_itself.out.startswith(f"{job.code}: Completed")
    assert "HK$30.00" in by_itself.out


def test_why_refuses_what_it_does_not_know(praya, job):
    praya("login", "lead@pier.example")

    assert praya("why", "J-999999").status == 1
    assert praya("why", "balance", "PIR-0001", "spare").status == 1
    assert praya("why").status in {0, 2}


def test_a_refusal_says_how_to_ask_why(praya, job):
    praya("login", "lead@pier.example")
    order = ("run", "--award", "PIR-0001", "--time", "9h", "--cards", "8", "--", "true")

    refused = praya(*order)

    assert refused.status == 1
    question = refused.err.strip().rpartition("praya ")[2]
    asked = "why balance PIR-0001 free --of nvidia-h800·s --line PIR-0001.1"
    assert question.replace("'", "") == asked
    assert praya(*asked.split()).out.startswith("1.0 card-hour of nvidia-h800")


def test_why_as_json(praya, job):
    praya("login", "lead@pier.example")

    said = praya("--json", "why", "balance", "PIR-0001").json

    assert (said["code"], said["unit"], said["amount"]) == ("balance", "HKD", 2100)


def test_the_nights_proofs_of_a_book_are_listed(praya, job, now):
    prove_book("pier", now=now)
    praya("login", appointed_email(now))

    [heading, night] = praya("book", "proofs", "pier").out.splitlines()

    assert heading.split() == ["At", "Holds", "Entries", "Found"]
    assert night.split()[-2:] == ["yes", "4"]
    [proof] = praya("--json", "book", "proofs", "pier").json["items"]
    assert (proof["holds"], proof["findings"]) == (True, [])


def appointed_email(now):
    appointed("pier", Role.AUDITOR, now, "auditor@pier.example")
    return "auditor@pier.example"


def test_a_book_is_written_to_a_file(praya, job, now, tmp_path):
    appointed("pier", Role.FINANCE, now)
    praya("login", "finance@pier.example")
    path = tmp_path / "pier.csv"

    said = praya("book", "export", "pier", "--format", "csv", "--output", path)

    assert said.status == 0, said.err
    assert path.read_text().startswith("entry,at,kind")
    assert praya("book", "charges", "pier").out.startswith("month,award,organisation")
    assert praya("figures", "pier", "--csv").out.startswith("code,of,unit,numerator")


@pytest.mark.parametrize("month", ["2026-03", "2026-04"])
def test_a_statement_is_the_same_csv_as_by_api(praya, job, month):
    praya("login", "lead@pier.example")

    said = praya("statement", "PIR-0001", month, "--csv")

    assert said.status == 0, said.err
    assert said.out.splitlines() == statement_csv(statement("PIR-0001", month)).splitlines()


def test_balances_are_written_for_each_person(praya, job, now, tmp_path):
    appointed("pier", Role.OPERATOR, now, "operator@pier.example")
    praya("login", "operator@pier.example")

    said = praya("book", "balances", "pier", "--of", "nvidia-h800", "--folder", tmp_path / "out")

    assert said.status == 0, said.err
    [file] = (tmp_path / "out").glob("*.json")
    assert file.name == "lead.json"
    assert json.loads(file.read_text())["balances"][0]["value"] == 1


def test_hooks_notices_and_outlook(praya, job, now):
    appointed("pier", Role.FINANCE, now)
    praya("login", "finance@pier.example")

    made = praya("--json", "hook", "add", "pier", "https://ledger.example/").json
    for act in ("log", "pause", "resume", "remove"):
        assert praya("hook", act, made["id"]).status == 0
    assert "The book is sent nowhere." in praya("hook", "list", "pier").out
    praya("login", "lead@pier.example")
    assert praya("notices", "choose", "use", "off").status == 0
    assert "Not at all" in praya("notices", "show").out
    one_kind = ("notices", "choose", "use", "--kind", "warning.run_out")
    assert praya(*one_kind, "now").status == 0
    everything, of_use = praya("notices", "show").out, praya("notices", "show", "use").out
    assert ("warning.run_out" in everything, "warning.used" in everything) == (True, False)
    assert ("As the topic" in of_use, "warning.ends" in of_use) == (True, False)
    assert praya(*one_kind, "topic").status == 0
    assert "warning.run_out" not in praya("notices", "show").out
    assert "50 % of" in praya("award", "outlook", "PIR-0001").out


def test_idle_cards_with_their_cost_and_the_days_behind_it(praya, leased):  # noqa: F811
    busy(leased, 1, 12)
    praya("login", "lead@pier.example")

    said = praya("award", "outlook", leased.code).out
    shown = praya("--json", "award", "outlook", leased.code).json["leases"]
    why = praya("why", "outlook", leased.code, "idle-own", "--line", "PIR-0001.1")

    assert (
        "84.0 card-hours were idle and cost HK$2,520.00 at list price, of which the own share is "
        "HK$756.00."
    ) in said
    assert [(one["line"], one["idle_list_minor"]) for one in shown] == [("PIR-0001.1", 252_000)]
    assert why.out.splitlines()[0] == "HK$756.00  Own share of what idle cards of PIR-0001.1 cost"
    assert why.out.splitlines()[2].startswith(
        "  HK$324.00  PIR-0001.1 on 1 February 2026: 36.0 card-"
    )
    assert "over" in praya("why", "outlook", leased.code).out
    assert praya("why", "set-off", 7).status == 1
    assert praya("why", "year", "pier", "subsidy", "2026-01-01").status == 1


def test_the_outbox_at_the_terminal(praya, job, now):
    appointed("pier", Role.OFFICER, now)
    praya("login", "officer@pier.example")

    assert "No letter has been written yet." in praya("outbox", "list", "pier").out
    assert praya("outbox", "show", "7").status == 1
