"""A Slurm that holds awards: jobs alive there, its sums beside the charges, what is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.seed.awards import Given
from benchmarks.seed.scale import NOW, TODAY
from praya.apps.clusters.commands import add_cluster, add_partition
from praya.apps.enforcement.models import ClusterJob, ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries.aside import facts_of
from praya.apps.people.models import Person
from praya.apps.programmes.queries import actor_for
from praya.core.execution.completeness import ReasonKind
from praya.core.execution.reserving import Reservation

CODE, MODEL = "slip", "nvidia-h800"
DAY = timedelta(days=1)
DAYS, DAY_S, HOUR_S = 30, 86_400, 3600
ASIDE = 40


def write(awards: list[Given]) -> None:
    """Two jobs and thirty days of each award in force; one day in ten wants a look."""
    running = [one for one in awards if one.row.state == "active"]
    link = _link(running)
    ClusterJob.objects.bulk_create(_jobs(link, running), batch_size=1000)
    days = ComparedDay.objects.bulk_create(_days(link, running), batch_size=1000)
    DayDifference.objects.bulk_create(_differences(days), batch_size=1000)


def _link(awards: list[Given]) -> Link:
    by = actor_for(Person.objects.get(is_site_admin=True), NOW)
    cluster = add_cluster(code=CODE, name="Slip", engine="slurm", by=by, now=NOW)
    add_partition(cluster_code=CODE, code="gpu", device_model_code=MODEL, by=by, now=NOW)
    return Link.objects.create(
        cluster=cluster,
        called=CODE,
        version="24.11.5",
        kinds={"h800": MODEL},
        partitions=[{"name": "gpu", "nodes": 8, "is_up": True, "cards": {"h800": 64}, "out": []}],
        checked_at=NOW,
        enforced_since=NOW - 60 * DAY,
        charged_since=NOW - 60 * DAY,
        read_at=NOW,
        jobs_at=NOW,
        good_at=NOW,
        looked_at=NOW,
        compared_at=NOW,
        summed_until=NOW,
        reservations=facts_of(
            Reservation(
                name=f"class-{number}",
                is_ours=False,
                nodes=frozenset({f"n{number}", f"n{number + 1}"}),
                begins_at=int((NOW + number * DAY).timestamp()),
                ends_at=int((NOW + (number + 1) * DAY).timestamp()),
                cards={MODEL: 16},
                users=frozenset({"teacher"}),
                is_maintenance=number % 5 == 0,
            )
            for number in range(min(ASIDE, len(awards)))
        ),
    )


def _jobs(link: Link, awards: list[Given]) -> Iterator[ClusterJob]:
    """One that runs and one that waits."""
    for number, one in enumerate(awards):
        for began_at in (NOW - timedelta(hours=2), None):
            yield ClusterJob(
                link=link,
                award=one.row,
                number=str(2 * number + (began_at is None)),
                member=f"user{one.row.lead_id}",
                partition="gpu",
                device_model_code=MODEL,
                cards=8,
                time_limit_s=DAY_S,
                submitted_at=NOW - timedelta(hours=3),
                began_at=began_at,
                reason="" if began_at else "Priority",
                holds="nothing" if began_at else "turn",
                ahead=0 if began_at else number,
            )


def _days(link: Link, awards: list[Given]) -> Iterator[ComparedDay]:
    for number, one in enumerate(awards):
        for back in range(1, DAYS + 1):
            differs = (number + back) % 10 == 0
            yield ComparedDay(
                link=link,
                day=TODAY - back * DAY,
                account=one.row.code.lower(),
                award_code=one.row.code,
                device_model=MODEL,
                summed_s=DAY_S,
                charged_s=DAY_S - HOUR_S * differs,
                to_look_at_s=HOUR_S * differs,
                until=NOW - (back - 1) * DAY,
                compared_at=NOW,
            )


def _differences(days: list[ComparedDay]) -> Iterator[DayDifference]:
    for day in days:
        if day.difference_s:
            for number in range(2):
                yield DayDifference(
                    of=day,
                    kind=ReasonKind.MISSING.value,
                    card_seconds=day.difference_s // 2,
                    job_id=f"{day.pk}{number}",
                    member="user1",
                )
