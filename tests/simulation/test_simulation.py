"""Three years of a programme with faults; a failing seed says how to play it again."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.nightly import size
from tests.simulation.asking import (
    KINDS,
    Asked,
    Batch,
    Charge,
    Commit,
    Hold,
    Return,
    Settle,
    was_done,
)
from tests.simulation.auditor import Auditor
from tests.simulation.paper import PaperBook
from tests.simulation.simulation import DisagreementError, Fault, Simulation
from tests.simulation.workload import BEGINS_AT, ENDS_AT, Workload

from praya.core.ledger import EntryKind

ROOT = Path(__file__).resolve().parents[2]
SEEDS = (8, 10, 12)


@pytest.mark.once
@pytest.mark.parametrize("seed", SEEDS)
def test_three_years_on_paper_leave_the_auditor_content(seed):
    simulation = Simulation(seed, size(always=5_000, nightly=1_000_000), PaperBook())

    simulation.run()

    assert set(simulation.faults) == set(Fault)
    assert set(simulation.asked) == {asked.__name__ for asked in KINDS}
    assert set(simulation.answers) >= REFUSALS


@pytest.mark.once
def test_the_auditor_knows_every_kind_of_entry():
    known = {kind for kind in KINDS.values() if kind}

    assert known == {kind.value for kind in EntryKind}
    assert [one for one in KINDS if one is not Batch and not _has_duty(one)] == []


def _has_duty(asked: type[Asked]) -> bool:
    return hasattr(Auditor, f"_{asked.__name__.lower()}")


REFUSALS = {
    "book.account_short",
    "book.already_reversed",
    "book.amount_not_positive",
    "book.amount_too_large",
    "book.debt_exhausted",
    "book.exhausted",
    "book.hold_ended",
    "book.hold_expired",
    "book.hold_unknown",
    "book.invoice_overpaid",
    "book.key_reused",
    "book.line_closed",
    "book.not_adjustable",
    "book.not_reversible",
    "book.period_closed",
    "book.pool_exhausted",
    "book.same_line",
    "book.unknown_account",
    "book.unknown_entry",
    "book.unknown_line",
    "book.wrong_commodity",
}


@pytest.mark.slow
def test_three_years_in_the_database_leave_the_auditor_content():
    operations = size(always=600, nightly=100_000)
    command = [sys.executable, "-m", "tests.simulation", "--store", "database", "--seed", "1"]

    done = subprocess.run(
        [*command, "--operations", str(operations)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing wrong" in done.stdout
    turned_away = re.search(r"([\d,]+) turned away by the database", done.stdout)
    assert turned_away is not None
    assert int(turned_away[1].replace(",", "")) > 0


def test_the_same_seed_asks_the_same():
    def story(seed: int) -> list[Asked]:
        auditor = Auditor()
        workload = Workload(seed, 300, auditor)
        asked = []
        for _ in range(300):
            asked.append(workload.next())
            refused, change = auditor.expect(asked[-1])
            if was_done(refused):
                auditor.take(asked[-1], change)
            workload.answered(asked[-1], refused)
        return asked

    told = story(5)

    assert told == story(5)
    assert told != story(6)
    assert told[0].at < told[-1].at
    assert max(one.at for one in told) > BEGINS_AT + (ENDS_AT - BEGINS_AT) * 0.95


class Careless(PaperBook):
    """A book with one fault, which the auditor must see."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault

    def do(self, asked: Asked) -> dict[str, str]:
        if self.fault == "forgets keys" and isinstance(asked, Charge):
            self._asked.pop(asked.key, None)
            self.book._keys.discard(asked.key)
        if self.fault == "opens closed lines" and isinstance(asked, Commit):
            self._lines[asked.line] = False
        return super().do(asked)

    def balance(self, account: str, commodity: str) -> int:
        if self.fault == "sees too much" and account.endswith("/free"):
            return super().balance(account, commodity) + 1_000_000
        return super().balance(account, commodity)

    def _note(self, asked: Asked) -> None:
        super()._note(asked)
        if self.fault == "forgets holds" and isinstance(asked, Hold) and len(self._holds) > 20:
            del self._holds[asked.key]
        if self.fault == "loses an account" and isinstance(asked, Settle):
            self.book._balances.pop(("centre/revenue", "HKD"), None)
        if self.fault == "never closes" and isinstance(asked, Return):
            self._lines[asked.line] = False


@pytest.mark.once
@pytest.mark.parametrize(
    "fault",
    [
        "forgets keys",
        "opens closed lines",
        "sees too much",
        "forgets holds",
        "loses an account",
        "never closes",
    ],
)
def test_the_auditor_sees_a_fault_and_prints_the_line_that_replays_it(fault):
    simulation = Simulation(1, 5_000, Careless(fault), look_every=500)

    with pytest.raises(DisagreementError) as told:
        simulation.run()

    replay = "replay: python -m tests.simulation --seed 1 --operations 5000 --store paper"
    assert str(told.value).endswith(replay)
