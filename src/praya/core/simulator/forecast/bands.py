"""From the figures of many runs to one forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from praya.core.simulator.cluster.model import Award
from praya.core.simulator.forecast.answer import (
    SIZES,
    WHOLE_PERCENT,
    AwardRow,
    Band,
    CardTime,
    Fairness,
    Forecast,
    Interval,
    QueueRow,
    Run,
    WaitRow,
    WaitsBy,
)
from praya.core.simulator.forecast.machine import Machine, edges_of, machine_of
from praya.core.simulator.forecast.plans import plan_of
from praya.core.simulator.forecast.question import Question

Numbers = NDArray[np.float64]
_SHARES = (10, 50, 90)
_JOULES = 3_600_000


def forecast_of(question: Question, seeds: Sequence[int], runs: Sequence[Run]) -> Forecast:
    """What the runs of a question tell, one run for each seed."""
    edges = edges_of(question)
    machine = machine_of(question, edges)
    return Forecast(
        seeds=tuple(seeds),
        days=tuple(question.day(int(edge)) for edge in edges[:-1]),
        jobs=interval([run["jobs"] for run in runs]),
        utilisation=tuple(_utilisation(question, machine, edges, runs)),
        waits=tuple(_waits(runs)),
        awards=tuple(
            _award(question, edges, position, award, runs)
            for position, award in enumerate(question.cluster.awards)
        ),
        queue=tuple(_queue(question, runs)),
        energy_kwh=interval(energy(question, machine, runs)),
        fairness=Fairness(
            jain=interval(jain(question, runs)),
            slowdown_spread=interval(_spread(run["slowdown"]) for run in runs),
        ),
        fragmentation=known_only(run["fragmentation"] for run in runs),
        unfit=interval(run["unfit"] for run in runs),
    )


def interval(values: Iterable[float | None]) -> Interval:
    """The tenth percentile, the median and the ninetieth; a missing value is later than any.

    >>> interval([1.0, 2.0, 3.0])
    Interval(low=1.2, median=2.0, high=2.8)
    >>> interval([1.0, None, None])
    Interval(low=None, median=None, high=None)
    >>> interval([1.0, 2.0, None])
    Interval(low=1.2, median=2.0, high=None)
    """
    known = np.array([np.inf if one is None else one for one in values], dtype=np.float64)
    if not len(known):
        return Interval(None, None, None)
    # Between a number and inf, or from inf to inf, NumPy makes no number, and warns; a share that
    # falls on a value is that value all the same.
    with np.errstate(invalid="ignore"):
        found = np.percentile(known, _SHARES)
    found = np.where(np.isnan(found), np.percentile(known, _SHARES, method="higher"), found)
    low, median, high = (float(one) if np.isfinite(one) else None for one in found)
    return Interval(low, median, high)


def known_only(values: Iterable[float | None]) -> Interval:
    """The same of those runs that have a value at all."""
    return interval([one for one in values if one is not None])


def held(runs: Sequence[Run]) -> Numbers:
    """Card seconds held: by run, pool and day."""
    return np.array([run["by_pool"] for run in runs], dtype=np.float64)


def _share(part: Numbers, whole: ArrayLike) -> Numbers:
    """A share of 1; where there is nothing, nothing is used."""
    there = np.asarray(whole, dtype=np.float64)
    return np.divide(
        part, there, out=np.zeros_like(part), where=np.broadcast_to(there, part.shape) > 0
    )


def _utilisation(
    question: Question, machine: Machine, edges: NDArray[np.int64], runs: Sequence[Run]
) -> Iterable[Band]:
    by_pool = held(runs)
    partitions = len(question.cluster.partitions)
    leased = np.zeros(len(edges) - 1)
    for lease in question.cluster.leases:
        inside = np.clip(edges, lease.begins_at, max(lease.begins_at, lease.ends_at))
        leased += np.diff(inside.astype(np.float64)) * lease.cards
    tops = {
        CardTime.HELD: by_pool.sum(axis=1),
        CardTime.RESERVED: by_pool[:, :partitions].sum(axis=1) + leased,
    }
    bottoms = {
        CardTime.INSTALLED: machine.installed.sum(axis=0),
        CardTime.IN_SERVICE: machine.in_service.sum(axis=0),
    }
    for top, bottom in (
        (CardTime.HELD, CardTime.INSTALLED),
        (CardTime.HELD, CardTime.IN_SERVICE),
        (CardTime.RESERVED, CardTime.INSTALLED),
        (CardTime.RESERVED, CardTime.IN_SERVICE),
    ):
        days = _share(tops[top], bottoms[bottom])
        low, median, high = (tuple(row) for row in np.percentile(days, _SHARES, axis=0).tolist())
        whole = interval(_share(tops[top].sum(axis=1), float(bottoms[bottom].sum())))
        yield Band(top, bottom, whole, low, median, high)


def _waits(runs: Sequence[Run]) -> Iterable[WaitRow]:
    """One row for each group that has jobs in any run."""
    found = [{(by, name): row for by, name, *row in run["waits"]} for run in runs]
    sizes = [name for _, name in SIZES]
    order = {by.value: place for place, by in enumerate(WaitsBy)}
    groups = sorted(
        {group for run in found for group in run},
        key=lambda one: (order[one[0]], sizes.index(one[1]) if one[1] in sizes else 0, one[1]),
    )
    none = [0, 0, None, None, None, None]
    for by, name in groups:
        rows = [run.get((by, name), none) for run in found]
        jobs, unserved, mean, median, p90, curves = zip(*rows, strict=True)
        known = [curve for curve in curves if curve is not None]
        curve = np.percentile(known, _SHARES, axis=0).tolist() if known else [(), (), ()]
        yield WaitRow(
            WaitsBy(by),
            name,
            interval(jobs),
            interval(unserved),
            known_only(mean),
            known_only(median),
            known_only(p90),
            *map(tuple, curve),
        )


def used(question: Question, position: int, runs: Sequence[Run]) -> Numbers:
    """Card seconds an award used by each edge, what it used before now included, by run."""
    name = question.cluster.awards[position].name
    earlier = sum(one.used_card_seconds for one in question.standings if one.award == name)
    before = np.array([run["before"][position] for run in runs], dtype=np.float64) + earlier
    days = np.array([run["by_award"][position] for run in runs], dtype=np.float64)
    since: Numbers = np.concatenate([np.zeros((len(runs), 1)), np.cumsum(days, 1)], 1)
    return before[:, None] + since


def grant_of(question: Question, award: Award) -> int | None:
    """The whole grant: what is left, and what was used of it."""
    if award.card_seconds is None:
        return None
    return award.card_seconds + sum(
        one.used_card_seconds for one in question.standings if one.award == award.name
    )


def shares_of_grant(question: Question, position: int, runs: Sequence[Run]) -> Numbers | None:
    """The part of its grant that an award has used by its end, by run."""
    grant = grant_of(question, question.cluster.awards[position])
    return used(question, position, runs)[:, -1] / grant if grant else None


def _award(
    question: Question,
    edges: NDArray[np.int64],
    position: int,
    award: Award,
    runs: Sequence[Run],
) -> AwardRow:
    burn = used(question, position, runs)
    grant = grant_of(question, award)
    share = shares_of_grant(question, position, runs)
    low, median, high = (tuple(row) for row in np.percentile(burn, _SHARES, axis=0).tolist())
    return AwardRow(
        award=award.name,
        granted_card_seconds=grant,
        used_card_seconds=interval(burn[:, -1]),
        asked_card_seconds=interval(run["asked"][position] for run in runs),
        share_of_grant=None if share is None else interval(share),
        whole_chance=_chance(question, award, burn[:, -1]),
        run_out_s=interval(_reached(edges, row, grant) for row in burn) if grant else None,
        mean_slowdown=known_only(run["slowdown"][position] for run in runs),
        burn_low=low[1:],
        burn_median=median[1:],
        burn_high=high[1:],
        share_of_lease=_share_of_lease(question, award, runs),
        plan=tuple(plan_of(question, award, edges[1:].tolist())),
        jobs_like=tuple(
            dict.fromkeys(one.kinds.like for one in question.demands if one.award == award.name)
        ),
    )


def _share_of_lease(question: Question, award: Award, runs: Sequence[Run]) -> Interval | None:
    """How busy an award's leases are; ``None`` where none stands within the forecast."""
    cluster, leased, busy = question.cluster, 0, np.zeros(len(runs))
    for pool, lease in enumerate(cluster.leases, start=len(cluster.partitions)):
        if lease.award == award.name:
            begins_s, ends_s = max(lease.begins_at, question.now_s), question.until_s
            leased += lease.cards * max(min(lease.ends_at, ends_s) - begins_s, 0)
            busy += held(runs)[:, pool].sum(axis=1)
    return interval(busy / leased) if leased else None


