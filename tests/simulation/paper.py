"""The book on paper: ``core.ledger`` with dictionaries where the tables would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from tests.simulation.asking import (
    CURRENCY,
    DEVICE_MODEL,
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
)

from praya.core import ledger
from praya.core.ledger import EntryKind, Grant, LineGrant, Part, Posting, check_amounts
from praya.core.quantity import CardTime, Money


class PaperBook:
    """Does what ``apps.books`` does, in memory."""

    def __init__(self) -> None:
        self.book = ledger.Book()
        self._asked: dict[str, Asked] = {}
        self._entries: dict[str, ledger.Entry] = {}
        self._lines: dict[str, bool] = {}
        self._holds: dict[str, tuple[str, Pair]] = {}
        self._ended: set[str] = set()
        self._reversed: set[str] = set()

    def do(self, asked: Asked) -> None:
        self._check_amounts(asked)
        first = self._asked.get(asked.key)
        if first is not None:
            if _content(first) != _content(asked):
                raise ledger.KeyReused(key=asked.key, number=self._entries[asked.key].number)
            return
        kind, subject, postings = getattr(self, f"_{type(asked).__name__.lower()}")(asked)
        entry = ledger.Entry(
            number=self.book.entries + 1,
            kind=kind,
            key=asked.key,
            at=asked.at,
            subject=subject,
            postings=postings,
        )
        self.book.post(entry)
        self._asked[asked.key], self._entries[asked.key] = asked, entry
        self._note(asked)

    def die_during(self, asked: Asked) -> None:
        """On paper, what was not written to its end was not written."""

    def turn_away(self, statement: int) -> None:
        """There is no database that could."""

    def entries(self) -> int:
        return self.book.entries

    def balance(self, account: str, commodity: str) -> int:
        return self.book.balances.get((account, commodity), 0)

    def balances(self) -> dict[tuple[str, str], int]:
        return {key: amount for key, amount in self.book.balances.items() if amount}

    def open_holds(self) -> set[str]:
        return set(self._holds)

    def check(self) -> None:
        assert not any(self.book.trial_balance().values())
        for code in self._lines:
            for commodity, _ in _grant((0, 0)).amounts():
                self.book.numbers(code, commodity)

    def _fund(self, asked: Fund) -> tuple[EntryKind, str, Sequence[Posting]]:
        return EntryKind.FUND, f"pool/{POOL}", ledger.fund(POOL, Money(asked.cents, CURRENCY))

    def _commit(self, asked: Commit) -> tuple[EntryKind, str, Sequence[Posting]]:
        amount = _grant(asked.amount)
        known = {asked.line: self._line(asked.line)} if asked.line in self._lines else {}
        free = Money(self.balance(f"pool/{POOL}", CURRENCY), CURRENCY)
        given = [LineGrant(asked.line, amount.time, amount.subsidy)]
        return EntryKind.COMMIT, asked.line, ledger.commit(POOL, free, given, known)

    def _hold(self, asked: Hold) -> tuple[EntryKind, str, Sequence[Posting]]:
        if asked.expires_at <= asked.at:
            raise ledger.HoldExpired(key=asked.key, expires_at=asked.expires_at)
        line = self._line(asked.line)
        return EntryKind.HOLD, asked.line, ledger.hold(line, _grant(asked.amount))

    def _settle(self, asked: Settle) -> tuple[EntryKind, str, Sequence[Posting]]:
        code, held = self._open_hold(asked.hold)
        used, own = _grant(asked.amount), Money(asked.own, CURRENCY)
        postings = ledger.settle(self._line(code), _grant(held), used, own)
        return EntryKind.SETTLE, code, postings

    def _release(self, asked: Release) -> tuple[EntryKind, str, Sequence[Posting]]:
        code, held = self._open_hold(asked.hold)
        return EntryKind.RELEASE, code, ledger.release(self._line(code), _grant(held))

    def _charge(self, asked: Charge) -> tuple[EntryKind, str, Sequence[Posting]]:
        line, own = self._line(asked.line), Money(asked.own, CURRENCY)
        return EntryKind.CHARGE, asked.line, ledger.charge(line, _grant(asked.amount), own)

    def _reduce(self, asked: Reduce) -> tuple[EntryKind, str, Sequence[Posting]]:
        line = self._line(asked.line)
        return EntryKind.REDUCE, asked.line, ledger.reduce(line, _grant(asked.amount), POOL)

    def _return(self, asked: Return) -> tuple[EntryKind, str, Sequence[Posting]]:
        return EntryKind.RETURN, asked.line, ledger.give_back(self._line(asked.line))

    def _reverse(self, asked: Reverse) -> tuple[EntryKind, str, Sequence[Posting]]:
        entry = self._entries.get(asked.of)
        if entry is None:
            raise ledger.UnknownEntry(number=0)
        if asked.of in self._reversed:
            raise ledger.AlreadyReversed(number=entry.number)
        codes = {
            posting.account.split("/")[1]
            for posting in entry.postings
            if posting.account.startswith("award/")
        }
        lines = [self._line(code) for code in sorted(codes)]
        return EntryKind.REVERSE, entry.subject, ledger.reverse(entry, lines, self.balance)

    def _note(self, asked: Asked) -> None:
        match asked:
            case Commit():
                self._lines.setdefault(asked.line, False)
            case Hold():
                self._holds[asked.key] = asked.line, asked.amount
            case Settle() | Release():
                del self._holds[asked.hold]
                self._ended.add(asked.hold)
            case Return():
                self._lines[asked.line] = True
            case Reverse():
                self._reversed.add(asked.of)
                of = self._asked[asked.of]
                if isinstance(of, Return):
                    self._lines[of.line] = False

    def _line(self, code: str) -> ledger.Line:
        if code not in self._lines:
            raise ledger.UnknownLine(line=code)
        commodities = [commodity for commodity, _ in _grant((0, 0)).amounts()]

        def stands(part: Part) -> Grant:
            account = ledger.line_account(code, part)
            time, money = (self.balance(account, commodity) for commodity in commodities)
            return _grant((time, money))

        return ledger.Line(
            code=code,
            pool=POOL,
            free=stands(Part.FREE),
            in_flight=stands(Part.IN_FLIGHT),
            used=stands(Part.USED),
            is_closed=self._lines[code],
        )

    def _open_hold(self, key: str) -> tuple[str, Pair]:
        if key in self._ended:
            raise ledger.HoldEnded(key=key, state="ended")
        if key not in self._holds:
            raise ledger.HoldUnknown(key=key)
        return self._holds[key]

    def _check_amounts(self, asked: Asked) -> None:
        amounts = [*getattr(asked, "amount", ())]
        amounts += [getattr(asked, name) for name in ("own", "cents") if hasattr(asked, name)]
        if amounts:
            check_amounts(*amounts, may_be_nothing=isinstance(asked, Settle))


def _grant(pair: Pair) -> Grant:
    time, money = pair
    return Grant(CardTime(time, DEVICE_MODEL), Money(money, CURRENCY))


def _content(asked: Asked) -> list[object]:
    names = (field.name for field in fields(asked))
    same = [getattr(asked, name) for name in names if name not in ("at", "expires_at")]
    return [type(asked), *same]
