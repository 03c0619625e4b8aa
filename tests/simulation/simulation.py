"""A run: the workload asks, faults happen, the auditor looks on; it ends when all has landed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from tests.simulation.asking import Asked, Store, told, was_done
from tests.simulation.auditor import Auditor
from tests.simulation.workload import Workload

from praya.core.refusal import Refusal


class Fault(StrEnum):
    """What happens to a command on its way."""

    NONE = "none"
    TWICE = "delivered twice"
    KILLED = "killed before the end"
    LOST = "killed before the answer"
    TURNED_AWAY = "turned away by the database"


_LIKELY = {
    Fault.NONE: 80,
    Fault.TWICE: 6,
    Fault.KILLED: 5,
    Fault.LOST: 5,
    Fault.TURNED_AWAY: 4,
}


class DisagreementError(AssertionError):
    """The book and the auditor disagree; it says how to see it again."""


@dataclass
class Simulation:
    """One seeded run against one store."""

    seed: int
    operations: int
    store: Store
    kind: str = "paper"
    look_every: int = 10_000
    auditor: Auditor = field(default_factory=Auditor)
    faults: Counter[Fault] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def replay(self) -> str:
        """The line that plays this run again."""
        return (
            f"python -m tests.simulation --seed {self.seed} --operations {self.operations}"
            f" --store {self.kind}"
        )

    def run(self) -> None:
        """Ask everything, then land what is in the air, then audit the whole."""
        self.chance = Random(f"{self.seed}:faults")
        workload = Workload(self.seed, self.operations, self.auditor)
        last: Asked | None = None
        try:
            for number in range(self.operations):
                last = workload.next()
                workload.answered(last, self._ask(last))
                if number % self.look_every == 0:
                    self.auditor.agrees_wholly(self.store)
            while (last := workload.rest()) is not None:
                workload.answered(last, self._ask(last))
            self.auditor.agrees_wholly(self.store)
            assert not self.auditor.held, "a hold has no end"
        except AssertionError as wrong:
            told = f"operation {workload.asked}, {last}: {wrong}\nreplay: {self.replay}"
            raise DisagreementError(told) from wrong

    def _ask(self, asked: Asked) -> str | None:
        """Ask it under some fault; the answer must be the auditor's, and so must the book."""
        expected, change = self.auditor.expect(asked)
        [fault] = self.chance.choices(list(_LIKELY), list(_LIKELY.values()))
        self.faults[fault] += 1
        self.asked[type(asked).__name__] += 1
        match fault:
            case Fault.KILLED:
                self.store.die_during(asked)
            case Fault.TURNED_AWAY:
                self.store.turn_away(self.chance.randint(1, 8))
        answer = self._answer(asked)
        if fault in (Fault.TWICE, Fault.LOST):
            again = self._answer(asked)
            assert again == answer, f"{answer} and then {again}"
        assert answer == expected, f"{answer} where {expected} must come"
        self.answers.update(_codes(answer))
        if was_done(answer):
            self.auditor.take(asked, change)
        self.auditor.agrees(self.store, change)
        return answer

    def _answer(self, asked: Asked) -> str | None:
        try:
            return told(self.store.do(asked))
        except Refusal as refusal:
            return refusal.code


def _codes(answer: str | None) -> list[str]:
    """The refusals in an answer; that of a batch has one for each use that was refused."""
    return [one.rpartition("=")[2] for one in (answer or "done").split()]
