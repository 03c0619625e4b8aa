"""A cluster with users of its own is added, looked at, and told to be held or left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from praya.apps.clusters.commands import add_cluster, keep_engine_settings
from praya.apps.clusters.queries import device_models
from praya.apps.clusters.rules import check_code
from praya.apps.enforcement import engines
from praya.apps.enforcement.access import check_may_change, check_may_name_conf
from praya.apps.enforcement.cards import check_called_cards, match_kinds
from praya.apps.enforcement.commands.following import answers_again, engine_of, planned_on
from praya.apps.enforcement.commands.mapping import count_as_before, counted_before
from praya.apps.enforcement.models import Link, Told
from praya.apps.enforcement.queries import (
    account_of,
    award_of_adoption,
    link_of,
    mapped_on,
    names_by_code,
    taken_over_on,
)
from praya.apps.enforcement.rules import (
    NODES_OUT_MAX,
    AnotherCluster,
    Asked,
    Unreachable,
    check_settings_met,
    is_out,
)
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.execution.discovery import (
    Discovered,
    NodeSeen,
    PartitionSeen,
    SettingCheck,
    Weight,
)
from praya.core.execution.limits import Account
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
    conf: str = "",
    said: Mapping[str, str] | None = None,
) -> Cluster:
    """Add a cluster behind any engine; a Slurm is looked at first, as ``link_cluster`` does.

    Safe to repeat. ``conf`` and ``said`` are for a Slurm. What it refuses: see ``link_cluster`` for
    a Slurm, and ``add_cluster`` for others.
    """
    if engine == engines.SLURM:
        link = link_cluster(code=code, name=name, conf=conf, said=said, by=by, now=now)
        return link.cluster
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
        CardsUnfit, KindsUnclear: see ``match_kinds``; or it calls its cards otherwise.
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
    check_called_cards(found.nodes)
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

    Where awards were held before, what was used meanwhile under their accounts is charged too: the
    cluster went on counting it against their limits. Accounts of others are told apart first.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable, AnotherCluster: see ``look_again``.
        SettingsUnmet: a limit could be passed there.

    """
    link = look_again(code=code, by=by, now=now)
    check_settings_met(code, checks_of(link))
    obstacles = [asdict(one) for one in planned_on(link, now=now).obstacles]
    if link.charged_since is None:
        _count_until_now(link)
    Link.objects.filter(pk=link.pk, enforced_since=None).update(
        charged_since=link.charged_since or now, obstacles=obstacles
    )
    return _set_enforced(link, now, by=by, now=now)


def _count_until_now(link: Link) -> None:
    """What accounts used since they were taken over, before awards were first held: not charged."""
    taken = [one for one in taken_over_on(link) if one.agreed_at is not None]
    accounts = _observed(link) if taken else {}
    for one in taken:
        award = award_of_adoption(one)
        if award is not None:
            counted_s = counted_before(accounts.get(one.account))
            count_as_before(award.code, link.cluster.code, counted_s)


def _observed(link: Link) -> Mapping[str, Account]:
    try:
        return engine_of(link).observe().accounts
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage


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
    if is_another:  # what was used on the other is no concern of this one's
        facts = {**facts, "charged_since": None, "read_until": None}
        link.charged_since = link.read_until = None
        if link.pk:
            facts |= _forget_the_other(link, by=by, now=now)
    link.save(update_fields=list(facts) if link.pk else None)
    tell_engine(link)
    if will != was:
        record("cluster.linked", subject=("cluster", cluster.code), by=by, now=now, **will)
    return link


def _forget_the_other(link: Link, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What was wanted, taken over and left on another cluster says nothing of this one."""
    Told.objects.filter(link=link).delete()
    subject, stand = ("cluster", link.cluster.code), link.adoptions.filter(ended_at=None)
    for one in stand:
        told: dict[str, Any] = {
            "adoption": one.pk,
            "account": one.account,
            "kind": one.kind,
            "value": one.value,
        }
        record("adoption.ended", subject=subject, by=by, now=now, **told)
    stand.update(ended_at=now)
    link.drifts.exclude(ignored_at=None).update(ignored_at=None, mended_at=now)
    facts: dict[str, Any] = {"lost": {}, "counters": {}, "left": [], "obstacles": []}
    for name, value in facts.items():
        setattr(link, name, value)
    return facts


@transaction.atomic
def _set_enforced(link: Link, since: datetime | None, *, by: Actor, now: datetime) -> Link:
    code = link.cluster.code
    rows = Link.objects.filter(pk=link.pk, enforced_since__isnull=since is not None)
    answered = {name: value for one in Asked for name, value in answers_again(one).items()}
    if rows.update(enforced_since=since, looked_at=None, turn=F("turn") + 1, **answered):
        action = "cluster.enforced" if since else "cluster.left_alone"
        record(action, subject=("cluster", code), by=by, now=now)
    link = link_of(code)
    tell_engine(link)
    return link


def tell_engine(link: Link) -> None:
    """Keep what the engine needs that runs Praya's own jobs there."""
    settings = engines.told(
        conf=link.conf,
        called=link.called,
        kinds=link.kinds,
        is_held=link.enforced_since is not None,
        accounts={account_of(code): account for code, account in mapped_on(link).items()},
        partitions=names_by_code(part["name"] for part in link.partitions),
    )
    keep_engine_settings(code=link.cluster.code, settings=settings)


def _look(code: str, conf: str) -> tuple[Discovered, tuple[SettingCheck, ...]]:
    try:
        engine = engines.reached(code, conf=conf)
        return engine.discover(), engine.check_settings()
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage


def _facts(found: Discovered, checks: tuple[SettingCheck, ...]) -> dict[str, Any]:
    nodes = {node.name: node for node in found.nodes}
    return {
        "called": found.name,
        "version": found.version,
        "partitions": [
            {
                "name": part.name,
                "nodes": len(part.nodes),
                "is_up": part.is_up,
                "cards": dict(part.cards),
                # By kind how many cards its machines have, each number once.
                "sizes": {
                    kind: sorted({one.cards.get(kind, 0) for one in _known(nodes, part)} - {0})
                    for kind in part.cards
                },
                "out": [asdict(one) for one in _known(nodes, part) if is_out(one.state)][
                    :NODES_OUT_MAX
                ],
            }
            for part in found.partitions
        ],
        "checks": [asdict(check) for check in checks],
        "line": found.line and asdict(found.line),
        "qualities": dict(found.qualities),
    }


def _known(nodes: Mapping[str, NodeSeen], part: PartitionSeen) -> list[NodeSeen]:
    """The machines of a part that the cluster described."""
    return [nodes[name] for name in part.nodes if name in nodes]
