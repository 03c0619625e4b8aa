"""A cluster with users of its own is added, looked at, and told to be held or left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from praya.apps.clusters.commands import add_cluster, keep_engine_settings
from praya.apps.clusters.queries import device_models
from praya.apps.clusters.rules import check_code
from praya.apps.enforcement import engines
from praya.apps.enforcement.access import check_may_change, check_may_name_conf
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.rules import (
    AnotherCluster,
    Unreachable,
    check_settings_met,
    match_kinds,
)
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.execution.discovery import Discovered, SettingCheck, Weight
from praya.core.execution.port import EngineUnavailable

if TYPE_CHECKING:
    from praya.apps.clusters.models import Cluster

_REACHED = ("called", "conf", "kinds")


def add_cluster_of_kind(
    *,
    code: str,
    name: str,
    engine: str,
    by: Actor,
    now: datetime,
    said: Mapping[str, str] | None = None,
) -> Cluster:
    """Add a cluster behind any engine; a Slurm is looked at first, as ``link_cluster`` does.

    Safe to repeat. ``said`` is for a Slurm. What it refuses: see ``link_cluster`` for a Slurm, and
    ``add_cluster`` for others.
    """
    if engine == engines.SLURM:
        return link_cluster(code=code, name=name, said=said, by=by, now=now).cluster
    return add_cluster(code=code, name=name, engine=engine, by=by, now=now)


def link_cluster(
    *,
    code: str,
    name: str,
    by: Actor,
    now: datetime,
    conf: str = "",
    said: Mapping[str, str] | None = None,
) -> Link:
    """Add a Slurm, or look at it anew: its parts, its kinds of cards, its settings.

    Nothing is changed there. ``said`` gives device models for kinds of cards whose names tell too
    little. Safe to repeat: what was said before stands where nothing else is said.

    Raises, in this order:
        NotAllowed, CodeWrong
        Unreachable: the cluster does not answer.
        KindsUnclear: somebody must say what a kind of card is.
        NameMissing, ClusterCodeTaken: see ``add_cluster``.
        AnotherCluster: awards are held there, and another Slurm would take its place.

    """
    check_may_change(by)
    check_may_name_conf(by, conf)
    check_code(code)
    said = dict(said or {})
    known = Link.objects.filter(cluster__code=code).first()
    if known is not None:
        conf, said = conf or known.conf, known.kinds | said
    found, checks = _look(code, conf)
    kinds = match_kinds(found.kinds, [model.code for model in device_models()], said=said)
    facts = _facts(found, checks) | {"conf": conf, "kinds": kinds, "checked_at": now}
    with transaction.atomic():
        cluster = add_cluster(code=code, name=name, engine=engines.SLURM, by=by, now=now)
        return _keep(cluster, facts, by=by, now=now)


def look_again(*, code: str, by: Actor, now: datetime) -> Link:
    """Look at a cluster's parts and settings again. Safe to repeat.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable
        AnotherCluster: awards are held there, and another Slurm answers in its place.

    """
    check_may_change(by)
    link = link_of(code)
    found, checks = _look(code, link.conf)
    with transaction.atomic():
        return _keep(link.cluster, _facts(found, checks) | {"checked_at": now}, by=by, now=now)


def start_enforcing(*, code: str, by: Actor, now: datetime) -> Link:
    """Hold awards on a cluster from now on; its settings are looked at first. Safe to repeat.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable, AnotherCluster: see ``look_again``.
        SettingsUnmet: a limit could be passed there.

    """
    link = look_again(code=code, by=by, now=now)
    check_settings_met(code, checks_of(link))
    return _set_enforced(link, now, by=by, now=now)


def stop_enforcing(*, code: str, by: Actor, now: datetime) -> Link:
    """Leave a cluster as it is from now on; nothing is taken back there. Safe to repeat.

    Raises, in this order:
        NotAllowed, NotFound

    """
    check_may_change(by)
    return _set_enforced(link_of(code), None, by=by, now=now)


def checks_of(link: Link) -> list[SettingCheck]:
    """The settings of a cluster as last looked at."""
    return [SettingCheck(**check | {"weight": Weight(check["weight"])}) for check in link.checks]


def _keep(cluster: Cluster, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> Link:
    """Keep how a cluster is reached and was found, with an audit line where it is reached anew."""
    link = Link.objects.select_for_update().filter(cluster=cluster).first()
    was = {name: getattr(link, name, None) for name in _REACHED}
    link = link or Link(cluster=cluster)
    for name, value in facts.items():
        setattr(link, name, value)
    will = {name: getattr(link, name) for name in _REACHED}
    is_another = (was["called"], was["conf"]) != (will["called"], will["conf"])
    if link.enforced_since is not None and is_another:
        raise AnotherCluster(cluster=cluster.code, called=was["called"], found=will["called"])
    link.save(update_fields=list(facts) if link.pk else None)
    _tell_engine(link)
    if will != was:
        record("cluster.linked", subject=("cluster", cluster.code), by=by, now=now, **will)
    return link


@transaction.atomic
def _set_enforced(link: Link, since: datetime | None, *, by: Actor, now: datetime) -> Link:
    code = link.cluster.code
    rows = Link.objects.filter(pk=link.pk, enforced_since__isnull=since is not None)
    if rows.update(enforced_since=since, looked_at=None):
        action = "cluster.enforced" if since else "cluster.left_alone"
        record(action, subject=("cluster", code), by=by, now=now)
    link = link_of(code)
    _tell_engine(link)
    return link


def _tell_engine(link: Link) -> None:
    """Keep what the engine needs that runs Praya's own jobs there."""
    settings = engines.told(
        conf=link.conf,
        called=link.called,
        kinds=link.kinds,
        is_held=link.enforced_since is not None,
    )
    keep_engine_settings(code=link.cluster.code, settings=settings)


def _look(code: str, conf: str) -> tuple[Discovered, tuple[SettingCheck, ...]]:
    try:
        engine = engines.reached(code, conf=conf)
        return engine.discover(), engine.check_settings()
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage


def _facts(found: Discovered, checks: tuple[SettingCheck, ...]) -> dict[str, Any]:
    return {
        "called": found.name,
        "version": found.version,
        "partitions": [
            {
                "name": part.name,
                "nodes": len(part.nodes),
                "is_up": part.is_up,
                "cards": dict(part.cards),
            }
            for part in found.partitions
        ],
        "checks": [asdict(check) for check in checks],
        "line": found.line and asdict(found.line),
    }
