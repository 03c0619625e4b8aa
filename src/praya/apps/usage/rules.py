"""What holds for jobs and usage on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from praya.apps.awards.rules import AwardState
from praya.core.metering import instant_of
from praya.core.refusal import NotAllowed, Refusal

COMMAND_BYTES_MAX = 128 * 1024
YIELDED = "yielded"  # why free use was stopped
RUNAWAY = "runaway"  # why a run is set aside whose end its cluster lost
TAKEN_BACK = "taken-back"  # why a run is not charged any more: two people of finance said so


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # admitted, its worst case is held
    STARTING = "starting"  # slots are given, the engine has been told
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    LOST = "lost"  # the engine knows no more of it than when it was last seen


ALIVE = frozenset({JobState.WAITING, JobState.STARTING, JobState.RUNNING})
ON_SLOTS = frozenset({JobState.STARTING, JobState.RUNNING})


class WaitCode(StrEnum):
    """Why a job waits, where it is not for what the scheduling policy says."""

    NEW = "new"  # not looked at yet
    AWARD_SUSPENDED = "award_suspended"
    LEASE_NOT_PLACED = "lease_not_placed"  # the partition has fewer cards than are leased
    YIELDING = "yielding"  # jobs of free use are being stopped for it
    SUBMITTED_THERE = "submitted_there"  # Praya may not begin jobs on its cluster any more


class FixedBy(StrEnum):
    """What keeps jobs in the class of service of their line: money or time would end early."""

    LEASE = "lease"  # it is paid by the day
    CLUSTER = "cluster"  # it bounds awards by their time, where each has one class
    PAID_AHEAD = "paid-ahead"  # so much time was paid for, at the line's price


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both included."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def end_in(self, zone: tzinfo) -> datetime:
        """The instant at which the last day is over."""
        return instant_of(self.last_on + timedelta(days=1), zone)


class UsageKind(StrEnum):
    """Where a usage record comes from."""

    JOB = "job"
    LEASE = "lease"  # cards held for a day of a lease, busy or idle
    LEASE_JOB = "lease-job"  # a job on leased cards: measured, not charged again
    FREE_USE = "free-use"  # a job beyond the grant: measured, and charged at nothing


# What keeps devices from others: leased cards, busy or idle, and jobs on demand.
RESERVING = (UsageKind.LEASE.value, UsageKind.JOB.value, UsageKind.FREE_USE.value)


@dataclass(frozen=True, slots=True)
class HeldCards:
    """Cards of a lease over its charged days: held, busy with jobs, and what the rest costs.

    Worked example. Two cards are held for a day, 48 card-hours at HK$1,440.00 at list, of which the
    holders bear HK$432.00. A job ran on one of them for 12 hours. 36 card-hours were idle; they
    cost HK$1,080.00 at list, and the holders HK$324.00 of it.
    """

    line: str
    device_model: str
    held_s: int = 0
    busy_s: int = 0
    idle_list_minor: int = 0
    idle_own_minor: int = 0

    @property
    def idle_s(self) -> int:
        """Held and not busy."""
        return self.held_s - self.busy_s

    def with_day(self, *, held_s: int, busy_s: int, list_minor: int, own_minor: int) -> HeldCards:
        """One more day of it; what is idle costs its share of the day's charge, rounded down."""
        assert held_s > 0, self
        busy_s = min(busy_s, held_s)
        idle_s = held_s - busy_s
        return replace(
            self,
            held_s=self.held_s + held_s,
            busy_s=self.busy_s + busy_s,
            idle_list_minor=self.idle_list_minor + list_minor * idle_s // held_s,
            idle_own_minor=self.idle_own_minor + own_minor * idle_s // held_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDay:
    """A charged day of a lease: how long its cards were held and busy, and what it was charged."""

    line: str
    device_model: str
    day: date
    held_s: int
    busy_s: int
    list_minor: int
    own_minor: int

    def added_to(self, held: HeldCards) -> HeldCards:
        """What was held before, with this day."""
        return held.with_day(
            held_s=self.held_s,
            busy_s=self.busy_s,
            list_minor=self.list_minor,
            own_minor=self.own_minor,
        )


@dataclass(frozen=True, slots=True)
class ReceivedRun:
    """What was received of a run: what is charged for it now, and how often that was put right."""

    record_key: str = ""  # of the record that charges it now; empty if nothing is charged
    charged_s: int = 0
    is_refund: bool = False
    corrections: int = 0
    award: str = ""  # whose it was received as, charged or given back
    device_model: str = ""
    is_leased: bool = False  # measured on a lease, which pays


class AwardNotActive(Refusal):
    """The ``award`` is not in force: its ``state``, ``first_on`` and ``last_on`` say why."""

    code = "job.award_not_active"


class NotAMember(NotAllowed):
    """Who asks is not a member of the ``award``; ``lead`` is who can add them."""

    code = "job.not_a_member"


class CommandUnfit(Refusal):
    """The command cannot be run; ``reason`` is empty, nul, too-long or environment."""

    code = "job.command"


class LineUnclear(Refusal):
    """None of the ``award``'s ``lines`` (number, device model) was named, or one it has not."""

    code = "job.line_unclear"


class LineNotBegun(Refusal):
    """The ``line`` begins on ``first_on``."""

    code = "job.line_not_begun"


class TooManyCards(Refusal):
    """``cards`` were asked; the ``line`` allows 1 to ``most`` at once."""

    code = "job.too_many_cards"


class TimeLimitOutside(Refusal):
    """``time_limit_s`` was asked; 1 to ``most_s`` seconds are possible."""

    code = "job.time_limit"


class PastAwardEnd(Refusal):
    """At its time limit the job would end at ``would_end_at``, after the ``line``'s ``last_on``."""

    code = "job.past_award_end"


class NoPartition(Refusal):
    """No partition in service has ``cards`` of the ``device_model``; ``most`` is the largest."""

    code = "job.no_partition"


class SubmittedThere(Refusal):
    """The job is submitted by who asks, at one of the ``places``, and not through Praya.

    A place is a cluster by its ``code``, the name ``cluster`` and what it is ``called`` by itself,
    the ``account`` there and, as it calls them, the ``kind`` of such cards and the ``partitions``
    with them; of the last two and ``called`` any may be empty. ``cards``, ``time_limit_s``: asked.
    """

    code = "job.submitted_there"


class ClassUnknown(Refusal):
    """The price list names no ``service_class`` for the ``line``; it names the ``known`` ones."""

    code = "job.class_unknown"


class ClassElsewhere(Refusal):
    """Jobs of the ``line`` run in ``own`` there (empty: the ordinary one), not ``service_class``.

    ``why`` is a ``FixedBy``.
    """

    code = "job.class_elsewhere"


class NoLine(Refusal):
    """The ``award`` has no line in card-hours of the ``device_model``."""

    code = "usage.no_line"


class FreeUseOver(Refusal):
    """The ``line`` cannot hold the job, and too little is left of the free use it may have.

    ``asked`` and ``left`` are seconds of the ``device_model``, ``most`` is all that the rules allow
    and ``used`` what is used or promised to jobs; ``stop`` is whole or month.
    """

    code = "job.free_use_over"


class KeyReused(Refusal):
    """The idempotency key was used before, for ``job``, with another command."""

    code = "job.key_reused"


def check_active(*, award: str, state: AwardState, days: Days, today: date) -> None:
    """Refuse work under an award that is not in force today.

    Raises:
        AwardNotActive: not accepted, suspended or ended; or today is outside its days.

    """
    if state is not AwardState.ACTIVE or today not in days:
        raise AwardNotActive(
            award=award, state=state.value, first_on=days.first_on, last_on=days.last_on
        )


def check_command(*, argv: Sequence[str], script: str, environment: Mapping[str, str]) -> None:
    """Refuse what no engine could run.

    Raises:
        CommandUnfit: nothing to run; NUL in it; longer than a system takes; no environment.

    """
    if not script.strip() and (not argv or not argv[0]):
        raise CommandUnfit(reason="empty")
    parts = [*argv, script, *environment, *environment.values()]
    if any("\0" in part for part in parts):
        raise CommandUnfit(reason="nul")
    if sum(len(part.encode()) for part in parts) > COMMAND_BYTES_MAX:
        raise CommandUnfit(reason="too-long")
    if any(not name or "=" in name for name in environment):
        raise CommandUnfit(reason="environment")


def key_undone(run_key: str, number: int) -> str:
    """The key of the record, and the entry, that undoes what was charged for a run."""
    return f"{run_key}~{number}-"


def key_anew(run_key: str, number: int) -> str:
    """The key of the record, and the entry, that charges a corrected run anew."""
    return f"{run_key}~{number}"


def key_taken_back(record_key: str) -> str:
    """The key of the record that takes back what was charged for another, with its whole entry."""
    return f"{record_key}~back"


def keys_turned_round(record_key: str) -> list[str]:
    """The keys that what a record undoes may have: it is the first of them that was charged.

    >>> keys_turned_round("quay:7~2-")
    ['quay:7~1', 'quay:7']
    >>> keys_turned_round("quay:7~1~back")
    ['quay:7~1']
    """
    if (taken_back := record_key.removesuffix("~back")) != record_key:
        return [taken_back]
    run_key, _, number = record_key.removesuffix("-").rpartition("~")
    return [*(key_anew(run_key, n) for n in range(int(number) - 1, 0, -1)), run_key]


def key_in_place(record_key: str) -> str | None:
    """The key of the record that charges anew what a record undoes; none of what is taken back.

    >>> key_in_place("quay:7~2-")
    'quay:7~2'
    >>> key_in_place("quay:7~1~back") is None
    True
    """
    return record_key.removesuffix("-") if record_key.endswith("-") else None


def run_key_of(record_key: str) -> str:
    """The key of the run behind a record, corrected or not."""
    return record_key.partition("~")[0]


def open_month(month: str, closed_until: date | None) -> str:
    """The month a charge counts to: its own, or the first after the last closed one."""
    if closed_until is None or month > f"{closed_until:%Y-%m}":
        return month
    return f"{closed_until + timedelta(days=1):%Y-%m}"


def check_size(*, line: str, cards: int, most: int, time_limit_s: int, most_s: int) -> None:
    """Refuse a size the line or the site does not allow.

    Raises:
        TooManyCards: none, or more than the line allows at once.
        TimeLimitOutside: below a second, or beyond the site's longest.

    """
    if not 1 <= cards <= most:
        raise TooManyCards(line=line, cards=cards, most=most)
    if not 1 <= time_limit_s <= most_s:
        raise TimeLimitOutside(time_limit_s=time_limit_s, most_s=most_s)


def check_class(
    *,
    line: str,
    own: str,
    service_class: str,
    known: Collection[str],
    fixed_by: FixedBy | None,
) -> None:
    """Refuse another class of service than a line's own, unless it has a price and jobs may choose.

    Raises:
        ClassUnknown: not one of the price list.
        ClassElsewhere: something fixes the line's own.

    """
    assert service_class != own, line
    if service_class not in known:
        raise ClassUnknown(line=line, service_class=service_class, known=tuple(sorted(known)))
    if fixed_by is not None:
        raise ClassElsewhere(line=line, own=own, service_class=service_class, why=fixed_by.value)


def check_within_line(
    *, line: str, days: Days, zone: tzinfo, now: datetime, time_limit_s: int
) -> None:
    """Refuse a job before its line's first day, or that could run past the last.

    Raises:
        LineNotBegun: the first day is still to come.
        PastAwardEnd: begun now and run to its limit, it would end after the last day.

    """
    if now < instant_of(days.first_on, zone):
        raise LineNotBegun(line=line, first_on=days.first_on)
    would_end_at = now + timedelta(seconds=time_limit_s)
    if would_end_at > days.end_in(zone):
        raise PastAwardEnd(line=line, last_on=days.last_on, would_end_at=would_end_at)


def line_for(day: date, lines: Sequence[tuple[int, date, date]]) -> int | None:
    """Of lines (id, first and last day) in their order, the one that use on a day counts to.

    The first whose days hold it; else the last that began before it; else the first of all: use
    that has happened is charged, and the cluster alone can have let it begin.
    """
    within = [pk for pk, first_on, last_on in lines if first_on <= day <= last_on]
    begun = [pk for pk, first_on, _ in lines if first_on <= day]
    every = [pk for pk, _, _ in lines]
    return next(iter(within[:1] or begun[-1:] or every[:1]), None)
