"""Forecasts from the question to the answer, through the worker's own process."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from tests.apps.forecasts.cases import asked, officer, site

from praya.apps.forecasts.commands import cancel_forecast
from praya.apps.forecasts.models import Expectation, Forecast
from praya.worker.forecasting import Forecasting, folder_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.once]
PATIENCE_S = 300


@pytest.fixture
def rounds(settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    following = Forecasting()
    yield following
    following.stop()


def follow_until(rounds, now, is_reached) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_reached():
        assert time.monotonic() < until, Forecast.objects.values("state", "reason", "runs_done")
        rounds.follow(now)
        time.sleep(0.1)


def state() -> str:
    return Forecast.objects.values_list("state", flat=True).get()


def test_a_forecast_is_asked_killed_begun_again_and_answered(rounds, now):
    site(now)
    made = asked(now, seeds=6, days=20)
    kept = folder_of(made.code) / "seeds"

    follow_until(rounds, now, lambda: kept.exists() and any(kept.glob("seed-*.json")))
    rounds.stop()  # as a worker that is killed
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("seed-*.json")}
    again = Forecasting()
    try:
        follow_until(again, now, lambda: state() != "running" or bool(again._child))
        after = {path.name: path.stat().st_mtime_ns for path in kept.glob("seed-*.json")}
        follow_until(again, now + timedelta(minutes=1), lambda: state() != "running")
    finally:
        again.stop()

    assert state() == "done"
    assert before.items() <= after.items()  # what was run is not run again
    made.refresh_from_db()
    assert made.answer["base"]["seeds"] == list(range(6))
    assert made.pieces.get(name="schedule").content["rows"]
    assert Expectation.objects.filter(measure="start").exists()
    assert not folder_of(made.code).exists()


def test_a_cancelled_forecast_ends_its_process(rounds, now):
    site(now)
    made = asked(now, seeds=200, days=700)
    follow_until(rounds, now, lambda: rounds._child is not None)
    child = rounds._child

    cancel_forecast(code=made.code, by=officer(now), now=now)
    rounds.follow(now)

    assert child.poll() is not None
    assert not folder_of(made.code).exists()
    assert state() == "cancelled"


def test_runs_of_a_forecast_that_ended_while_no_worker_looked_are_removed(rounds, now):
    site(now)
    gone = folder_of(asked(now).code)
    (gone / "seeds").mkdir(parents=True)  # as a worker leaves them that was killed
    cancel_forecast(code=gone.name, by=officer(now), now=now)
    made = asked(now)

    follow_until(rounds, now, lambda: rounds._child is not None)

    assert [one.name for one in gone.parent.iterdir()] == [made.code]


def test_a_question_that_cannot_be_run_fails_with_its_reason(rounds, now):
    site(now)
    made = asked(now)
    broken = made.question
    broken["base"]["waiting"][0]["at"] = "nowhere"
    Forecast.objects.update(question=broken)

    follow_until(rounds, now, lambda: state() not in ("asked", "running"))

    made.refresh_from_db()
    assert made.state == "failed"
    assert "nowhere" in made.reason
