"""The policies: a snapshot in, one decision for each waiting job out. No clock, no chance, no I/O.

**The rule of EASY backfill**, for each pool of cards by itself (a pool is what is left of a
partition beside its leases, or one lease):

1. Go through the waiting jobs in order of priority and start each that fits now.
2. The first that does not fit is the *head*. Reserve its place: its *shadow time* is the earliest
   instant at which enough cards are free, taking every running job at its time limit. *Extra* are
   the cards free at that instant beyond what the head needs.
3. Go on through the rest once, in order. Start a job if it fits now and does not delay the head:
   it ends by the shadow time (now + limit <= shadow), or it needs no more than the extra cards,
   which it then uses up.

``fcfs`` is step 1 alone: nobody passes the head.

A job *fits* for its whole time limit: cards that a lease will take in the meantime are not free. To
have one rule for both, free cards are kept as a line over time (``profile``) in which the head's
place is taken like a running job's; where no lease begins, that is steps 2 and 3 to the letter.

A job that waits for something else than cards (its award's cap, a lease, machines out of service)
is passed over: it is nobody's head, since no card that gets free would start it. Nor is a
job that could never start, since its nodes close for good before enough of them are free; only
under ``fcfs`` it holds up those behind it all the same.

Where a pool has several nodes, a job *fits* if enough of them have what it takes of each, and a
rule of placement (``placement``) chooses among them. The head's place is kept on nodes too: the
first ones, in the order of the partition, on which it fits at its shadow time. ``conservative``
keeps a place for every job that waits for cards, not for the head alone.

A job with several wishes starts by the first that comes true; until then it stands in the line of
each pool it wishes for. A job that may stop others does so only where it fits nowhere else, and
only where it delays no kept place: on the nodes that lose the fewest cards by it.

Worked example at second 0. 4 cards; A holds 3 until 60. Waiting: B (4 cards), C (1 card for 90 s),
D (1 card for 60 s). B is the head: shadow 60, extra 0. C fits now but would end after 60, so it
waits behind B. D ends by 60 and starts on the free card. Had B asked for 3, extra would be 1 and C
would have started.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from praya.core.scheduling.decision import Decision, Start, Wait, WaitReason
from praya.core.scheduling.placement import Placement
from praya.core.scheduling.pool import Backfill, Machine, Pool
from praya.core.scheduling.profile import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from praya.core.scheduling.snapshot import Lease, Node, Partition, Snapshot, Waiting


def easy(snapshot: Snapshot) -> tuple[Decision, ...]:
    """Decide by EASY backfill; the answers stand in the order of the waiting jobs."""
    return decide(snapshot, Backfill.EASY, Placement())


def fcfs(snapshot: Snapshot) -> tuple[Decision, ...]:
    """Decide by first come, first served; the answers stand in the order of the waiting jobs."""
    return decide(snapshot, Backfill.NONE, Placement())


def conservative(snapshot: Snapshot) -> tuple[Decision, ...]:
    """Decide by conservative backfill; the answers stand in the order of the waiting jobs."""
    return decide(snapshot, Backfill.CONSERVATIVE, Placement())


POLICIES: dict[str, Callable[[Snapshot], tuple[Decision, ...]]] = {
    "easy": easy,
    "fcfs": fcfs,
    "conservative": conservative,
}


def decide(snapshot: Snapshot, backfill: Backfill, placement: Placement) -> tuple[Decision, ...]:
    """Start or wait, for each waiting job, in their order."""
    snapshot.validate()
    floors = {partition.name: _Floor(partition, snapshot) for partition in snapshot.partitions}
    shared = _Shared(snapshot)
    return tuple(_decide_one(job, floors, shared, backfill, placement) for job in snapshot.waiting)


def _decide_one(
    job: Waiting,
    floors: dict[str, _Floor],
    shared: _Shared,
    backfill: Backfill,
    placement: Placement,
) -> Decision:
    """Start by the first wish that comes true; else wait in the line of each that only lacks cards.

    The answer to a job that waits is about its first wish.
    """
    hindered: dict[int, Wait] = {}
    for number, wish in enumerate(job.wishes):
        floor = floors[wish.partition]
        wait = floor.obstacle(wish) or shared.obstacle(wish)
        if wait is not None:
            hindered[number] = wait
            continue
        pool = floor.pool_of(wish.lease)
        seat = pool.seat(wish, backfill, placement)
        if seat is not None:
            for running in seat.stops:
                pool.leave(running)
            shared.take(wish)
            stops = tuple(running.job for running in seat.stops)
            return Start(job.job, pool.start(wish, seat), number, stops)
    waits = [
        hindered.get(number)
        or floors[wish.partition].pool_of(wish.lease).stand_in_line(wish, backfill)
        for number, wish in enumerate(job.wishes)
    ]
    return waits[0]


class _Shared:
    """What jobs share beside cards: their award's cards at once, and other limits.

    What a job gives back by being stopped counts from the next decision on.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.in_use = Counter[str]()
        self.taken = Counter[str]()
        for running in snapshot.running:
            self.in_use[running.award] += len(running.slots)

    def obstacle(self, job: Waiting) -> Wait | None:
        """The limit the job would pass, if any."""
        cap, in_use = job.award_cards_max, self.in_use[job.award]
        if cap is not None and in_use + job.cards > cap:
            facts = {"cap": cap, "in_use": in_use, "needs": job.cards}
            return Wait(job.job, WaitReason.AWARD_CAP, facts)
        for limit in job.limits:
            in_use = limit.in_use + self.taken[limit.key]
            if in_use + limit.needs > limit.most:
                facts = {"cap": limit.most, "in_use": in_use, "needs": limit.needs}
                return Wait(job.job, WaitReason.AWARD_CAP, facts)
        return None

    def take(self, job: Waiting) -> None:
        """The job starts."""
        self.in_use[job.award] += job.cards
        for limit in job.limits:
            self.taken[limit.key] += limit.needs


