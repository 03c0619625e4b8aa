"""What is wrong with a forecast file's parts together: names, sizes, and what runs where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from praya.core.programme.findings import Fault, FindingCode
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.question import DAY_S
from praya.core.simulator.scenario import WishPart
from praya.core.simulator.scenario_checks import (
    At,
    fits_nowhere,
    machine_faults,
    open_to,
    places_of,
    places_with_machines,
    reversed_times,
    rooms_of,
    too_large,
    twice,
    unknown,
)
from praya.core.simulator.scenario_reading import cluster_of

if TYPE_CHECKING:
    from praya.core.simulator.forecast.file import DemandPart, ForecastFile, KindPart, WaitingPart

# Of one demand in one run; more would not fit into memory.
JOBS_MOST = 10**7
_HOUR_S = 3_600


def forecast_faults(file: ForecastFile, *, has_past: bool) -> list[Fault]:
    """Everything wrong with the parts together, each field right by itself.

    Where the machines themselves are wrong, what fits on them is not asked.
    """
    names: list[tuple[At, str]] = [
        *((("running", row, "name"), one.name) for row, one in enumerate(file.running)),
        *((("waiting", row, "name"), one.name) for row, one in enumerate(file.waiting)),
    ]
    machine = machine_faults(file)
    places = places_of(file) if machine else places_with_machines(file)
    found = [
        *_dated(file),
        *machine,
        *twice(names),
        *_named(file, places),
        *_demanded(file, has_past=has_past),
    ]
    return found if machine else [*found, *_sized(file), *_laid(file)]


def _dated(file: ForecastFile) -> Iterator[Fault]:
    """There is a calendar for all of it, and what runs may run on."""
    last_on = date.max - timedelta(days=file.days)
    if file.begins_on > last_on:
        facts = {"field": "begins_on", "given": str(file.begins_on), "limit": str(last_on)}
        yield Fault(FindingCode.VALUE_TOO_LARGE, ("begins_on",), facts | {"included": True})
    for row, job in enumerate(file.running):
        yield from too_large(("running", row, "has_run_s"), job.has_run_s, job.limit_s - 1)


def _named(file: ForecastFile, places: list[str]) -> Iterator[Fault]:
    """What names something else must find it."""
    awards = [one.name for one in file.awards]
    pools = [*(one.name for one in file.partitions), *(one.name for one in file.leases)]
    qualities = [one.name for one in file.qualities]
    for at, one in _asking(file):
        yield from unknown((*at, "award"), one.award, awards)
        known = open_to(file, one.award, places)
        yield from unknown((*at, "at"), one.at, known)
        for position, name in enumerate(one.instead):
            yield from unknown((*at, "instead", position), name, known)
    for row, job in enumerate(file.running):
        yield from unknown(("running", row, "award"), job.award, awards)
        yield from unknown(("running", row, "pool"), job.pool, open_to(file, job.award, pools))
    named: list[tuple[At, str]] = [
        *((("running", row), one.quality) for row, one in enumerate(file.running)),
        *((("waiting", row), one.quality) for row, one in enumerate(file.waiting)),
        *((at, kind.quality) for at, kind in _kinds(file)),
    ]
    for at, quality in named:
        if quality:
            yield from unknown((*at, "quality"), quality, qualities)


def _asking(file: ForecastFile) -> Iterator[tuple[At, DemandPart | WaitingPart]]:
    yield from ((("demands", row), one) for row, one in enumerate(file.demands))
    yield from ((("waiting", row), one) for row, one in enumerate(file.waiting))


def _kinds(file: ForecastFile) -> Iterator[tuple[At, KindPart]]:
    for row, demand in enumerate(file.demands):
        for position, kind in enumerate(demand.kinds):
            yield ("demands", row, "kinds", position), kind


def _demanded(file: ForecastFile, *, has_past: bool) -> Iterator[Fault]:
    for row, demand in enumerate(file.demands):
        ends_s = file.days * DAY_S if demand.ends_s is None else demand.ends_s
        if ends_s <= demand.begins_s:
            yield reversed_times(("demands", row, "ends_s"), demand.begins_s, ends_s)
        if not demand.kinds and not has_past:
            yield Fault(FindingCode.FIELD_MISSING, ("demands", row), {"field": "kinds"})
        if demand.kinds:
            weights = sum(one.weight for one in demand.kinds)
            spent = sum(one.nodes * one.cards * one.run_s * one.weight for one in demand.kinds)
            most = JOBS_MOST * spent // (weights * _HOUR_S)
            yield from too_large(("demands", row, "card_hours"), demand.card_hours, most)


def _sized(file: ForecastFile) -> Iterator[Fault]:
    """A job that waits, and each kind of one, fits on a place of its own when that is empty."""
    for row, job in enumerate(file.waiting):
        yield from _fitting(file, ("waiting", row), (job.at, *job.instead), job)
    for at, kind in _kinds(file):
        demand = file.demands[int(at[1])]
        yield from _fitting(file, at, (demand.at, *demand.instead), kind)


def _fitting(
    file: ForecastFile, at: At, places: Sequence[str], job: WaitingPart | KindPart
) -> Iterator[Fault]:
    if rooms := [room for name in places for room in rooms_of(file, name)]:
        wish = WishPart(at=places[0], nodes=job.nodes, cards=job.cards)
        yield from fits_nowhere(at, wish, rooms)


def _laid(file: ForecastFile) -> Iterator[Fault]:
    """What runs lies on nodes that are there, with so many cards of each in service and free."""
    cluster = cluster_of(file)
    free: dict[str, list[int]] = {name: [] for name in cluster.pools}
    for one in pool_nodes(cluster):
        closed = sum(part.cards for part in one.closings if part.begins_at <= 0 < part.ends_at)
        free[cluster.pools[one.pool]].append(max(one.cards - closed, 0))
    for row, job in enumerate(file.running):
        nodes, left = free.get(job.pool, []), job.cards
        for position, node in enumerate(job.on if nodes else ()):
            at: At = ("running", row, "on", position)
            if node >= len(nodes):
                yield from too_large(at, node, len(nodes) - 1)
            elif node in job.on[:position]:
                yield Fault(FindingCode.CODE_TWICE, at, {"field": "on", "given": str(node)})
            else:
                left = min(left, nodes[node])
                nodes[node] = max(nodes[node] - job.cards, 0)
        yield from too_large(("running", row, "cards"), job.cards, left)
