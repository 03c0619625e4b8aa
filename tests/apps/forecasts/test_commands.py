"""Forecasts asked, answered, kept, forgotten and scored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.applications.cases import LARGE, reread, screened
from tests.apps.awards.cases import holder, money
from tests.apps.forecasts.cases import (
    answer,
    answered,
    asked,
    ended,
    officer,
    site,
    submit,
    waiting,
)
from tests.apps.reviews.cases import marked
from tests.awarding import active_award
from tests.factories import appointed, make_partition, make_person, make_programme

from praya.apps.awards.commands import recuse
from praya.apps.forecasts.commands import (
    ask_daily,
    begin_forecast,
    cancel_forecast,
    fail_forecast,
    finish_forecast,
    forget_forecast,
    keep_forecast,
    note_runs,
    score_forecasts,
)
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries import (
    cases_asked,
    forecast_of,
    forecasts_visible_to,
    programmes_without_daily,
    run_outs_of,
    scores_of,
    start_expected,
)
from praya.apps.forecasts.rules import (
    WAITING_MAX,
    Measure,
    NoAnswer,
    NotUnderWay,
    SizeOutside,
    TooManyWait,
    WhatIf,
    WhatIfKind,
)
from praya.apps.people.models import AuditLine
from praya.apps.programmes.queries import actor_for
from praya.apps.reviews.commands import close_review_stage
from praya.apps.usage.models import Job
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound
from praya.core.simulator.forecast.refusals import UnknownName

pytestmark = pytest.mark.django_db
DROP = WhatIf(WhatIfKind.DROP_AWARD, award="PIR-0001")


@pytest.fixture
def place(now):
    return site(now)


def test_a_question_is_written_down_with_the_site_and_the_trail(place, now):
    made = asked(now, changes=[DROP], name="Without the tides")

    assert (made.code, made.state, made.seeds) == (f"F-{made.pk:06d}", "asked", 2)
    names = [
        [award["name"] for award in made.question[side]["cluster"]["awards"]]
        for side in ("base", "variant")
    ]
    assert names == [["PIR-0001.1", "PIR-0002.1"], ["PIR-0002.1"]]
    line = AuditLine.objects.get(action="forecast.asked")
    assert (line.subject_key, line.facts["changes"]) == (made.code, [DROP.as_json()])


def test_asking_is_refused_in_this_order(place, now):
    with pytest.raises(NotFound):
        asked(now, programme_code="reef", seeds=0)
    with pytest.raises(NotAllowed):
        asked(now, by=appointed("pier", Role.FINANCE, now), seeds=0)
    with pytest.raises(SizeOutside):
        asked(now, seeds=0)
    Forecast.objects.bulk_create(
        Forecast(
            code=f"X-{number}",
            programme=place[0].programme,
            purpose="question",
            seeds=1,
            days=1,
            asked_at=now,
        )
        for number in range(WAITING_MAX)
    )
    with pytest.raises(TooManyWait):
        asked(now, changes=[WhatIf(WhatIfKind.DROP_AWARD, award="PIR-9")])
    Forecast.objects.all().delete()
    with pytest.raises(UnknownName):
        asked(now, changes=[WhatIf(WhatIfKind.DROP_AWARD, award="PIR-9")])


def test_one_is_answered_at_a_time_the_one_begun_first(place, now):
    first, second = asked(now), asked(now)

    assert begin_forecast(now=now).code == first.code
    assert begin_forecast(now=now).code == first.code  # as after a kill
    note_runs(code=first.code, done=1, number=2)
    cancel_forecast(code=first.code, by=officer(now), now=now)
    assert begin_forecast(now=now).code == second.code
    fail_forecast(code=second.code, reason="it broke", now=now)

    assert begin_forecast(now=now) is None
    rows = Forecast.objects.order_by("id").values_list("state", "runs_done", "reason")
    assert list(rows) == [("cancelled", 1, ""), ("failed", 0, "it broke")]


def test_an_answer_that_comes_after_cancelling_is_left(place, now):
    made = asked(now)
    cancel_forecast(code=made.code, by=officer(now), now=now)

    assert not finish_forecast(code=made.code, answer={}, schedule={}, now=now)
    assert Forecast.objects.get().answer is None


def test_what_is_expected_is_kept_beside_the_answer(place, now):
    made = answered(now)

    measures = dict.fromkeys(Expectation.objects.values_list("measure", "subject"))
    assert ("start", waiting()) in measures
    assert ("use", "PIR-0001.1") in measures
    assert ("utilisation", "day") in measures
    start = start_expected(waiting(), now)
    assert start is not None
    assert start.forecast == made
    # Nothing is in its way: it starts at once in every run.
    assert start.low == start.high == int(now.timestamp())
    assert start_expected(waiting(), now + timedelta(days=4)) is None


def test_keeping_needs_an_answer_and_may_be_repeated(place, now):
    made = asked(now)
    by = officer(now)
    with pytest.raises(NoAnswer):
        keep_forecast(code=made.code, name="", by=by, now=now)
    begin_forecast(now=now)
    answer(made.code, now)

    keep_forecast(code=made.code, name="For the council", by=by, now=now)
    keep_forecast(code=made.code, name="For the council", by=by, now=now)
    with pytest.raises(NotUnderWay):
        cancel_forecast(code=made.code, by=by, now=now)

    assert AuditLine.objects.filter(action="forecast.kept").count() == 1
    assert Forecast.objects.get().name == "For the council"


def test_forgetting_leaves_that_it_was_asked(place, now):
    made = answered(now)

    forget_forecast(code=made.code, by=officer(now), now=now)
    forget_forecast(code=made.code, by=officer(now), now=now)

    made.refresh_from_db()
    assert (made.state, made.question, made.answer) == ("forgotten", None, None)
    assert not made.pieces.exists()
    assert not Expectation.objects.exists()
    assert AuditLine.objects.filter(action="forecast.forgotten").count() == 1


def test_who_only_looks_on_changes_nothing(place, now):
    made = asked(now)
    auditor = appointed("pier", Role.AUDITOR, now)

    assert forecast_of(made.code, auditor) == made
    with pytest.raises(NotAllowed):
        cancel_forecast(code=made.code, by=auditor, now=now)
    with pytest.raises(NotFound):
        cancel_forecast(code=made.code, by=appointed("pier", Role.FINANCE, now), now=now)


def test_what_was_said_is_held_against_what_happened(place, now):
    award, _lease = place
    ask_daily(programme_code="pier", now=now)
    begin_forecast(now=now)
    made = Forecast.objects.get()
    answer(made.code, now)
    job = Job.objects.get(code=waiting())
    ended(job, now + timedelta(hours=1), hours=2)
    later = now + timedelta(days=3)

    score_forecasts(now=later)
    score_forecasts(now=later)

    start = Expectation.objects.get(measure="start")
    assert start.actual == int((now + timedelta(hours=1)).timestamp())
    use = Expectation.objects.filter(measure="use", subject=f"{award.code}.1").earliest("due_at")
    assert use.actual == 2 * 2 * 3_600
    day = Expectation.objects.get(measure="utilisation", actual__isnull=False)
    assert day.actual == 0  # nothing ran on the second day
    found = scores_of("pier", later)
    assert found[Measure.START].number == 1
    assert found[Measure.START].held == 0  # it was to start at once
    assert found[Measure.START].loss == pytest.approx((0.1 + 0.5 + 0.9) * 3_600)


def test_a_job_cancelled_before_it_began_counts_nowhere(place, now):
    ask_daily(programme_code="pier", now=now)
    begin_forecast(now=now)
    answer(Forecast.objects.get().code, now)
    Job.objects.filter(code=waiting()).update(state="cancelled", ended_at=now)

    score_forecasts(now=now + timedelta(hours=1))

    start = Expectation.objects.get(measure="start")
    assert (start.actual, start.known_at) == (None, now + timedelta(hours=1))
    assert Measure.START not in scores_of("pier", now + timedelta(hours=2))


def test_the_forecast_of_the_day_is_asked_once_a_day(place, now):
    assert programmes_without_daily(now) == ["pier"]

    ask_daily(programme_code="pier", now=now)

    assert programmes_without_daily(now + timedelta(hours=23)) == []
    assert programmes_without_daily(now + timedelta(hours=25)) == ["pier"]


def test_a_programme_without_machines_has_none_of_the_day(db, now):
    make_programme(now)

    assert ask_daily(programme_code="pier", now=now) is None


def test_a_lead_learns_when_their_own_award_is_used_up(place, now):
    award, _lease = place
    for number in range(6):
        job = submit(award, now - timedelta(days=20 - number), f"heavy-{number}", cards=8)
        ended(job, now - timedelta(days=20 - number), hours=4)
    answered(now, days=400, seeds=3)
    lead = actor_for(award.lead, now)

    found, rows = run_outs_of(award.code, lead)

    assert found == award
    assert {row.subject for row in rows} <= {"PIR-0001.1"}
    with pytest.raises(NotFound):
        run_outs_of(award.code, actor_for(make_person("nobody@pier.example"), now))


@pytest.fixture
def case(now):
    """A case of a round that is to be decided, on eight cards."""
    make_programme(now)
    money(now)
    make_partition(now, programme_code="pier", devices=64)
    application = screened(now, lines=[LARGE])
    for email in ("wan@review.example", "bo@review.example"):
        marked(application, email, now, merit=4, plan=4, cards=16)
    close_review_stage(application_code=application.code, note="", by=officer(now), now=now)
    return reread(application)


def ask_round(case, now, by: Actor):
    return asked(now, round_id=case.round_id, days=300, by=by)


def test_cases_of_a_round_count_as_the_committee_counts_them(case, now):
    with pytest.raises(NotAllowed):
        ask_round(case, now, holder(Role.OPERATOR, now, "oper@pier.example"))

    [found] = cases_asked(case.round, now)
    [line] = found.lines
    assert (found.code, line.cards) == (case.code, 16)  # as recommended, of more that was asked


def test_a_round_is_not_for_who_takes_no_part(case, now, place_of_work):
    made = ask_round(case, now, officer(now))
    by = holder(Role.COMMITTEE, now, "recused@pier.example")
    recuse(application_code=case.code, reason="my own laboratory", by=by, now=now)

    with pytest.raises(NotAllowed):
        ask_round(case, now, by)
    with pytest.raises(NotFound):
        forecast_of(made.code, by)

    leases = made.question["variant"]["cluster"]["leases"]
    assert [(one["name"], one["cards"]) for one in leases] == [(f"{case.code}.1", 16)]
    operator = holder(Role.OPERATOR, now, "oper@pier.example")
    assert made not in forecasts_visible_to(operator)


@pytest.fixture
def place_of_work(case, now):
    """Something to run beside the case: an award with a job in line."""

    award = active_award(now, hours=100, lead="tides@pier.example")
    submit(award, now, "waits")
    return award
