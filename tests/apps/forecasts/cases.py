"""A small site to forecast, and forecasts of it that were answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.clusters.models import Cluster
from praya.apps.enforcement.models import ClusterJob, Link
from praya.apps.forecasts.commands import ask_forecast, begin_forecast, finish_forecast
from praya.apps.forecasts.models import Forecast
from praya.apps.forecasts.queries import question_of
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.models import Job
from praya.apps.usage.rules import JobState
from praya.core.actor import Actor, Role
from praya.core.simulator.forecast.asking import ask
from praya.core.simulator.forecast.plain import from_plain, to_plain
from praya.core.simulator.forecast.question import ForecastQuestion
from praya.worker.forecast_schedule import schedules_of

HOUR = 3_600


def site(now: datetime, *, devices: int = 8) -> tuple[Award, Award]:
    """Eight cards; an award of card-hours with jobs in the past and in line, and a lease of two."""
    make_site(now, devices=devices)
    award = active_award(now, hours=2_000)
    lease = active_award(now, lines=[Given(shape="cards", cards=2)], lead="lease@pier.example")
    for number in range(6):
        job = submit(award, now - timedelta(days=6 - number), f"past-{number}")
        ended(job, now - timedelta(days=6 - number), hours=1 + number % 3)
    submit(award, now, "waits")
    return award, lease


def waiting() -> str:
    """The code of the job that waits."""
    return Job.objects.get(state=JobState.WAITING.value).code


def submit(award: Award, at: datetime, key: str, *, cards: int = 2) -> Job:
    """A job that waits."""
    return submit_job(
        award_code=award.code,
        cards=cards,
        time_limit_s=4 * HOUR,
        argv=["true"],
        key=key,
        by=lead_of(award, at),
        now=at,
    )


def ended(job: Job, began: datetime, *, hours: int) -> None:
    """The job ran for so many hours."""
    end = End(JobState.COMPLETED, began, began + timedelta(hours=hours), exit_code=0)
    finish_job(job_id=job.pk, end=end, by=Actor.praya("jobs"), now=began + timedelta(hours=hours))


def linked(now: datetime) -> Link:
    """The site's cluster is a Slurm with machines of four cards; a lease is of one."""
    leased(4)
    return Link.objects.create(
        cluster=Cluster.objects.get(code="quay"),
        called="quay",
        checked_at=now,
        partitions=[{"name": "H800", "sizes": {"h800": [4]}}],
        kinds={"h800": "nvidia-h800"},
    )


def leased(cards: int) -> None:
    """Each lease is of so many cards."""
    AwardLine.objects.filter(shape=LineShape.CARDS.value).update(cards=cards)


def there(award: Award, now: datetime, number: str, **facts: Any) -> ClusterJob:
    """A job of two cards that waits on that Slurm."""
    told = {
        "link": Link.objects.get(),
        "award": award,
        "account": award.code.lower(),
        "number": number,
        "member": "mei",
        "partition": "H800",
        "device_model_code": "nvidia-h800",
        "cards": 2,
        "nodes": 1,
        "time_limit_s": 6 * HOUR,
        "submitted_at": now - timedelta(minutes=5),
        "holds": "turn",
    }
    return ClusterJob.objects.create(**{**told, **facts})


def officer(now: datetime) -> Actor:
    """Who asks."""
    return appointed("pier", Role.OFFICER, now)


def asked(now: datetime, **facts: Any) -> Forecast:
    """A question of two runs over ten days."""
    given = {"programme_code": "pier", "seeds": 2, "days": 10, "by": officer(now), "now": now}
    return ask_forecast(**{**given, **facts})


def answered(now: datetime, **facts: Any) -> Forecast:
    """A forecast with its answer, run in this process."""
    made = asked(now, **facts)
    work = begin_forecast(now=now)
    assert work is not None
    answer(made.code, now + timedelta(minutes=1))
    made.refresh_from_db()
    return made


def answer(code: str, now: datetime) -> None:
    """Answer a forecast as the worker's process does."""
    question = from_plain(ForecastQuestion, question_of(code))
    finish_forecast(
        code=code,
        answer=to_plain(ask(question)),
        schedules=schedules_of(question),
        now=now,
    )
