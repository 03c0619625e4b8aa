"""What each command must do to a book, or why it must be refused, in the order of refusal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.asking import (
    POOL,
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
    Pair,
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
    Transfer,
    Uncharge,
    Unpay,
    WriteOff,
    model_of,
    number_of,
)
from tests.simulation.places import (
    CASH,
    CLAIMED,
    GUARDED,
    MONEY,
    ON_A_LINE,
    REVENUE,
    THE_POOL,
    TIME,
    Change,
    Place,
    RefusedError,
    award_of,
    cents,
    moved,
    off_line,
    on_line,
)

_REVERSIBLE = (
    *(Fund, Lapse, Commit, Settle, Charge, FreeUse, Batch, Reduce, Return),
    *(Transfer, Exchange, Recover, Repay, WriteOff, SetOff, Claim, Reimburse),
)


@dataclass
class Duties:
    """What stands where, and what follows from it for each command."""

    stands: Counter[Place] = field(default_factory=Counter)
    stood: set[Place] = field(default_factory=set)  # where anything ever stood
    lines: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    held: dict[str, tuple[str, Pair]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    done: dict[str, tuple[Asked, Change]] = field(default_factory=dict)
    batch_of: dict[str, str] = field(default_factory=dict)  # the entry of each use in a batch
    reversed: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    open_from: datetime | None = None

    def _fund(self, asked: Fund) -> Change:
        return moved(cents("voted", POOL), THE_POOL, asked.cents)

    def _lapse(self, asked: Lapse) -> Change:
        if asked.cents > self.stands[THE_POOL]:
            raise RefusedError("book.pool_exhausted")
        return moved(THE_POOL, cents("voted", POOL), asked.cents)

    def _commit(self, asked: Commit) -> Change:
        if asked.line in self.closed:
            raise RefusedError("book.line_closed")
        if asked.amount[MONEY] > self.stands[THE_POOL]:
            raise RefusedError("book.pool_exhausted")
        change = on_line("free", asked.line, asked.amount)
        change[THE_POOL] -= asked.amount[MONEY]
        return change

    def _hold(self, asked: Hold) -> Change:
        if asked.expires_at <= asked.at:
            raise RefusedError("book.hold_expired")
        self._check_line(asked.line)
        self._check_free(asked.line, asked.amount)
        change = off_line("free", asked.line, asked.amount)
        change.update(on_line("in-flight", asked.line, asked.amount))
        return change

    def _settle(self, asked: Settle) -> Change:
        line, held = self._open_hold(asked.hold)
        change = off_line("in-flight", line, held)
        for index in (TIME, MONEY):
            paid = min(asked.amount[index], held[index])
            change["used", line, index] += paid
            self._goes_home(change, line, index, held[index] - paid)
            self._use(change, line, index, asked.amount[index] - paid)
        self._pay_from_home(change)
        self._owes(change, line, asked.own)
        return change

    def _release(self, asked: Release) -> Change:
        line, held = self._open_hold(asked.hold)
        change = off_line("in-flight", line, held)
        for index in (TIME, MONEY):
            self._goes_home(change, line, index, held[index])
        self._pay_from_home(change)
        return change

    def _charge(self, asked: Charge) -> Change:
        if asked.line not in self.lines:
            raise RefusedError("book.unknown_line")
        change: Change = Counter()
        for index in (TIME, MONEY):
            self._use(change, asked.line, index, asked.amount[index])
        self._owes(change, asked.line, asked.own)
        return change

    def _uncharge(self, asked: Uncharge) -> Change:
        """The overrun goes first; the rest is free again, or goes home."""
        if self.batch_of.get(asked.undoes, asked.undoes) in self.reversed:
            raise RefusedError("book.already_reversed")
        change = moved(cents("owed", award_of(asked.line)), REVENUE, asked.own)
        for index in (TIME, MONEY):
            over = min(asked.amount[index], max(0, self.stands["overrun", asked.line, index]))
            rest = asked.amount[index] - over
            if rest > self.stands["used", asked.line, index]:
                raise RefusedError("book.cannot_reverse")
            change["overrun", asked.line, index] -= over
            change["used", asked.line, index] -= rest
            self._goes_home(change, asked.line, index, rest)
        return change

    def _freeuse(self, asked: FreeUse) -> Change:
        if asked.line not in self.lines:
            raise RefusedError("book.unknown_line")
        return on_line("free-use", asked.line, (asked.seconds, 0))

    def _reduce(self, asked: Reduce) -> Change:
        self._check_line(asked.line)
        self._check_free(asked.line, asked.amount)
        change = off_line("free", asked.line, asked.amount)
        change[THE_POOL] += asked.amount[MONEY]
        return change

    def _return(self, asked: Return) -> Change:
        self._check_line(asked.line)
        time, money = (self.stands["free", asked.line, index] for index in (TIME, MONEY))
        change = off_line("free", asked.line, (time, money))
        change[THE_POOL] += money
        return change

    def _reverse(self, asked: Reverse) -> Change:
        if asked.of not in self.done or asked.of in self.batch_of:
            raise RefusedError("book.unknown_entry")
        if asked.of in self.reversed:
            raise RefusedError("book.already_reversed")
        self._check_not_undone(asked.of)
        of, done = self.done[asked.of]
        if not isinstance(of, _REVERSIBLE):
            raise RefusedError("book.not_reversible")
        if isinstance(of, Commit | Reduce | Transfer | Exchange | SetOff):
            touched = {whose for (_, whose, _), n in done.items() if n}
            if touched & self.closed:
                raise RefusedError("book.line_closed")
        change: Change = Counter()
        for (what, whose, index), amount in done.items():
            if isinstance(of, Settle | Charge | Batch | Claim) and what in ("free", "in-flight"):
                # Its hold is not revived: what would be in flight again is free, or goes home.
                self._goes_home(change, whose, index, -amount)
            else:
                change[what, whose, index] -= amount
        self._pay_overruns(change)
        self._pay_from_home(change)
        for place, amount in change.items():
            if place[0] in GUARDED and amount and self.stands[place] + amount < 0:
                raise RefusedError("book.cannot_reverse")
        return change

    def _check_not_undone(self, of: str) -> None:
        within = {use for use, entry in self.batch_of.items() if entry == of}
        if self.undone & {of, *within}:
            raise RefusedError("book.cannot_reverse")

    def _adjust(self, asked: Adjust) -> Change:
        index = MONEY if asked.is_money else TIME
        source, target = ((*place, index) for place in (asked.source, asked.target))
        if {"in-flight", "debt"} & {source[0], target[0]} or source == target:
            raise RefusedError("book.not_adjustable")
        if not {source, target} <= self.stood or self._counted(source) != self._counted(target):
            raise RefusedError("book.unknown_account")
        if target[0] == "free" and target[1] in self.closed:
            raise RefusedError("book.line_closed")
        if self.stands[source] < asked.number:
            raise RefusedError("book.account_short")
        return moved(source, target, asked.number)

    def _transfer(self, asked: Transfer) -> Change:
        self._check_between(asked, model_of(asked.line))
        change = off_line("free", asked.line, asked.amount)
        change.update(on_line("free", asked.target, asked.amount))
        return change

    def _exchange(self, asked: Exchange) -> Change:
        self._check_between(asked, model_of(asked.target))
        change = off_line("free", asked.line, asked.amount)
        change.update(on_line("free", asked.target, (asked.taken, asked.amount[MONEY])))
        return change

    def _recover(self, asked: Recover) -> Change:
        return moved(cents("claimed", POOL), cents("debt", asked.award), asked.cents)

    def _repay(self, asked: Repay) -> Change:
        return self._off_debt(asked, THE_POOL)

    def _writeoff(self, asked: WriteOff) -> Change:
        return self._off_debt(asked, cents("given-up", POOL))

    def _setoff(self, asked: SetOff) -> Change:
        self._check_line(asked.line)
        self._check_free(asked.line, asked.amount)
        number = asked.amount[MONEY]
        if number > self.stands[cents("debt", asked.award)]:
            raise RefusedError("book.debt_exhausted")
        change = off_line("free", asked.line, asked.amount)
        change[THE_POOL] += number
        change[cents("debt", asked.award)] -= number
        change[cents("set-off", POOL)] += number
        return change

    def _invoice(self, asked: Invoice) -> Change:
        invoice = cents("invoice", number_of(asked.key))
        return moved(cents("owed", asked.award), invoice, asked.cents)

    def _credit(self, asked: Credit) -> Change:
        if not asked.ahead_of:
            return self._credit_used(asked)
        invoice, owed = cents("invoice", asked.invoice), cents("owed", asked.ahead_of)
        ahead = max(-self.stands[owed], 0)
        if asked.cents > max(ahead, self.stands[invoice]):
            raise RefusedError("book.invoice_overpaid")
        still_open = min(asked.cents, self.stands[invoice])
        change = moved(invoice, owed, min(still_open, ahead))
        change.update(moved(invoice, REVENUE, still_open - min(still_open, ahead)))
        change.update(moved(CASH, owed, asked.cents - still_open))
        return change

    def _credit_used(self, asked: Credit) -> Change:
        invoice = cents("invoice", asked.invoice)
        if asked.cents > self.stands[invoice] + asked.paid:
            raise RefusedError("book.invoice_overpaid")
        owed = cents("owed", "H-0001")
        still_open = min(asked.cents, self.stands[invoice])
        undone = min(still_open, asked.undone)
        change = moved(invoice, owed, undone)
        change.update(moved(invoice, REVENUE, still_open - undone))
        paid_back = asked.cents - still_open
        undone = min(paid_back, asked.undone - undone)
        change.update(moved(CASH, owed, undone))
        change.update(moved(CASH, REVENUE, paid_back - undone))
        return change

    def _pay(self, asked: Pay) -> Change:
        return self._off_invoice(asked, CASH)

    def _unpay(self, asked: Unpay) -> Change:
        return moved(CASH, cents("invoice", asked.invoice), asked.cents)

    def _claim(self, asked: Claim) -> Change:
        """The award's lines pay, the first line first."""
        left = asked.cents
        change = moved(cents("payable", number_of(asked.key)), CLAIMED, asked.cents)
        for line in sorted(self.lines - self.closed):
            if award_of(line) == asked.award:
                paid = min(left, self.stands["free", line, MONEY])
                change.update(moved(cents("free", line), cents("used", line), paid))
                left -= paid
        if left:
            raise RefusedError("book.exhausted")
        return change

    def _reimburse(self, asked: Reimburse) -> Change:
        return moved(CASH, cents("payable", number_of(asked.key)), asked.cents)

    def _close(self, _asked: Close) -> Change:
        return Counter()

    def _check_line(self, line: str) -> None:
        if line not in self.lines:
            raise RefusedError("book.unknown_line")
        if line in self.closed:
            raise RefusedError("book.line_closed")

    def _check_free(self, line: str, amount: Pair) -> None:
        if any(amount[index] > self.stands["free", line, index] for index in (TIME, MONEY)):
            raise RefusedError("book.exhausted")

    def _check_between(self, asked: Transfer | Exchange, arriving: str) -> None:
        """Both lines, and what is free; an exchange may make its target."""
        is_new = isinstance(asked, Exchange) and asked.target not in self.lines
        if asked.line not in self.lines or not (is_new or asked.target in self.lines):
            raise RefusedError("book.unknown_line")
        if asked.line == asked.target:
            raise RefusedError("book.same_line")
        if asked.line in self.closed:
            raise RefusedError("book.line_closed")
        if arriving != model_of(asked.target):
            raise RefusedError("book.wrong_commodity")
        if asked.target in self.closed:
            raise RefusedError("book.line_closed")
        self._check_free(asked.line, asked.amount)

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
        """To what is free; on a closed line money goes to the pool, and time outside."""
        if line not in self.closed:
            change["free", line, index] += amount
        elif index == MONEY:
            change[THE_POOL] += amount

    def _pay_overruns(self, change: Change) -> None:
        """Nobody has both: what is free and what is overrun become use, as far as both reach."""
        for line, index in {(whose, index) for what, whose, index in change if what in ON_A_LINE}:
            free, over = (
                self.stands[what, line, index] + change[what, line, index]
                for what in ("free", "overrun")
            )
            if over < 0:  # an overrun that is taken back has been paid since
                self._goes_home(change, line, index, -over)
                paid = over
            else:
                paid = min(over, max(0, free))
                change["free", line, index] -= paid
            change["used", line, index] += paid
            change["overrun", line, index] -= paid

    def _pay_from_home(self, change: Change) -> None:
        """What a closed line would send home is used on it first, as far as it overran."""
        touched = {(whose, index) for what, whose, index in change if what in ON_A_LINE}
        for line, index in {one for one in touched if one[0] in self.closed}:
            gone = -sum(change[what, line, index] for what in ("free", "in-flight", "used"))
            over = self.stands["overrun", line, index] + change["overrun", line, index]
            paid = max(0, min(gone, over))
            self._goes_home(change, line, index, -paid)
            change["used", line, index] += paid
            change["overrun", line, index] -= paid

    def _owes(self, change: Change, line: str, own: int) -> None:
        change.update(moved(REVENUE, cents("owed", award_of(line)), own))

    def _off_debt(self, asked: Repay | WriteOff, target: Place) -> Change:
        debt = cents("debt", asked.award)
        if asked.cents > self.stands[debt]:
            raise RefusedError("book.debt_exhausted")
        return moved(debt, target, asked.cents)

    def _off_invoice(self, asked: Credit | Pay, target: Place) -> Change:
        invoice = cents("invoice", asked.invoice)
        if asked.cents > self.stands[invoice]:
            raise RefusedError("book.invoice_overpaid")
        return moved(invoice, target, asked.cents)

    @staticmethod
    def _counted(place: Place) -> str:
        _, line, index = place
        return "cents" if index == MONEY else model_of(line)
