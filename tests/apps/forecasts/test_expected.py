"""What is expected, for whom, and for how long; and when the small forecast is asked again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from tests.apps.forecasts.cases import HOUR, answer, answered, linked, site, submit, there, waiting
from tests.factories import make_programme

from praya.apps.awards.models import Award
from praya.apps.forecasts.commands import ask_again, ask_daily, begin_forecast, score_forecasts
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries import (
    base_of,
    programmes_with_new_jobs,
    run_outs_of,
    start_expected,
)
from praya.apps.life.models import LinePlan
from praya.apps.programmes.models import Round
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.models import Job
from praya.worker.rounds import follow_lines

pytestmark = pytest.mark.django_db
GRANT = 2_000 * HOUR


@pytest.fixture
def place(now):
    award, _lease = site(now)
    return award


def daily(now) -> Forecast:
    made = ask_daily(programme_code="pier", now=now)
    begin_forecast(now=now)
    answer(made.code, now)
    return made


def test_use_is_said_from_the_asking_on_and_not_of_others(place, now):
    Job.objects.filter(state="waiting").update(
        state="running",
        started_at=now - timedelta(days=8),
        slots=[0, 1],
        time_limit_s=9 * 24 * HOUR,
    )
    Award.objects.exclude(pk=place.pk).update(
        programme=make_programme(now, code="jetty", prefix="JET")
    )

    daily(now)

    said = Expectation.objects.filter(measure="use").order_by("due_at")
    assert {one.subject for one in said} == {f"{place.code}.1"}
    first = said[0]
    ran = 2 * int((first.due_at - now).total_seconds())  # and there are eight cards
    assert first.high <= 4 * ran
    score_forecasts(now=first.due_at)
    first.refresh_from_db()
    assert first.actual == ran


def test_a_line_is_drawn_against_its_teams_plan_from_its_first_day_on(place, now):
    line = place.lines.get()
    line.first_on = now.date() - timedelta(days=300)
    line.save()
    months = {f"{now:%Y-%m}": 400}
    LinePlan.objects.create(line=line, number=1, months=months, at=now, by=place.lead)

    found = base_of("pier", now, days=30)

    [award, _lease] = found.cluster.awards
    assert found.day(award.begins_at + 8 * HOUR) == line.first_on  # Hong Kong's day
    plan = found.standings[0].plan
    assert (plan[0], [part for _, part in plan if part]) == ((award.begins_at, 0), [400])


def told_run_out(place, at, *, in_days: int, days: int, **facts) -> Expectation:
    """A forecast of so many days that said when the award is used up."""
    code = f"F-9{Forecast.objects.count()}"
    made = Forecast.objects.create(
        code=code,
        programme=place.programme,
        purpose="question",
        state="done",
        seeds=1,
        days=days,
        asked_at=at,
        **facts,
    )
    when = int((at + timedelta(days=in_days)).timestamp())
    common = {"forecast": made, "subject": f"{place.code}.1", "due_at": at}
    Expectation.objects.create(measure="use", low=0, **common)
    return Expectation.objects.create(
        measure="run-out", low=when, middle=when, granted=GRANT, **common
    )


def counted(place, at, *, days: int) -> None:
    """A forecast of so many days that counted the award and did not find it used up."""
    told_run_out(place, at, in_days=0, days=days).delete()


def test_a_run_out_goes_once_a_forecast_looks_beyond_it_or_the_grant_changes(place, now):
    lead = actor_for(place.lead, now)
    told = told_run_out(place, now - timedelta(days=5), in_days=60, days=365)
    counted(place, now - timedelta(days=4), days=28)  # which did not look so far

    assert run_outs_of(place.code, lead, now)[1] == [told]
    assert run_outs_of(place.code, lead, now + timedelta(days=24))[1] == []  # too long ago
    told.granted += HOUR
    told.save()
    assert run_outs_of(place.code, lead, now)[1] == []  # said of another grant
    told.granted -= HOUR
    told.save()
    counted(place, now - timedelta(days=3), days=300)
    assert run_outs_of(place.code, lead, now)[1] == []


def test_who_sees_no_forecast_is_not_told_of_one_about_a_round(place, now):
    made = answered(now)
    round_ = Round.objects.earliest("id")
    told_run_out(place, now, in_days=60, days=365, round=round_)
    assert start_expected(waiting(), now) is not None
    Forecast.objects.filter(pk=made.pk).update(round=round_)

    assert start_expected(waiting(), now) is None
    assert run_outs_of(place.code, actor_for(place.lead, now), now)[1] == []


def test_the_small_forecast_is_asked_again_once_jobs_have_come(place, now):
    assert programmes_with_new_jobs(now) == []  # there is none of the day yet
    daily(now - timedelta(hours=1))
    assert programmes_with_new_jobs(now - timedelta(minutes=1)) == []  # within the hour
    Job.objects.update(submitted_at=now - timedelta(hours=2))
    assert programmes_with_new_jobs(now) == []  # those that wait it knows
    linked(now)
    there(place, now, "27")
    assert start_expected("quay/27", now) is None

    follow_lines(now)
    made = Forecast.objects.get(purpose="line")
    assert programmes_with_new_jobs(now + timedelta(hours=2)) == []  # it is not answered yet
    begin_forecast(now=now)
    answer(made.code, now)

    assert start_expected("quay/27", now).forecast == made
    assert set(made.expectations.values_list("measure", flat=True)) == {"start"}
    submit(place, now + timedelta(hours=1), "later")
    assert programmes_with_new_jobs(now + timedelta(hours=1)) == ["pier"]


def test_a_forecast_of_the_line_goes_after_a_day_unless_it_is_kept(place, now):
    old, kept, new = (
        ask_again(programme_code="pier", now=now - timedelta(hours=hours)) for hours in (25, 24, 1)
    )
    Forecast.objects.filter(pk=kept.pk).update(is_kept=True)

    last = ask_again(programme_code="pier", now=now)

    assert set(Forecast.objects.all()) == {kept, new, last}
    assert old not in Forecast.objects.all()


def test_use_that_was_stored_before_is_mended(place, now):
    module = "praya.apps.forecasts.migrations.0005_use_since_the_asking"
    job = {"award": f"{place.code}.1", "on": [0, 1], "cards": 4, "begun_s": 0}
    made = told_run_out(place, now, in_days=1, days=1).forecast
    made.question = {"base": {"running": [job], "now_s": HOUR}}
    made.save()
    mine = Expectation.objects.filter(forecast=made, measure="use")
    mine.update(low=9 * HOUR, middle=10 * HOUR, high=None)
    Expectation.objects.create(
        forecast=made, measure="use", subject="others", low=1, due_at=now, actual=0
    )

    import_module(module)._since_the_asking(apps, None)

    assert list(mine.values_list("low", "middle", "high")) == [(HOUR, 2 * HOUR, None)]
