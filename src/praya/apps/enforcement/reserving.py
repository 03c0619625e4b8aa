"""What is set aside on a cluster: leases and closed machines; and what the cluster has closed.

A lease has an account of its own below its programme, ``hcp-0007-2`` for the line ``HCP-0007.2``,
so that what its cards do is never counted with card-hours. The nodes are that account's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from praya.apps.awards.access import SEES_AWARDS
from praya.apps.awards.rules import AwardState
from praya.apps.clusters.access import may_change_machines
from praya.apps.clusters.queries import open_partitions, partitions_with_windows, window_of
from praya.apps.clusters.rules import CapacityKind, Seen, days_of_change, devices_of
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.queries import (
    STANDINGS,
    account_of_lease,
    class_of,
    leases_on,
    link_of,
    links,
    members_by_award,
    own_member,
    wanted_on,
)
from praya.apps.enforcement.rules import facts_hash
from praya.apps.usage.queries import days_of, zone_of
from praya.core.actor import Actor
from praya.core.execution.limits import Observed, StepKind, Wanted
from praya.core.execution.reserving import Place, Reservation, Reserved, place_for
from praya.core.metering import instant_of

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.clusters.models import CapacityWindow, Partition
    from praya.apps.enforcement.models import Link

ONE_DAY = timedelta(days=1)
NOTE_LENGTH_MAX = 200
_RESERVING = (
    StepKind.ADD_RESERVATION.value,
    StepKind.SET_RESERVATION.value,
    StepKind.REMOVE_RESERVATION.value,
)
_OPEN = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)


@dataclass(frozen=True, slots=True)
class WantedHere:
    """All that is wanted of a cluster: what accounts may do, and what is set aside."""

    accounts: list[Wanted]
    reserved: list[Reserved]

    @property
    def facts(self) -> str:
        """A mark that changes when the cluster must be brought to something else."""
        return facts_hash(self.accounts, self.reserved)


def wanted_here(link: Link, *, now: datetime) -> WantedHere:
    """What awards, leases and operators want of a cluster now; a fixed number of queries."""
    leases = leases_standing_on(link)
    own = own_member(link)
    accounts = [*wanted_on(link, now=now), *leases_wanted(leases, own, now=now)]
    return WantedHere(accounts, reserved_on(link, leases, now=now))


def leases_standing_on(link: Link) -> dict[str, AwardLine]:
    """The leases that stand on a cluster, over or not, by their accounts. Three queries.

    A lease stands on the first partition of its device model that serves its programme. Where no
    partition is told of, it stands on the first cluster with users of its own that has the model.
    """
    partitions = open_partitions()
    first_with: dict[str, str] = {}
    for other in sorted(links(), key=lambda one: one.cluster.code):
        for model in other.kinds.values():
            first_with.setdefault(model, other.cluster.code)
    found = {}
    for line in leases_on(link):
        home = _home(partitions, line)
        model = line.device_model_code
        code = home.cluster.code if home else first_with.get(model, "")
        if code == link.cluster.code:
            found[account_of_lease(line.code)] = line
    return found


def leases_wanted(
    leases: Mapping[str, AwardLine], own: frozenset[str], *, now: datetime
) -> list[Wanted]:
    """What the account of each lease may do: its cards, day and night, while it is in force.

    ``own`` is the user as which Praya submits.

    The limit in card-seconds is the whole lease, which its cards cannot pass; what bounds it is
    the cards at once and its end.
    """
    members = members_by_award({line.award_id for line in leases.values()})
    wanted = []
    for account, line in leases.items():
        zone = zone_of(line.award)
        is_in_force = now.astimezone(zone).date() in days_of(line)
        ends_at = int(days_of(line).end_in(zone).timestamp())
        wanted.append(
            Wanted(
                account=account,
                programme=line.award.programme.code,
                members=members.get(line.award_id, frozenset()) | own,
                left_s={line.device_model_code: line.card_seconds if is_in_force else 0},
                cards_at_once=line.cards if is_in_force else 0,
                ends_at=ends_at if is_in_force else None,
                quality=class_of(line),
                standing=STANDINGS[AwardState(line.award.state)],
            )
        )
    return wanted


def reserved_on(link: Link, leases: Mapping[str, AwardLine], *, now: datetime) -> list[Reserved]:
    """What is to be set aside on a cluster: its leases, and what operators take out of service."""
    partitions = open_partitions()
    found = []
    for account, line in leases.items():
        zone = zone_of(line.award)
        ends_at = days_of(line).end_in(zone)
        if line.award.state not in _OPEN or ends_at <= now:
            continue
        home = _home(partitions, line)
        found.append(
            Reserved(
                name=account,
                device_model=line.device_model_code,
                cards=line.cards,
                begins_at=int(instant_of(line.first_on, zone).timestamp()),
                ends_at=int(ends_at.timestamp()),
                account=account,
                partition=home.code if home else "",
            )
        )
    models = set(link.kinds.values())
    for partition in partitions_with_windows(link.cluster.code):
        if partition.device_model.code in models:
            found += [_closed(partition, row) for row in partition.capacity.all() if _closes(row)]
    return [one for one in found if one.ends_at is None or one.ends_at > now.timestamp()]


def seen_on(cluster_code: str, observed: Observed) -> list[Seen]:
    """Devices that the cluster itself has closed, as windows of whole days.

    A day on which maintenance touches a machine counts as a day without it. A machine is counted
    once, however many reservations it is in, and not at all where Praya has closed it.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    taken: set[str] = set()
    found: list[Seen] = []
    for partition in partitions_with_windows(cluster_code):
        place = place_for(
            observed.places, model=partition.device_model.code, partition=partition.code
        )
        if place is None or place.partition in taken:
            continue
        taken.add(place.partition)
        closing = [
            one
            for one in observed.reservations
            if one.is_maintenance and one.nodes & place.nodes and one.ends_at > observed.read_at
        ]
        if any(not one.is_ours for one in closing):
            found += _merged(_segments(partition, place, closing, zone))
    return found


