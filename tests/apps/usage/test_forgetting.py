"""What an engine keeps of a job goes some time after its end; the rows stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.awarding import active_award, lead_of
from tests.fakes import DownEngine, ObedientEngine

from praya.apps.people.models import AuditLine
from praya.apps.usage import engines
from praya.apps.usage.commands import forget_jobs, run_schedule, submit_job, track_jobs
from praya.apps.usage.models import Charge, Job
from praya.apps.usage.queries import clusters_to_tidy, run_key
from praya.core.execution.port import EngineUnavailable
from praya.worker.rounds import keep_house

KEPT = timedelta(days=90)


def ended_job(engine, now, *, key="first"):
    """A job that ran for a minute; it ended a minute after ``now``."""
    award = active_award(now, lead=f"{key}@pier.example")
    job = submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=600,
        argv=["true"],
        key=key,
        by=lead_of(award, now),
        now=now,
    )
    run_schedule(engine=engine, cluster_code="quay", now=now)
    engine.end(run_key(job), after_s=60)
    track_jobs(engine=engine, cluster_code="quay", now=now + timedelta(minutes=1))
    return job


def forget(engine, now):
    return forget_jobs(engine=engine, cluster_code="quay", now=now)


def test_a_job_is_forgotten_when_it_was_kept_long_enough(programme, now):
    engine = ObedientEngine(now)
    job = ended_job(engine, now)
    end = now + timedelta(minutes=1)

    assert forget(engine, end + KEPT) == []
    assert run_key(job) in engine.reports
    later = end + KEPT + timedelta(seconds=1)
    assert forget(engine, later) == [job.code]
    assert forget(engine, later) == []

    job.refresh_from_db()
    assert (engine.reports, job.forgotten_at, job.state) == ({}, later, "completed")
    assert Charge.objects.count() == 1
    lines = AuditLine.objects.filter(action="jobs.forgotten")
    assert [(line.subject_key, line.facts["jobs"]) for line in lines] == [("quay", [job.code])]


def test_every_attempt_of_a_job_is_forgotten(programme, now):
    engine = ObedientEngine(now)
    job = ended_job(engine, now)
    Job.objects.update(attempt=2)
    engine.reports[f"{job.code}.2"] = engine.reports[f"{job.code}.1"]

    forget(engine, now + 2 * KEPT)

    assert engine.reports == {}


def test_what_the_engine_says_has_not_ended_is_left_alone(programme, now):
    engine = ObedientEngine(now)
    first, second = ended_job(engine, now), ended_job(engine, now, key="second")
    report = engine.reports[run_key(second)]
    engine.reports[run_key(first)] = type(report)(run_key(first), report.state.RUNNING, 1)

    assert forget(engine, now + 2 * KEPT) == [second.code]
    assert Job.objects.get(pk=first.pk).forgotten_at is None


def test_an_engine_that_is_away_is_asked_again(programme, now, monkeypatch, caplog):
    engine = DownEngine(now)
    engine.is_down = False
    job = ended_job(engine, now)
    monkeypatch.setattr(engines, "_opened", lambda *_: engine)

    engine.is_down = True
    with pytest.raises(EngineUnavailable):
        forget(engine, now + 2 * KEPT)
    keep_house(now + 2 * KEPT)
    assert "cluster quay: the controller does not answer" in caplog.text
    assert Job.objects.get(pk=job.pk).forgotten_at is None

    engine.is_down = False
    keep_house(now + 2 * KEPT)
    assert Job.objects.get(pk=job.pk).forgotten_at == now + 2 * KEPT
    assert clusters_to_tidy(now + 2 * KEPT) == []


def test_a_site_may_keep_everything(programme, now, settings):
    settings.PRAYA_JOB_KEEP_DAYS = 0
    engine = ObedientEngine(now)
    ended_job(engine, now)

    assert clusters_to_tidy(now + 100 * KEPT) == []
    assert forget(engine, now + 100 * KEPT) == []
