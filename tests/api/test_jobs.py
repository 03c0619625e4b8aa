"""Jobs by API: admitted once, followed, ended."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.awarding import active_award, add_member
from tests.factories import appointed, make_person

from praya.core.actor import Role
from praya.core.execution.port import EngineUnavailable, Outage
from praya.engines.local import LocalEngine
from praya.words.outages import WHY

pytestmark = pytest.mark.django_db
LEAD = "lead@pier.example"
JUN = "jun@pier.example"


@pytest.fixture
def order(now):
    award = active_award(now)
    add_member(award, make_person(JUN), now)
    return {
        "award": award.code,
        "cards": 2,
        "time_limit_s": 600,
        "argv": ["python", "train.py"],
        "key": "first",
    }


def test_a_job_holds_its_worst_case(caller, order):
    status, job = caller(JUN).post("/jobs", order)

    assert (status, job["code"][:2], job["state"]) == (201, "J-", "waiting")
    assert (job["name"], job["device_model"], job["is_over"]) == ("python", "nvidia-h800", False)
    assert job["held_exact"] == [
        {"commodity": "nvidia-h800·s", "amount": 1200},
        {"commodity": "HKD", "amount": 7_00},
    ]
    assert job["held"] == "0.3 card-hours of nvidia-h800, HK$7.00"
    assert job["sentence"]
    assert job["shown"][0] == ["Job", job["code"]]
    _status, award = caller(JUN).get(f"/awards/{order['award']}")
    assert award["four_numbers"][0]["exact"]["in_flight"] == 1200


def test_the_same_key_admits_one_job(caller, order):
    jun = caller(JUN)

    first, second = jun.post("/jobs", order), jun.post("/jobs", order)

    assert first == second
    other = jun.post("/jobs", order | {"cards": 1})
    assert problem(other) == (409, "job.key_reused")
    assert len(jun.get("/jobs")[1]["items"]) == 1


def test_a_refused_job_says_what_is_free(caller, order):
    status, body = caller(JUN).post("/jobs", order | {"cards": 8, "time_limit_s": 360_000})

    assert (status, body["code"]) == (409, "book.exhausted")
    assert body["facts"]["award"] == order["award"]
    assert caller(JUN).get("/jobs")[1]["items"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"cards": 0},
        {"time_limit_s": 0},
        {"key": ""},
        {"argv": ["a\0b"]},
        {"award": "no code"},
        {"environment": {"A": "\ud800"}},
    ],
)
def test_what_no_job_can_be_is_input_that_does_not_fit(caller, order, changed):
    assert problem(caller(JUN).post("/jobs", order | changed)) == (422, "input.invalid")


def test_who_sees_a_job_and_who_its_output(caller, now, order):
    code = caller(JUN).post("/jobs", order)[1]["code"]
    appointed("pier", Role.OPERATOR, now)
    operator, lead = caller("operator@pier.example"), caller(LEAD)
    stranger = caller("else@pier.example")

    assert problem(stranger.get(f"/jobs/{code}")) == (404, "access.not_found")
    assert stranger.get("/jobs")[1]["items"] == []
    assert operator.get(f"/jobs/{code}")[0] == 200
    assert problem(operator.get(f"/jobs/{code}/output")) == (403, "access.not_allowed")
    assert lead.get(f"/jobs/{code}/output") == (
        200,
        {"text": "", "next_offset": 0, "size": 0, "ended": False},
    )
    assert problem(stranger.post("/jobs", order)) == (404, "access.not_found")
    outsider = operator.post("/jobs", order)
    assert problem(outsider) == (403, "job.not_a_member")


def test_a_piece_of_output_has_room_for_any_character(caller, order):
    jun = caller(JUN)
    code = jun.post("/jobs", order)[1]["code"]

    assert problem(jun.get(f"/jobs/{code}/output", limit=3)) == (422, "input.invalid")
    assert jun.get(f"/jobs/{code}/output", limit=4)[0] == 200


@pytest.mark.parametrize("cause", Outage)
def test_an_engine_that_is_away_is_told_in_words_and_quoted_for_operators_alone(
    caller, now, order, monkeypatch, cause
):
    code = caller(LEAD).post("/jobs", order)[1]["code"]

    def away(*_args, **_options):
        raise EngineUnavailable("/srv/praya/jobs: Input/output error", cause=cause)

    monkeypatch.setattr(LocalEngine, "output", away)

    def said():
        status, body = caller(LEAD).get(f"/jobs/{code}/output")
        assert (status, body["code"], body["facts"]) == (
            503,
            "engine.unavailable",
            {"cause": cause.value},
        )
        return body["message"]

    plain = (
        f"The cluster’s engine does not answer just now, so this could not be done. {WHY[cause]} "
        "Try again in a moment; if it stays so, tell an operator of the programme."
    )
    assert said() == plain
    appointed("pier", Role.OPERATOR, now, LEAD)
    assert said() == f"{plain} It said: “/srv/praya/jobs: Input/output error”."


def test_jobs_are_listed_by_award_and_state(caller, order):
    jun = caller(JUN)
    first, second, third = (
        jun.post("/jobs", order | {"key": key})[1]["code"] for key in ("a", "b", "c")
    )
    jun.post(f"/jobs/{second}/cancel")

    def codes(**query: object) -> list[str]:
        return [one["code"] for one in jun.get("/jobs", **query)[1]["items"]]

    assert codes() == [third, second, first]
    assert codes(state="waiting") == [third, first]
    assert codes(award="NONE-1") == []
    assert codes(limit=1, award=order["award"]) == [third]
    assert jun.get("/jobs", state="asleep")[0] == 422


def test_a_waiting_job_ends_at_once_and_gives_back(caller, order):
    jun = caller(JUN)
    code = jun.post("/jobs", order)[1]["code"]

    for _time in range(2):
        status, job = jun.post(f"/jobs/{code}/cancel")
        assert (status, job["state"], job["is_over"]) == (200, "cancelled", True)
    _status, award = jun.get(f"/awards/{order['award']}")
    assert award["four_numbers"][0]["exact"]["in_flight"] == 0
