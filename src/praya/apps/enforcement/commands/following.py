"""The round that holds awards on a cluster: observe, difference, apply, and observe again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from praya.apps.clusters.commands import keep_seen
from praya.apps.enforcement import engines
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.models import Drift, Link
from praya.apps.enforcement.queries import link_of, mark_of_facts
from praya.apps.enforcement.reserving import WantedHere, facts_of, seen_on, wanted_here
from praya.apps.enforcement.rules import WHOLE_EVERY_S, Unreachable, place_of, takes_away
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.execution.limits import (
    Difference,
    ForeignChange,
    NotTaken,
    Observed,
    Step,
    StepKind,
)
from praya.core.execution.port import EngineUnavailable

PRAYA = Actor.praya("enforcement")
AGAIN_S = 30  # until a step that was refused is tried again
SOON_S = 3  # until one that was taken and does not hold yet is looked at again
# What time alone calls for, and what ends by itself.
_NO_DRIFT = frozenset({StepKind.SET_LONGEST, StepKind.CANCEL_ALL, StepKind.CANCEL_WAITING})


@dataclass(frozen=True, slots=True)
class Followed:
    """What a round did on a cluster: steps taken, steps that still stand, drift found."""

    steps: int = 0
    left: int = 0
    drifts: int = 0


def planned(*, code: str, by: Actor, now: datetime) -> Difference:
    """What would be done on a cluster now, and what stands in the way. Changes nothing.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable

    """
    check_may_see(by)
    link = link_of(code)
    wanted = wanted_here(link, now=now)
    try:
        engine = engine_of(link)
        observed, now_s = engine.observe(), int(now.timestamp())
        found = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    return Difference(_without_ignored(link, found.steps), found.obstacles)


def follow_cluster(*, code: str, now: datetime) -> Followed | None:
    """Make a cluster hold what is wanted of it; ``None`` where there was nothing to look at.

    It is looked at when a fact of an award has changed, when it did not answer before or refused a
    step, and every few minutes. Killed anywhere, it is begun again by the next round.

    Raises:
        EngineUnavailable: the cluster did not answer. Since when is written down.

    """
    link = link_of(code)
    if link.enforced_since is None:
        return None
    mark = mark_of_facts()
    is_due = _is_due(link, now)
    if not is_due and mark == link.mark:
        return None
    wanted = wanted_here(link, now=now)
    if not is_due and wanted.facts == link.facts_sha256:
        Link.objects.filter(pk=link.pk).update(mark=mark)
        return None
    try:
        return _bring(link, wanted, mark=mark, now=now)
    except EngineUnavailable as outage:
        note_silent(link, outage, now=now)
        raise


def engine_of(link: Link) -> engines.HoldsAwards:
    """The engine behind a link; raises ``EngineUnavailable``."""
    return engines.reached(link.cluster.code, conf=link.conf, called=link.called, kinds=link.kinds)


def note_silent(link: Link, outage: EngineUnavailable, *, now: datetime) -> None:
    """Write down since when a cluster does not answer, and what its programs said."""
    since = link.silent_since or now
    Link.objects.filter(pk=link.pk).update(silent_since=since, outage=str(outage)[:500])


def _is_due(link: Link, now: datetime) -> bool:
    if link.looked_at is None or link.silent_since is not None:
        return True
    since_s = abs((now - link.looked_at).total_seconds())  # a clock may be set back
    if not link.left:
        return since_s >= WHOLE_EVERY_S
    return since_s >= (AGAIN_S if any(step["said"] for step in link.left) else SOON_S)


def _bring(link: Link, wanted: WantedHere, *, mark: str, now: datetime) -> Followed:
    engine, now_s, facts = engine_of(link), int(now.timestamp()), wanted.facts
    observed = engine.observe()
    found = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    steps = _without_ignored(link, found.steps)
    drifts = _drift(link, steps, observed) if facts == link.facts_sha256 and not link.left else []
    trail = engine.foreign_changes(since=_since(link)) if drifts else ()
    refused: tuple[NotTaken, ...] = ()
    left = found
    if steps:
        refused = engine.apply(steps)
        observed = engine.observe()
        left = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    still = _without_ignored(link, left.steps)
    _keep(link, steps, Difference(still, left.obstacles), refused, facts=facts, mark=mark, now=now)
    _keep_drifts(link, drifts, trail, still, now=now)
    Link.objects.filter(pk=link.pk).update(reservations=facts_of(observed.reservations))
    seen = seen_on(link.cluster.code, observed)
    keep_seen(cluster_code=link.cluster.code, seen=seen, by=PRAYA, now=now)
    return Followed(len(steps), len(still), len(drifts))


def _without_ignored(link: Link, steps: Iterable[Step]) -> tuple[Step, ...]:
    """What is ignored is left alone, but never more than is wanted."""
    ignored = set(
        link.drifts.filter(ignored_at__isnull=False).values_list(
            "account", "kind", "member", "device_model"
        )
    )
    return tuple(
        step
        for step in steps
        if place_of(step) not in ignored or takes_away(step.kind, has=step.before, wants=step.after)
    )


def _drift(link: Link, steps: Iterable[Step], observed: Observed) -> list[Step]:
    """Steps that no change of Praya's called for: somebody changed the cluster."""
    if link.good_at is None:
        return []
    return [
        step
        for step in steps
        if step.kind not in _NO_DRIFT
        and not (step.kind is StepKind.REMOVE_MEMBER and _is_blocked(step, observed))
    ]


