"""Run the full model: a cluster, its jobs and a policy in, an outcome out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from praya.core.scheduling.profile import NEVER
from praya.core.simulator.cluster.checks import job_faults
from praya.core.simulator.cluster.jobs import jobs_of
from praya.core.simulator.cluster.kernels.events import DONE, NO_ROOM, run
from praya.core.simulator.cluster.kernels.nodes import begin
from praya.core.simulator.cluster.kernels.world import world_of
from praya.core.simulator.cluster.model import Award, Cluster, Partition, Policy
from praya.core.simulator.cluster.outcome import Outcome
from praya.core.simulator.cluster.state import NOW, PASSES, PLACES, SEGMENTS, grown, new_state
from praya.core.simulator.cluster.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from praya.core.simulator.cluster.jobs import Jobs
    from praya.core.simulator.cluster.state import State
    from praya.core.simulator.cluster.tables import Tables


def simulate(  # noqa: PLR0913 -- the facts of one simulation, by name
    cluster: Cluster,
    jobs: Jobs,
    policy: Policy,
    *,
    seed: int = 0,
    until: int = NEVER - 1,
    running: Iterable[tuple[int, int, Sequence[int]]] = (),
) -> Outcome:
    """What the machines do with the jobs, until an instant or the last end.

    ``running`` are jobs that run already: (job, when it began, its nodes numbered from the first of
    its pool). They are no arrivals any more, so a forecast can begin from now. Same arguments, same
    outcome; the seed matters to random placement only.
    """
    simulation = Simulation(cluster, jobs, policy, seed=seed)
    for job, begun_at, nodes in running:
        simulation.put_running(job, begun_at, nodes)
    simulation.advance(until=until)
    return simulation.outcome()


def warm() -> None:
    """Load the kernels, and compile them at the very first use: one job on one card.

    Of several processes one compiles, and the others wait for what it keeps.
    """
    cluster = Cluster((Partition("", "", nodes=1, cards=1),), (Award(""),))
    jobs, _ = jobs_of(submit=[0], pool=0, cards=1, run=1, limit=1)
    with Path(__file__).open("rb") as lock:
        # Where files cannot be locked, each process compiles for itself.
        with suppress(OSError):
            flock(lock, LOCK_EX)
        simulate(cluster, jobs, Policy(), running=[(0, 0, [0])])


def inputs_of(cluster: Cluster, jobs: Jobs, policy: Policy, seed: int) -> str:
    """What tells these inputs from others, so that a saved state goes on with its own only."""
    found = sha256(repr((cluster, policy, seed)).encode())
    for holder in (jobs, jobs.wishes):
        for one in fields(holder):
            value = getattr(holder, one.name)
            if isinstance(value, np.ndarray):
                found.update(np.ascontiguousarray(value).tobytes())
    return found.hexdigest()


class Simulation:
    """A simulation that can be advanced, looked at, saved (by its ``state``) and resumed."""

    def __init__(
        self,
        cluster: Cluster,
        jobs: Jobs,
        policy: Policy,
        *,
        seed: int = 0,
        state: State | None = None,
    ) -> None:
        """Begin, or go on from a state that was saved with the same cluster, jobs and policy."""
        faults = job_faults(cluster, jobs)
        assert not faults, faults[:3]
        self.tables: Tables = tables_of(cluster, jobs, policy)
        self.state: State = new_state(self.tables, seed) if state is None else state

    def advance(self, *, until: int = NEVER - 1, instants: int = NEVER) -> bool:
        """Go on until an instant, for so many instants at most; whether it came to its end."""
        world, kept = world_of(self.tables, self.state)
        while (code := run(world, until, instants)) == NO_ROOM:
            self.state = grown(self.state)
            world, kept = world_of(self.tables, self.state)
        del kept
        return bool(code == DONE)

    def put_running(self, job: int, begun_at: int, nodes: Sequence[int]) -> None:
        """A job runs already when the simulation begins, by its first wish."""
        tables = self.tables
        wish = int(tables.job["wish_first"][job])
        first, end = tables.pool["first_node"][tables.wish["pool"][wish] :][:2]
        assert len(set(nodes)) == len(nodes) == tables.wish["nodes"][wish], job
        chosen = np.asarray(nodes) + first
        # The kernel checks no bounds, neither of nodes nor of the jobs that one has room for.
        assert ((first <= chosen) & (chosen < end)).all(), (job, nodes)
        jobs_there = self.state.node["item_n"][chosen]
        assert (jobs_there < tables.node["cards"][chosen]).all(), (job, nodes)
        self.state.node["chosen"][: len(nodes)] = chosen
        world, kept = world_of(self.tables, self.state)
        begin(world, job, wish, begun_at)
        del kept

    def outcome(self) -> Outcome:
        """How it stands."""
        state, number = self.state, int(self.state.x[SEGMENTS])
        segment, count = state.segment[:number], len(state.job) - 1
        places = np.append(segment["place"], state.x[PLACES])
        place = state.place[: int(state.x[PLACES])]
        first = self.tables.pool["first_node"][self.tables.wish["pool"][segment["wish"]]]
        return Outcome(
            start=state.job["start"][:count].copy(),
            end=state.job["end"][:count].copy(),
            state=state.job["state"][:count].copy(),
            attempts=state.job["attempts"][:count].copy(),
            segment_job=segment["job"].copy(),
            segment_wish=segment["wish"].copy(),
            segment_begin=segment["begin"].copy(),
            segment_end=segment["end"].copy(),
            segment_how=segment["how"].copy(),
            segment_place=places,
            place=place - np.repeat(first, np.diff(places)),
            now=int(state.x[NOW]),
            passes=int(state.x[PASSES]),
        )
