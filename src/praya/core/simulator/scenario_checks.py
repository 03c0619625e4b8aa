"""What is wrong with a scenario's parts together: names nobody bears, jobs larger than machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode
from praya.core.simulator.cluster.leasing import pieces_of, room_for
from praya.core.simulator.cluster.model import Lease, Partition
from praya.core.simulator.scenario import JobPart, LeasePart, MachineFile, ScenarioFile, WishPart

At = tuple[str | int, ...]
# In all; each card, and each job written out, takes memory of its own.
CARDS_MOST, _JOBS_MOST = 10**7, 10**6


def scenario_faults(file: ScenarioFile) -> list[Fault]:
    """Everything wrong with the parts together, each field right by itself."""
    names: list[tuple[At, str]] = [
        (("jobs", row, "name"), one.name) for row, one in enumerate(file.jobs) if one.name
    ]
    machine = machine_faults(file)
    # Where the machines are wrong themselves, a place without one is no mistake of its own.
    places = places_of(file) if machine else places_with_machines(file)
    return [
        *machine,
        *twice(names),
        *_sources(file, places),
        *_counted(file),
        *(fault for row, job in enumerate(file.jobs) for fault in _job(file, row, job, places)),
    ]


def _sources(file: ScenarioFile, places: list[str]) -> Iterator[Fault]:
    """Jobs are written out or those of a log, and a log's jobs run somewhere under an award."""
    if file.trace is None:
        if not file.jobs:
            yield Fault(FindingCode.FIELD_MISSING, ("jobs",), {"field": "jobs"})
        return
    at: At = ("trace",)
    if file.jobs:
        facts = {"field": "jobs", "given": "", "limit": 0, "counts": "items"}
        yield Fault(FindingCode.VALUE_TOO_LONG, ("jobs",), facts)
    yield from unknown((*at, "award"), file.trace.award, [one.name for one in file.awards])
    yield from unknown((*at, "at"), file.trace.at, open_to(file, file.trace.award, places))


def _counted(file: ScenarioFile) -> Iterator[Fault]:
    left = _JOBS_MOST
    for row, job in enumerate(file.jobs):
        yield from too_large(("jobs", row, "times"), job.times, left)
        left -= job.times if job.times <= left else 0


def machine_faults(file: MachineFile) -> list[Fault]:
    """Everything wrong with the machines and promises together."""
    return [*_twice(file), *_machines(file)]


def unknown(at: At, given: str, known: list[str]) -> Iterator[Fault]:
    """A name that nothing in the file bears."""
    if given not in known:
        facts = {"field": _field(at), "given": given, "allowed": tuple(known)}
        yield Fault(FindingCode.VALUE_CHOICE, at, facts | {"suggestion": nearest(given, known)})


def too_large(at: At, given: int, limit: int) -> Iterator[Fault]:
    """A number beyond what there is."""
    if given > limit:
        facts = {"field": _field(at), "given": str(given), "limit": str(limit), "included": True}
        yield Fault(FindingCode.VALUE_TOO_LARGE, at, facts)


def lease_of(part: LeasePart) -> Lease:
    """A lease of a file."""
    return Lease(part.name, part.award, part.partition, part.cards, part.begins_s, part.ends_s)


class Node(NamedTuple):
    """What a node of a partition has, or of a lease, which may stand on parts of nodes."""

    cards: int
    cpus: int
    memory: int


class Room(NamedTuple):
    """A partition or a lease, empty: how many nodes of each kind, and the cards of a whole one."""

    name: str
    device_model: str
    whole: int
    nodes: Mapping[Node, int]