class _Floor:
    """One partition while its jobs are placed: its pools of machines."""

    def __init__(self, partition: Partition, snapshot: Snapshot) -> None:
        running = [job for job in snapshot.running if job.partition == partition.name]
        held = {slot for job in running for slot in job.slots}
        self.partition = partition
        self.now = snapshot.now
        self.leases = {lease.key: lease for lease in partition.leases}
        # Slots in service that nobody holds, highest first. Leases share those of their node.
        free = [sorted(set(node.slots) - held, reverse=True) for node in partition.machines]
        self.pools: dict[str | None, Pool] = {
            None: Pool(
                [
                    Machine(frozenset(node.slots), slots, partial(_open_room, partition, node))
                    for node, slots in zip(partition.machines, free, strict=True)
                ],
                self.now,
            )
        }
        for lease in partition.leases:
            whole = frozenset(partition.slots)
            machine = Machine(whole, free[0], partial(_leased_room, lease))
            self.pools[lease.key] = Pool([machine], self.now)
        for job in running:
            self.pools.get(job.lease, self.pools[None]).hold(job)

    def pool_of(self, lease: str | None) -> Pool:
        """The pool a job draws from."""
        return self.pools[lease]

    def obstacle(self, job: Waiting) -> Wait | None:
        """What keeps the job from starting whatever cards get free, if anything."""
        needs = {"needs": job.cards}
        in_service, installed = len(self.partition.slots), self.partition.installed
        if job.cards > installed:
            facts = {"total": installed} | needs
            return Wait(job.job, WaitReason.LARGER_THAN_PARTITION, facts)
        if job.lease is not None:
            wait = self._lease_obstacle(job, self.leases.get(job.lease))
            if wait is not None:
                return wait
        if job.cards > in_service:
            facts = {"in_service": in_service, "total": installed} | needs
            return Wait(job.job, WaitReason.OUT_OF_SERVICE, facts)
        return None

    def _lease_obstacle(self, job: Waiting, lease: Lease | None) -> Wait | None:
        if lease is None:
            return Wait(job.job, WaitReason.LEASE_ENDED)
        if job.cards > lease.cards:
            facts = {"total": lease.cards, "needs": job.cards}
            return Wait(job.job, WaitReason.LARGER_THAN_LEASE, facts)
        if self.now + job.limit_s > lease.ends_at:
            return Wait(job.job, WaitReason.LEASE_ENDED, {"ends_at": lease.ends_at})
        if self.now < lease.begins_at:
            return Wait(job.job, WaitReason.LEASE_NOT_BEGUN, {"begins_at": lease.begins_at})
        return None


def _open_room(partition: Partition, node: Node) -> tuple[Room, Room, Room]:
    """What a node has in service, less what is set aside or closed while it is."""
    cards, cpus, memory = Room(len(node.slots)), Room(node.cpus), Room(node.memory)
    for lease in partition.leases:
        cards.take(lease.cards, lease.begins_at, lease.ends_at)
    for closing in node.closings:
        cards.take(closing.cards, closing.begins_at, closing.ends_at)
        cpus.take(closing.cpus, closing.begins_at, closing.ends_at)
        memory.take(closing.memory, closing.begins_at, closing.ends_at)
    return cards, cpus, memory


def _leased_room(lease: Lease) -> tuple[Room, Room, Room]:
    """A lease's cards while it lasts; none before and after."""
    cards = Room(0)
    cards.take(-lease.cards, lease.begins_at, lease.ends_at)
    return cards, Room(0), Room(0)
