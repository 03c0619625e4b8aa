"""The round that holds awards on a cluster: observe, difference, apply, and observe again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from praya.apps.clusters.commands import keep_seen
from praya.apps.enforcement import engines
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.counters import counters_after, may_be_found
from praya.apps.enforcement.differences import account_before, as_told, is_called_for
from praya.apps.enforcement.models import Adoption, Drift, Link, Told
from praya.apps.enforcement.queries import (
    accounts_begun,
    given_back_of,
    hidden_accounts,
    link_of,
    mark_of_facts,
)
from praya.apps.enforcement.queries.aside import facts_of
from praya.apps.enforcement.queries.reserving import WantedHere, seen_on, wanted_here
from praya.apps.enforcement.rules import (
    WHOLE_EVERY_S,
    Asked,
    Unreachable,
    place_of,
    takes_away,
)
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
from praya.core.execution.reconciling import steps_back

PRAYA = Actor.praya("enforcement")
AGAIN_S = 30  # until a step that was refused is tried again
SOON_S = 3  # until one that was taken and does not hold yet is looked at again
_PLACE = ("account", "kind", "member", "device_model")  # as of ``place_of``
_NO_DRIFT = frozenset({StepKind.CANCEL_ALL, StepKind.CANCEL_WAITING})  # these end by themselves


@dataclass(frozen=True, slots=True)
class Followed:
    """What a round did on a cluster: steps taken, steps that still stand, drift found."""

    steps: int = 0
    left: int = 0
    drifts: int = 0


def planned(*, code: str, by: Actor, now: datetime) -> Difference:
    """What would be done on a cluster now, and what stands in the way. Changes nothing.

    Of accounts of which the actor is told, see ``hidden_accounts``.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable

    """
    check_may_see(by)
    link = link_of(code)
    found = planned_on(link, now=now)
    hidden = hidden_accounts(by, link)
    return Difference(
        tuple(one for one in _without_ignored(link, found.steps) if one.account not in hidden),
        tuple(one for one in found.obstacles if one.account not in hidden),
    )


def planned_on(link: Link, *, now: datetime) -> Difference:
    """All that would be done on a cluster now; raises ``Unreachable``."""
    wanted = wanted_here(link, now=now)
    try:
        engine = engine_of(link)
        observed, now_s = engine.observe(), int(now.timestamp())
        found = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    return Difference(found.steps, (*found.obstacles, *wanted.clashes))


def follow_cluster(*, code: str, now: datetime) -> Followed | None:
    """Make a cluster hold what is wanted of it; ``None`` where there was nothing to look at.

    It is looked at when a fact of an award has changed, when it did not answer before or refused a
    step, and every few minutes. Killed anywhere, it is begun again by the next round. Where people
    decided about the cluster since it was looked at, what was seen is not kept, and an account that
    was given back meanwhile is put right once more.

    Raises:
        EngineUnavailable: the cluster did not answer. Since when is written down.

    """
    link = link_of(code)  # before what is charged, so that all is charged until which it was read
    if link.enforced_since is None:
        return None
    mark = mark_of_facts(now)
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
        note_silent(link, Asked.AWARDS, outage, now=now)
        raise


def engine_of(link: Link) -> engines.HoldsAwards:
    """The engine behind a link; raises ``EngineUnavailable``."""
    return engines.reached(link.cluster.code, conf=link.conf, called=link.called, kinds=link.kinds)


def note_silent(link: Link, asked: Asked, outage: EngineUnavailable, *, now: datetime) -> None:
    """Write down since when a cluster does not answer what is asked, and what its programs said."""
    since = getattr(link, asked.since) or now
    facts = {asked.since: since, asked.said: str(outage)[:500]}
    Link.objects.filter(pk=link.pk).update(**facts)


def look_soon(link_id: int) -> None:
    """Let the next round look at once, and a round that goes on not keep what it saw before."""
    Link.objects.filter(pk=link_id).update(looked_at=None, turn=F("turn") + 1)


def answers_again(asked: Asked) -> dict[str, Any]:
    """What is written down of a cluster that answered what was asked."""
    return {asked.since: None, asked.said: ""}


def _is_due(link: Link, now: datetime) -> bool:
    if link.looked_at is None or link.silent_since is not None:
        return True
    if may_be_found(link.counters, link.read_until):
        return True
    since_s = abs((now - link.looked_at).total_seconds())  # a clock may be set back
    if not link.left:
        return since_s >= WHOLE_EVERY_S
    return since_s >= (AGAIN_S if any(step["said"] for step in link.left) else SOON_S)


def _bring(link: Link, wanted: WantedHere, *, mark: str, now: datetime) -> Followed:
    engine, now_s = engine_of(link), int(now.timestamp())
    observed = engine.observe()
    wanted = _with_counters(link, wanted, observed, now=now)
    facts = wanted.facts
    found = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    steps = _without_ignored(link, found.steps)
    told = as_told(wanted.accounts, wanted.reserved)
    drifts = _drift(link, steps, observed, told)
    if drifts:  # told before they are mended: what fails half-way forgets none of them
        _tell_drifts(link, drifts, engine.foreign_changes(since=_last_look(link) - 60), now=now)
    refused: tuple[NotTaken, ...] = ()
    left = found
    if steps:
        refused = engine.apply(steps)
        observed = engine.observe()
        _give_back_again(link, engine, {step.account for step in steps} & observed.others)
        left = engine.plan(wanted.accounts, observed, reserved=wanted.reserved, now=now_s)
    still = _without_ignored(link, left.steps)
    left = Difference(still, (*left.obstacles, *wanted.clashes))
    _keep(link, steps, left, refused, facts=facts, mark=mark, now=now)
    Told.objects.update_or_create(link=link, defaults={"wanted": told})
    _note_mended(link, still, now=now)
    Link.objects.filter(pk=link.pk).update(reservations=facts_of(observed.reservations))
    seen = seen_on(link.cluster.code, observed)
    keep_seen(cluster_code=link.cluster.code, seen=seen, by=PRAYA, now=now)
    return Followed(len(steps), len(still), len(drifts))


def _with_counters(
    link: Link, wanted: WantedHere, observed: Observed, *, now: datetime
) -> WantedHere:
    """What is wanted, with what the counters lost that were just looked at; most often the same."""
    read_until = link.read_until
    counters = counters_after(link.counters, wanted.accounts, observed, read_until=read_until)
    if counters == link.counters:
        return wanted
    link.counters = counters
    Link.objects.filter(pk=link.pk).update(counters=counters)
    return wanted_here(link, now=now)


def _give_back_again(link: Link, engine: engines.HoldsAwards, accounts: Collection[str]) -> None:
    """Put right what steps did to accounts that were given back while they were taken."""
    for adoption in given_back_of(link, accounts) if accounts else ():
        engine.apply(steps_to_before(adoption, engine))


def steps_to_before(adoption: Adoption, engine: engines.HoldsAwards) -> tuple[Step, ...]:
    """The steps that bring an account, whosever it is now, to how it was before."""
    name, was = adoption.account, account_before(adoption.account, adoption.before)
    has = engine.observe(also=frozenset({name})).accounts.get(name)
    return steps_back(has, was, device_models=adoption.link.kinds.values())


def _without_ignored(link: Link, steps: Iterable[Step]) -> tuple[Step, ...]:
    """What is ignored is left alone, but never more than is wanted.

    So is an account that is begun to be taken over, unless it is gone.
    """
    steps = tuple(steps)
    begun = accounts_begun(link)
    begun -= {step.account for step in steps if step.kind is StepKind.ADD_ACCOUNT}
    ignored = set(link.drifts.filter(ignored_at__isnull=False).values_list(*_PLACE))
    return tuple(
        step
        for step in steps
        if step.account not in begun
        and (
            place_of(step) not in ignored
            or takes_away(step.kind, has=step.before, wants=step.after)
        )
    )


def _drift(
    link: Link, steps: Iterable[Step], observed: Observed, told: dict[str, Any]
) -> list[Step]:
    """Steps that no change of Praya's calls for: somebody changed the cluster.

    Those that stood when it was last looked at are none, nor what is told of as changed already.
    """
    was = Told.objects.filter(link=link).first()
    if was is None:
        return []
    stood = {tuple(step[name] for name in _PLACE) for step in link.left}
    stood |= set(link.drifts.filter(mended_at=None, ignored_at=None).values_list(*_PLACE))
    return [
        step
        for step in steps
        if step.kind not in _NO_DRIFT
        and place_of(step) not in stood
        and not is_called_for(step, was=was.wanted, will=told, looked_at=_last_look(link))
        and not (step.kind is StepKind.REMOVE_MEMBER and _is_blocked(step, observed))
    ]


def _is_blocked(step: Step, observed: Observed) -> bool:
    account = observed.accounts.get(step.account)
    member = account.members.get(step.member) if account else None
    return member is not None and member.is_blocked


def _last_look(link: Link) -> int:
    """When the cluster was last looked at, or before that."""
    last = link.looked_at or link.good_at or link.checked_at
    return int(last.timestamp())


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
        **answers_again(Asked.AWARDS),
        "left": [asdict(step) | {"said": said.get(place_of(step), "")} for step in left.steps],
        "obstacles": [asdict(one) for one in left.obstacles],
    }
    if steps:
        changes["steps"] = len(steps)
    if not left.steps:
        changes["good_at"] = now
    Link.objects.filter(pk=link.pk, turn=link.turn).update(**changes)
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
def _tell_drifts(
    link: Link, drifts: Sequence[Step], trail: Sequence[ForeignChange], *, now: datetime
) -> None:
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
        )


def _note_mended(link: Link, still: Sequence[Step], *, now: datetime) -> None:
    """Write down of each difference that no step stands for any more that it is mended."""
    standing = {place_of(step) for step in still}
    told = link.drifts.filter(mended_at=None, ignored_at=None).values_list("pk", *_PLACE)
    mended = [pk for pk, *place in told if tuple(place) not in standing]
    Drift.objects.filter(pk__in=mended).update(mended_at=now)


def _change_behind(step: Step, trail: Sequence[ForeignChange]) -> ForeignChange | None:
    """The last change of the trail that was of the account or member, and of this kind."""
    behind = [change for change in trail if change.is_behind(step)]
    return max(behind, key=lambda change: change.at, default=None)
