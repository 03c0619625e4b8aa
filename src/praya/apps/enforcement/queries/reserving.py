"""What is set aside on a cluster: leases and closed machines; and what the cluster has closed.

A lease has an account of its own below its programme, ``hcp-0007-2`` for the line ``HCP-0007.2``,
so that what its cards do is never counted with card-hours. The nodes are that account's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone

from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import one_instant
from praya.apps.clusters.queries import open_partitions, partitions_with_windows, window_of
from praya.apps.clusters.rules import CapacityKind, Seen, days_of_change, devices_of
from praya.apps.enforcement.counters import as_counted
from praya.apps.enforcement.models import Told
from praya.apps.enforcement.queries import (
    STANDINGS,
    account_of_lease,
    class_of,
    leases_on,
    links,
    members_by_award,
    own_member,
    wanted_on,
)
from praya.apps.enforcement.queries.accounts import as_called, clashes_on
from praya.apps.enforcement.queries.serving import serving
from praya.apps.enforcement.rules import facts_hash
from praya.apps.usage.queries import days_of, zone_of
from praya.core.execution.limits import Observed, Obstacle, Wanted
from praya.core.execution.reserving import Place, Reservation, Reserved, place_for
from praya.core.metering import instant_of

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.clusters.models import CapacityWindow, Partition
    from praya.apps.enforcement.models import Link

ONE_DAY = timedelta(days=1)
NOTE_LENGTH_MAX = 200
_OPEN = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)


@dataclass(frozen=True, slots=True)
class WantedHere:
    """All that is wanted of a cluster: what accounts may do, and what is set aside."""

    accounts: list[Wanted]
    reserved: list[Reserved]
    clashes: list[Obstacle]  # what is left out, since its account is another award's

    @property
    def facts(self) -> str:
        """A mark that changes when the cluster must be brought to something else."""
        return facts_hash(self.accounts, self.reserved)


def wanted_here(link: Link, *, now: datetime) -> WantedHere:
    """What awards, leases and operators want of a cluster now; a fixed number of queries.

    All of it is of one instant: what is charged meanwhile is neither left out nor counted twice.
    """
    with one_instant():
        leases = leases_standing_on(link)
        own = own_member(link)
        of_leases = as_called(link, leases_wanted(link, leases, own, now=now))
        accounts = as_counted(link.counters, [*wanted_on(link, now=now), *of_leases])
        return WantedHere(accounts, reserved_on(link, leases, now=now), clashes_on(link))


def leases_standing_on(link: Link) -> dict[str, AwardLine]:
    """The leases that stand on a cluster, over or not, by their accounts. Eight queries at most.

    A lease stands on the first partition of its device model that serves its programme. Where none
    does, it stands on the first cluster with users of its own that has the model and of whose
    machines nothing is told; and what is or was to be set aside for a lease stays so, whomever the
    machines were given to since.
    """
    home_of, served = _homes(), serving()
    others = sorted(links(), key=lambda one: one.cluster.code)

    @cache
    def stands_on(model: str, programme: str) -> str:
        home = home_of(model, programme)
        if home is not None:
            return home.cluster.code
        having = (one.cluster.code for one in others if model in one.kinds.values())
        return next((code for code in having if served.serves(code, model, programme)), "")

    def is_aside(account: str) -> bool:
        # What was seen alone would forget a lease for good whose reservation somebody deleted.
        return account in seen or account in wanted_last()

    seen = {facts["name"] for facts in link.reservations}
    wanted_last = cache(lambda: _aside_last(link))
    found = {}
    for line in leases_on(link):
        account = account_of_lease(line.code)
        home = stands_on(line.device_model_code, line.award.programme.code)
        if home == link.cluster.code or (not home and is_aside(account)):
            found[account] = line
    return found


def _aside_last(link: Link) -> set[str]:
    """What was to be set aside when the cluster was last brought to what is wanted."""
    told = Told.objects.filter(link_id=link.pk).values_list("wanted__aside", flat=True)
    return {*(told.first() or ())}


def leases_wanted(
    link: Link, leases: Mapping[str, AwardLine], own: frozenset[str], *, now: datetime
) -> list[Wanted]:
    """What the account of each lease may do: its cards, day and night, while it is in force.

    ``own`` is the user as which Praya submits.

    The limit in card-seconds is the whole lease, which its cards cannot pass; what bounds it is
    the cards at once and its end.
    """
    members = members_by_award({line.award_id for line in leases.values()}, link.cluster.code)
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
    home_of = _homes()
    found = []
    for account, line in leases.items():
        zone = zone_of(line.award)
        ends_at = days_of(line).end_in(zone)
        if line.award.state not in _OPEN or ends_at <= now:
            continue
        home = home_of(line.device_model_code, line.award.programme.code)
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
    zone = get_default_timezone()
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


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _homes() -> Callable[[str, str], Partition | None]:
    """The first partition of a model that serves a programme, its own before shared ones."""
    partitions = list(open_partitions())

    @cache
    def home_of(model: str, programme: str) -> Partition | None:
        fitting = [
            one
            for one in partitions
            if one.device_model.code == model and one.programme_code in ("", programme)
        ]
        return min(fitting, key=lambda one: one.programme_code == "", default=None)

    return home_of


def _closes(row: CapacityWindow) -> bool:
    """Whether a window is to be kept free on the cluster.

    Devices taken out without an end and without a machine's name are gone from there as a rule;
    closing as many again would take others.
    """
    takes_out = row.kind == CapacityKind.IN_SERVICE.value and row.devices < 0 and not row.seen_as
    return takes_out and (row.last_on is not None or bool(row.nodes))


def _closed(partition: Partition, row: CapacityWindow) -> Reserved:
    zone = get_default_timezone()
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
