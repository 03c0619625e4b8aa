"""What a variant changes: run by run, since both sides drew the same work from the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from praya.core.simulator.forecast.answer import Difference, Interval, Part, Run, WaitsBy
from praya.core.simulator.forecast.bands import (
    Numbers,
    energy,
    held,
    jain,
    known_only,
    shares_of_grant,
)
from praya.core.simulator.forecast.machine import edges_of, machine_of
from praya.core.simulator.forecast.question import Question

Side = tuple[Question, Sequence[Run]]


def difference_of(base: Side, variant: Side) -> Difference:
    """Variant less base."""
    machines = [machine_of(question, edges_of(question)) for question, _ in (base, variant)]
    service = [float(one.in_service.sum()) for one in machines]
    totals = [held(runs).sum(axis=(1, 2)) for _, runs in (base, variant)]
    # What the changed machine does to the old use, then what the changed use does on it.
    by_machine = totals[0] / service[1] - totals[0] / service[0]
    by_use = (totals[1] - totals[0]) / service[1]
    energies = [
        energy(question, machine, runs)
        for (question, runs), machine in zip((base, variant), machines, strict=True)
    ]
    return Difference(
        utilisation=known_only(by_machine + by_use),
        utilisation_parts=(
            Part("machine", known_only(by_machine)),
            Part("use", known_only(by_use)),
        ),
        held_card_seconds=known_only(totals[1] - totals[0]),
        held_by_award=_parts(base, variant, _held_by_award),
        held_by_pool=_parts(base, variant, _held_by_pool),
        mean_wait_s=_less(_mean_wait(base), _mean_wait(variant)),
        mean_wait_by_award=_waits_by_award(base, variant),
        share_of_grant=_shares(base, variant),
        energy_kwh=_less(*energies),
        jain=_less(jain(*base), jain(*variant)),
        fragmentation=_less(
            *([run["fragmentation"] for run in runs] for _, runs in (base, variant))
        ),
    )


def _less(base: Sequence[float | None], variant: Sequence[float | None]) -> Interval:
    """The difference in those runs that have both."""
    pairs = zip(base, variant, strict=True)
    return known_only([b - a for a, b in pairs if a is not None and b is not None])


def _held_by_award(side: Side) -> Mapping[str, Numbers]:
    question, runs = side
    days = np.array([run["by_award"] for run in runs], dtype=np.float64).sum(axis=2)
    return {one.name: days[:, row] for row, one in enumerate(question.cluster.awards)}


def _held_by_pool(side: Side) -> Mapping[str, Numbers]:
    question, runs = side
    days = held(runs).sum(axis=2)
    return {name: days[:, row] for row, name in enumerate(question.cluster.pools)}


def _parts(
    base: Side, variant: Side, read: Callable[[Side], Mapping[str, Numbers]]
) -> tuple[Part, ...]:
    """For each name that either side has; who is missing on one side held nothing there."""
    ours, theirs = read(base), read(variant)
    nothing = np.zeros(len(base[1]))
    names = list(dict.fromkeys([*ours, *theirs]))
    return tuple(
        Part(name, known_only(theirs.get(name, nothing) - ours.get(name, nothing)))
        for name in names
    )


def _mean_wait(side: Side) -> list[float | None]:
    return [_told(run, WaitsBy.ALL, "") for run in side[1]]


def _told(run: Run, by: WaitsBy, name: str) -> float | None:
    for its_by, its_name, _jobs, _unserved, mean, *_ in run["waits"]:
        if (its_by, its_name) == (by.value, name):
            return None if mean is None else float(mean)
    return None


def _waits_by_award(base: Side, variant: Side) -> tuple[Part, ...]:
    found = []
    for award in base[0].cluster.awards:
        told = [
            [_told(run, WaitsBy.AWARD, award.name) for run in runs] for _, runs in (base, variant)
        ]
        amount = _less(*told)
        if amount.median is not None:
            found.append(Part(award.name, amount))
    return tuple(found)


def _shares(base: Side, variant: Side) -> tuple[Part, ...]:
    positions = {one.name: row for row, one in enumerate(variant[0].cluster.awards)}
    found = []
    for row, award in enumerate(base[0].cluster.awards):
        if award.name not in positions:
            continue
        ours = shares_of_grant(base[0], row, base[1])
        theirs = shares_of_grant(variant[0], positions[award.name], variant[1])
        if ours is not None and theirs is not None:
            found.append(Part(award.name, known_only(theirs - ours)))
    return tuple(found)
