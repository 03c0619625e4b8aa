"""Cards that jobs of one kind draw from, node by node, with the line of jobs that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from praya.core.scheduling.decision import Wait, WaitReason
from praya.core.scheduling.profile import NEVER, Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from praya.core.scheduling.placement import Placement
    from praya.core.scheduling.snapshot import Running, Waiting


class Backfill(StrEnum):
    """Who may pass a job that waits for cards: nobody, who does not delay the first, or anyone."""

    NONE = "none"
    EASY = "easy"
    CONSERVATIVE = "conservative"


class Machine:
    """One node over time: free cards, CPU cores and memory.

    ``room`` is what running jobs, leases and closings leave; in ``kept`` the places of jobs that
    wait are taken too. ``slots`` are the free ones, the highest first: ``pop`` gives the lowest.
    """

    def __init__(
        self,
        installed: frozenset[int],
        slots: list[int],
        make: Callable[[], tuple[Room, Room, Room]],
    ) -> None:
        """A node whose rooms ``make`` gives, each time anew."""
        self.installed = installed
        self.slots = slots
        self.room = make()
        self.kept = make()
        self.running: list[Running] = []

    def take(self, needs: tuple[int, int, int], begins_at: int, ends_at: int) -> None:
        """Take for a job that runs; negative needs give back."""
        for rooms in (self.room, self.kept):
            _take(rooms, needs, begins_at, ends_at)

    def keep(self, needs: tuple[int, int, int], begins_at: int, ends_at: int) -> None:
        """Take for a job that waits."""
        _take(self.kept, needs, begins_at, ends_at)

    def fits(self, needs: tuple[int, int, int], begins_at: int, ends_at: int) -> bool:
        """Whether so much is free all the time, the kept places respected."""
        return _fits(self.kept, needs, begins_at, ends_at)

    def fits_unkept(self, needs: tuple[int, int, int], begins_at: int, ends_at: int) -> bool:
        """Whether so much is free all the time, if nobody who waits had a place."""
        return _fits(self.room, needs, begins_at, ends_at)

    def held(self, running: Running) -> tuple[int, int, int]:
        """What a running job holds here: cards, CPU cores, memory."""
        return (len(self.installed.intersection(running.slots)), running.cpus, running.memory)


def _take(rooms: tuple[Room, ...], needs: tuple[int, ...], begins_at: int, ends_at: int) -> None:
    for room, need in zip(rooms, needs, strict=True):
        if need:
            room.take(need, begins_at, ends_at)


def _fits(rooms: tuple[Room, ...], needs: tuple[int, ...], begins_at: int, ends_at: int) -> bool:
    return all(
        room.least(begins_at, ends_at) >= need
        for room, need in zip(rooms, needs, strict=True)
        if need
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a job can start now: positions of nodes, and the jobs that have to leave them."""

    nodes: tuple[int, ...]
    stops: tuple[Running, ...] = ()