def _chance(question: Question, award: Award, used_by_end: Numbers) -> float | None:
    """The share of runs that use enough of the grant, or of what of it is due by the end."""
    grant, left = grant_of(question, award), award.card_seconds
    begins_at = question.now_s if award.begins_at is None else award.begins_at
    if not grant or left is None or begins_at >= question.until_s:
        return None
    ends_later = award.ends_at is not None and award.ends_at > question.until_s
    due = grant - left + _entitlement(question, award) if ends_later else grant
    return float((used_by_end >= due * WHOLE_PERCENT / 100).mean())


def _reached(edges: NDArray[np.int64], burn: Numbers, grant: int) -> float | None:
    """When the grant is used whole; inside a day in proportion."""
    mark = grant * WHOLE_PERCENT / 100
    day = int(np.searchsorted(burn, mark))
    if day == len(burn):
        return None
    if day == 0:
        return float(edges[0])
    part = (mark - burn[day - 1]) / (burn[day] - burn[day - 1])
    return float(edges[day - 1] + part * (edges[day] - edges[day - 1]))


def _queue(question: Question, runs: Sequence[Run]) -> Iterable[QueueRow]:
    for position, job in enumerate(question.waiting):
        starts = [run["starts"][position] for run in runs]
        told = [None if start < 0 else start for start in starts]
        chance = sum(start >= 0 for start in starts) / len(starts)
        yield QueueRow(job.name, job.award, interval(told), chance)


