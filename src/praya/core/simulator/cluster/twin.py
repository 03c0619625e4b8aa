"""The full model in plain Python: the policy of the local engine, asked at every instant.

Slow, and the measure of the kernels. At each instant at which something ends, changes or comes:

1. all jobs whose end has come leave; those that failed and may be requeued come back to the line;
2. jobs whose time has come stand in the line, or are held for those they follow;
3. if the order is by priority and the ranks are ``every_s`` old, usage decays and all rank anew;
4. jobs that can never start any more are given up;
5. the policy (``praya.core.scheduling``) decides about the line; what it starts, starts;
6. jobs stopped for others come back to the line, for the next instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from praya.core.scheduling.decision import Start
from praya.core.scheduling.placement import Draws, Placement
from praya.core.scheduling.policy import decide
from praya.core.scheduling.profile import NEVER
from praya.core.scheduling.snapshot import Limit, Node, Partition, Running, Snapshot, Waiting
from praya.core.simulator.cluster.jobs import Jobs
from praya.core.simulator.cluster.model import Cluster, Order, Policy, State, WhenStopped
from praya.core.simulator.cluster.nodes import PoolNode, pool_nodes
from praya.core.simulator.cluster.shares import decayed, fair_factors, tree_of
from praya.core.simulator.cluster.tables import MILLION

_DAWN = -(1 << 60)
_SEGMENT = "segment "


@dataclass(slots=True)
class Segment:
    """One time a job ran."""

    number: int
    job: int
    wish: int
    begin: int
    stops_at: int
    limit_at: int
    slots: tuple[int, ...]
    end: int = -1
    how: State = State.RUNNING


class Twin:
    """One simulation, advanced instant by instant."""

    def __init__(self, cluster: Cluster, jobs: Jobs, policy: Policy, *, seed: int = 0) -> None:
        """Nothing has happened yet."""
        self.cluster, self.jobs, self.policy = cluster, jobs, policy
        self.segments: list[Segment] = []
        self.line: list[int] = []
        number, awards = len(self.jobs), self.cluster.awards
        self.now = _DAWN
        self.ranked_at: int | None = None
        self.state = [State.TO_COME] * number
        self.start, self.end = [-1] * number, [-1] * number
        self.did, self.bound = [0] * number, [-1] * number
        self.failed, self.rank = [False] * number, [0] * number
        self.nodes = pool_nodes(self.cluster)
        self.slot_first = [0]
        for node in self.nodes:
            self.slot_first.append(self.slot_first[-1] + node.cards)
        self.usage, self.fair = [0.0] * len(awards), [MILLION] * len(awards)
        self.tree = tree_of(self.cluster)
        self.placement = Placement(self.policy.placement, self.policy.mix, Draws(seed))
        begins = [_DAWN if one.begins_at is None else one.begins_at for one in awards]
        self.eligible = [
            max(int(self.jobs.submit[job]), begins[self.jobs.award[job]]) for job in range(number)
        ]
        self.to_come = sorted(range(number), key=lambda job: (self.eligible[job], job))
        self.changes = sorted(
            {
                at
                for node in self.nodes
                for one in node.closings
                for at in (one.begins_at, one.ends_at)
                if abs(at) < NEVER
            }
        )

    def advance(self) -> bool:
        """Go to the next instant and do all that is due; False: nothing is left to come."""
        coming = [segment.stops_at for segment in self.running()]
        coming += [self.eligible[self.to_come[0]]] if self.to_come else []
        coming += self.changes[:1]
        if not coming:
            return False
        self.now = min(coming)
        self.changes = [at for at in self.changes if at > self.now]
        for segment in list(self.running()):
            if segment.stops_at <= self.now:
                self._finish(segment)
        while self.to_come and self.eligible[self.to_come[0]] <= self.now:
            job = self.to_come.pop(0)
            if self.state[job] is State.TO_COME:
                self._arrive(job)
        if self.line:
            self._pass()
        return True

    def running(self) -> Iterator[Segment]:
        """The segments that have not ended, in the order of their starts."""
        return (segment for segment in self.segments if segment.end < 0)

    # What happens to jobs

    def _arrive(self, job: int) -> None:
        if all(self.state[one] is State.COMPLETED for one in self._followed(job)):
            self._enter(job)
        else:
            self.state[job] = State.HELD

    def _enter(self, job: int) -> None:
        self.state[job] = State.WAITING
        self.rank[job] = self._rank(job)
        self.line.append(job)

    def _finish(self, segment: Segment) -> None:
        job, wish = segment.job, segment.wish
        whole = min(self._run(wish), self._limit(wish))
        if self.did[job] + self.now - segment.begin < whole:
            how = State.FAILED
        else:
            late = self._run(wish) > self._limit(wish)
            how = State.TIMED_OUT if late else State.COMPLETED
        segment.end, segment.how = self.now, how
        if how is State.FAILED and self.jobs.requeues[job]:
            self.failed[job], self.did[job], self.bound[job] = True, 0, -1
            self._enter(job)
        else:
            self._close(job, how)

    def _close(self, job: int, how: State) -> None:
        self.state[job], self.end[job] = how, self.now
        for child in range(len(self.jobs)):
            if job not in self._followed(child):
                continue
            if how is not State.COMPLETED:
                if self.state[child] is not State.NEVER_MET:
                    self._close(child, State.NEVER_MET)
            elif self.state[child] is State.HELD and all(
                self.state[one] is State.COMPLETED for one in self._followed(child)
            ):
                self.eligible[child] = self.now
                self._enter(child)

    def _stop(self, segment: Segment) -> None:
        job = segment.job
        segment.end, segment.how = self.now, State.WAITING
        when = self.cluster.qualities[self.jobs.quality[job]].when_stopped
        if when is WhenStopped.CANCELLED:
            segment.how = State.CANCELLED
            self._close(job, State.CANCELLED)
            return
        if when is WhenStopped.SUSPENDED:
            self.did[job] += self.now - segment.begin
            self.bound[job] = segment.wish
        else:
            self.did[job], self.bound[job] = 0, -1
        self._enter(job)

    # A pass

    def _pass(self) -> None:
        weights = self.policy.weights
        if self.policy.order is Order.PRIORITY and (
            self.ranked_at is None or self.now - self.ranked_at >= weights.every_s
        ):
            self._rank_anew()
        self.line.sort(key=lambda job: (self.rank[job], job))
        for job in [job for job in self.line if not self._hopes(job)]:
            self.line.remove(job)
            self._close(job, State.GIVEN_UP)
        snapshot, chosen = self._snapshot()
        stopped = []
        for decision in decide(snapshot, self.policy.backfill, self.placement):
            if isinstance(decision, Start):
                job = int(decision.job)
                self._begin(job, chosen[job][decision.wish], decision.slots)
                stopped += [int(one.removeprefix(_SEGMENT)) for one in decision.stops]
        self.line = [job for job in self.line if self.state[job] is State.WAITING]
        for number in stopped:
            self._stop(self.segments[number])

    def _begin(self, job: int, wish: int, slots: tuple[int, ...]) -> None:
        whole, fails = min(self._run(wish), self._limit(wish)), int(self.jobs.wishes.fails[wish])
        if 0 < fails < whole and not self.failed[job]:
            whole = fails
        stops_at = self.now + whole - self.did[job]
        limit_at = self.now + self._limit(wish) - self.did[job]
        number = len(self.segments)
        self.segments.append(Segment(number, job, wish, self.now, stops_at, limit_at, slots))
        self.state[job] = State.RUNNING
        if self.start[job] < 0:
            self.start[job] = self.now

    def _snapshot(self) -> tuple[Snapshot, dict[int, list[int]]]:
        """What the policy looks at, and the wishes it was told of, by job."""
        chosen = {job: self._wishes_left(job) for job in self.line}
        waiting = tuple(self._waiting(job, chosen[job]) for job in self.line)
        partitions = tuple(self._partition(number) for number in range(len(self.cluster.pools)))
        running = tuple(self._as_running(segment) for segment in self.running())
        return Snapshot(self.now, partitions, running, waiting), chosen

    def _partition(self, pool: int) -> Partition:
        nodes = tuple(
            _as_node(node, self.slot_first[number])
            for number, node in enumerate(self.nodes)
            if node.pool == pool
        )
        slots = tuple(slot for node in nodes for slot in node.slots)
        return Partition(str(pool), "", slots, len(slots), nodes=nodes)

    def _as_running(self, segment: Segment) -> Running:
        wishes, quality = self.jobs.wishes, self.cluster.qualities[self.jobs.quality[segment.job]]
        return Running(
            job=f"{_SEGMENT}{segment.number}",
            award=str(self.jobs.award[segment.job]),
            partition=str(wishes.pool[segment.wish]),
            slots=segment.slots,
            ends_at=segment.limit_at,
            cpus=int(wishes.cpus[segment.wish]),
            memory=int(wishes.memory[segment.wish]),
            rank=None if quality.when_stopped is WhenStopped.NEVER else quality.rank,
            started_at=segment.begin,
        )

    def _waiting(self, job: int, wishes: list[int]) -> Waiting:
        first, *others = [self._as_waiting(job, wish) for wish in wishes]
        return Waiting(
            **{name: getattr(first, name) for name in _WAITING if name != "instead"},
            instead=tuple(others),
        )

    def _as_waiting(self, job: int, wish: int) -> Waiting:
        wishes = self.jobs.wishes
        quality = self.cluster.qualities[self.jobs.quality[job]]
        award = int(self.jobs.award[job])
        limit = self._limit(wish) - self.did[job]
        cards = int(wishes.cards[wish] * wishes.nodes[wish])
        limits = []
        grant = self.cluster.awards[award].card_seconds
        if grant is not None:
            used = self._settled(award) + self._in_flight(award)
            limits.append(Limit(f"award {award}", grant, used, cards * limit))
        array, most = int(self.jobs.array[job]), int(self.jobs.array_most[job])
        if array >= 0 and most > 0:
            beside = sum(self.jobs.array[one.job] == array for one in self.running())
            limits.append(Limit(f"array {array}", most, int(beside), 1))
        return Waiting(
            job=str(job),
            award=str(award),
            partition=str(wishes.pool[wish]),
            cards=cards,
            limit_s=limit,
            award_cards_max=self.cluster.awards[award].cards_max,
            nodes=int(wishes.nodes[wish]),
            cpus=int(wishes.cpus[wish]),
            memory=int(wishes.memory[wish]),
            limits=tuple(limits),
            stops_below=quality.rank if quality.stops else None,
        )

    # What is asked of jobs and awards

    def _run(self, wish: int) -> int:
        return int(self.jobs.wishes.run[wish])

    def _limit(self, wish: int) -> int:
        return int(self.jobs.wishes.limit[wish])

    def _followed(self, job: int) -> list[int]:
        jobs = self.jobs
        span = slice(int(jobs.after_first[job]), int(jobs.after_first[job + 1]))
        return [int(one) for one in jobs.after[span]]

    def _wishes(self, job: int) -> list[int]:
        if self.bound[job] >= 0:
            return [self.bound[job]]
        return list(range(int(self.jobs.wish_first[job]), int(self.jobs.wish_first[job + 1])))

    def _wishes_left(self, job: int) -> list[int]:
        """The wishes a job could still end by its limit before its award ends."""
        ends_at = self.cluster.awards[self.jobs.award[job]].ends_at
        return [
            wish
            for wish in self._wishes(job)
            if ends_at is None or self.now + self._limit(wish) - self.did[job] <= ends_at
        ]

    def _hopes(self, job: int) -> bool:
        """Whether some wish can still come true before the award's end, within its grant."""
        award, wishes = int(self.jobs.award[job]), self.jobs.wishes
        grant = self.cluster.awards[award].card_seconds
        return any(
            grant is None
            or self._settled(award)
            + int(wishes.cards[wish] * wishes.nodes[wish]) * (self._limit(wish) - self.did[job])
            <= grant
            for wish in self._wishes_left(job)
        )

    def _card_seconds(self, segment: Segment, begin: int, end: int) -> int:
        return len(segment.slots) * (end - begin)

    def _settled(self, award: int) -> int:
        return sum(
            self._card_seconds(one, one.begin, one.end)
            for one in self.segments
            if one.end >= 0 and self.jobs.award[one.job] == award
        )

    def _in_flight(self, award: int) -> int:
        return sum(
            self._card_seconds(one, one.begin, one.limit_at)
            for one in self.running()
            if self.jobs.award[one.job] == award
        )

    # Priority

    def _rank(self, job: int) -> int:
        if self.policy.order is Order.SUBMIT:
            return 0
        if self.policy.order is Order.SHORTEST:
            return self._limit(self._wishes(job)[0]) - self.did[job]
        weights, wishes = self.policy.weights, self.jobs.wishes
        first = int(self.jobs.wish_first[job])
        size = int(wishes.cards[first] * wishes.nodes[first]) * MILLION // self.cluster.cards
        top = max(one.priority for one in self.cluster.qualities) or 1
        quality = self.cluster.qualities[self.jobs.quality[job]].priority
        age = min(MILLION, (self.now - self.eligible[job]) * MILLION // weights.age_s_max)
        return -int(
            weights.age * age
            + weights.fair_share * self.fair[self.jobs.award[job]]
            + weights.size * (MILLION - size if weights.favour_small else size)
            + weights.quality * (quality * MILLION // top)
        )

    def _rank_anew(self) -> None:
        since, half_life = self.ranked_at, self.policy.weights.half_life_s
        names = self.cluster.pools
        homes = {one.name: one.partition for one in self.cluster.leases}
        bills = {one.name: one.billing for one in self.cluster.partitions}
        for award in range(len(self.usage)):
            if since is not None:
                self.usage[award] = decayed(self.usage[award], self.now - since, half_life)
            added = 0
            for one in self.segments:
                if self.jobs.award[one.job] == award:
                    begin = one.begin if since is None else max(one.begin, since)
                    end = self.now if one.end < 0 else one.end
                    name = names[self.jobs.wishes.pool[one.wish]]
                    used = max(self._card_seconds(one, begin, end), 0)
                    added += used * bills[homes.get(name, name)]
            self.usage[award] += added
        self.ranked_at = self.now
        if self.policy.weights.fair_share:
            self.fair = fair_factors(self.tree, self.usage)
        for job in self.line:
            self.rank[job] = self._rank(job)


_WAITING = tuple(Waiting.__dataclass_fields__)


def _as_node(node: PoolNode, first_slot: int) -> Node:
    slots = tuple(range(first_slot, first_slot + node.cards))
    return Node(slots, node.cpus, node.memory, node.closings)
