"""Three years of a programme, from a seed: what is asked next, given how the last asking ended.

Pools are funded each year and in between; awards begin, grow, are cut, end and now and then begin
again; jobs are admitted and their usage comes later, in no order, some of it weeks after the hold
has expired; leases are charged; finance turns entries round. A few askings are nonsense.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from tests.simulation.asking import (
    FIRST_OTHER,
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
    number_of,
)
from tests.simulation.auditor import MOST, Auditor
from tests.simulation.places import ON_A_LINE, Change, award_of

BEGINS_AT = datetime(2026, 1, 1, tzinfo=UTC)
ENDS_AT = datetime(2029, 1, 1, tzinfo=UTC)
VOTE_CENTS = 50_000_000
LINES_MAX = 40
RECENT = 500
JUMPS = 0.02

_WEIGHTS = {
    "job": 45,
    "usage_due": 30,
    "sweep": 4,
    "lease": 6,
    "free_use": 1,
    "undo": 1.5,
    "begin": 3,
    "more": 2,
    "cut": 2,
    "end": 1.5,
    "reverse": 3,
    "batch": 3,
    "between": 2,
    "adjust": 1.5,
    "debt": 2,
    "bill": 2,
    "paid": 2,
    "claim": 1,
    "close_period": 0.5,
    "vote": 0.5,
    "nonsense": 3,
}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a job will have used; ``(0, 0)`` for one that never begins."""

    hold: str
    line: str
    amount: Pair
    own: int