def energy(question: Question, machine: Machine, runs: Sequence[Run]) -> list[float | None]:
    """Kilowatt-hours: held cards draw what busy ones do, the rest in service what idle ones do.

    Not known where of one device model on the machines it is not known what it draws.
    """
    cluster = question.cluster
    watts = {one.code: (one.watts_busy, one.watts_idle) for one in question.devices}
    if not all(watts.get(one.device_model, (0, 0))[0] for one in cluster.partitions):
        return [None] * len(runs)
    homes = {one.name: row for row, one in enumerate(cluster.partitions)}
    row_of = [*homes.values(), *(homes[one.partition] for one in cluster.leases)]
    busy = np.zeros((len(runs), len(homes)))
    for pool, row in enumerate(row_of):
        busy[:, row] += held(runs)[:, pool].sum(axis=1)
    drawn = np.array([watts[one.device_model] for one in cluster.partitions])
    idle = np.maximum(machine.in_service.sum(axis=1) - busy, 0)
    joules = (busy * drawn[:, 0] + idle * drawn[:, 1]).sum(axis=1)
    return [float(one) for one in joules * question.energy_percent / 100 / _JOULES]


def jain(question: Question, runs: Sequence[Run]) -> list[float | None]:
    """Jain's index over what each award used of its entitlement, by run."""
    entitled = np.array([_entitlement(question, one) for one in question.cluster.awards])
    mine = entitled > 0
    if not mine.any():
        return [None] * len(runs)
    found: list[float | None] = []
    for run in runs:
        parts = np.array(run["by_award"], dtype=np.float64).sum(axis=1)[mine] / entitled[mine]
        squares = float((parts**2).sum())
        found.append(float(parts.sum() ** 2 / (len(parts) * squares)) if squares else None)
    return found


def _entitlement(question: Question, award: Award) -> float:
    """The part of what is left of a grant that falls, by days, into the forecast."""
    if not award.card_seconds:
        return 0.0
    begin = max(question.now_s, question.now_s if award.begins_at is None else award.begins_at)
    end = question.until_s if award.ends_at is None else award.ends_at
    inside = min(end, question.until_s) - begin
    return award.card_seconds * inside / (end - begin) if inside > 0 else 0.0


def _spread(slowdowns: Sequence[float | None]) -> float | None:
    known = [one for one in slowdowns if one is not None]
    return max(known) / min(known) if known else None