class Whose(StrEnum):
    """Whom something is set aside for, or by."""

    LEASE = "lease"
    OPERATOR = "operator"  # a window that takes devices out of service
    CLUSTER = "cluster"  # maintenance that was planned on the cluster itself
    OTHERS = "others"  # set aside there for somebody else


@dataclass(frozen=True, slots=True)
class Aside:
    """Something set aside on a cluster, or wanted to be; ``is_held`` tells which.

    ``about`` is the line of a lease, the note of a window, or the cluster's own name for it.
    ``said`` is what the cluster said when it refused, ``obstacle`` the code of what is in the way.
    """

    name: str
    whose: Whose
    about: str
    cards: int
    nodes: tuple[str, ...]
    who: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime | None
    is_held: bool
    said: str = ""
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class AsideHere:
    """What is set aside on a cluster, as last looked at."""

    link: Link
    rows: tuple[Aside, ...]


def aside_visible_to(actor: Actor, code: str, *, now: datetime) -> AsideHere:
    """What is set aside on a cluster, by its beginning; raises ``NotAllowed``, ``NotFound``.

    Of leases, those of awards that the actor may see, and for a site admin all. For whom others
    have set something aside, those are told who may change machines.
    """
    check_may_see(actor)
    link = link_of(code)
    leases = leases_standing_on(link)
    notes = {
        f"closed-{row.pk}": row.note
        for partition in partitions_with_windows(code)
        for row in partition.capacity.all()
    }
    seen = [_reservation(facts) for facts in link.reservations]
    ours = {one.name: one for one in seen if one.is_ours}
    said = {step["account"]: step["said"] for step in link.left if step["kind"] in _RESERVING}
    obstacles = {one["account"]: one["kind"] for one in link.obstacles}
    rows = []
    for one in reserved_on(link, leases, now=now):
        if one.account and not _may_know_of(leases[one.name], actor):
            continue
        has = ours.get(one.name)
        rows.append(
            Aside(
                name=one.name,
                whose=Whose.LEASE if one.account else Whose.OPERATOR,
                about=leases[one.name].code if one.account else notes[one.name],
                cards=one.cards,
                nodes=tuple(sorted(has.nodes if has else one.nodes)),
                who=(one.account,) if one.account else (),
                begins_at=_instant(one.begins_at),
                ends_at=None if one.ends_at is None else _instant(one.ends_at),
                is_held=has is not None and one.name not in said,
                said=said.get(one.name, ""),
                obstacle=obstacles.get(one.name, ""),
            )
        )
    others = [one for one in seen if not one.is_ours and one.ends_at > now.timestamp()]
    rows += [_of_others(one, is_told_who=may_change_machines(actor)) for one in others]
    return AsideHere(link, tuple(sorted(rows, key=lambda row: (row.begins_at, row.name))))


def facts_of(reservations: Iterable[Reservation]) -> list[dict[str, Any]]:
    """Reservations as they are kept with the link."""
    plain = (asdict(one) for one in sorted(reservations, key=lambda one: one.name))
    return [
        {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in one.items()
        }
        for one in plain
    ]


def _reservation(facts: Mapping[str, Any]) -> Reservation:
    names = ("nodes", "accounts", "users")
    return Reservation(**{**facts, **{name: frozenset(facts[name]) for name in names}})