class Workload:
    """Asks for so many operations, evenly over three years."""

    def __init__(self, seed: int, operations: int, auditor: Auditor) -> None:
        self.chance = Random(f"{seed}:workload")
        self.operations, self.auditor = operations, auditor
        self.step = (ENDS_AT - BEGINS_AT) / operations
        self.asked = 0
        self._usage: list[tuple[int, str, Usage]] = []
        self._expiring: list[tuple[datetime, str]] = []
        self._lines: list[str] = []
        self._closed: list[str] = []
        self._recent: list[Asked] = []
        self._kinds = list(_WEIGHTS)
        self._weights = list(_WEIGHTS.values())
        self._usage_of: dict[str, Usage] = {}
        self._again: list[Settle | Release | Charge] = []
        self._awards: list[str] = []
        self._invoices: list[str] = []
        self._claims: list[Claim] = []

    def next(self) -> Asked:
        """What is asked next."""
        self.asked += 1
        if self._again:
            return self._asked_again()
        [kind] = self.chance.choices(self._kinds, self._weights)
        make: Callable[[], Asked | None] = getattr(self, f"_{kind}")
        return make() or self._job() or self._begin()

    def rest(self) -> Asked | None:
        """After the three years: what still has to land, and ``None`` when all has."""
        self.asked += 1
        if self._again:
            return self._asked_again()
        return self._landing() or self._sweep_at(datetime.max.replace(tzinfo=UTC))

    def answered(self, asked: Asked, refused: str | None) -> None:
        """Hear how it went."""
        if refused == "book.period_closed":
            # By a clock that went wrong; what has happened must land.
            self._again += [
                one
                for one in (asked.uses if isinstance(asked, Batch) else [asked])
                if isinstance(one, Settle | Release | Charge)
            ]
        if refused is not None or isinstance(asked, Close):
            return
        self._recent.append(asked)
        if len(self._recent) > RECENT:
            del self._recent[: RECENT // 2]
        self._remember(asked)
        match asked:
            case Commit() if asked.line not in (*self._lines, *self.auditor.closed):
                self._lines.append(asked.line)
            case Hold() if asked.key in self._usage_of:
                usage = self._usage_of.pop(asked.key)
                late = self.chance.choice((1, 5, 50, 500, self.operations // 20))
                due = self.asked + self.chance.randint(0, late)
                heapq.heappush(self._usage, (due, asked.key, usage))
                heapq.heappush(self._expiring, (asked.expires_at, asked.key))
            case Exchange() if asked.target not in (*self._lines, *self.auditor.closed):
                self._lines.append(asked.target)
            case Return() if asked.line in self._lines:
                self._lines.remove(asked.line)
                self._closed.append(asked.line)

    def _remember(self, asked: Asked) -> None:
        """What can be paid later."""
        match asked:
            case Invoice():
                self._invoices.append(number_of(asked.key))
            case Claim():
                self._claims.append(asked)
            case Recover():
                self._awards.append(asked.award)

    def now(self) -> datetime:
        """The instant of this asking, by a clock that sometimes jumps."""
        at = BEGINS_AT + self.step * self.asked
        if self.chance.random() < JUMPS:
            at += timedelta(seconds=self.chance.randint(-200_000, 200_000))
        return max(at, BEGINS_AT)

    def _key(self, word: str) -> str:
        return f"{word}:{self.asked}"

    def _amount(self, seconds_max: int) -> Pair:
        return self.chance.randint(1, seconds_max), self.chance.randint(0, seconds_max)

    def _any_line(self) -> str | None:
        return self.chance.choice(self._lines) if self._lines else None

    def _job(self) -> Asked | None:
        line = self._any_line()
        if line is None:
            return None
        at, (time, money) = self.now(), self._amount(4000)
        hold = Hold(
            key=self._key("job"),
            at=at,
            line=line,
            amount=(time, money),
            expires_at=at + timedelta(seconds=self.chance.randint(60, 400_000)),
        )
        # A twentieth never begins, a twentieth runs over what it held.
        share = self.chance.choice((0, *[self.chance.random() for _ in range(18)], 1.3))
        used = int(time * share), int(money * share)
        self._usage_of = {hold.key: Usage(hold.key, line, used, self.chance.randint(0, 500))}
        return hold

    def _usage_due(self) -> Asked | None:
        if not self._usage or self._usage[0][0] > self.asked:
            return None
        return self._landing()

    def _landing(self) -> Asked | None:
        """Usage lands: by its hold, or by a charge if that has ended; or it never began."""
        while self._usage:
            _due, _key, usage = heapq.heappop(self._usage)
            is_open = usage.hold in self.auditor.held
            if not any(usage.amount):
                if is_open:
                    return Release(f"release:{usage.hold}", self.now(), usage.hold)
            elif is_open:
                key = f"settle:{usage.hold}"
                return Settle(key, self.now(), usage.hold, usage.amount, usage.own)
            else:
                key = f"late:{usage.hold}"
                return Charge(key, self.now(), usage.line, usage.amount, usage.own)
        return None

    def _asked_again(self) -> Asked:
        return replace(self._again.pop(), at=self.now())

    def _sweep(self) -> Asked | None:
        return self._sweep_at(self.now())

    def _sweep_at(self, now: datetime) -> Asked | None:
        """Release a hold that has expired."""
        while self._expiring and self._expiring[0][0] <= now:
            _at, key = heapq.heappop(self._expiring)
            if key in self.auditor.held:
                return Release(f"expired:{key}", self.now(), key)
        return None

    def _lease(self) -> Asked | None:
        line = self._any_line()
        amount, own = self._amount(2000), self.chance.randint(0, 500)
        return line and Charge(self._key("lease"), self.now(), line, amount, own)

    def _undo(self) -> Asked | None:
        """What was used, by itself or among others, is told otherwise: it goes back, or a part."""
        if not self._recent:
            return None
        old = self.chance.choice(self._recent)
        use = self.chance.choice(old.uses) if isinstance(old, Batch) else old
        if not isinstance(use, Settle | Charge) or use.key not in self.auditor.done:
            return None
        changed = self.auditor.done[use.key][1]
        line = use.line if isinstance(use, Charge) else _held_on(changed)
        amount, own = use.amount, use.own
        if self.chance.random() < 0.3:
            amount, own = (amount[0] // 2, amount[1] // 3), own // 2
        return Uncharge(self._key("undo"), self.now(), use.key, line, amount, own)

    def _free_use(self) -> Asked | None:
        line = self._any_line()
        seconds = self.chance.randint(0, 2000)
        return line and FreeUse(self._key("free-use"), self.now(), line, seconds)

    def _begin(self) -> Asked | None:
        if len(self._lines) >= LINES_MAX:
            return None
        award = f"H-{self.asked:07d}.{self.chance.randint(1, 3)}"
        return Commit(self._key("award"), self.now(), award, self._amount(800_000))

    def _more(self) -> Asked | None:
        line = self._any_line()
        return line and Commit(self._key("more"), self.now(), line, self._amount(200_000))

    def _cut(self) -> Asked | None:
        line = self._any_line()
        return line and Reduce(self._key("cut"), self.now(), line, self._amount(100_000))

    def _end(self) -> Asked | None:
        line = self._any_line()
        return line and Return(self._key("end"), self.now(), line)

    def _vote(self) -> Asked | None:
        if self.chance.random() < 0.4:
            return Lapse(self._key("lapse"), self.now(), self.chance.randint(0, VOTE_CENTS // 2))
        return Fund(self._key("vote"), self.now(), self.chance.randint(1, VOTE_CENTS))

    def _reverse(self) -> Asked | None:
        if not self._recent:
            return None
        return Reverse(self._key("reverse"), self.now(), self.chance.choice(self._recent).key)

    def _batch(self) -> Asked | None:
        """What is due and some leases at once; now and then one that is refused."""
        uses: list[Settle | Charge] = []
        at = self.now()
        for number in range(self.chance.randint(1, 6)):
            landing = self._usage_due() if self.chance.random() < 0.7 else self._lease()
            if isinstance(landing, Settle | Charge):
                key = landing.key if landing.key not in {use.key for use in uses} else ""
                uses.append(replace(landing, key=key or f"{landing.key}+{number}", at=at))
            elif isinstance(landing, Release):
                self._again.append(landing)
        if self.chance.random() < 0.2:
            uses.append(Settle(f"{self._key('odd')}", at, "job:never", (1, 1), 0))
        if uses and self.chance.random() < 0.2:
            uses.append(self.chance.choice(uses))
        return Batch(self._key("batch"), at, tuple(uses)) if uses else None

    def _between(self) -> Asked | None:
        """Time goes to another line, of the same device model or of another."""
        line, other, amount = self._any_line(), self._any_line(), self._amount(20_000)
        if line is None or other is None:
            return None
        if self.chance.random() < 0.4:
            return Transfer(self._key("transfer"), self.now(), line, other, amount)
        target = self.chance.choice((other, f"{award_of(line)}.{FIRST_OTHER}"))
        taken = amount[0] * self.chance.randint(1, 300) // 100
        return Exchange(self._key("exchange"), self.now(), line, target, amount, taken)

    def _adjust(self) -> Asked | None:
        places = [(self.chance.choice(ON_A_LINE), self._any_line() or "") for _ in range(2)]
        if not places[0][1]:
            return None
        source, target = places
        is_money = self.chance.random() < 0.5
        number = self.chance.choice((0, 1, 300, 90_000, 90_000_000))
        return Adjust(self._key("adjust"), self.now(), source, target, is_money, number)

    def _debt(self) -> Asked | None:
        line, cents = self._any_line(), self.chance.randint(0, 5000)
        if line and self._awards and self.chance.random() < 0.3:
            award, amount = self.chance.choice(self._awards), self._amount(5000)
            return SetOff(self._key("set-off"), self.now(), line, amount, award)
        if self._awards and self.chance.random() < 0.7:
            kind = self.chance.choice((Repay, WriteOff))
            return kind(self._key("debt"), self.now(), self.chance.choice(self._awards), cents)
        return line and Recover(self._key("recover"), self.now(), award_of(line), cents)

    def _bill(self) -> Asked | None:
        line, cents = self._any_line(), self.chance.randint(0, 5000)
        return line and Invoice(self._key("invoice"), self.now(), award_of(line), cents)

    def _paid(self) -> Asked | None:
        if not self._invoices:
            return None
        kind = self.chance.choice((Pay, Pay, Credit, Unpay))
        key = self._key("credit" if kind is Credit else "paid")
        invoice, cents = self.chance.choice(self._invoices), self.chance.randint(0, 3000)
        if kind is Credit and self._awards and self.chance.random() < 0.4:
            return Credit(key, self.now(), invoice, cents, self.chance.choice(self._awards))
        return kind(key, self.now(), invoice, cents)

    def _claim(self) -> Asked | None:
        if self._claims and self.chance.random() < 0.5:
            claim = self._claims.pop()
            key = f"reimburse:{number_of(claim.key)}"
            return Reimburse(key, self.now(), claim.award, claim.cents)
        line, cents = self._any_line(), self.chance.randint(0, 8000)
        return line and Claim(self._key("claim"), self.now(), award_of(line), cents)

    def _close_period(self) -> Asked | None:
        """The book is closed to some day, at times one to which it was closed before."""
        at = self.now()
        until = (at - timedelta(days=self.chance.randint(1, 40))).date()
        return Close(self._key("close"), at, until)

    def _nonsense(self) -> Asked | None:
        """Something that must be refused, or that was asked before in other words."""
        line = self._any_line() or "H-0000000.1"
        key, at = self._key("nonsense"), self.now()
        old = self.chance.choice(self._recent) if self._recent else None
        some: list[Asked] = [
            Commit(key, at, line, (-1, 5)),
            Commit(key, at, line, (0, 0)),
            Reduce(key, at, line, (MOST + 1, 0)),
            Charge(key, at, line, (0, 0), 0),
            Charge(key, at, "H-9999999.1", (1, 1), 1),
            Hold(key, at, "H-9999999.1", (1, 1), at + timedelta(hours=1)),
            Hold(key, at, line, (1, 1), at),
            Settle(key, at, "job:never", (1, 1), 0),
            Settle(key, at, "job:never", (1, -1), 0),
            Release(key, at, "job:never"),
            Return(key, at, "H-9999999.1"),
            Reverse(key, at, "never"),
            # From long ago, when the period may have been closed.
            Charge(key, BEGINS_AT, line, (1, 1), 1),
            Commit(key, BEGINS_AT, line, (1, 1)),
            Recover(key, BEGINS_AT, award_of(line), 1),
        ]
        if isinstance(old, Settle | Release):
            some += [Settle(key, at, old.hold, (1, 1), 0), Release(key, at, old.hold)] * 3
        if isinstance(old, Reverse):
            some += [Reverse(key, at, old.of)] * 60
        if self._closed:
            closed = self.chance.choice(self._closed)
            some += [Commit(key, at, closed, (1, 1)), Reduce(key, at, closed, (1, 1))]
            some += [Return(key, at, closed), Charge(key, at, closed, (1, 1), 1)]
        if isinstance(old, Hold | Charge | Commit):
            some += [Settle(old.key, at, "job:never", (1, 1), 0)]
        if old is not None and not isinstance(old, WITHOUT_KEY):
            some += [Charge(old.key, at, line, (1, 1), 7), Release(old.key, at, "job:never")]
        if old is not None:
            some += [replace(old, at=at)] * 3
        return self.chance.choice(some)


def _held_on(change: Change) -> str:
    """The line on which a settlement's hold was."""
    return next(whose for what, whose, _ in change if what == "in-flight")
