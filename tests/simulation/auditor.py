"""The auditor: keeps its own books of a few dictionaries, and knows what every command must do.

It shares no line with ``core.ledger``. ``stands`` holds what is in each place: ``free``,
``in-flight``, ``used`` and ``overrun`` of a line, the ``pool``, what the holders of an award owe,
and so on; ``outside`` stands what the rest does not explain. Before a command is run the auditor
says the refusal, or what will change; what each command must do stands in ``duties``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.simulation.asking import (
    BILLING,
    PERIOD_LAST,
    Asked,
    Batch,
    Charge,
    Close,
    Commit,
    Exchange,
    Hold,
    Release,
    Return,
    Reverse,
    Settle,
    Store,
    Uncharge,
    amounts_of,
    content_of,
    opening_after,
    told,
)
from tests.simulation.duties import Duties
from tests.simulation.places import (
    MONEY,
    ON_A_LINE,
    TIME,
    Change,
    Place,
    RefusedError,
    account_of,
    on_line,
)

MOST = 10**15


@dataclass
class Auditor(Duties):
    entries: int = 0

    def expect(self, asked: Asked) -> tuple[str | None, Change]:
        """The code of the refusal that must come, or what changes: nothing, if it is repeated."""
        try:
            if isinstance(asked, Batch):
                return self._batch(asked)
            return None, self._single(asked)
        except RefusedError as refused:
            return str(refused), Counter()

    def take(self, asked: Asked, change: Change) -> None:
        """Write down what was done."""
        if isinstance(asked, Batch):
            self._take_batch(asked)
        elif isinstance(asked, Close):
            until = opening_after(asked)
            self.open_from = max(until, self.open_from or until)
        elif asked.key not in self.done:
            self.entries += 1
            self._take(asked, change)

    def accounts(self) -> dict[tuple[str, str], int]:
        """What must stand on every account of the book that is not empty."""
        accounts: Counter[tuple[str, str]] = Counter()
        for place, amount in self.stands.items():
            account, commodity = account_of(place)
            accounts[account, commodity] += amount
            accounts["outside", commodity] -= amount
        return {key: amount for key, amount in accounts.items() if amount}

    def agrees(self, store: Store, change: Change) -> None:
        """Assert that the places of a change stand as they do here, and the numbers add up."""
        for place in change:
            stood = store.balance(*account_of(place))
            assert stood == self.stands[place], (place, stood, self.stands[place])
        for line in {whose for what, whose, _ in change if what in ON_A_LINE}:
            for index in (TIME, MONEY):
                assert min(self.stands[what, line, index] for what in ON_A_LINE) >= 0, line
                both = self.stands["free", line, index], self.stands["overrun", line, index]
                assert 0 in both, f"{line}: what is free has not paid the overrun"
        assert store.entries() == self.entries

    def agrees_wholly(self, store: Store) -> None:
        """Assert that every account and every open hold is as it is here."""
        store.check()
        assert store.entries() == self.entries
        differing = store.balances().items() ^ self.accounts().items()
        assert not differing, sorted(differing)
        assert store.open_holds() == set(self.held), store.open_holds() ^ set(self.held)
        in_flight: Counter[Place] = Counter()
        for line, amount in self.held.values():
            in_flight.update(on_line("in-flight", line, amount))
        flights = {place: n for place, n in self.stands.items() if place[0] == "in-flight" and n}
        assert flights == {place: n for place, n in in_flight.items() if n}

    def _single(self, asked: Asked) -> Change:
        if not isinstance(asked, BILLING):
            _check_amounts(asked)
        if asked.key in self.done:
            if content_of(self.done[asked.key][0]) != content_of(asked):
                raise RefusedError("book.key_reused")
            return Counter()
        if not isinstance(asked, (*PERIOD_LAST, Close)):
            self._check_period(asked)
        if isinstance(asked, BILLING):
            _check_amounts(asked)
        change: Change = getattr(self, f"_{type(asked).__name__.lower()}")(asked)
        self._pay_overruns(change)
        if isinstance(asked, PERIOD_LAST):
            self._check_period(asked)
        return change

    def _batch(self, asked: Batch) -> tuple[str | None, Change]:
        """As its uses would have come to one by one, so they are taken, and then forgotten."""
        self._check_period(asked)
        found: dict[str, str] = {}
        taken: list[tuple[Settle | Charge, Change]] = []
        for use in asked.uses:
            code, change = self.expect(use)
            if code is not None:
                found[use.key] = code
            elif use.key not in self.done:
                taken.append((use, change))
                self._take(use, change)
        whole: Change = Counter()
        for use, change in taken:
            whole.update(change)
            self._forget(use, change)
        return told(found), whole

    def _take_batch(self, asked: Batch) -> None:
        """Take its uses, and one entry for each line."""
        by_line: dict[str, Change] = {}
        for use in asked.uses:
            code, change = self.expect(use)
            if code is None and use.key not in self.done:
                line = self.held[use.hold][0] if isinstance(use, Settle) else use.line
                by_line.setdefault(line, Counter()).update(change)
                self._take(use, change)
                self.batch_of[use.key] = f"{asked.key}/{line}"
        for line, change in by_line.items():
            self.done[f"{asked.key}/{line}"] = asked, change
        self.entries += len(by_line)

    def _take(self, asked: Asked, change: Change) -> None:
        self.stands.update(change)
        self.stood.update(place for place, n in change.items() if n)
        self.done[asked.key] = asked, change
        match asked:
            case Commit():
                self.lines.add(asked.line)
            case Exchange():
                self.lines.add(asked.target)
            case Hold():
                self.held[asked.key] = asked.line, asked.amount
            case Settle() | Release():
                del self.held[asked.hold]
                self.ended.add(asked.hold)
            case Return():
                self.closed.add(asked.line)
            case Uncharge():
                self.undone.add(asked.undoes)
            case Reverse():
                self.reversed.add(asked.of)
                of = self.done[asked.of][0]
                if isinstance(of, Return):
                    self.closed.discard(of.line)

    def _forget(self, use: Settle | Charge, change: Change) -> None:
        self.stands.subtract(change)
        del self.done[use.key]
        if isinstance(use, Settle):
            self.ended.discard(use.hold)
            line = next(whose for what, whose, _ in change if what == "in-flight")
            held = (-change["in-flight", line, TIME], -change["in-flight", line, MONEY])
            self.held[use.hold] = line, held

    def _check_period(self, asked: Asked) -> None:
        if self.open_from is not None and asked.at < self.open_from:
            raise RefusedError("book.period_closed")


def _check_amounts(asked: Asked) -> None:
    for amounts in amounts_of(asked):
        if min(amounts) < 0 or not (any(amounts) or isinstance(asked, Settle)):
            raise RefusedError("book.amount_not_positive")
        if max(amounts) > MOST:
            raise RefusedError("book.amount_too_large")