def _may_know_of(lease: AwardLine, actor: Actor) -> bool:
    return actor.is_admin or actor.holds(lease.award.programme.code, *SEES_AWARDS)


def _of_others(one: Reservation, *, is_told_who: bool) -> Aside:
    return Aside(
        name=one.name,
        whose=Whose.CLUSTER if one.is_maintenance else Whose.OTHERS,
        about=one.name,
        cards=sum(one.cards.values()),
        nodes=tuple(sorted(one.nodes)),
        who=tuple(sorted({*one.users, *one.accounts})) if is_told_who else (),
        begins_at=_instant(one.begins_at),
        ends_at=_instant(one.ends_at),
        is_held=True,
    )


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _home(partitions: Iterable[Partition], line: AwardLine) -> Partition | None:
    """The first partition of the model that serves the programme, its own before shared ones."""
    fitting = [
        one
        for one in partitions
        if one.device_model.code == line.device_model_code
        and one.programme_code in ("", line.award.programme.code)
    ]
    return min(fitting, key=lambda one: one.programme_code == "", default=None)


def _closes(row: CapacityWindow) -> bool:
    """Whether a window is to be kept free on the cluster.

    Devices taken out without an end and without a machine's name are gone from there as a rule;
    closing as many again would take others.
    """
    takes_out = row.kind == CapacityKind.IN_SERVICE.value and row.devices < 0 and not row.seen_as
    return takes_out and (row.last_on is not None or bool(row.nodes))


def _closed(partition: Partition, row: CapacityWindow) -> Reserved:
    zone = ZoneInfo(settings.TIME_ZONE)
    last_on = row.last_on
    ends_at = None if last_on is None else int(instant_of(last_on + ONE_DAY, zone).timestamp())
    return Reserved(
        name=f"closed-{row.pk}",
        device_model=partition.device_model.code,
        cards=-row.devices,
        begins_at=int(instant_of(row.first_on, zone).timestamp()),
        ends_at=ends_at,
        partition=partition.code,
        nodes=row.named_nodes,
    )


def _segments(
    partition: Partition, place: Place, closing: Sequence[Reservation], zone: ZoneInfo
) -> Iterator[Seen]:
    """The windows between the days on which anything changes, each with its machines' devices."""
    own = [window_of(row) for row in partition.capacity.all() if not row.seen_as]
    dated = [(one, *_days(one, zone)) for one in closing]
    begin = min(first for one, first, _ in dated if not one.is_ours)
    beyond = max(last for one, _, last in dated if not one.is_ours) + ONE_DAY
    edges = {day for _, first, last in dated for day in (first, last + ONE_DAY)}
    edges |= {*days_of_change(own), begin, beyond}
    for day, next_day in pairwise(sorted(edge for edge in edges if begin <= edge <= beyond)):
        there = [one for one, first, last in dated if first <= day <= last]
        foreign = [one for one in there if not one.is_ours]
        nodes = {node for one in foreign for node in one.nodes}
        nodes -= {node for one in there if one.is_ours for node in one.nodes}
        cards = sum(place.cards.get(node, 0) for node in nodes)
        devices = min(cards, devices_of(own, kind=CapacityKind.IN_SERVICE, day=day))
        if devices > 0:
            name = ", ".join(sorted(one.name for one in foreign))[:NOTE_LENGTH_MAX]
            note = "; ".join(_note(one, zone) for one in foreign)[:NOTE_LENGTH_MAX]
            yield Seen(partition.pk, devices, day, next_day - ONE_DAY, name, note)


def _merged(windows: Iterable[Seen]) -> list[Seen]:
    """Windows that only differ in their days and follow one another, as one."""
    found: list[Seen] = []
    for one in windows:
        last = found[-1] if found else None
        if (
            last is not None
            and last.last_on + ONE_DAY == one.first_on
            and (last.devices, last.name, last.note) == (one.devices, one.name, one.note)
        ):
            found[-1] = replace(last, last_on=one.last_on)
        else:
            found.append(one)
    return found


def _days(one: Reservation, zone: ZoneInfo) -> tuple[date, date]:
    """The first and last day that it touches."""
    first, last = (_instant(at).astimezone(zone).date() for at in (one.begins_at, one.ends_at - 1))
    return first, last


def _note(one: Reservation, zone: ZoneInfo) -> str:
    """Who may be there, and from when until when."""
    who = ", ".join(sorted({*one.users, *one.accounts}))
    begins, ends = (
        f"{_instant(at).astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.begins_at, one.ends_at)
    )
    return f"{who}: {begins} – {ends}"
