"""From a scenario file to what the simulator takes, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from praya.core.programme.field_checks import faults_of_fields
from praya.core.programme.findings import Fault, Finding
from praya.core.programme.parts import Part
from praya.core.programme.reading import located, opened, unusable
from praya.core.scheduling.placement import mix_of
from praya.core.scheduling.profile import NEVER
from praya.core.simulator.cluster.jobs import Jobs, Wishes
from praya.core.simulator.cluster.model import (
    Award,
    Cluster,
    Partition,
    Policy,
    Quality,
    Weights,
    WhenStopped,
    Window,
)
from praya.core.simulator.jobs import Dropped
from praya.core.simulator.scenario import JobPart, MachineFile, ScenarioFile, TracePart, WishPart
from praya.core.simulator.scenario_checks import lease_of, scenario_faults
from praya.core.simulator.scenario_log import Log, jobs_of_log

File = TypeVar("File", bound=Part)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a file says, ready to be simulated; ``names`` are the jobs' in the order of ``jobs``.

    Of a log, ``dropped`` are the jobs that were left out, and ``lines_skipped`` the lines.
    """

    cluster: Cluster
    jobs: Jobs
    policy: Policy
    names: tuple[str, ...]
    until: int
    is_of_log: bool = False
    dropped: dict[Dropped, int] = field(default_factory=dict)
    lines_skipped: int = 0


def _no_log(part: TracePart) -> Log:
    raise AssertionError(part)


def read_scenario(
    text: str | bytes, *, file: str = "scenario.yaml", log_of: Callable[[TracePart], Log] = _no_log
) -> tuple[Scenario | None, list[Finding]]:
    """The scenario of a file, and what is wrong with it, in the order of the file.

    There is a scenario exactly when there are no findings. ``file`` is only named in findings;
    ``log_of`` reads the log that a file may name, once nothing is wrong with the file.
    """
    parts, findings = read_parts(text, ScenarioFile, scenario_faults, file=file)
    return (None if parts is None else _scenario(parts, log_of)), findings


def read_parts(
    text: str | bytes,
    kind: type[File],
    faults_of: Callable[[File], list[Fault]],
    *,
    file: str,
) -> tuple[File | None, list[Finding]]:
    """The parts of a file of this kind, and what is wrong with it; as ``read_scenario`` answers."""
    reader, early = opened(text, file)
    if reader is None:
        return None, early
    root = reader.read()
    if root is None or root.fields is None:
        return None, reader.findings or [unusable(root, file)]
    told = {(finding.line, finding.column) for finding in reader.findings}
    parts: File | None = None
    try:
        parts = kind.model_validate(root.plain())
        faults = faults_of(parts)
    except ValidationError as error:
        faults = faults_of_fields(error, kind)
    found = [located(root, fault, file) for fault in faults]
    found = [one for one in found if (one.line, one.column) not in told] + reader.findings
    findings = sorted(found, key=lambda one: (one.line, one.column, one.code))
    return (None if findings else parts), findings


def _scenario(file: ScenarioFile, log_of: Callable[[TracePart], Log]) -> Scenario:
    cluster = cluster_of(file)
    dropped, lines_skipped = dict[Dropped, int](), 0
    if file.trace is None:
        jobs, names = _jobs(file, cluster)
    else:
        log = log_of(file.trace)
        lines_skipped = log.lines_skipped
        jobs, names, dropped = jobs_of_log(file, file.trace, log, cluster)
    sizes = jobs.wishes.cards[jobs.wish_first[:-1]].tolist()
    until = NEVER - 1 if file.until_s is None else file.until_s
    policy = policy_of(file, sizes)
    is_of_log = file.trace is not None
    return Scenario(cluster, jobs, policy, names, until, is_of_log, dropped, lines_skipped)


def policy_of(file: MachineFile, sizes: Sequence[int]) -> Policy:
    """The policy of a file; ``sizes`` are the cards that its jobs ask of a node."""
    weights = Weights(**file.policy.weights.model_dump())
    policy = file.policy
    return Policy(policy.order, policy.backfill, policy.placement, mix_of(sizes), weights)


