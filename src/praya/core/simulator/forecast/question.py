"""What a forecast is asked: machines, awards, what runs and waits now, and what is to come.

Instants are whole seconds since midnight UTC of ``zero_on``; everything else is a whole number too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from praya.core.simulator.cluster.model import Cluster, Policy

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Device:
    """A device model: its speed (jobs' seconds are told at 100) and what a card draws.

    The watts are those of a card, busy and idle; 0 is not known. What the rest of its node and the
    building draw stands in ``Question.energy_percent``.
    """

    code: str
    speed_percent: int = 100
    watts_busy: int = 0
    watts_idle: int = 0


class JobsLike(StrEnum):
    """What the jobs of a demand were made like."""

    GIVEN = "given"  # whoever asks named them
    PAST = "past"  # the award's own of late
    TOLD = "told"  # what its team told with the application
    OTHERS = "others"  # what others ran on the machines
    INVENTED = "invented"  # of nobody known: sizes that halve


@dataclass(frozen=True, slots=True)
class Kinds:
    """Jobs that a demand is made of, by the column: each is drawn with equal odds.

    A job takes ``nodes`` nodes and ``cards`` cards of each, runs ``run_s`` and asks for
    ``limit_s``, both at speed 100. ``quality`` names the quality of service of each, "" the
    cluster's first; empty: all have that.
    """

    nodes: tuple[int, ...]
    cards: tuple[int, ...]
    run_s: tuple[int, ...]
    limit_s: tuple[int, ...]
    quality: tuple[str, ...] = ()
    like: JobsLike = JobsLike.GIVEN


@dataclass(frozen=True, slots=True)
class Demand:
    """What an award will ask for: ``card_seconds`` in all from ``begins_s`` until ``ends_s``.

    Both may lie beyond the forecast, which simulates the part that falls into it by days.
    ``at`` is a partition, a lease or a device model, ``instead`` what would do as well. Jobs come
    in sessions, begun by the ``rhythm`` (a weight for each hour of the week from Monday; empty:
    evenly), with so many jobs and such pauses as were seen. The amount of one seed is
    ``card_seconds`` times a factor around 1 with a standard deviation of ``spread_percent``.
    """

    award: str
    at: str
    card_seconds: int
    begins_s: int
    ends_s: int
    kinds: Kinds
    instead: tuple[str, ...] = ()
    rhythm: tuple[float, ...] = ()
    session_jobs: tuple[int, ...] = (1,)
    pauses_s: tuple[int, ...] = (0,)
    spread_percent: int = 20
    # From which seconds on how much of it, where a plan says so; empty: evenly.
    course: tuple[tuple[int, int], ...] = ()

    def within(self, begins_s: int, ends_s: int) -> Demand | None:
        """The part that falls between two instants, by days or by its course; else ``None``."""
        begins_s, ends_s = max(begins_s, self.begins_s), min(ends_s, self.ends_s)
        if ends_s <= begins_s:
            return None
        course = []
        pieces = self.course or ((self.begins_s, self.card_seconds),)
        edges = [*(begin for begin, _ in pieces[1:]), self.ends_s]
        for (begin, amount), end in zip(pieces, edges, strict=True):
            inside = min(end, ends_s) - max(begin, begins_s)
            if inside > 0:
                course.append((max(begin, begins_s), amount * inside // (end - begin)))
        return replace(
            self,
            card_seconds=sum(amount for _, amount in course),
            begins_s=begins_s,
            ends_s=ends_s,
            course=tuple(course) if self.course else (),
        )

    def moved(self, by: int) -> Demand:
        """The same so many seconds later, or earlier."""
        course = tuple((begin + by, amount) for begin, amount in self.course)
        return replace(self, begins_s=self.begins_s + by, ends_s=self.ends_s + by, course=course)


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that runs now, on the nodes ``on`` of its pool, each with ``cards`` cards.

    Its true end is not known: it is drawn from the run times of its user beyond what it has run.
    """

    name: str
    award: str
    pool: str
    on: tuple[int, ...]
    cards: int
    begun_s: int
    limit_s: int
    user: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that waits now, in the order of the line; ``limit_s`` at speed 100."""

    name: str
    award: str
    at: str
    cards: int
    submit_s: int
    limit_s: int
    nodes: int = 1
    instead: tuple[str, ...] = ()
    user: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """How much of their limit the ended jobs of a user ran, in thousandths, in the order of time.

    The user "" stands for everybody, and for those of whom too little is known. What stands side by
    side is drawn together.
    """

    user: str
    permille: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an award beside its promise.

    ``used_card_seconds`` were used before now. ``Award.card_seconds`` of the cluster is what is
    left, so the grant is the sum of both. ``plan`` is the team's own: from which seconds on, until
    the next, how much of the grant, in proportion; empty: evenly.
    """

    award: str
    organisation_kind: str = ""
    used_card_seconds: int = 0
    plan: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One side of what is asked. A job that names no partition is asked of its device model's."""

    zero_on: date
    now_s: int
    until_s: int
    cluster: Cluster
    policy: Policy
    devices: tuple[Device, ...]
    demands: tuple[Demand, ...] = ()
    running: tuple[RunningJob, ...] = ()
    waiting: tuple[WaitingJob, ...] = ()
    run_times: tuple[RunTimes, ...] = ()
    standings: tuple[Standing, ...] = ()
    # Of nodes and building: 100 is what the cards draw alone, 130 three tenths more.
    energy_percent: int = 100
    # The cluster whose policy it is, where it is somebody's.
    policy_of: str = ""

    def second(self, day: date) -> int:
        """The second at which a day begins."""
        return (day - self.zero_on).days * DAY_S

    def day(self, second: int) -> date:
        """The day in which a second lies."""
        return self.zero_on + timedelta(days=second // DAY_S)

    def instant(self, second: int) -> datetime:
        """The instant of a second."""
        zero = datetime.combine(self.zero_on, datetime.min.time(), tzinfo=UTC)
        return zero + timedelta(seconds=second)


@dataclass(frozen=True, slots=True)
class ForecastQuestion:
    """A base, what would be changed of it, and the seeds that both sides run on."""

    base: Question
    variant: Question | None = None
    seeds: tuple[int, ...] = field(default=tuple(range(30)))
