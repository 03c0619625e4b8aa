"""Random commands against a book and against the auditor's dictionaries, step by step.

Hypothesis shrinks what it finds to the shortest story. The same machine runs on paper
(``tests/core/ledger``) and on the database (``tests/apps/books``).
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.simulation.asking import (
    WITHOUT_KEY,
    Adjust,
    Asked,
    Batch,
    Charge,
    Claim,
    Close,
    Commit,
    Credit,
    Exchange,
    FreeUse,
    Fund,
    Hold,
    Invoice,
    Lapse,
    Pay,
    Recover,
    Reduce,
    Reimburse,
    Release,
    Repay,
    Return,
    Reverse,
    SetOff,
    Settle,
    Store,
    Transfer,
    Unpay,
    WriteOff,
    commodities_of,
    told,
    was_done,
)
from tests.simulation.auditor import MOST, Auditor
from tests.simulation.places import ON_A_LINE, award_of
from tests.simulation.workload import BEGINS_AT

from praya.core.ledger import FourNumbers
from praya.core.refusal import Refusal

LINES = ("H-0001.1", "H-0001.2", "H-0002.1", "H-0001.50")
HOUR = timedelta(hours=1)

amounts = st.one_of(
    st.tuples(st.integers(0, 60), st.integers(0, 600)),
    st.sampled_from([(-1, 0), (0, -1), (MOST + 1, 0), (0, MOST + 1)]),
)
lines = st.sampled_from(LINES)
owns = st.integers(-1, 300)
awards = st.sampled_from(sorted({award_of(line) for line in LINES}))
numbers = st.sampled_from(("1", "2"))
places = st.tuples(st.sampled_from(ON_A_LINE), lines)


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

    @rule(line=lines, amount=amounts, award=awards)
    def set_off(self, line, amount, award):
        self.ask(SetOff(**self.new("set-off"), line=line, amount=amount, award=award))

    @rule(cents=st.integers(-1, 3000))
    def lapse(self, cents):
        self.ask(Lapse(**self.new("lapse"), cents=cents))

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

    @rule(line=lines, seconds=owns)
    def free_use(self, line, seconds):
        self.ask(FreeUse(**self.new("free-use"), line=line, seconds=seconds))

    @rule(line=lines, amount=amounts)
    def reduce(self, line, amount):
        self.ask(Reduce(**self.new("cut"), line=line, amount=amount))

    @rule(line=lines)
    def give_back(self, line):
        self.ask(Return(**self.new("end"), line=line))

    @rule(data=st.data(), line=lines, amount=amounts, own=owns)
    def batch(self, data, line, amount, own):
        """Use of a line, the end of a hold, and one of the two once more."""
        at = self.new("batch")["at"]
        uses: list[Settle | Charge] = [Charge(f"use:{self.steps}", at, line, amount, own)]
        if self.jobs:
            uses.append(Settle(f"end:{self.steps}", at, self.a_job(data), amount, own))
        uses.append(data.draw(st.sampled_from(uses)))
        self.ask(Batch(f"batch:{self.steps}", at, tuple(uses)))

    @rule(line=lines, other=lines, amount=amounts)
    def transfer(self, line, other, amount):
        self.ask(Transfer(**self.new("transfer"), line=line, target=other, amount=amount))

    @rule(line=lines, other=lines, amount=amounts, taken=st.integers(0, 90))
    def exchange(self, line, other, amount, taken):
        new = self.new("exchange")
        self.ask(Exchange(**new, line=line, target=other, amount=amount, taken=taken))

    @rule(source=places, other=places, is_money=st.booleans(), number=st.integers(-1, 40))
    def adjust(self, source, other, is_money, number):
        new = self.new("adjust")
        self.ask(Adjust(**new, source=source, target=other, is_money=is_money, number=number))

    @rule(award=awards, cents=owns, kind=st.sampled_from((Recover, Repay, WriteOff)))
    def debt(self, award, cents, kind):
        self.ask(kind(**self.new("debt"), award=award, cents=cents))

    @rule(number=numbers, award=awards, cents=owns, kind=st.sampled_from((Invoice, Reimburse)))
    def bill(self, number, award, cents, kind):
        """The numbers are few, so that one is used for something else, too."""
        self.steps += 1
        key = f"{kind.__name__.lower()}:{number}"
        self.ask(kind(key, BEGINS_AT + self.steps * HOUR, award, cents))

    @rule(number=numbers, cents=owns, kind=st.sampled_from((Pay, Unpay, Credit)))
    def pay(self, number, cents, kind):
        self.ask(kind(**self.new("credit"), invoice=number, cents=cents))

    @precondition(lambda self: self.auditor.lines)
    @rule(data=st.data(), number=numbers, cents=owns)
    def credit_ahead(self, data, number, cents):
        line = data.draw(st.sampled_from(sorted(self.auditor.lines)))
        asked = {"invoice": number, "cents": cents, "ahead_of": award_of(line)}
        self.ask(Credit(**self.new("credit"), **asked))

    @precondition(lambda self: self.auditor.lines)
    @rule(data=st.data(), cents=owns)
    def claim(self, data, cents):
        line = data.draw(st.sampled_from(sorted(self.auditor.lines)))
        self.ask(Claim(**self.new("claim"), award=award_of(line), cents=cents))

    @rule(days=st.sampled_from((2, 1, 1, 1, 1, 0)))
    def close(self, days):
        """To yesterday, as a rule; to today, and the next commands come too early."""
        new = self.new("close")
        self.ask(Close(**new, until=new["at"].date() - timedelta(days=days)))

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def reverse(self, data):
        self.ask(Reverse(**self.new("reverse"), of=self.a_key(data)))

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def repeat(self, data):
        """The same command again: it is answered, and nothing is posted.

        A batch is answered use by use, and only while its period is open.
        """
        before = self.store.entries()
        asked = self.auditor.done[self.a_key(data)][0]
        assert self.ask(asked) is None or isinstance(asked, Batch)
        assert self.store.entries() == before

    @precondition(lambda self: self.auditor.done)
    @rule(data=st.data())
    def reuse(self, data):
        """Another command under a key that was used: refused as such."""
        key = self.a_key(data)
        if not isinstance(self.auditor.done[key][0], WITHOUT_KEY):
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
            for index, commodity in enumerate(commodities_of(line)):
                settled, in_flight, free = (
                    self.store.balance(f"award/{line}/{part}", commodity)
                    for part in ("used", "in-flight", "free")
                )
                four = FourNumbers.of(commodity, settled=settled, in_flight=in_flight, free=free)
                assert min(four.settled, four.in_flight, four.free) >= 0
                assert four.committed == self.granted(line, index)

    def granted(self, line: str, index: int) -> int:
        """What was given and not taken back, by the auditor's books."""
        parts = ("used", "in-flight", "free")
        return sum(self.auditor.stands[part, line, index] for part in parts)

    def ask(self, asked: Asked) -> str | None:
        """Ask it of the book; its answer and its change must be the auditor's."""
        expected, change = self.auditor.expect(asked)
        try:
            answer = told(self.store.do(asked))
        except Refusal as refusal:
            answer = refusal.code
        assert answer == expected, (asked, answer, expected)
        if was_done(answer):
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