def cluster_of(file: MachineFile) -> Cluster:
    """The machines and promises of a file."""
    return Cluster(
        partitions=tuple(Partition(**one.model_dump()) for one in file.partitions),
        awards=tuple(
            Award(
                name=one.name,
                cards_max=one.cards_max,
                card_seconds=one.card_seconds,
                begins_at=one.begins_s,
                ends_at=one.ends_s,
                shares=one.shares,
                under=tuple(one.under),
            )
            for one in file.awards
        ),
        windows=tuple(
            Window(
                one.partition,
                one.first_node,
                one.nodes,
                one.begins_s,
                NEVER if one.ends_s is None else one.ends_s,
            )
            for one in file.windows
        ),
        leases=tuple(lease_of(one) for one in file.leases),
        qualities=tuple(
            Quality(
                one.name, one.priority, one.rank, one.stops, WhenStopped[one.when_stopped.upper()]
            )
            for one in file.qualities
        )
        or (Quality("normal"),),
        group_shares={tuple(one.path): one.shares for one in file.groups},
    )


def _jobs(file: ScenarioFile, cluster: Cluster) -> tuple[Jobs, tuple[str, ...]]:
    """The jobs in the order of their submission, and their names."""
    order = sorted(range(len(file.jobs)), key=lambda row: file.jobs[row].submit_s)
    rows = [(row, time) for row in order for time in range(file.jobs[row].times)]
    parts = [file.jobs[row] for row, _ in rows]
    awards = {award.name: number for number, award in enumerate(cluster.awards)}
    qualities = {one.name: number for number, one in enumerate(cluster.qualities)}
    arrays = {name: number for number, name in enumerate({part.array: 0 for part in parts})}
    by_name: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        by_name.setdefault(part.name, []).append(number)
    wished = [_wishes(file, cluster, part) for part in parts]
    after = [[job for name in part.after for job in by_name[name]] for part in parts]
    flat = [wish for wishes in wished for wish in wishes]
    jobs = Jobs(
        submit=_column(part.submit_s for part in parts),
        award=_column(awards[part.award] for part in parts),
        quality=_column(qualities.get(part.quality, 0) for part in parts),
        requeues=_column(part.requeue for part in parts),
        array=_column(arrays[part.array] if part.array else -1 for part in parts),
        array_most=_column(part.array_most for part in parts),
        wish_first=_firsts(wished),
        wishes=Wishes(
            **{one.name: _column(wish[one.name] for wish in flat) for one in fields(Wishes)}
        ),
        after_first=_firsts(after),
        after=_column(job for one in after for job in one),
    )
    return jobs, tuple(_name(file.jobs[row], row, time) for row, time in rows)


def _name(part: JobPart, row: int, time: int) -> str:
    name = part.name or f"job {row + 1}"
    return name if part.times == 1 else f"{name} ({time + 1})"


def _wishes(file: ScenarioFile, cluster: Cluster, job: JobPart) -> list[dict[str, int]]:
    """A job's wishes as rows; seconds are those of the place, rounded up."""
    homes = {one.name: one for one in cluster.partitions}
    homes |= {one.name: homes[one.partition] for one in cluster.leases}
    speeds = {one.code: one.speed_percent for one in file.device_models}
    found = []
    for wish in (job, *job.instead):
        for pool, name in enumerate(cluster.pools):
            home = homes[name]
            is_lease = pool >= len(cluster.partitions)
            if wish.at != name and (is_lease or wish.at != home.device_model):
                continue
            if not _fits_empty(wish, home):
                continue
            speed = speeds[home.device_model]
            found.append(
                {
                    "pool": pool,
                    "nodes": wish.nodes,
                    "cards": home.cards if wish.whole_nodes else wish.cards,
                    "cpus": home.cpus if wish.whole_nodes else wish.cpus,
                    "memory": home.memory if wish.whole_nodes else wish.memory,
                    "run": _slower(job.run_s, speed),
                    "limit": _slower(job.limit_s, speed),
                    "fails": _slower(job.fails_after_s, speed),
                }
            )
    return found


def _fits_empty(wish: WishPart, home: Partition) -> bool:
    """Of several partitions of one device model, those on which the wish could ever run."""
    return (
        wish.cards <= home.cards
        and wish.nodes <= home.nodes
        and wish.cpus <= home.cpus
        and wish.memory <= home.memory
    )


def _slower(seconds: int, speed_percent: int) -> int:
    return -(-seconds * 100 // speed_percent)


def _column(values: Any) -> Any:  # noqa: ANN401 -- whole numbers in, an array out
    return np.array([int(value) for value in values], dtype=np.int64)


def _firsts(lists: list[Any]) -> Any:  # noqa: ANN401 -- as above
    return _column(np.concatenate([[0], np.cumsum([len(one) for one in lists])]))
