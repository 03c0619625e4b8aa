"""What is wrong with a scenario's parts together: names nobody bears, jobs larger than machines."""

from __future__ import annotations

from collections.abc import Iterator

from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode
from praya.core.simulator.scenario import JobPart, MachineFile, ScenarioFile, WishPart

At = tuple[str | int, ...]


def scenario_faults(file: ScenarioFile) -> list[Fault]:
    """Everything wrong with the parts together, each field right by itself."""
    names: list[tuple[At, str]] = [
        (("jobs", row, "name"), one.name) for row, one in enumerate(file.jobs) if one.name
    ]
    return [
        *machine_faults(file),
        *twice(names),
        *(fault for row, job in enumerate(file.jobs) for fault in _job(file, row, job)),
    ]


def machine_faults(file: MachineFile) -> list[Fault]:
    """Everything wrong with the machines and promises together."""
    return [*_twice(file), *_machines(file)]


def unknown(at: At, given: str, known: list[str]) -> Iterator[Fault]:
    """A name that nothing in the file bears."""
    if given not in known:
        facts = {"field": _field(at), "given": given, "allowed": tuple(known)}
        yield Fault(FindingCode.VALUE_CHOICE, at, facts | {"suggestion": nearest(given, known)})


def _too_large(at: At, given: int, limit: int) -> Iterator[Fault]:
    if given > limit:
        facts = {"field": _field(at), "given": str(given), "limit": str(limit), "included": True}
        yield Fault(FindingCode.VALUE_TOO_LARGE, at, facts)


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
    for row, partition in enumerate(file.partitions):
        yield from unknown(("partitions", row, "device_model"), partition.device_model, models)
    for row, window in enumerate(file.windows):
        at: At = ("windows", row)
        yield from unknown((*at, "partition"), window.partition, list(homes))
        if window.partition in homes:
            left = homes[window.partition].nodes - window.first_node
            yield from _too_large((*at, "nodes"), window.nodes, left)
        if window.ends_s is not None and window.ends_s <= window.begins_s:
            yield reversed_times((*at, "ends_s"), window.begins_s, window.ends_s)
    leased: dict[str, int] = {}
    for row, lease in enumerate(file.leases):
        at = ("leases", row)
        yield from unknown((*at, "partition"), lease.partition, list(homes))
        yield from unknown((*at, "award"), lease.award, awards)
        if lease.partition in homes:
            home = homes[lease.partition]
            left = home.nodes * home.cards - leased.get(lease.partition, 0)
            yield from _too_large((*at, "cards"), lease.cards, left)
            leased[lease.partition] = leased.get(lease.partition, 0) + lease.cards
        if lease.ends_s <= lease.begins_s:
            yield reversed_times((*at, "ends_s"), lease.begins_s, lease.ends_s)
    for row, award in enumerate(file.awards):
        begins_s, ends_s = award.begins_s, award.ends_s
        if begins_s is not None and ends_s is not None and ends_s <= begins_s:
            yield reversed_times(("awards", row, "ends_s"), begins_s, ends_s)


def reversed_times(at: At, begins_s: int, ends_s: int) -> Fault:
    """An end that is not after its beginning."""
    facts = {"field": _field(at), "given": str(ends_s), "limit": str(begins_s), "included": False}
    return Fault(FindingCode.VALUE_TOO_SMALL, at, facts)


def _job(file: ScenarioFile, row: int, job: JobPart) -> Iterator[Fault]:
    at: At = ("jobs", row)
    yield from unknown((*at, "award"), job.award, [one.name for one in file.awards])
    if job.quality:
        yield from unknown((*at, "quality"), job.quality, [one.name for one in file.qualities])
    # A job may follow those above it only, so no job waits for itself.
    above = [one.name for one in file.jobs[:row] if one.name]
    for position, name in enumerate(job.after):
        yield from unknown((*at, "after", position), name, above)
    yield from _wish(file, at, job)
    for position, wish in enumerate(job.instead):
        yield from _wish(file, (*at, "instead", position), wish)


def _wish(file: ScenarioFile, at: At, wish: WishPart) -> Iterator[Fault]:
    """A wish must name a place that is there, and fit on it when it is empty."""
    leases = {one.name: one for one in file.leases}
    homes = {one.name: one for one in file.partitions}
    known = [*homes, *leases, *(one.code for one in file.device_models)]
    yield from unknown((*at, "at"), wish.at, known)
    name = leases[wish.at].partition if wish.at in leases else wish.at
    places = [one for one in file.partitions if name in (one.name, one.device_model)]
    if not places:
        return
    yield from _too_large((*at, "cards"), wish.cards, max(one.cards for one in places))
    yield from _too_large((*at, "nodes"), wish.nodes, max(one.nodes for one in places))
    yield from _too_large((*at, "cpus"), wish.cpus, max(one.cpus for one in places))
    yield from _too_large((*at, "memory"), wish.memory, max(one.memory for one in places))
    if wish.at in leases and wish.cards <= max(one.cards for one in places):
        most = leases[wish.at].cards // wish.cards
        yield from _too_large((*at, "nodes"), wish.nodes, most)
