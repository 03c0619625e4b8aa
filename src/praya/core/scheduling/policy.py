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
is passed over: it is nobody's head, since no card that gets free would start it.

Worked example at second 0. 4 cards; A holds 3 until 60. Waiting: B (4 cards), C (1 card for 90 s),
D (1 card for 60 s). B is the head: shadow 60, extra 0. C fits now but would end after 60, so it
waits behind B. D ends by 60 and starts on the free card. Had B asked for 3, extra would be 1 and C
would have started.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from praya.core.scheduling.decision import Decision, Start, Wait, WaitReason
from praya.core.scheduling.profile import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from praya.core.scheduling.snapshot import Lease, Partition, Snapshot, Waiting


def easy(snapshot: Snapshot) -> tuple[Decision, ...]:
    """Decide by EASY backfill; the answers stand in the order of the waiting jobs."""
    return _decide(snapshot, may_pass_the_head=True)


def fcfs(snapshot: Snapshot) -> tuple[Decision, ...]:
    """Decide by first come, first served; the answers stand in the order of the waiting jobs."""
    return _decide(snapshot, may_pass_the_head=False)


POLICIES: dict[str, Callable[[Snapshot], tuple[Decision, ...]]] = {"easy": easy, "fcfs": fcfs}


def _decide(snapshot: Snapshot, *, may_pass_the_head: bool) -> tuple[Decision, ...]:
    snapshot.validate()
    floors = {partition.name: _Floor(partition, snapshot) for partition in snapshot.partitions}
    in_use = Counter[str]()
    for running in snapshot.running:
        in_use[running.award] += len(running.slots)
    decisions: list[Decision] = []
    for job in snapshot.waiting:
        floor = floors[job.partition]
        wait = floor.obstacle(job) or _cap_reached(job, in_use[job.award])
        if wait is None:
            decision = floor.pool_of(job.lease).place(job, may_pass_the_head=may_pass_the_head)
        else:
            decision = wait
        if isinstance(decision, Start):
            in_use[job.award] += job.cards
        decisions.append(decision)
    return tuple(decisions)


def _cap_reached(job: Waiting, in_use: int) -> Wait | None:
    cap = job.award_cards_max
    if cap is None or in_use + job.cards <= cap:
        return None
    facts = {"cap": cap, "in_use": in_use, "needs": job.cards}
    return Wait(job.job, WaitReason.AWARD_CAP, facts)


class _Floor:
    """One partition while its jobs are placed: its free slots and its pools."""

    def __init__(self, partition: Partition, snapshot: Snapshot) -> None:
        running = [job for job in snapshot.running if job.partition == partition.name]
        held = {slot for job in running for slot in job.slots}
        self.partition = partition
        self.now = snapshot.now
        self.leases = {lease.key: lease for lease in partition.leases}
        # Slots in service that nobody holds, highest first: pop() gives the lowest.
        self.free_slots = sorted(set(partition.slots) - held, reverse=True)
        self.pools: dict[str | None, _Pool] = {
            None: _Pool(self, room=_open_room(partition), kept=_open_room(partition))
        }
        for lease in partition.leases:
            room, kept = _leased_room(lease), _leased_room(lease)
            self.pools[lease.key] = _Pool(self, room=room, kept=kept)
        for job in running:
            pool = self.pools.get(job.lease, self.pools[None])
            # A job past its limit is about to go; until it has gone, its cards are held.
            ends_at = max(job.ends_at, snapshot.now + 1)
            cards = len(set(job.slots) & set(partition.slots))
            pool.take(cards, snapshot.now, ends_at)

    def pool_of(self, lease: str | None) -> _Pool:
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


class _Pool:
    """Cards that jobs of one kind draw from, with the line of jobs that wait for them.

    ``room`` is what running jobs and leases leave; in ``kept`` the head's place is taken as well.
    """

    def __init__(self, floor: _Floor, *, room: Room, kept: Room) -> None:
        self.floor = floor
        self.room = room
        self.kept = kept
        self.ahead = 0
        self.has_head = False

    def take(self, cards: int, begins_at: int, ends_at: int) -> None:
        """Take cards for a job that runs."""
        self.room.take(cards, begins_at, ends_at)
        self.kept.take(cards, begins_at, ends_at)

    def place(self, job: Waiting, *, may_pass_the_head: bool) -> Decision:
        """Start the job if the rule allows it; else it stands in the line."""
        now, free_slots = self.floor.now, self.floor.free_slots
        fits = self.kept.least(now, now + job.limit_s) >= job.cards
        if fits and len(free_slots) >= job.cards and (may_pass_the_head or self.ahead == 0):
            self.take(job.cards, now, now + job.limit_s)
            return Start(job.job, tuple(free_slots.pop() for _ in range(job.cards)))
        wait = self._wait(job)
        if not self.has_head and "expected_at" in wait.facts:
            self.has_head = True
            shadow = wait.facts["expected_at"]
            self.kept.take(job.cards, shadow, shadow + job.limit_s)
        self.ahead += 1
        return wait

    def _wait(self, job: Waiting) -> Wait:
        """Why the job waits. What it waits for cannot come before the next second."""
        now = self.floor.now
        free = max(min(self.room.least(now, now + 1), len(self.floor.free_slots)), 0)
        facts = {"free": free, "needs": job.cards, "ahead": self.ahead}
        expected_at = self.kept.earliest(job.cards, job.limit_s, now=now + 1)
        expected = {} if expected_at is None else {"expected_at": expected_at}
        if free < job.cards:
            return Wait(job.job, WaitReason.NO_FREE_CARDS, facts | expected)
        until = self.kept.lasts_until(job.cards, now=now)
        facts |= {} if until is None else {"fits_until": until}
        if self.room.least(now, now + job.limit_s) < job.cards:
            return Wait(job.job, WaitReason.SET_ASIDE_SOON, facts | expected)
        return Wait(job.job, WaitReason.BEHIND, facts)


def _open_room(partition: Partition) -> Room:
    """The cards in service, less those set aside while they are."""
    room = Room(len(partition.slots))
    for lease in partition.leases:
        room.take(lease.cards, lease.begins_at, lease.ends_at)
    return room


def _leased_room(lease: Lease) -> Room:
    """A lease's cards while it lasts; none before and after."""
    room = Room(0)
    room.take(-lease.cards, lease.begins_at, lease.ends_at)
    return room
