"""A Slurm on which awards are held, with something on each part of its pages.

Behind it stands the obedient cluster; ``tests/access/conftest.py`` puts it there, and hands each
request a copy of its own, so that what one does there is undone like all else.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from tests.apps.enforcement.fakes import ObedientCluster
from tests.apps.enforcement.test_mapping import GROUP, of_others
from tests.apps.enforcement.test_reserving import H800, closed
from tests.factories import appointed, make_admin

from praya.apps.awards.models import Award
from praya.apps.clusters.commands import add_cluster
from praya.apps.enforcement.commands import (
    agree_adoption,
    ask_mapping,
    ask_take_over,
    follow_cluster,
    ignore_drift,
    link_cluster,
    start_enforcing,
)
from praya.apps.enforcement.models import ClusterJob, ComparedDay, DayDifference, Drift, Link
from praya.apps.usage.models import SetAside
from praya.core.actor import Actor, Role
from praya.core.execution.limits import Obstacle, ObstacleKind, Step, StepKind
from praya.core.execution.reserving import Place

HARBOUR = "harbour"
REASON = "The group's account from before."


def linked(
    cluster: ObedientCluster, award: Award, free: Award, spare: Award, now: datetime
) -> dict[str, dict[str, Any]]:
    """The things; ``award`` uses the cluster, the account of ``free`` was made by others."""
    admin = make_admin(now)
    asking = appointed("pier", Role.OPERATOR, now, "asking.operator@pier.example")
    cluster.others = {GROUP: of_others(GROUP), "chemistry": of_others("chemistry")}
    cluster.places = [Place("gpu", H800, {"n1": 8, "n2": 8})]
    cluster.reservations = [closed("hall-7", {"n2"}, now, days=1)]
    link_cluster(code=HARBOUR, name="Harbour", by=admin, now=now)
    start_enforcing(code=HARBOUR, by=admin, now=now)
    follow_cluster(code=HARBOUR, now=now)
    add_cluster(code="slipway", name="Slipway", engine="local", by=admin, now=now)
    found = _adoptions(award, free, asking=asking, agreeing=admin, now=now)
    found |= _drifts(award, now)
    _compared(award, now)
    _not_charged(award, now)
    to_map = {"code": HARBOUR, "query": f"account=chemistry&award={spare.code}"}
    return found | {"to-map": to_map, "idle-cluster": {"code": "slipway"}}


def _adoptions(
    award: Award, free: Award, *, asking: Actor, agreeing: Actor, now: datetime
) -> dict[str, dict[str, Any]]:
    """One account that others made is an award's, one is asked for, one is in the way."""
    mapped = {"code": HARBOUR, "reason": REASON, "by": asking, "now": now}
    held = ask_mapping(account=GROUP, award_code=award.code, **mapped)
    agree_adoption(code=HARBOUR, adoption_id=held.pk, by=agreeing, now=now)
    in_the_way = Obstacle(ObstacleKind.NAME_TAKEN, free.code.lower())
    refused = asdict(Step(StepKind.SET_LIMIT, award.code.lower())) | {"said": "Nothing modified"}
    Link.objects.update(obstacles=[asdict(in_the_way)], left=[refused])
    asked = ask_take_over(account=free.code.lower(), **mapped)
    return {
        "held": {"code": HARBOUR, "adoption_id": held.pk},
        "linked": {"code": HARBOUR, "adoption_id": asked.pk},
    }


def _drifts(award: Award, now: datetime) -> dict[str, dict[str, Any]]:
    """A difference that stands, and one that may stay."""
    link = Link.objects.get()
    facts = {"link": link, "account": GROUP, "kind": StepKind.OPEN.value, "found_at": now}
    stands = Drift.objects.create(**facts, changed_by="wing", changed_at=now)
    left = Drift.objects.create(**facts)
    ignore_drift(code=HARBOUR, drift_id=left.pk, reason=REASON, by=make_admin(now), now=now)
    return {
        "drift": {"code": HARBOUR, "drift_id": stands.pk, "award": award.code},
        "drift-left": {"code": HARBOUR, "drift_id": left.pk},
    }


def _compared(award: Award, now: datetime) -> None:
    """A day on which the cluster has summed more than was charged."""
    link = Link.objects.get()
    Link.objects.update(charged_since=now - timedelta(days=9))
    day = ComparedDay.objects.create(
        link=link, day=now.date(), account=GROUP, award_code=award.code, device_model=H800,
        summed_s=7200, charged_s=3600, to_look_at_s=600, until=now, compared_at=now,
    )  # fmt: skip
    for kind, seconds, job in (("running", 3000, "7"), ("unexplained", 600, "")):
        DayDifference.objects.create(of=day, kind=kind, card_seconds=seconds, job_id=job)


def _not_charged(award: Award, now: datetime) -> None:
    """A job that runs on beyond what could be held, and one that was not charged."""
    hour = timedelta(hours=1)
    ClusterJob.objects.create(
        link=Link.objects.get(), award=award, number="7", member="awme", partition="gpu",
        device_model_code=H800, cards=1, time_limit_s=7200, submitted_at=now - hour,
        began_at=now - hour, account=GROUP, holds="nothing", unheld_s=3600,
    )  # fmt: skip
    SetAside.objects.create(
        key="harbour:8:1", award=award, cluster_code=HARBOUR, job_id="8", member="awme",
        device_model_code=H800, card_seconds=900, ended_at=now, why="node-failed",
        is_refund=True, received_at=now,
    )  # fmt: skip
