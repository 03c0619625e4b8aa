"""Random commands against a book and against the auditor's dictionaries, step by step.

Hypothesis shrinks what it finds to the shortest story. The same machine runs on paper
(``tests/core/ledger``) and on the database (``tests/apps/books``).
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.simulation.asking import (
    COMMODITIES,
    Asked,
    Charge,
    Commit,
    Fund,
    Hold,
    Reduce,
    Release,
    Return,
    Reverse,
    Settle,
    Store,
)
from tests.simulation.auditor import MOST, Auditor
from tests.simulation.workload import BEGINS_AT

from praya.core.ledger import FourNumbers
from praya.core.refusal import Refusal

LINES = ("H-0001.1", "H-0001.2", "H-0002.1")
HOUR = timedelta(hours=1)

amounts = st.one_of(
    st.tuples(st.integers(0, 60), st.integers(0, 600)),
    st.sampled_from([(-1, 0), (0, -1), (MOST + 1, 0), (0, MOST + 1)]),
)
lines = st.sampled_from(LINES)
owns = st.integers(-1, 300)


class BookMachine(RuleBasedStateMachine):
    """Every rule asks one command of the book; the auditor said before what must come of it."""

    def make_store(self) -> Store:
        """The book under test."""
        raise AssertionError("a machine says which book it drives")

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.store = self.make_store()
        self.steps = 0
        self.jobs: list[str] = []

    @rule(cents=st.integers(-1, 3000))
    def fund(self, cents):
        self.ask(Fund(**self.new("vote"), cents=cents))

    @rule(line=lines, amount=amounts)
    def commit(self, line, amount):
        self.ask(Commit(**self.new("award"), line=line, amount=amount))

    @rule(line=lines, amount=amounts, lasts=st.sampled_from([HOUR, HOUR, HOUR, timedelta()]))
    def hold(self, line, amount, lasts):
        new = self.new("job")
        if self.ask(Hold(**new, line=line, amount=amount, expires_at=new["at"] + lasts)) is None:
            self.jobs.append(new["key"])

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), amount=amounts, own=owns)
    def settle(self, data, amount, own):
        self.ask(Settle(**self.new("settle"), hold=self.a_job(data), amount=amount, own=own))

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def release(self, data):
        self.ask(Release(**self.new("release"), hold=self.a_job(data)))

    @rule(line=lines, amount=amounts, own=owns)
    def charge(self, line, amount, own):
        self.ask(Charge(**self.new("lease"), line=line, amount=amount, own=own))

    @rule(line=lines, amount=amounts)
    def reduce(self, line, amount):
        self.ask(Reduce(**self.new("cut"), line=line, amount=amount))

    @rule(line=lines)
    def give_back(self, line):
        self.ask(Return(**self.new("end"), line=line))

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def reverse(self, data):
        self.ask(Reverse(**self.new("reverse"), of=self.a_key(data)))

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def repeat(self, data):
        """The same command again: it is answered, and nothing is posted."""
        before = self.store.entries()
        assert self.ask(self.auditor.done[self.a_key(data)][0]) is None
        assert self.store.entries() == before

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def reuse(self, data):
        """Another command under a key that was used: refused as such."""
        key = self.a_key(data)
        if not isinstance(self.auditor.done[key][0], Fund):  # it has no key of its own
            assert self.ask(Release(key, BEGINS_AT, "never")) == "book.key_reused"

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), amount=amounts)
    def die(self, data, amount):
        """Killed in the middle: nothing of it remains."""
        self.store.die_during(
            Settle(**self.new("settle"), hold=self.a_job(data), amount=amount, own=1)
        )

    @invariant()
    def everything_adds_up(self):
        """Balances, holds, the twin made of the entries, and zero in each commodity."""
        self.auditor.agrees_wholly(self.store)

    @invariant()
    def the_four_numbers_add_up(self):
        for line in LINES:
            for commodity in COMMODITIES:
                settled, in_flight, free = (
                    self.store.balance(f"award/{line}/{part}", commodity)
                    for part in ("used", "in-flight", "free")
                )
                four = FourNumbers.of(commodity, settled=settled, in_flight=in_flight, free=free)
                assert min(four.settled, four.in_flight, four.free) >= 0
                assert four.committed == self.granted(line, commodity)

    def granted(self, line: str, commodity: str) -> int:
        """What was given and not taken back, by the auditor's books."""
        index = COMMODITIES.index(commodity)
        parts = ("used", "in-flight", "free")
        return sum(self.auditor.stands[part, line, index] for part in parts)

    def ask(self, asked: Asked) -> str | None:
        """Ask it of the book; its answer and its change must be the auditor's."""
        expected, change = self.auditor.expect(asked)
        answer = None
        try:
            self.store.do(asked)
        except Refusal as refusal:
            answer = refusal.code
        assert answer == expected, (asked, answer, expected)
        if answer is None:
            self.auditor.take(asked, change)
        self.auditor.agrees(self.store, change)
        return answer

    def new(self, word: str) -> dict:
        """A key of its own, and an instant."""
        self.steps += 1
        return {"key": f"{word}:{self.steps}", "at": BEGINS_AT + self.steps * HOUR}

    def a_job(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.jobs))

    def a_key(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.auditor.done)))
