"""Forecasts by API."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.forecasts.cases import answer, linked, officer, site, there, waiting

from praya.apps.awards.models import Award
from praya.apps.forecasts.commands import begin_forecast
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.rules import Measure

pytestmark = pytest.mark.django_db
BUY = {"kind": "buy_cards", "device_model": "nvidia-h800", "cards": 4, "first_on": "2026-03-04"}


@pytest.fixture
def ours(caller, now):
    site(now)
    officer(now)
    return caller("officer@pier.example")


def test_a_forecast_is_asked_followed_read_kept_and_forgotten(ours, caller, now):
    linked(now)
    there(Award.objects.get(code="PIR-0001"), now, "27")
    wish = {"changes": [BUY], "seeds": 2, "days": 10, "name": "Four more"}
    status, made = ours.post("/programmes/pier/forecasts", wish)
    code = made["code"]

    assert (status, made["state"], made["runs_all"]) == (201, "asked", 2)
    assert problem(ours.get(f"/forecasts/{code}/answer")) == (409, "forecast.no_answer")
    begin_forecast(now=now)
    answer(code, now)
    told = ours.get(f"/forecasts/{code}/answer")[1]

    assert {len(told[side]["days"]) for side in ("base", "variant")} == {11}
    [first, _] = told["base"]["awards"]
    assert (first["award"], len(first["burn_median"])) == ("PIR-0001.1", 11)
    # An even use from January to December: 61 days and the hours that Hong Kong is ahead.
    plan = 2_000 * (61 * 24 + 8) // (365 * 24)
    assert (len(first["plan"]), first["plan"][0] // 3_600) == (11, plan)
    assert told["difference"]["held_by_pool"]
    assert ours.get(f"/forecasts/{code}/question")[1]["seeds"] == [0, 1]
    schedule = ours.get(f"/forecasts/{code}/schedule")[1]
    assert {stay["award"] for stay in schedule["stays"]} <= {"PIR-0001.1", "PIR-0002.1"}
    first = schedule["stays"][0]
    assert first["begins_at"] < schedule["ends_at"]
    assert first["last_card"] >= first["first_card"] == 0
    changed = ours.get(f"/forecasts/{code}/schedule?side=variant")[1]
    assert (schedule["side"], changed["side"]) == ("base", "variant")
    beside = ours.get(f"/forecasts/side-by-side?code={code}")[1]
    assert beside["heads"] == [f"{code}: as things stand", f"{code}: changed"]
    waits = next(row for row in beside["rows"] if row["code"] == "mean_wait_s")
    assert (len(waits["cells"]), waits["differences"][0]) == (2, "")
    assert waits["difference_values"] == [None, told["difference"]["mean_wait_s"]]
    assert ours.get("/forecasts")[1]["items"][0]["state"] == "done"
    assert ours.post(f"/forecasts/{code}/keep", {"name": "Kept"})[1]["is_kept"]
    assert problem(ours.post(f"/forecasts/{code}/cancel")) == (409, "forecast.not_under_way")
    lead = caller("lead@pier.example")
    start = lead.get(f"/jobs/{waiting()}/expected-start")[1]
    assert (start["forecast"], start["learnt"]) == (code, 0)
    start = lead.get("/clusters/quay/jobs/27")[1]["forecast"]
    assert (start["forecast"], start["subject"]) == (code, "quay/27")
    assert told["base"]["awards"][1]["share_of_lease"]["median"] > 0
    likes = [one["jobs_like"] for one in told["base"]["awards"]]
    assert likes == [["past"], ["others"]]
    assert ours.get("/programmes/pier/forecast-scores")[1] == []
    assert ours.post(f"/forecasts/{code}/forget")[1]["state"] == "forgotten"


def test_a_lead_reads_when_each_line_is_used_up_and_nobody_else_does(ours, caller, now):
    made = ours.post("/programmes/pier/forecasts", {"seeds": 1, "days": 1})[1]
    low, middle = int(now.timestamp()) + 60, int(now.timestamp()) + 120
    Expectation.objects.create(
        forecast=Forecast.objects.get(code=made["code"]),
        measure=Measure.RUN_OUT.value,
        subject="PIR-0001.1",
        due_at=now,
        low=low,
        middle=middle,
        granted=2_000 * 3_600,
    )

    [told] = caller("lead@pier.example").get("/awards/PIR-0001/run-out")[1]

    assert (told["forecast"], told["subject"]) == (made["code"], "PIR-0001.1")
    instants = [told[level] for level in ("low", "middle", "high")]
    assert instants == ["2026-03-02T09:01:00Z", "2026-03-02T09:02:00Z", None]
    assert problem(caller("lease@pier.example").get("/awards/PIR-0001/run-out"))[0] == 404


def test_a_change_of_what_is_not_there_is_refused(ours):
    wish = {"changes": [{"kind": "drop_award", "award": "PIR-0077"}]}

    assert problem(ours.post("/programmes/pier/forecasts", wish)) == (409, "forecast.unknown_name")


def test_others_learn_nothing(ours, caller, now):
    code = ours.post("/programmes/pier/forecasts", {"seeds": 1, "days": 1})[1]["code"]
    lead = caller("lead@pier.example")

    assert problem(lead.get(f"/forecasts/{code}"))[0] == 404
    assert lead.get("/forecasts")[1]["items"] == []
    assert problem(lead.post("/programmes/pier/forecasts", {}))[0] == 403
