"""Explanations, files, letters and web hooks by API."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.api.calling import problem
from tests.awarding import active_award, lead_of, make_site
from tests.factories import appointed

from praya.apps.reports.commands import take_snapshot
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.rules import JobState
from praya.core.actor import Role

LEAD = "lead@pier.example"


@pytest.fixture
def award(db, now):
    make_site(now)
    award = active_award(now, hours=2)
    by = lead_of(award, now)
    job = submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=by,
        now=now - timedelta(hours=2),
    )
    end = End(JobState.COMPLETED, now - timedelta(hours=2), now - timedelta(hours=1), exit_code=0)
    finish_job(job_id=job.pk, end=end, by=by, now=now)
    take_snapshot(programme_code="pier", now=now + timedelta(days=1))
    return award


def leaves(why):
    return [why] if not why["parts"] else [leaf for part in why["parts"] for leaf in leaves(part)]


@pytest.mark.parametrize("number", ["settled", "in-flight", "committed", "free"])
def test_a_balance_adds_up_in_the_answer(caller, award, number):
    status, why = caller(LEAD).get(f"/awards/{award.code}/why/{number}", commodity="nvidia-h800")
    _, shown = caller(LEAD).get(f"/awards/{award.code}")
    exact = shown["four_numbers"][0]["exact"]

    assert status == 200
    assert why["amount"] == exact[number.replace("-", "_")]
    assert sum(leaf["amount"] for leaf in leaves(why)) == why["amount"]


@pytest.mark.parametrize("number", ["settled", "in-flight"])
def test_nothing_is_explained_where_nothing_was_used(caller, award, now, number):
    fresh = active_award(now, hours=1, lead="next@pier.example")

    status, why = caller("next@pier.example").get(f"/awards/{fresh.code}/why/{number}")

    assert (status, why["amount"], why["parts"], why["count"]) == (200, 0, [], 0)


def test_a_charge_a_statement_and_a_job_are_explained(caller, award):
    lead = caller(LEAD)
    _, statement = lead.get(f"/awards/{award.code}/statements/2026-03/why", of="subsidy")
    [part] = statement["parts"]
    usage = part["facts"]["usage"]
    _, charge = lead.get(f"/charges/{usage}/why")
    _, job = lead.get(f"/jobs/{part['facts']['job']}/why")

    assert statement["text"] == "HK$21.00"
    assert [one["text"] for one in charge["parts"]] == ["HK$21.00", "HK$9.00"]
    assert charge["grounds"][-1]["kind"] == "entry"
    assert job["charge"]["amount"] == 3000
    assert [hold["amount"] for hold in job["holds"]] == [3600, 2100]


def test_a_public_figure_is_explained_to_anybody(caller, award, now):
    appointed("pier", Role.AUDITOR, now, "auditor@pier.example")
    _, public = caller().get("/programmes/pier/figures/drawn/why")
    _, told = caller("auditor@pier.example").get("/programmes/pier/figures/drawn/why")

    assert public["amount"] == told["amount"] == 2100
    assert award.code not in json.dumps(public)
    assert [one["facts"]["name"] for one in told["parts"]] == [award.code]
    assert problem(caller().get("/programmes/pier/figures/spare/why")) == (
        404,
        "access.not_found",
    )


def test_a_refusal_says_where_it_is_explained(caller, award):
    lead = caller(LEAD)
    order = {
        "award": award.code,
        "cards": 8,
        "time_limit_s": 3600,
        "argv": ["true"],
        "key": "greedy",
    }
    answer = lead.client.post(
        "/api/v1/jobs", order, content_type="application/json", headers=lead.headers
    )

    assert answer.json()["code"] == "book.exhausted"
    address = answer["Link"].partition("<")[2].partition(">")[0].removeprefix("/api/v1")
    answer_to_why = lead.raw(address)
    assert answer_to_why.status_code == 200
    assert answer_to_why.json()["amount"] == answer.json()["facts"]["free"]


def test_a_book_leaves_as_a_file(caller, award, now):
    finance = caller(appointed("pier", Role.FINANCE, now) and "finance@pier.example")
    answers = {
        form: finance.raw(f"/programmes/pier/book/file?format={form}")
        for form in ("beancount", "csv", "parquet")
    }

    content = {form: b"".join(answer.streaming_content) for form, answer in answers.items()}
    assert content["beancount"].startswith(b'option "title" "pier"')
    assert content["csv"].startswith(b"entry,at,kind")
    assert content["parquet"][:4] == b"PAR1"
    assert "pier-book.csv" in answers["csv"]["Content-Disposition"]


def test_balances_for_open_ondemand(caller, award, now):
    appointed("pier", Role.OPERATOR, now, "operator@pier.example")
    _, everybody = caller("operator@pier.example").get(
        "/programmes/pier/ondemand-balances", device_model="nvidia-h800"
    )
    _, own = caller(LEAD).get("/programmes/pier/ondemand-balances/me", device_model="nvidia-h800")

    expected = [{"user": "lead", "project": award.code, "value": 1}]
    assert (everybody["version"], everybody["balances"], own["balances"]) == (1, expected, expected)


def test_wishes_letters_and_outlook(caller, award, now):
    appointed("pier", Role.OFFICER, now)
    lead, officer = caller(LEAD), caller("officer@pier.example")

    _, wishes = lead.put("/me/notices", {"topic": "use", "how": "digest"})
    refused = lead.put("/me/notices", {"topic": "award", "how": "off"})
    _, letters = officer.get("/programmes/pier/letters")
    _, outlook = lead.get(f"/awards/{award.code}/outlook")

    assert {one["topic"]: one["how"] for one in wishes}["use"] == "digest"
    assert problem(refused) == (409, "notice.cannot_switch_off")
    assert letters == {"items": [], "next": None}
    assert [one["used_percent"] for one in outlook["outlooks"]] == [50, 50]


def test_a_wish_for_one_kind_of_letter(caller, award):
    lead, run_out = caller(LEAD), {"topic": "use", "kind": "warning.run_out"}

    _, chosen = lead.put("/me/notices", run_out | {"how": "now"})
    unknown = lead.put("/me/notices", {"topic": "money", "kind": "warning.used", "how": "now"})
    needed = lead.put("/me/notices", {"topic": "award", "kind": "award.offered", "how": "off"})
    _, back = lead.put("/me/notices", run_out | {"how": None})

    [used, ahead, _open] = next(one["kinds"] for one in chosen if one["topic"] == "use")
    assert (used["kind"], used["how"], used["how_word"]) == ("warning.used", None, "As the topic")
    assert (ahead["kind"], ahead["how"], ahead["how_word"]) == ("warning.run_out", "now", "At once")
    assert problem(unknown) == (409, "notice.unknown_kind")
    assert problem(needed) == (409, "notice.cannot_switch_off")
    assert {kind["how"] for one in back for kind in one["kinds"]} == {None}


def test_a_hook_from_its_birth_to_its_end(caller, award, now):
    appointed("pier", Role.FINANCE, now)
    finance = caller("finance@pier.example")

    refused = finance.post("/programmes/pier/hooks", {"url": "https://127.0.0.1/"})
    status, made = finance.post("/programmes/pier/hooks", {"url": "https://ledger.example/"})
    hook = f"/hooks/{made['id']}"
    _, again = finance.post(f"{hook}/deliveries", {"entry": 1})
    _, log = finance.get(f"{hook}/deliveries")
    _, paused = finance.post(f"{hook}/pause")
    _, served = finance.post(f"{hook}/resume")
    _, gone = finance.delete(hook)

    assert problem(refused) == (409, "hook.invalid")
    assert (status, made["secret"][:6]) == (201, "whsec_")
    assert (again["entry"], [one["result"] for one in log["items"]]) == (1, ["To be sent again"])
    assert [one["state"] for one in (paused, served, gone)] == ["paused", "active", "removed"]
    assert finance.get("/programmes/pier/hooks") == (200, [])
