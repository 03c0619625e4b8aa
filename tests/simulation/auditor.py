"""The auditor: keeps its own books of a few dictionaries, and knows what every command must do.

It shares no line with ``core.ledger``. ``stands`` holds what is in each place: ``free``,
``in-flight``, ``used`` and ``overrun`` of a line, the ``pool``, what was ``voted`` for it, and what
the holders of an award ``owe``. Before a command is run it says the refusal, or what will change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from tests.simulation.asking import (
    COMMODITIES,
    POOL,
    Asked,
    Charge,
    Commit,
    Fund,
    Hold,
    Pair,
    Reduce,
    Release,
    Return,
    Reverse,
    Settle,
    Store,
)

MOST = 10**15
TIME, MONEY = 0, 1
ON_A_LINE = ("free", "in-flight", "used", "overrun")

Place = tuple[str, str, int]  # what it is, whose, seconds or cents
Change = Counter[Place]


class RefusedError(Exception):
    """The refusal that must come."""


@dataclass
class Auditor:
    stands: Counter[Place] = field(default_factory=Counter)
    lines: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    held: dict[str, tuple[str, Pair]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    done: dict[str, tuple[Asked, Change]] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)

    def expect(self, asked: Asked) -> tuple[str | None, Change]:
        """The code of the refusal that must come, or what changes: nothing, if it is repeated."""
        try:
            self._check_amounts(asked)
            if asked.key in self.done:
                if _content(self.done[asked.key][0]) != _content(asked):
                    raise RefusedError("book.key_reused")
                return None, Counter()
            return None, getattr(self, f"_{type(asked).__name__.lower()}")(asked)
        except RefusedError as refused:
            return str(refused), Counter()

    def take(self, asked: Asked, change: Change) -> None:
        """Write down what was done."""
        if asked.key in self.done:
            return
        self.stands.update(change)
        self.done[asked.key] = asked, change
        match asked:
            case Commit():
                self.lines.add(asked.line)
            case Hold():
                self.held[asked.key] = asked.line, asked.amount
            case Settle() | Release():
                del self.held[asked.hold]
                self.ended.add(asked.hold)
            case Return():
                self.closed.add(asked.line)
            case Reverse():
                self.reversed.add(asked.of)
                of = self.done[asked.of][0]
                if isinstance(of, Return):
                    self.closed.discard(of.line)

    def accounts(self) -> dict[tuple[str, str], int]:
        """What must stand on every account of the book that is not empty."""
        accounts: Counter[tuple[str, str]] = Counter()
        for (what, whose, index), amount in self.stands.items():
            for account, share in _accounts_of(what, whose, index):
                accounts[account, COMMODITIES[index]] += share * amount
        return {key: amount for key, amount in accounts.items() if amount}

    def agrees(self, store: Store, change: Change) -> None:
        """Assert that the places of a change stand as they do here, and the numbers add up."""
        for place in change:
            self._agrees_at(store, place)
        for line in {whose for what, whose, _ in change if what in ON_A_LINE}:
            for index in (TIME, MONEY):
                assert min(self.stands[what, line, index] for what in ON_A_LINE) >= 0, line
        assert store.entries() == len(self.done)

    def agrees_wholly(self, store: Store) -> None:
        """Assert that every account and every open hold is as it is here."""
        store.check()
        assert store.entries() == len(self.done)
        assert store.balances() == self.accounts()
        assert store.open_holds() == set(self.held)
        in_flight: Counter[Place] = Counter()
        for line, amount in self.held.values():
            in_flight.update(_on("in-flight", line, amount))
        flights = {place: n for place, n in self.stands.items() if place[0] == "in-flight" and n}
        assert flights == {place: n for place, n in in_flight.items() if n}

    def _agrees_at(self, store: Store, place: Place) -> None:
        what, whose, index = place
        account, share = _accounts_of(what, whose, index)[0]
        stood = store.balance(account, COMMODITIES[index])
        assert stood == share * self.stands[place], (place, stood, self.stands[place])

    # What each command must do, or why it must be refused, in the order in which it is refused.

    def _check_amounts(self, asked: Asked) -> None:
        amounts = [*getattr(asked, "amount", ())]
        amounts += [getattr(asked, name) for name in ("own", "cents") if hasattr(asked, name)]
        if not amounts:
            return
        if min(amounts) < 0 or not (any(amounts) or isinstance(asked, Settle)):
            raise RefusedError("book.amount_not_positive")
        if max(amounts) > MOST:
            raise RefusedError("book.amount_too_large")

    def _fund(self, asked: Fund) -> Change:
        return Counter({("pool", POOL, MONEY): asked.cents, ("voted", POOL, MONEY): asked.cents})

    def _commit(self, asked: Commit) -> Change:
        if asked.line in self.closed:
            raise RefusedError("book.line_closed")
        if asked.amount[MONEY] > self.stands["pool", POOL, MONEY]:
            raise RefusedError("book.pool_exhausted")
        change = _on("free", asked.line, asked.amount)
        change["pool", POOL, MONEY] -= asked.amount[MONEY]
        return change

    def _hold(self, asked: Hold) -> Change:
        if asked.expires_at <= asked.at:
            raise RefusedError("book.hold_expired")
        self._check_free(asked.line, asked.amount)
        return _moved("free", "in-flight", asked.line, asked.amount)

    def _settle(self, asked: Settle) -> Change:
        line, held = self._open_hold(asked.hold)
        change = _on("in-flight", line, (-held[TIME], -held[MONEY]))
        for index in (TIME, MONEY):
            paid = min(asked.amount[index], held[index])
            change["used", line, index] += paid
            self._goes_home(change, line, index, held[index] - paid)
            self._use(change, line, index, asked.amount[index] - paid)
        change["owed", _award(line), MONEY] += asked.own
        return change

    def _release(self, asked: Release) -> Change:
        line, held = self._open_hold(asked.hold)
        change = _on("in-flight", line, (-held[TIME], -held[MONEY]))
        for index in (TIME, MONEY):
            self._goes_home(change, line, index, held[index])
        return change

    def _charge(self, asked: Charge) -> Change:
        if asked.line not in self.lines:
            raise RefusedError("book.unknown_line")
        change: Change = Counter()
        for index in (TIME, MONEY):
            self._use(change, asked.line, index, asked.amount[index])
        change["owed", _award(asked.line), MONEY] += asked.own
        return change

    def _reduce(self, asked: Reduce) -> Change:
        self._check_free(asked.line, asked.amount)
        change = _on("free", asked.line, (-asked.amount[TIME], -asked.amount[MONEY]))
        change["pool", POOL, MONEY] += asked.amount[MONEY]
        return change

    def _return(self, asked: Return) -> Change:
        if asked.line not in self.lines:
            raise RefusedError("book.unknown_line")
        if asked.line in self.closed:
            raise RefusedError("book.line_closed")
        time, money = (self.stands["free", asked.line, index] for index in (TIME, MONEY))
        change = _on("free", asked.line, (-time, -money))
        change["pool", POOL, MONEY] += money
        return change

    def _reverse(self, asked: Reverse) -> Change:
        if asked.of not in self.done:
            raise RefusedError("book.unknown_entry")
        if asked.of in self.reversed:
            raise RefusedError("book.already_reversed")
        of, done = self.done[asked.of]
        if isinstance(of, Hold | Release | Reverse):
            raise RefusedError("book.not_reversible")
        if isinstance(of, Commit | Reduce) and of.line in self.closed:
            raise RefusedError("book.line_closed")
        change: Change = Counter()
        for (what, whose, index), amount in done.items():
            if isinstance(of, Settle | Charge) and what in ("free", "in-flight"):
                # Its hold is not revived: what would be in flight again is free, or goes home.
                self._goes_home(change, whose, index, -amount)
            else:
                change[what, whose, index] -= amount
        for place, amount in change.items():
            guarded = place[0] in ("pool", *ON_A_LINE)
            if guarded and amount and self.stands[place] + amount < 0:
                raise RefusedError("book.cannot_reverse")
        return change

    def _check_free(self, line: str, amount: Pair) -> None:
        if line not in self.lines:
            raise RefusedError("book.unknown_line")
        if line in self.closed:
            raise RefusedError("book.line_closed")
        if any(amount[index] > self.stands["free", line, index] for index in (TIME, MONEY)):
            raise RefusedError("book.exhausted")

    def _open_hold(self, key: str) -> tuple[str, Pair]:
        if key in self.ended:
            raise RefusedError("book.hold_ended")
        if key not in self.held:
            raise RefusedError("book.hold_unknown")
        return self.held[key]

    def _use(self, change: Change, line: str, index: int, amount: int) -> None:
        """Use without a hold: what is free pays, what is left over is overrun."""
        free = self.stands["free", line, index] + change["free", line, index]
        paid = min(amount, free)
        change["free", line, index] -= paid
        change["used", line, index] += paid
        change["overrun", line, index] += amount - paid

    def _goes_home(self, change: Change, line: str, index: int, amount: int) -> None:
        """To what is free; on a closed line money goes to the pool, and time to nowhere."""
        if line not in self.closed:
            change["free", line, index] += amount
        elif index == MONEY:
            change["pool", POOL, MONEY] += amount


def _on(what: str, line: str, amount: Pair) -> Change:
    return Counter({(what, line, TIME): amount[TIME], (what, line, MONEY): amount[MONEY]})


def _moved(source: str, target: str, line: str, amount: Pair) -> Change:
    change = _on(target, line, amount)
    change.update(_on(source, line, (-amount[TIME], -amount[MONEY])))
    return change


def _award(line: str) -> str:
    return line.rpartition(".")[0]


def _accounts_of(what: str, whose: str, index: int) -> list[tuple[str, int]]:
    """The account of a place, and the one on the other side where nothing else stands for it."""
    if what == "pool":
        return [(f"pool/{whose}", 1)]
    if what == "voted":
        return [(f"outside/{whose}", -1)]
    if what == "owed":
        return [(f"receivable/{whose}", 1), ("centre/revenue", -1)]
    line = f"award/{whose}/{what}"
    comes_from_outside = index == TIME or what == "overrun"
    return [(line, 1), ("outside", -1)] if comes_from_outside else [(line, 1)]


def _content(asked: Asked) -> Asked:
    """What makes a command the same again: all but when, and when a hold expires."""
    same = replace(asked, at=None)
    return replace(same, expires_at=None) if isinstance(same, Hold) else same