def _is_blocked(step: Step, observed: Observed) -> bool:
    account = observed.accounts.get(step.account)
    member = account.members.get(step.member) if account else None
    return member is not None and member.is_blocked


def _since(link: Link) -> int:
    since = link.good_at or link.checked_at
    return int(since.timestamp()) - 60


@transaction.atomic
def _keep(
    link: Link,
    steps: Sequence[Step],
    left: Difference,
    refused: Sequence[NotTaken],
    *,
    facts: str,
    mark: str,
    now: datetime,
) -> None:
    said = {place_of(one.step): one.said for one in refused}
    changes: dict[str, Any] = {
        "facts_sha256": facts,
        "mark": mark,
        "looked_at": now,
        "silent_since": None,
        "outage": "",
        "left": [asdict(step) | {"said": said.get(place_of(step), "")} for step in left.steps],
        "obstacles": [asdict(one) for one in left.obstacles],
    }
    if steps:
        changes["steps"] = len(steps)
    if not left.steps:
        changes["good_at"] = now
    Link.objects.filter(pk=link.pk).update(**changes)
    if steps:
        record(
            "cluster.brought",
            subject=("cluster", link.cluster.code),
            by=PRAYA,
            now=now,
            steps=len(steps),
            left=len(left.steps),
            accounts=sorted({step.account for step in steps})[:20],
        )


@transaction.atomic
def _keep_drifts(
    link: Link,
    drifts: Sequence[Step],
    trail: Sequence[ForeignChange],
    still: Sequence[Step],
    *,
    now: datetime,
) -> None:
    standing = {place_of(step) for step in still}
    for step in drifts:
        change = _change_behind(step, trail)
        Drift.objects.create(
            link=link,
            account=step.account,
            kind=step.kind.value,
            member=step.member,
            device_model=step.device_model,
            has="" if step.before is None else str(step.before)[:60],
            wants="" if step.after is None else str(step.after)[:60],
            found_at=now,
            changed_by=change.actor[:60] if change else "",
            changed_at=datetime.fromtimestamp(change.at, UTC) if change else None,
            mended_at=None if place_of(step) in standing else now,
        )
    for drift in link.drifts.filter(mended_at=None, ignored_at=None):
        if (drift.account, drift.kind, drift.member, drift.device_model) not in standing:
            Drift.objects.filter(pk=drift.pk).update(mended_at=now)


def _change_behind(step: Step, trail: Sequence[ForeignChange]) -> ForeignChange | None:
    """The last change of the trail that names the account, or the member."""
    names = [name for name in (step.member, step.account) if name]
    for change in sorted(trail, key=lambda one: -one.at):
        if any(name in change.where + change.values for name in names):
            return change
    return None
