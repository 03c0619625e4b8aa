"""The book on paper: ``core.ledger`` with dictionaries where the tables would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.simulation.asking import (
    BILLING,
    CURRENCY,
    KINDS,
    PERIOD_LAST,
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
    amounts_of,
    commodities_of,
    content_of,
    model_of,
    number_of,
    opening_after,
)

from praya.core import ledger
from praya.core.ledger import (
    EntryKind,
    Grant,
    LineGrant,
    Move,
    Part,
    Posting,
    billing,
    check_amounts,
)
from praya.core.ledger.batch import Use, settle_many
from praya.core.ledger.undoing import uncharge
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

Subject = str
Postings = Sequence[Posting]


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
        self._batch_of: dict[str, str] = {}  # the key of its entry, for each use in a batch
        self._undone: set[str] = set()
        self._open_from: datetime | None = None

    def do(self, asked: Asked) -> dict[str, str]:
        if isinstance(asked, Close):
            until = opening_after(asked)
            self._open_from = max(until, self._open_from or until)
            return {}
        if isinstance(asked, Batch):
            return self._batch(asked)
        self._post(asked)
        return {}

    def _post(self, asked: Asked) -> None:
        if not isinstance(asked, BILLING):
            _check_amounts(asked)
        if self._is_answered(asked):
            return
        if not isinstance(asked, PERIOD_LAST):
            self._check_period(asked)
        subject, postings = getattr(self, f"_{type(asked).__name__.lower()}")(asked)
        self._check_period(asked)
        kind = EntryKind(KINDS[type(asked)])
        self._entries[asked.key] = self._enter(kind, asked, asked.key, subject, postings)
        self._asked[asked.key] = asked
        self._note(asked)

    def _enter(
        self, kind: EntryKind, asked: Asked, key: str, subject: str, postings: Postings
    ) -> ledger.Entry:
        number = self.book.entries + 1
        postings = ledger.pay_overruns(postings, self.balance)
        entry = ledger.Entry(number, kind, key, asked.at, subject, tuple(postings))
        self.book.post(entry)
        return entry

    def _is_answered(self, asked: Asked) -> bool:
        first = self._asked.get(asked.key)
        if first is None:
            return False
        if content_of(first) != content_of(asked):
            raise ledger.KeyReused(key=asked.key, number=0)
        return True

    def _batch(self, asked: Batch) -> dict[str, str]:
        """What is refused of each use, and one entry for the others of each line."""
        self._check_period(asked)
        found: dict[str, str] = {}
        by_line: dict[str, list[Use]] = {}
        lines: dict[str, ledger.Line] = {}
        for use in asked.uses:
            try:
                _check_amounts(use)
                if self._is_answered(use):
                    continue
                is_settled = isinstance(use, Settle)
                code, held = self._open_hold(use.hold) if is_settled else (use.line, (0, 0))
                lines.setdefault(code, self._line(code))
            except Refusal as refusal:
                found[use.key] = refusal.code
                continue
            by_line.setdefault(code, []).append(Use(held, use.amount, use.own))
            self._batch_of[use.key] = f"{asked.key}/{code}"
            self._asked[use.key] = use
            self._note(use)
        for code, uses in by_line.items():
            held = any(any(use.held) for use in uses)
            kind, key = EntryKind.SETTLE if held else EntryKind.CHARGE, f"{asked.key}/{code}"
            postings = settle_many(lines[code], uses)
            self._entries[key] = self._enter(kind, asked, key, code, postings)
        return found

    def _check_period(self, asked: Asked) -> None:
        if self._open_from is not None and asked.at < self._open_from:
            raise ledger.PeriodClosed(closed_until=None, at=asked.at)

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
            for commodity in commodities_of(code):
                self.book.numbers(code, commodity)

    def _fund(self, asked: Fund) -> tuple[Subject, Postings]:
        return f"pool/{POOL}", ledger.fund(POOL, Money(asked.cents, CURRENCY))

    def _lapse(self, asked: Lapse) -> tuple[Subject, Postings]:
        free = self._cents(f"pool/{POOL}")
        return f"pool/{POOL}", ledger.lapse(POOL, free, Money(asked.cents, CURRENCY))

    def _commit(self, asked: Commit) -> tuple[Subject, Postings]:
        amount = _grant(asked.line, asked.amount)
        known = {asked.line: self._line(asked.line)} if asked.line in self._lines else {}
        free = Money(self.balance(f"pool/{POOL}", CURRENCY), CURRENCY)
        given = [LineGrant(asked.line, amount.time, amount.subsidy)]
        return asked.line, ledger.commit(POOL, free, given, known)

    def _hold(self, asked: Hold) -> tuple[Subject, Postings]:
        if asked.expires_at <= asked.at:
            raise ledger.HoldExpired(key=asked.key, expires_at=asked.expires_at)
        line = self._line(asked.line)
        return asked.line, ledger.hold(line, _grant(asked.line, asked.amount))

    def _settle(self, asked: Settle) -> tuple[Subject, Postings]:
        code, held = self._open_hold(asked.hold)
        used, own = _grant(code, asked.amount), Money(asked.own, CURRENCY)
        postings = ledger.settle(self._line(code), _grant(code, held), used, own)
        return code, postings

    def _release(self, asked: Release) -> tuple[Subject, Postings]:
        code, held = self._open_hold(asked.hold)
        return code, ledger.release(self._line(code), _grant(code, held))

    def _charge(self, asked: Charge) -> tuple[Subject, Postings]:
        line, own = self._line(asked.line), Money(asked.own, CURRENCY)
        return asked.line, ledger.charge(line, _grant(asked.line, asked.amount), own)

    def _uncharge(self, asked: Uncharge) -> tuple[Subject, Postings]:
        entry = self._batch_of.get(asked.undoes, asked.undoes)
        if entry in self._reversed:
            raise ledger.AlreadyReversed(number=self._entries[entry].number)
        line, own = self._line(asked.line), Money(asked.own, CURRENCY)
        return asked.line, uncharge(line, _grant(asked.line, asked.amount), own)

    def _freeuse(self, asked: FreeUse) -> tuple[Subject, Postings]:
        used = CardTime(asked.seconds, model_of(asked.line))
        return asked.line, ledger.free_use(self._line(asked.line), used)

    def _reduce(self, asked: Reduce) -> tuple[Subject, Postings]:
        line = self._line(asked.line)
        return asked.line, ledger.reduce(line, _grant(asked.line, asked.amount), POOL)

    def _return(self, asked: Return) -> tuple[Subject, Postings]:
        return asked.line, ledger.give_back(self._line(asked.line))

    def _reverse(self, asked: Reverse) -> tuple[Subject, Postings]:
        entry = self._entries.get(asked.of)
        if entry is None:
            raise ledger.UnknownEntry(number=0)
        if asked.of in self._reversed:
            raise ledger.AlreadyReversed(number=entry.number)
        within = {use for use, key in self._batch_of.items() if key == asked.of}
        if self._undone & {asked.of, *within}:
            raise ledger.CannotReverse(account="", commodity="", short=0)
        codes = {
            posting.account.split("/")[1]
            for posting in entry.postings
            if posting.account.startswith("award/")
        }
        lines = [self._line(code) for code in sorted(codes)]
        return entry.subject, ledger.reverse(entry, lines, self.balance)

    def _adjust(self, asked: Adjust) -> tuple[Subject, Postings]:
        source, target = (f"award/{line}/{part}" for part, line in (asked.source, asked.target))
        commodity = commodities_of(asked.source[1])[asked.is_money]
        move = Move(source, target, commodity, asked.number)
        codes = {code for _, code in (asked.source, asked.target) if code in self._lines}
        lines = [self._line(code) for code in sorted(codes)]
        return source, ledger.adjust(move, lambda *place: self.book.balances.get(place), lines)

    def _transfer(self, asked: Transfer) -> tuple[Subject, Postings]:
        source, target = self._line(asked.line), self._line(asked.target)
        return asked.line, ledger.transfer(source, target, _grant(asked.line, asked.amount))

    def _exchange(self, asked: Exchange) -> tuple[Subject, Postings]:
        source, target = self._line(asked.line), self._line(asked.target, is_new=True)
        taken = CardTime(asked.taken, model_of(asked.target))
        given = _grant(asked.line, asked.amount)
        return asked.line, ledger.exchange(source, target, given, taken)

    def _recover(self, asked: Recover) -> tuple[Subject, Postings]:
        return asked.award, ledger.recover(asked.award, POOL, Money(asked.cents, CURRENCY))

    def _repay(self, asked: Repay) -> tuple[Subject, Postings]:
        return asked.award, ledger.repay(asked.award, POOL, *self._debt(asked))

    def _writeoff(self, asked: WriteOff) -> tuple[Subject, Postings]:
        return asked.award, ledger.write_off(asked.award, POOL, *self._debt(asked))

    def _setoff(self, asked: SetOff) -> tuple[Subject, Postings]:
        line, cut = self._line(asked.line), _grant(asked.line, asked.amount)
        owed = self._cents(f"debt/{asked.award}")
        return asked.line, ledger.set_off(line, cut, asked.award, POOL, owed)

    def _debt(self, asked: Repay | WriteOff) -> tuple[Money, Money]:
        return self._cents(f"debt/{asked.award}"), Money(asked.cents, CURRENCY)

    def _invoice(self, asked: Invoice) -> tuple[Subject, Postings]:
        own = Money(asked.cents, CURRENCY)
        return asked.award, billing.invoice(asked.award, number_of(asked.key), own)

    def _credit(self, asked: Credit) -> tuple[Subject, Postings]:
        left, amount = self._open(asked)
        if not asked.ahead_of:
            paid, undone = Money(asked.paid, CURRENCY), Money(asked.undone, CURRENCY)
            postings = billing.credit(
                "H-0001", asked.invoice, left, amount, paid=paid, undone=undone
            )
            return asked.invoice, postings
        owed = self._cents(f"receivable/{asked.ahead_of}")
        unused = Money(max(-owed.minor, 0), CURRENCY)
        postings = billing.credit_ahead(asked.ahead_of, asked.invoice, left, unused, amount)
        return asked.invoice, postings

    def _pay(self, asked: Pay) -> tuple[Subject, Postings]:
        return asked.invoice, billing.pay(asked.invoice, *self._open(asked))

    def _unpay(self, asked: Unpay) -> tuple[Subject, Postings]:
        return asked.invoice, billing.unpay(asked.invoice, Money(asked.cents, CURRENCY))

    def _open(self, asked: Credit | Pay) -> tuple[Money, Money]:
        return self._cents(f"invoice/{asked.invoice}"), Money(asked.cents, CURRENCY)

    def _claim(self, asked: Claim) -> tuple[Subject, Postings]:
        codes = [code for code in sorted(self._lines) if ledger.award_of(code) == asked.award]
        amount = Money(asked.cents, CURRENCY)
        lines = [self._line(code) for code in codes]
        return asked.award, billing.claim(lines, number_of(asked.key), amount)

    def _reimburse(self, asked: Reimburse) -> tuple[Subject, Postings]:
        amount = Money(asked.cents, CURRENCY)
        return asked.award, billing.reimburse(number_of(asked.key), amount)

    def _note(self, asked: Asked) -> None:
        match asked:
            case Commit():
                self._lines.setdefault(asked.line, False)
            case Exchange():
                self._lines.setdefault(asked.target, False)
            case Hold():
                self._holds[asked.key] = asked.line, asked.amount
            case Settle() | Release():
                del self._holds[asked.hold]
                self._ended.add(asked.hold)
            case Return():
                self._lines[asked.line] = True
            case Uncharge():
                self._undone.add(asked.undoes)
            case Reverse():
                self._reversed.add(asked.of)
                of = self._asked.get(asked.of)  # none: it came of a batch
                if isinstance(of, Return):
                    self._lines[of.line] = False

    def _line(self, code: str, *, is_new: bool = False) -> ledger.Line:
        if code not in self._lines and not is_new:
            raise ledger.UnknownLine(line=code)

        def stands(part: Part) -> Grant:
            account = ledger.line_account(code, part)
            time, money = (self.balance(account, commodity) for commodity in commodities_of(code))
            return _grant(code, (time, money))

        return ledger.Line(
            code=code,
            pool=POOL,
            free=stands(Part.FREE),
            in_flight=stands(Part.IN_FLIGHT),
            used=stands(Part.USED),
            is_closed=self._lines.get(code, False),
            overrun=stands(Part.OVERRUN),
        )

    def _open_hold(self, key: str) -> tuple[str, Pair]:
        if key in self._ended:
            raise ledger.HoldEnded(key=key, state="ended")
        if key not in self._holds:
            raise ledger.HoldUnknown(key=key)
        return self._holds[key]

    def _cents(self, account: str) -> Money:
        return Money(self.balance(account, CURRENCY), CURRENCY)


def _check_amounts(asked: Asked) -> None:
    for amounts in amounts_of(asked):
        check_amounts(*amounts, may_be_nothing=isinstance(asked, Settle))


def _grant(line: str, pair: Pair) -> Grant:
    time, money = pair
    return Grant(CardTime(time, model_of(line)), Money(money, CURRENCY))
