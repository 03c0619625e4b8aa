"""Forecasts by API."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.forecasts.cases import answer, officer, site, waiting

from praya.apps.forecasts.commands import begin_forecast

pytestmark = pytest.mark.django_db
BUY = {"kind": "buy_cards", "device_model": "nvidia-h800", "cards": 4, "first_on": "2026-03-04"}


@pytest.fixture
def ours(caller, now):
    site(now)
    officer(now)
    return caller("officer@pier.example")


def test_a_forecast_is_asked_followed_read_kept_and_forgotten(ours, caller, now):
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
    assert told["difference"]["held_by_pool"]
    assert ours.get(f"/forecasts/{code}/question")[1]["seeds"] == [0, 1]
    assert ours.get("/forecasts")[1]["items"][0]["state"] == "done"
    assert ours.post(f"/forecasts/{code}/keep", {"name": "Kept"})[1]["is_kept"]
    assert problem(ours.post(f"/forecasts/{code}/cancel")) == (409, "forecast.not_under_way")
    lead = caller("lead@pier.example")
    assert lead.get(f"/jobs/{waiting()}/expected-start")[1]["forecast"] == code
    assert lead.get("/awards/PIR-0001/run-out")[0] == 200
    assert ours.get("/programmes/pier/forecast-scores")[1] == []
    assert ours.post(f"/forecasts/{code}/forget")[1]["state"] == "forgotten"


def test_a_change_of_what_is_not_there_is_refused(ours):
    wish = {"changes": [{"kind": "drop_award", "award": "PIR-0077"}]}

    assert problem(ours.post("/programmes/pier/forecasts", wish)) == (409, "forecast.unknown_name")


def test_others_learn_nothing(ours, caller, now):
    code = ours.post("/programmes/pier/forecasts", {"seeds": 1, "days": 1})[1]["code"]
    lead = caller("lead@pier.example")

    assert problem(lead.get(f"/forecasts/{code}"))[0] == 404
    assert lead.get("/forecasts")[1]["items"] == []
    assert problem(lead.post("/programmes/pier/forecasts", {}))[0] == 403
