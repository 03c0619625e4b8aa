"""A cluster is closed when nothing runs on it; its devices count until then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.awarding import active_award, lead_of
from tests.factories import appointed, make_admin

from praya.apps.clusters.commands import add_partition, note_silent
from praya.apps.clusters.queries import device_seconds, devices_on, partition_of, silent_clusters
from praya.apps.clusters.rules import CapacityKind, ClusterBusy, ClusterClosed
from praya.apps.people.models import AuditLine
from praya.apps.usage.commands import cancel_job, close_cluster, submit_job
from praya.apps.usage.rules import NoPartition
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

DAY_S = 86_400


def submit(award, now, key):
    return submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=60,
        argv=["true"],
        key=key,
        by=lead_of(award, now),
        now=now,
    )


def test_a_cluster_is_closed_once_no_job_is_alive_on_it(programme, now):
    award = active_award(now)
    job = submit(award, now, "first")
    operator = appointed("pier", Role.OPERATOR, now)
    with pytest.raises(ClusterBusy) as caught:
        close_cluster(code="quay", by=operator, now=now)
    assert caught.value.facts == {"cluster_code": "quay", "jobs": 1, "first": job.code}
    assert partition_of("quay", "h800").cluster.closed_at is None
    cancel_job(code=job.code, by=lead_of(award, now), now=now)

    later = now + timedelta(hours=1)
    closed = [close_cluster(code="quay", by=operator, now=at) for at in (now, later)]

    assert [one.closed_at for one in closed] == [now, now]
    assert AuditLine.objects.filter(action="cluster.closed").count() == 1
    with pytest.raises(NoPartition):
        submit(award, now, "second")
    with pytest.raises(ClusterClosed):
        add_partition(
            cluster_code="quay",
            code="more",
            device_model_code="nvidia-h800",
            by=make_admin(now),
            now=now,
        )


def test_closing_is_refused_in_this_order(programme, now):
    with pytest.raises(NotAllowed):
        close_cluster(code="nowhere", by=appointed("pier", Role.OFFICER, now), now=now)
    with pytest.raises(NotFound):
        close_cluster(code="nowhere", by=make_admin(now), now=now)


def test_devices_count_until_the_day_on_which_their_cluster_closed(programme, now):
    close_cluster(code="quay", by=make_admin(now), now=now)
    partition = partition_of("quay", "h800")

    days = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3))
    assert [devices_on(partition, CapacityKind.IN_SERVICE, day) for day in days] == [8, 8, 0]
    for kind in CapacityKind:
        assert device_seconds("pier", kind, *days[::2]) == {"nvidia-h800": 2 * 8 * DAY_S}


def test_nobody_waits_for_the_engine_of_a_closed_cluster(programme, now):
    note_silent(code="quay", by=Actor.praya("jobs"), now=now)

    close_cluster(code="quay", by=make_admin(now), now=now)

    assert list(silent_clusters()) == []
