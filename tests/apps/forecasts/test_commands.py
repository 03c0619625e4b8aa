"""Forecasts asked, answered, kept, forgotten and scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from tests.apps.applications.cases import LARGE, reread, screened
from tests.apps.awards.cases import holder, money
from tests.apps.forecasts.cases import (
    answer,
    answered,
    asked,
    ended,
    linked,
    officer,
    site,
    submit,
    waiting,
)
from tests.apps.reviews.cases import marked
from tests.awarding import active_award
from tests.factories import (
    appointed,
    make_partition,
    make_person,
    make_programme,
    minimal_programme_yaml,
)

from praya.apps.applications.models import RequestLine, Submission
from praya.apps.awards.commands import recuse
from praya.apps.awards.models import Award, AwardLine
from praya.apps.enforcement.models import Link
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
    base_of,
    cases_asked,
    forecast_of,
    forecasts_visible_to,
    lessons,
    programmes_without_daily,
    run_outs_of,
    scores_of,
    site_of,
    start_expected,
    with_cases,
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
from praya.core.simulator.cluster.model import Quality
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

    assert not finish_forecast(code=made.code, answer={}, schedules={}, now=now)
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


def said_before(programme, asked_at, *, jobs: int, waited_s: int | None) -> None:
    """A forecast of the day whose jobs were all to start at once; what came is known, or not."""
    made = Forecast.objects.create(
        code=f"D-{asked_at:%d}",
        programme=programme,
        purpose="daily",
        seeds=2,
        days=28,
        state="done",
        asked_at=asked_at,
    )
    at = int(asked_at.timestamp())
    said = {"measure": "start", "low": at, "middle": at, "high": at, "due_at": asked_at}
    if waited_s is not None:
        said |= {"actual": at + waited_s, "known_at": asked_at + timedelta(seconds=waited_s)}
    Expectation.objects.bulk_create(
        Expectation(forecast=made, subject=f"J-{one}", **said) for one in range(jobs)
    )


def test_starts_are_told_as_earlier_ones_turned_out(place, now):
    programme = place[0].programme
    for days in range(1, 5):
        said_before(programme, now - timedelta(days=days), jobs=8, waited_s=6 * 3_600)

    told = answered(now, days=28)

    start = start_expected(waiting(), now)
    assert start is not None
    assert (start.forecast, start.learnt, told.answer["learnt"]) == (told, 32, 32)
    at = int(now.timestamp())
    assert start.simulated == [at, at, at]  # nothing is in its way
    assert (start.middle - at, start.high - at) == (6 * 3_600, 6 * 3_600)
    assert 60 < start.low - at < 3_600  # an end that moves inwards moves half as far
    [row] = told.answer["base"]["queue"]
    assert row["start_s"]["high"] - row["start_s"]["low"] == start.high - start.low


def test_too_few_earlier_starts_and_cancelled_jobs_teach_nothing(place, now):
    programme = place[0].programme
    said_before(programme, now - timedelta(days=2), jobs=20, waited_s=6 * 3_600)
    said_before(programme, now - timedelta(days=1), jobs=20, waited_s=None)
    Expectation.objects.filter(actual=None).update(known_at=now - timedelta(hours=1))

    told = answered(now)

    start = start_expected(waiting(), now)
    assert (start.learnt, start.simulated, told.answer["learnt"]) == (0, None, 0)
    assert start.low == start.high == int(now.timestamp())


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
    award = active_award(now, hours=1_000, lead="heavy@pier.example")
    for number in range(6):
        job = submit(award, now - timedelta(days=20 - number), f"heavy-{number}", cards=6)
        ended(job, now - timedelta(days=20 - number), hours=4)
    AwardLine.objects.filter(award=award).update(first_on=now.date() - timedelta(days=20))
    Award.objects.filter(pk=award.pk).update(started_at=now - timedelta(days=20))
    answered(now, days=200, seeds=3)
    lead = actor_for(award.lead, now)

    found, rows = run_outs_of(award.code, lead, now)

    assert found == award
    assert [row.subject for row in rows] == [f"{award.code}.1"]
    # 144 of 1,000 card-hours were used in twenty days: 806 more, until 95 %, take 112.
    days = (rows[0].middle - int(now.timestamp())) / 86_400
    assert 90 < days < 135
    with pytest.raises(NotFound):
        run_outs_of(award.code, actor_for(make_person("nobody@pier.example"), now), now)


def test_a_forecast_cancelled_while_its_answer_is_read_stays_cancelled(now, monkeypatch):
    site(now)
    made = asked(now)
    begin_forecast(now=now)

    learnt_by = lessons.learnt_by

    def cancelled_meanwhile(found):
        cancel_forecast(code=made.code, by=officer(now), now=now)
        return learnt_by(found)

    monkeypatch.setattr(lessons, "learnt_by", cancelled_meanwhile)
    answer(made.code, now)

    made.refresh_from_db()
    assert (made.state, made.answer) == ("cancelled", None)


TOLD = {"jobs": "40", "job_cards": "8", "job_hours": "6"}


@pytest.fixture
def case(now):
    """A case of a round that is to be decided: sixteen cards, for jobs of eight and six hours."""
    return recommended(now)


def recommended(now, **programme):
    make_programme(now, **programme)
    money(now)
    make_partition(now, programme_code="pier", devices=64)
    application = screened(now, lines=[LARGE | TOLD])
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


def test_a_case_is_in_the_class_of_service_that_its_call_names(now):
    [call] = yaml.safe_load(minimal_programme_yaml())["calls"]
    case = recommended(now, calls=[call | {"service_class": "urgent"}])
    active_award(now)
    site = site_of("pier", now, days=30)
    qualities = (Quality("normal"), Quality("urgent", 100))
    cluster = replace(site.question.cluster, qualities=qualities)
    here = replace(site, question=replace(site.question, cluster=cluster))
    cases = cases_asked(case.round, now)

    def classes(site):
        demands = with_cases(site, cases, case.programme).demands
        return [set(one.kinds.quality) for one in demands if one.award == f"{case.code}.1"]

    assert classes(here) == [{"urgent"}]
    assert classes(site) == [set()], "its machines know no such class"


def test_a_plan_that_was_not_submitted_again_no_longer_counts(case, now):
    [line] = RequestLine.objects.filter(submission__application=case)
    before = Submission.objects.get(pk=line.submission_id)
    before.pk, before.number = None, 0
    before.save()
    line.pk, line.submission, line.plan = None, before, {"2026-04": 100}
    line.save()

    [found] = cases_asked(case.round, now)

    assert {number: row.plan for number, row in found.asked.items()} == {1: None}


def test_a_case_is_taken_to_run_the_jobs_that_its_team_told(case, now, place_of_work):
    made = ask_round(case, now, officer(now))

    [demand] = [one for one in made.question["variant"]["demands"] if one["at"] == f"{case.code}.1"]
    kinds = demand["kinds"]
    assert (kinds["nodes"], kinds["cards"]) == ([8], [1])  # machines of one card
    assert (kinds["run_s"], kinds["limit_s"]) == ([6 * 3600], [9 * 3600])


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
    [demand] = [one for one in made.question["variant"]["demands"] if one["at"] == f"{case.code}.1"]
    seconds = demand["ends_s"] - demand["begins_s"]
    assert (demand["award"], demand["card_seconds"]) == (f"{case.code}.1", 16 * seconds)
    operator = holder(Role.OPERATOR, now, "oper@pier.example")
    assert made not in forecasts_visible_to(operator)


def test_slots_are_nodes_where_a_round_would_lease_a_part_of_a_machine(case, now, place_of_work):
    linked(now)
    Link.objects.update(partitions=[{"name": "H800", "sizes": {"h800": [32]}}])
    [home] = base_of("pier", now, days=300).cluster.partitions
    assert (home.nodes, home.cards) == (2, 32)

    made = ask_round(case, now, officer(now))  # it asks for sixteen cards

    for side in ("base", "variant"):
        [home] = made.question[side]["cluster"]["partitions"]
        assert (home["nodes"], home["cards"]) == (64, 1)


@pytest.fixture
def place_of_work(case, now):
    """Something to run beside the case: an award with a job in line."""

    award = active_award(now, hours=100, lead="tides@pier.example")
    submit(award, now, "waits")
    return award
