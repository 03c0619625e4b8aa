"""A worker of the trial: asks for jobs, delivers their usage, ends what expired; all of it rudely.

It repeats commands that were answered, delivers twice, out of order and late, and believes in a
clock that jumps. It may be killed anywhere; who comes after it asks everything again of which
nobody was told the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from django.db import OperationalError, connection

from praya.apps.books.commands import charge_line, place_hold, release_hold, retrying, settle_hold
from praya.apps.books.queries import expired_holds
from praya.apps.books.retrying import was_turned_away
from praya.core.ledger import BookExhausted, HoldEnded, HoldUnknown
from praya.doctor.overspend.memory import Counted, Memory, Told
from praya.doctor.overspend.plan import PlannedJob
from praya.doctor.overspend.site import BEGINS_AT, LINE, PROGRAMME, card_time, money

Answer = TypeVar("Answer")

REPEATS = 0.1
SWEEPS = 0.05
SWEPT_AT_ONCE = 5
LOOKS_BACK = 40
_JUMPS = (timedelta(), timedelta(), timedelta(), timedelta(hours=-1), timedelta(hours=1))
_IMPATIENT, _STRICT, _OF = 3, 5, 32


class Worker:
    """One process of the trial; ``generation`` counts who was killed in its place."""

    def __init__(
        self, jobs: list[PlannedJob], memory: Memory, *, seed: int, place: int, generation: int
    ) -> None:
        self.jobs, self.memory, self.place = jobs, memory, place
        self.chance = Random(f"{seed}:worker:{place}:{generation}")  # noqa: S311 -- as in the plan

    def work(self, workers: int) -> None:
        """Ask for its share of the jobs, and deliver what is there meanwhile; then all the rest."""
        _be_different(self.place)
        for number in range(self.place, len(self.jobs), workers):
            if not self.memory.is_answered(number):
                self.ask(self.jobs[number])
            earliest = max(0, number - LOOKS_BACK * workers)
            self.deliver_one_of(range(earliest, min(number + workers, len(self.jobs))))
            if self.chance.random() < SWEEPS:
                self.sweep()
        for job in self.chance.sample(self.jobs, len(self.jobs)):
            if self._is_to_land(job.number):
                self.deliver(job)

    def ask(self, job: PlannedJob) -> None:
        """Ask that a job be admitted; note the answer."""
        now = self.now()
        for _ in self._once_or_twice():
            try:
                self._run(
                    place_hold,
                    line_code=LINE,
                    key=job.key,
                    time=card_time(job.asked_s),
                    subsidy=money(job.asked_s),
                    expires_at=now + job.expires_after,
                    now=now,
                )
            except BookExhausted:
                self.memory.tell(Told.REFUSED, job.number)
                return
        self.memory.tell(Told.ADMITTED, job.number)

    def deliver_one_of(self, numbers: range) -> None:
        """Deliver the usage of some job: most often one that waits for it, in no order."""
        for number in self.chance.choices(numbers, k=4):
            is_repeated = self.memory.knows(Told.LANDED, number) and self.chance.random() < REPEATS
            is_early = not self.memory.is_answered(number) and self.chance.random() < REPEATS
            waits = self._is_to_land(number) and not self.jobs[number].is_late
            if waits or is_repeated or is_early:
                self.deliver(self.jobs[number])
                return

    def deliver(self, job: PlannedJob) -> None:
        """Tell the book what a job has used, whether or not its hold is there still."""
        for _ in self._once_or_twice():
            try:
                self._end(job) if job.used_s else self._never_began(job)
            except HoldUnknown:
                return  # it came before its job was admitted: somebody delivers it again
            except HoldEnded:
                if job.used_s:
                    self._charge_late(job)
        if self.memory.knows(Told.ADMITTED, job.number):
            self.memory.tell(Told.LANDED, job.number)

    def sweep(self) -> None:
        """End some of what has expired, as far as this clock knows, while others settle it."""
        for hold in list(expired_holds(self.now())[:SWEPT_AT_ONCE]):
            try:
                self._run(release_hold, hold_key=hold.key, key=f"expired:{hold.key}", reason="late")
                self.memory.count(Counted.SWEPT, self.place)
            except HoldEnded:
                continue

    def now(self) -> datetime:
        """An instant of a clock that goes on with the trial, and jumps to and fro."""
        asked = self.memory.how_many(Told.ADMITTED) + self.memory.how_many(Told.REFUSED)
        return BEGINS_AT + timedelta(days=1, seconds=asked) + self.chance.choice(_JUMPS)

    def _end(self, job: PlannedJob) -> None:
        self._run(settle_hold, hold_key=job.key, key=f"settle:{job.number}", **_used(job))

    def _charge_late(self, job: PlannedJob) -> None:
        self._run(charge_line, line_code=LINE, key=f"late:{job.number}", **_used(job))
        self.memory.count(Counted.LATE, self.place)

    def _never_began(self, job: PlannedJob) -> None:
        key = f"release:{job.number}"
        self._run(release_hold, hold_key=job.key, key=key, reason="never began")

    def _run(self, command: Callable[..., Answer], **asked: Any) -> Answer:  # noqa: ANN401 -- of any command
        """Run a command of the book, again each time that the database turned it away for good."""
        asked.setdefault("now", self.now())
        while True:
            self.memory.count(Counted.COMMANDS, self.place)
            try:
                return retrying(lambda: command(programme_code=PROGRAMME, **asked))
            except OperationalError as error:
                if not was_turned_away(error):
                    raise
                self.memory.count(Counted.TURNED_AWAY, self.place)

    def _once_or_twice(self) -> range:
        if self.chance.random() < REPEATS:
            self.memory.count(Counted.REPEATED, self.place)
            return range(2)
        return range(1)

    def _is_to_land(self, number: int) -> bool:
        knows = self.memory.knows
        return knows(Told.ADMITTED, number) and not knows(Told.LANDED, number)


def _used(job: PlannedJob) -> dict[str, Any]:
    return {
        "time": card_time(job.used_s),
        "subsidy": money(job.used_s),
        "own": money(job.used_s // 3),
    }


def _be_different(place: int) -> None:
    """Some workers wait for no lock, some run at the strictest level: both are turned away."""
    options: dict[str, Any] = dict(connection.settings_dict["OPTIONS"])
    if connection.vendor == "sqlite":
        if place % _OF == _IMPATIENT:
            options["timeout"] = 0.2
    elif place % _OF == _IMPATIENT:
        options["options"] = f"{options.get('options', '')} -c lock_timeout=200ms"
    elif place % _OF == _STRICT:
        level = "default_transaction_isolation=serializable"
        options["options"] = f"{options.get('options', '')} -c {level}"
    connection.settings_dict["OPTIONS"] = options