class Pool:
    """The machines that jobs of one kind draw from, with the line of those that wait for them."""

    def __init__(self, machines: list[Machine], now: int) -> None:
        """A pool nobody waits for yet."""
        self.machines = machines
        self.now = now
        self.ahead = 0
        self.has_head = False

    def seat(self, job: Waiting, backfill: Backfill, placement: Placement) -> Seat | None:
        """Where the job may start now; ``None``: nowhere."""
        if backfill is Backfill.NONE and self.ahead:
            return None
        needs, ends_at = needs_of(job), self.now + job.limit_s
        free = {
            number: machine.room[0].least(self.now, self.now + 1)
            for number, machine in enumerate(self.machines)
            if len(machine.slots) >= needs[0] and machine.fits(needs, self.now, ends_at)
        }
        if len(free) >= job.nodes:
            return Seat(tuple(placement.choose(free, needs[0], job.nodes)))
        return self._seat_by_force(job) if job.stops_below is not None else None

    def start(self, job: Waiting, seat: Seat) -> tuple[int, ...]:
        """Start the job there; the slots it gets. The stopped jobs have left before."""
        needs = needs_of(job)
        slots: list[int] = []
        for number in seat.nodes:
            machine = self.machines[number]
            machine.take(needs, self.now, self.now + job.limit_s)
            slots += [machine.slots.pop() for _ in range(needs[0])]
        return tuple(slots)

    def stand_in_line(self, job: Waiting, backfill: Backfill) -> Wait:
        """The job waits here, with a place kept if the rule gives it one."""
        wait, seat = self._why(job)
        gets_a_place = backfill is Backfill.CONSERVATIVE or not self.has_head
        if seat is not None and gets_a_place:
            self.has_head = True
            begins_at, nodes = seat
            for number in nodes:
                self.machines[number].keep(needs_of(job), begins_at, begins_at + job.limit_s)
        self.ahead += 1
        return wait

    def _why(self, job: Waiting) -> tuple[Wait, tuple[int, tuple[int, ...]] | None]:
        """Why the job waits, and its place: when and on which nodes.

        What it waits for cannot come before the next second.
        """
        now, needs = self.now, needs_of(job)
        here = [
            max(min(machine.room[0].least(now, now + 1), len(machine.slots)), 0)
            for machine in self.machines
        ]
        facts = {"free": sum(here), "needs": job.cards, "ahead": self.ahead}
        place = self._earliest(job)
        expected = {} if place is None else {"expected_at": place[0]}
        free_now = sum(
            free >= needs[0] and machine.fits_unkept(needs, now, now + 1)
            for free, machine in zip(here, self.machines, strict=True)
        )
        if free_now < job.nodes:
            return Wait(job.job, WaitReason.NO_FREE_CARDS, facts | expected), place
        untils = [machine.kept[0].lasts_until(needs[0], now=now) for machine in self.machines]
        until = sorted((NEVER if at is None else at for at in untils), reverse=True)[job.nodes - 1]
        facts |= {} if until == NEVER else {"fits_until": until}
        lasting = sum(
            machine.fits_unkept(needs, now, now + job.limit_s) for machine in self.machines
        )
        if lasting < job.nodes:
            return Wait(job.job, WaitReason.SET_ASIDE_SOON, facts | expected), place
        return Wait(job.job, WaitReason.BEHIND, facts), place

    def _earliest(self, job: Waiting) -> tuple[int, tuple[int, ...]] | None:
        """The first instant after now at which enough nodes fit the job, and the first of those.

        What closes for good is never free again, so no place begins at its end.
        """
        needs = needs_of(job)
        instants = {self.now + 1}
        for machine in self.machines:
            for room in machine.kept:
                instants |= {at for at in room.steps() if self.now < at < NEVER}
        for at in sorted(instants):
            nodes = [
                number
                for number, machine in enumerate(self.machines)
                if machine.fits(needs, at, at + job.limit_s)
            ]
            if len(nodes) >= job.nodes:
                return at, tuple(nodes[: job.nodes])
        return None

    def _seat_by_force(self, job: Waiting) -> Seat | None:
        """Where the job could start if others left: the nodes that lose the fewest cards by it."""
        found = []
        for number, machine in enumerate(self.machines):
            leaving = self._leaving(machine, job)
            if leaving is not None:
                lost = sum(machine.held(running)[0] for running in leaving)
                found.append((lost, number, leaving))
        if len(found) < job.nodes:
            return None
        chosen = sorted(found, key=lambda one: one[:2])[: job.nodes]
        stops = {running.job: running for _, _, leaving in chosen for running in leaving}
        return Seat(tuple(number for _, number, _ in chosen), tuple(stops.values()))

    def _leaving(self, machine: Machine, job: Waiting) -> list[Running] | None:
        """Who must leave a node for the job, the lowest rank and the last started first.

        ``None``: it would not fit whoever left. The node is left as it was.
        """
        needs, ends_at = needs_of(job), self.now + job.limit_s
        assert job.stops_below is not None
        ranked = [
            (running.rank, -running.started_at, -position, running)
            for position, running in enumerate(machine.running)
            if running.rank is not None and running.rank < job.stops_below
        ]
        leaving: list[Running] = []
        for *_, running in sorted(ranked, key=lambda one: one[:3]):
            if machine.fits(needs, self.now, ends_at):
                break
            self._give_back(machine, running)
            leaving.append(running)
        fits = machine.fits(needs, self.now, ends_at)
        for running in leaving:
            machine.take(machine.held(running), self.now, self._until(running))
        return leaving if fits else None

    def leave(self, running: Running) -> None:
        """A running job leaves all its nodes; its slots are free at once."""
        for machine in self.machines:
            if running in machine.running:
                self._give_back(machine, running)
                machine.running.remove(running)
                freed = machine.installed.intersection(running.slots)
                machine.slots[:] = sorted(freed.union(machine.slots), reverse=True)

    def _give_back(self, machine: Machine, running: Running) -> None:
        cards, cpus, memory = machine.held(running)
        machine.take((-cards, -cpus, -memory), self.now, self._until(running))

    def _until(self, running: Running) -> int:
        """Until when a job holds its cards. One past its limit is about to go, and has not gone."""
        return max(running.ends_at, self.now + 1)

    def hold(self, running: Running) -> None:
        """A running job holds what it has until its limit."""
        for machine in self.machines:
            if not machine.installed.isdisjoint(running.slots):
                machine.take(machine.held(running), self.now, self._until(running))
                machine.running.append(running)


def needs_of(job: Waiting) -> tuple[int, int, int]:
    """What a job takes of each of its nodes: cards, CPU cores, memory."""
    return (job.cards_per_node, job.cpus, job.memory)
