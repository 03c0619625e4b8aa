"""The rules of the flat pool as they are read aloud: slow, plain, the measure of the kernels.

A pool of identical slots. A job is (submit, run, estimate, slots) in whole seconds; it holds its
slots from its start until ``start + run``, and the scheduler knows only ``start + estimate``.

Jobs stand in the order of their submission, those of one second in the order of the file. There is
one pass for each distinct instant at which something ends or arrives, after *all* ends and then
*all* arrivals of that instant: a slot that gets free at t is usable at t. In a pass,

``fcfs``
    starts the head of the queue while it fits, and never looks past it.
``sjf``
    does the same with the queue in the order of (estimate, submission).
``easy``
    starts heads while they fit. The head that is left is promised its *shadow time*, the earliest
    instant at which enough slots are free by the estimated ends of running jobs; *extra* is what is
    free at that instant, all with an estimated end by then gone, less what the head needs. The rest
    is looked at once, in order: a job starts if it fits now and either now + estimate <= shadow, or
    slots <= extra, which it then uses up.
``conservative``
    makes the plan anew: in order, each job gets the earliest instant from now on at which its slots
    are free for its whole estimate, given the estimated ends of running jobs and the places of the
    jobs before it. Those whose place begins now, start.

Worked example: 4 slots, A holds 3 of them until an estimated 60. Waiting at 0: B (4 slots, 50 s),
C (1 slot, 90 s), D (1 slot, 60 s). ``fcfs`` starts nothing. ``easy`` promises B second 60 with
extra 0; C would end at 90 and waits, D ends at 60 and starts. ``conservative`` plans B for 60
until 110, C for 110 and D for 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from praya.core.scheduling.profile import Room


class Job(NamedTuple):
    """What the rules know of a job."""

    submit: int
    run: int
    estimate: int
    slots: int


class Pool:
    """The machine at one instant: free slots, running jobs and the queue in order of submission."""

    def __init__(self, jobs: Sequence[Job], slots: int) -> None:
        self.jobs = jobs
        self.free = slots
        self.now = 0
        self.queue: list[int] = []
        self.starts: dict[int, int] = {}
        self.running: list[int] = []
        self.arrivals: dict[int, list[int]] = {}
        for number, job in enumerate(jobs):
            self.arrivals.setdefault(job.submit, []).append(number)

    def advance(self, now: int) -> None:
        """Go to an instant: first everything that ends by then is gone, then jobs arrive."""
        self.now = now
        for number in [one for one in self.running if self.end(one) <= now]:
            self.running.remove(number)
            self.free += self.jobs[number].slots
        self.queue += self.arrivals.get(now, [])

    def end(self, number: int) -> int:
        """When a running job ends."""
        return self.starts[number] + self.jobs[number].run

    def estimated_end(self, number: int) -> int:
        """When the scheduler expects a running job to end."""
        return self.starts[number] + self.jobs[number].estimate

    def start(self, number: int) -> None:
        """Start a waiting job."""
        assert self.jobs[number].slots <= self.free, "a slot is held once"
        self.free -= self.jobs[number].slots
        self.queue.remove(number)
        self.running.append(number)
        self.starts[number] = self.now


def simulate(jobs: Iterable[Job], slots: int, policy: str) -> list[int]:
    """The start of each job, in the order given; jobs must come in the order of submission."""
    pool = Pool(list(jobs), slots)
    decide = POLICIES[policy]
    events = {job.submit for job in pool.jobs}
    while events:
        now = min(events)
        events.remove(now)
        pool.advance(now)
        before = set(pool.running)
        decide(pool)
        events |= {pool.end(number) for number in pool.running if number not in before}
    return [pool.starts[number] for number in range(len(pool.jobs))]


def _start_heads(pool: Pool, order: Sequence[int]) -> None:
    for number in order:
        if pool.jobs[number].slots > pool.free:
            return
        pool.start(number)


def _fcfs(pool: Pool) -> None:
    _start_heads(pool, list(pool.queue))


def _sjf(pool: Pool) -> None:
    _start_heads(pool, sorted(pool.queue, key=lambda number: (pool.jobs[number].estimate, number)))


def _easy(pool: Pool) -> None:
    _fcfs(pool)
    if not pool.queue:
        return
    head, *rest = pool.queue
    shadow, extra = _promise(pool, pool.jobs[head].slots)
    for number in rest:
        job = pool.jobs[number]
        if job.slots > pool.free:
            continue
        if pool.now + job.estimate <= shadow:
            pool.start(number)
        elif job.slots <= extra:
            extra -= job.slots
            pool.start(number)


def _promise(pool: Pool, slots: int) -> tuple[int, int]:
    """The shadow time of a head that needs so many slots, and the extra slots then."""
    for shadow in sorted({pool.estimated_end(number) for number in pool.running}):
        gone = [number for number in pool.running if pool.estimated_end(number) <= shadow]
        free = pool.free + sum(pool.jobs[number].slots for number in gone)
        if free >= slots:
            return shadow, free - slots
    raise AssertionError("a job larger than the pool")


def _conservative(pool: Pool) -> None:
    room = Room(pool.free + sum(pool.jobs[number].slots for number in pool.running))
    for number in pool.running:
        room.take(pool.jobs[number].slots, pool.now, pool.estimated_end(number))
    for number in list(pool.queue):
        job = pool.jobs[number]
        begins = room.earliest(job.slots, job.estimate, now=pool.now)
        assert begins is not None, "a job larger than the pool"
        room.take(job.slots, begins, begins + job.estimate)
        if begins == pool.now:
            pool.start(number)


POLICIES: dict[str, Callable[[Pool], None]] = {
    "fcfs": _fcfs,
    "sjf": _sjf,
    "easy": _easy,
    "conservative": _conservative,
}
