"""Random commands against the stored book and against a model that is a few dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.apps.books.telling import PROGRAMME, Teller, somebody

from praya.apps.books import queries
from praya.core.actor import Role
from praya.core.refusal import Refusal

LINES = ("H-0001.1", "H-0001.2", "H-0002.1")
POOL_CENTS = 3000
seconds = st.integers(0, 60)
cents = st.integers(0, 600)


def money(minor: int) -> str:
    return f"{minor / 100:.2f}"


@dataclass
class Pair:
    """Seconds and cents: the model's only number."""

    time: int = 0
    money: int = 0

    def add(self, time: int, money: int) -> None:
        self.time += time
        self.money += money

    def covers(self, time: int, money: int) -> bool:
        return time <= self.time and money <= self.money


@dataclass
class ModelLine:
    free: Pair = field(default_factory=Pair)
    held: dict[str, Pair] = field(default_factory=dict)
    used: Pair = field(default_factory=Pair)
    overrun: Pair = field(default_factory=Pair)

    def pay(self, from_hold: Pair, time: int, money: int) -> None:
        """Use is paid by the hold, then by what is free; what is left over is overrun."""
        purse = Pair(from_hold.time + self.free.time, from_hold.money + self.free.money)
        paid_time, paid_money = min(time, purse.time), min(money, purse.money)
        self.free = Pair(purse.time - paid_time, purse.money - paid_money)
        self.used.add(paid_time, paid_money)
        self.overrun.add(time - paid_time, money - paid_money)


class BookMachine(RuleBasedStateMachine):
    """Every rule runs one command and does the same to the model, or expects its refusal."""

    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.teller = Teller(somebody("officer", Role.OFFICER), somebody("finance", Role.FINANCE))
        self.teller.tell(f"fund research {money(POOL_CENTS)}")
        self.pool = POOL_CENTS
        self.lines: dict[str, ModelLine] = {}
        self.closed: set[str] = set()
        self.own = 0
        self.commands = 0
        self.said: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def say(self, line: str, *, refused: str | None = None) -> None:
        """Run a line under a key of its own; the model says whether it is refused."""
        self.commands += 1
        told = line if line.startswith("hold") else f"{line} key=k{self.commands}"
        code = None
        try:
            self.teller.tell(told)
        except Refusal as refusal:
            code = refusal.code
        assert code == refused, (told, code, refused)
        if refused is None:
            self.said.append(told)

    @rule(line=st.sampled_from(LINES), time=seconds, subsidy=cents)
    def commit(self, line, time, subsidy):
        refused = None
        if not (time or subsidy):
            refused = "book.amount_not_positive"
        elif line in self.closed:
            refused = "book.line_closed"
        elif subsidy > self.pool:
            refused = "book.pool_exhausted"
        self.say(f"commit {line} {time} {money(subsidy)}", refused=refused)
        if refused is None:
            self.pool -= subsidy
            self.lines.setdefault(line, ModelLine()).free.add(time, subsidy)

    @rule(line=st.sampled_from(LINES), time=seconds, subsidy=cents)
    def hold(self, line, time, subsidy):
        key = f"job-{self.commands}"
        refused = self._refused(line, time, subsidy)
        self.say(f"hold {line} {key} {time} {money(subsidy)}", refused=refused)
        if refused is None:
            self.lines[line].free.add(-time, -subsidy)
            self.lines[line].held[key] = Pair(time, subsidy)

    @precondition(lambda self: any(line.held for line in self.lines.values()))
    @rule(data=st.data(), time=seconds, subsidy=cents, own=cents)
    def settle(self, data, time, subsidy, own):
        line, key = self._any_hold(data)
        self.say(f"settle {key} {time} {money(subsidy)} own {money(own)}")
        self.lines[line].pay(self.lines[line].held.pop(key), time, subsidy)
        self.own += own
        self._return_if_closed(line)

    @precondition(lambda self: any(line.held for line in self.lines.values()))
    @rule(data=st.data())
    def release(self, data):
        line, key = self._any_hold(data)
        self.say(f"release {key}")
        held = self.lines[line].held.pop(key)
        self.lines[line].free.add(held.time, held.money)
        self._return_if_closed(line)

    @rule(line=st.sampled_from(LINES), time=seconds, subsidy=cents, own=cents)
    def charge(self, line, time, subsidy, own):
        refused = None
        if not (time or subsidy or own):
            refused = "book.amount_not_positive"
        elif line not in self.lines:
            refused = "book.unknown_line"
        self.say(f"charge {line} {time} {money(subsidy)} own {money(own)}", refused=refused)
        if refused is None:
            self.lines[line].pay(Pair(), time, subsidy)
            self.own += own

    @rule(line=st.sampled_from(LINES), time=seconds, subsidy=cents)
    def reduce(self, line, time, subsidy):
        refused = self._refused(line, time, subsidy)
        self.say(f"reduce {line} {time} {money(subsidy)}", refused=refused)
        if refused is None:
            self.lines[line].free.add(-time, -subsidy)
            self.pool += subsidy

    @rule(line=st.sampled_from(LINES))
    def give_back(self, line):
        refused = None
        if line not in self.lines:
            refused = "book.unknown_line"
        elif line in self.closed:
            refused = "book.line_closed"
        self.say(f"return {line}", refused=refused)
        if refused is None:
            self.closed.add(line)
            self._return_if_closed(line)

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def repeat(self, data):
        before = queries.head_of(PROGRAMME)
        self.teller.tell(data.draw(st.sampled_from(self.said)))
        assert queries.head_of(PROGRAMME) == before

    @invariant()
    def the_four_numbers_are_the_models(self):
        numbers = queries.line_numbers(LINES)
        for code, line in self.lines.items():
            held = Pair()
            for pair in line.held.values():
                held.add(pair.time, pair.money)
            for four in numbers[code]:
                name = "money" if four.commodity == "HKD" else "time"
                settled, in_flight, free = (
                    getattr(pair, name) for pair in (line.used, held, line.free)
                )
                assert (four.settled, four.in_flight, four.free) == (settled, in_flight, free)

    @invariant()
    def everything_adds_up(self):
        assert queries.trial_balance(PROGRAMME).is_zero
        accounts = self.teller.accounts()
        assert accounts.get("pool/research HKD", 0) == self.pool
        assert -accounts.get("centre/revenue HKD", 0) == self.own
        for code, line in self.lines.items():
            assert accounts.get(f"award/{code}/overrun h800·s", 0) == line.overrun.time
            assert accounts.get(f"award/{code}/overrun HKD", 0) == line.overrun.money

    @invariant()
    def the_book_verifies(self):
        if self.commands % 10 == 0:
            assert queries.verify_book(PROGRAMME) == (True, [])

    def _refused(self, line: str, time: int, subsidy: int) -> str | None:
        if not (time or subsidy):
            return "book.amount_not_positive"
        if line not in self.lines:
            return "book.unknown_line"
        if line in self.closed:
            return "book.line_closed"
        return None if self.lines[line].free.covers(time, subsidy) else "book.exhausted"

    def _any_hold(self, data: st.DataObject) -> tuple[str, str]:
        held = [(code, key) for code, line in self.lines.items() for key in line.held]
        return data.draw(st.sampled_from(held))

    def _return_if_closed(self, line: str) -> None:
        if line in self.closed:
            self.pool += self.lines[line].free.money
            self.lines[line].free = Pair()


@pytest.mark.django_db
def test_the_stored_book_is_a_few_dictionaries():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        BookMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
