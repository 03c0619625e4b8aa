"""The trial of the ceiling: many workers at one award line, killed at random; then an audit.

Worked example, with two workers and three jobs. Job 1 may hold 300 s and will use 200, job 2 asks
for 150 and job 3 for 80; 250 s are granted. Job 1 is refused, jobs 2 and 3 are admitted. The worker
that settles job 2 is killed before it is told the answer; the one in its place settles it again,
under the same key, and nothing is charged twice. Job 3's hold expires and is released; its usage
comes afterwards and is charged from what is free.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NoReturn

from django.db import connection

from praya.apps.books.queries import line_numbers
from praya.doctor.overspend.auditing import Audit, Finding, audit
from praya.doctor.overspend.memory import Counted, Memory, Told
from praya.doctor.overspend.plan import PlannedJob, Size, granted_s, plan_jobs
from praya.doctor.overspend.site import LINE, open_book
from praya.doctor.overspend.working import Worker

__all__ = ["Audit", "Finding", "Report", "Size", "try_to_overspend"]

_LOOK_EVERY_S = 0.02
_FAILED = 70


@dataclass(frozen=True, slots=True)
class Report:
    """How a trial went."""

    size: Size
    seed: int
    granted_s: int
    killed: int
    took_s: float
    counts: dict[str, int]
    audit: Audit

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.audit.findings


def try_to_overspend(size: Size, *, seed: int) -> Report:
    """Run a trial on the database that is connected, which has the tables and no such book."""
    jobs = plan_jobs(seed, size.attempts)
    granted = granted_s(jobs)
    open_book(granted)
    memory = Memory(jobs=size.attempts, processes=size.workers + 1)
    began = time.monotonic()
    crew = _Crew(jobs, memory, size, seed)
    crew.run()
    took_s = time.monotonic() - began
    found = audit(jobs, memory, granted_s=granted)
    found.findings[:0] = crew.findings
    return Report(
        size=size,
        seed=seed,
        granted_s=granted,
        killed=crew.killed,
        took_s=took_s,
        counts={counted.name.lower(): memory.counted(counted) for counted in Counted}
        | {told.name.lower(): memory.how_many(told) for told in Told},
        audit=found,
    )


class _Crew:
    """The processes of a trial: they are forked, killed and forked anew, until all is done."""

    def __init__(self, jobs: list[PlannedJob], memory: Memory, size: Size, seed: int) -> None:
        self.jobs, self.memory, self.size, self.seed = jobs, memory, size, seed
        self.chance = Random(f"{seed}:kills")  # noqa: S311 -- as in the plan
        self.killed = 0
        self.findings: list[Finding] = []
        self._places: dict[int, int] = {}
        self._generations = [0] * size.workers

    def run(self) -> None:
        """Work until every worker has come to its end by itself."""
        # A connection must not be shared with a child.
        connection.close()
        watcher = _fork(self._watch)
        try:
            for place in range(self.size.workers):
                self._begin(place)
            while self._places:
                self._reap()
                self._kill_if_due()
                time.sleep(_LOOK_EVERY_S)
        finally:
            for pid in [*self._places, watcher]:
                os.kill(pid, signal.SIGKILL)
            status = os.waitpid(watcher, 0)[1]
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            self.findings.append(Finding("watcher-failed"))

    def _begin(self, place: int) -> None:
        generation = self._generations[place]
        self._generations[place] += 1

        def work() -> None:
            worker = Worker(
                self.jobs, self.memory, seed=self.seed, place=place, generation=generation
            )
            worker.work(self.size.workers)

        self._places[_fork(work)] = place

    def _reap(self) -> None:
        for pid in list(self._places):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                place = self._places.pop(pid)
                if status:
                    self.findings.append(Finding("worker-failed", said=str(place)))

    def _kill_if_due(self) -> None:
        """Kill at even steps of the whole, whoever it meets, in the middle of whatever it does."""
        told = sum(self.memory.how_many(each) for each in Told)
        due = self.size.kills * told // (self.size.attempts * 3 // 2)
        while self._places and self.killed < min(due, self.size.kills):
            pid = self.chance.choice(list(self._places))
            os.kill(pid, signal.SIGKILL)
            if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL:
                self.killed += 1
            self._begin(self._places.pop(pid))

    def _watch(self) -> None:
        """Look at the four numbers all the time; they refuse to be numbers that do not add up."""
        while True:
            for numbers in line_numbers([LINE])[LINE]:
                assert numbers.committed == granted_s(self.jobs), numbers
                assert min(numbers.settled, numbers.in_flight, numbers.free) >= 0, numbers
            self.memory.count(Counted.LOOKS, self.size.workers)
            time.sleep(_LOOK_EVERY_S)


def _fork(work: Callable[[], None]) -> int:
    """A child that does the work and nothing else of this process; its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    return pid or _as_child(work)


def _as_child(work: Callable[[], None]) -> NoReturn:
    status = _FAILED
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 -- a child must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