def rooms_of(file: MachineFile, name: str) -> list[Room]:
    """What a name stands for: a partition, a lease, or every partition of a device model."""
    found = [
        Room(one.name, one.device_model, one.cards, nodes)
        for one in file.partitions
        if name in {one.name, one.device_model}
        for nodes in [{Node(one.cards, one.cpus, one.memory): one.nodes}]
    ]
    for home in file.partitions if name in [one.name for one in file.leases] else ():
        leases = [lease_of(one) for one in file.leases]
        for lease, pieces in pieces_of(Partition(**home.model_dump()), leases):
            if lease.name == name and pieces:
                shares = (
                    Node(cards, home.cpus * cards // home.cards, home.memory * cards // home.cards)
                    for _, cards in pieces
                )
                found.append(Room(name, home.device_model, home.cards, Counter(shares)))
    return found


def fits_nowhere(at: At, wish: WishPart, rooms: Sequence[Room]) -> Iterator[Fault]:
    """What of a job is too large for every node, or for those that have what came before."""
    for field in ("cards", "cpus", "memory"):
        given = getattr(wish, field)
        yield from too_large(
            (*at, field), given, max(getattr(node, field) for one in rooms for node in one.nodes)
        )
        rooms = [one for one in (_with(one, field, given) for one in rooms) if one.nodes] or rooms
    if wish.whole_nodes:
        rooms = [_with(one, "cards", one.whole) for one in rooms]
    yield from too_large((*at, "nodes"), wish.nodes, max(sum(one.nodes.values()) for one in rooms))


def _with(room: Room, field: str, least: int) -> Room:
    """The nodes of a room that have so much of something."""
    nodes = {node: number for node, number in room.nodes.items() if getattr(node, field) >= least}
    return room._replace(nodes=nodes)


def _field(at: At) -> str:
    return next(step for step in reversed(at) if isinstance(step, str))


def _twice(file: MachineFile) -> Iterator[Fault]:
    """Two things of one kind with one name. Partitions, leases and models share theirs."""
    kinds: list[list[tuple[At, str]]] = [
        [
            *(
                (("device_models", row, "code"), one.code)
                for row, one in enumerate(file.device_models)
            ),
            *((("partitions", row, "name"), one.name) for row, one in enumerate(file.partitions)),
            *((("leases", row, "name"), one.name) for row, one in enumerate(file.leases)),
        ],
        [(("awards", row, "name"), one.name) for row, one in enumerate(file.awards)],
        [(("qualities", row, "name"), one.name) for row, one in enumerate(file.qualities)],
    ]
    for kind in kinds:
        yield from twice(kind)


def twice(names: list[tuple[At, str]]) -> Iterator[Fault]:
    """Names of one kind that another thing before bears."""
    seen: set[str] = set()
    for at, name in names:
        if name in seen:
            yield Fault(FindingCode.CODE_TWICE, at, {"field": _field(at), "given": name})
        seen.add(name)


def _machines(file: MachineFile) -> Iterator[Fault]:
    models = [one.code for one in file.device_models]
    homes = {one.name: one for one in file.partitions}
    awards = [one.name for one in file.awards]
    room = CARDS_MOST
    for row, partition in enumerate(file.partitions):
        yield from unknown(("partitions", row, "device_model"), partition.device_model, models)
        yield from too_large(("partitions", row, "nodes"), partition.nodes, room // partition.cards)
        cards = partition.nodes * partition.cards
        room -= cards if cards <= room else 0
    for row, window in enumerate(file.windows):
        at: At = ("windows", row)
        yield from unknown((*at, "partition"), window.partition, list(homes))
        if window.partition in homes:
            left = homes[window.partition].nodes - window.first_node
            yield from too_large((*at, "nodes"), window.nodes, left)
        if window.ends_s is not None and window.ends_s <= window.begins_s:
            yield reversed_times((*at, "ends_s"), window.begins_s, window.ends_s)
    leased: list[Lease] = []
    for row, lease in enumerate(file.leases):
        at = ("leases", row)
        yield from unknown((*at, "partition"), lease.partition, list(homes))
        yield from unknown((*at, "award"), lease.award, awards)
        if lease.ends_s <= lease.begins_s:
            yield reversed_times((*at, "ends_s"), lease.begins_s, lease.ends_s)
        elif lease.partition in homes:
            home = Partition(**homes[lease.partition].model_dump())
            left = room_for(home, leased, begins_at=lease.begins_s, ends_at=lease.ends_s)
            yield from too_large((*at, "cards"), lease.cards, left)
            leased += [lease_of(lease)] if lease.cards <= left else []
    for row, award in enumerate(file.awards):
        begins_s, ends_s = award.begins_s, award.ends_s
        if begins_s is not None and ends_s is not None and ends_s <= begins_s:
            yield reversed_times(("awards", row, "ends_s"), begins_s, ends_s)


def reversed_times(at: At, begins_s: int, ends_s: int) -> Fault:
    """An end that is not after its beginning."""
    facts = {"field": _field(at), "given": str(ends_s), "limit": str(begins_s), "included": False}
    return Fault(FindingCode.VALUE_TOO_SMALL, at, facts)


def _job(file: ScenarioFile, row: int, job: JobPart, places: list[str]) -> Iterator[Fault]:
    at: At = ("jobs", row)
    yield from unknown((*at, "award"), job.award, [one.name for one in file.awards])
    if job.quality:
        yield from unknown((*at, "quality"), job.quality, [one.name for one in file.qualities])
    # A job may follow those above it only, so no job waits for itself.
    above = [one.name for one in file.jobs[:row] if one.name]
    for position, name in enumerate(job.after):
        yield from unknown((*at, "after", position), name, above)
    places = open_to(file, job.award, places)
    yield from _wish(file, at, job, places)
    for position, wish in enumerate(job.instead):
        yield from _wish(file, (*at, "instead", position), wish, places)


def places_of(file: MachineFile) -> list[str]:
    """Where jobs can run."""
    named = [one.name for one in file.partitions] + [one.name for one in file.leases]
    return [*named, *(one.code for one in file.device_models)]


def places_with_machines(file: MachineFile) -> list[str]:
    """Where jobs can run, device models without any partition left out."""
    idle = {one.code for one in file.device_models} - {one.device_model for one in file.partitions}
    return [one for one in places_of(file) if one not in idle]


def open_to(file: MachineFile, award: str, places: list[str]) -> list[str]:
    """Those of the places where jobs of an award may run: all but the leases of other awards."""
    awards = {one.name for one in file.awards}
    others = {
        one.name for one in file.leases if {award, one.award} <= awards and one.award != award
    }
    return [one for one in places if one not in others]


def _wish(file: ScenarioFile, at: At, wish: WishPart, places: list[str]) -> Iterator[Fault]:
    """A wish must name a place that is there, and fit on it when it is empty."""
    yield from unknown((*at, "at"), wish.at, places)
    if rooms := rooms_of(file, wish.at):
        yield from fits_nowhere(at, wish, rooms)
