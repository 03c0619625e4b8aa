"""The one way into a book: lock it, see whether the key is new, post.

Every command of the book walks the same four steps: ``OpenBook.lock`` takes the book's row until
the transaction ends; ``answered`` looks for an entry of the same key; a function of
``core.ledger`` says what to post, or refuses; ``post`` writes entry, postings, balances and head.
The statements stand in ``sql``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db import connection

from praya.apps.books import sql
from praya.apps.books.models import Book, Entry, Hold, Line
from praya.apps.books.naming import in_book_of
from praya.apps.books.rules import check_period_open, entry_id
from praya.core import ledger
from praya.core.actor import Actor

NO_FACTS: Mapping[str, Any] = MappingProxyType({})
_LINE_FIELDS = [column.attname for column in Line._meta.concrete_fields]  # noqa: SLF001 -- public
_HOLD_FIELDS = [column.attname for column in Hold._meta.concrete_fields]  # noqa: SLF001 -- public


@dataclass(frozen=True)
class Request:
    """What a command was asked to do: the kind, its key, and all that makes it the same again."""

    kind: ledger.EntryKind
    key: str
    content: tuple[object, ...]

    @cached_property
    def sha256(self) -> str:
        """The fingerprint that is compared when a key comes a second time."""
        return ledger.request_hash(self.kind.value, *self.content)


@dataclass(slots=True)
class _Unsent:
    """What is posted and not written yet; of a balance, how it stands after the last."""

    entries: list[list[object]] = field(default_factory=list)
    postings: list[sql.Row] = field(default_factory=list)
    balances: dict[sql.Row, sql.Row] = field(default_factory=dict)
    then: list[sql.Statement] = field(default_factory=list)


@dataclass(slots=True)
class OpenBook:
    """A book that nobody else can write in until the transaction ends, and what was read of it."""

    id: int
    programme_code: str
    entries: int
    head_sha256: str
    closed_until: date | None
    open_from: datetime | None
    keys: dict[str, tuple[int, str] | None] = field(default_factory=dict)
    holds: dict[str, Hold | None] = field(default_factory=dict)
    rows: dict[str, tuple[Line, ledger.Line] | None] = field(default_factory=dict)
    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    accounts_read: set[str] = field(default_factory=set)
    unsent: _Unsent = field(default_factory=_Unsent)
    is_gathering: bool = False

    @classmethod
    def lock(
        cls, programme_code: str, *, key: str = "", line_code: str = "", hold_key: str = ""
    ) -> OpenBook:
        """Lock the programme's book, which is made on first use.

        Lock before asking what is free: two holds must not see the same remainder. What is known
        to be asked next, a key and a line, or a key and a hold, is read in the same trip.
        """
        assert connection.in_atomic_block, "a book is locked by a transaction"
        ahead = [sql.key_used(programme_code, key)] if key else []
        if line_code:
            ahead.append(sql.lines_of_codes(programme_code, [line_code]))
        elif hold_key:
            ahead.append(sql.hold_of_key(programme_code, hold_key))
            ahead.append(sql.line_of_hold(programme_code, hold_key))
        lock = sql.lock_book(programme_code)
        locked, *answers = sql.read([*lock, *ahead])[len(lock) - 1 :]
        if not locked:
            Book.objects.get_or_create(programme_code=programme_code)
            locked, *answers = sql.read([*lock, *ahead])[len(lock) - 1 :]
        [(book_id, entries, head, closed_until, open_from)] = locked
        book = cls(book_id, programme_code, entries, head, closed_until, sql.aware(open_from))
        if key:
            book._keep_key(key, answers.pop(0))
        if line_code:
            book.rows[line_code] = None
        elif hold_key:
            book._keep_hold(hold_key, answers.pop(0))
        if answers:
            book._keep_lines(answers.pop(0))
        return book

    def answered(self, request: Request) -> Entry | None:
        """The entry an earlier call with the same key made, or ``None``.

        A record of a batch is answered by the entry that charged it.

        Raises:
            KeyReused: the key was used for something else.

        """
        if request.key not in self.keys:
            [rows] = sql.read([sql.key_used(self.programme_code, request.key)])
            self._keep_key(request.key, rows)
        used = self.keys[request.key]
        if used is None:
            return None
        number, sha256 = used
        if sha256 != request.sha256:
            raise ledger.KeyReused(key=request.key, number=number)
        return Entry.objects.get(programme_code=self.programme_code, number=number)

    def check_period(self, now: datetime) -> None:
        """Refuse to write into a period that was closed.

        Raises:
            PeriodClosed: the instant lies before the open period.

        """
        with in_book_of(self.programme_code):
            check_period_open(now, open_from=self.open_from, closed_until=self.closed_until)

    def lines(self, codes: Iterable[str]) -> dict[str, tuple[Line, ledger.Line]]:
        """Rows and snapshots of lines by code, those there are; their balances stay at hand."""
        codes = list(codes)
        missing = [code for code in codes if code not in self.rows]
        if missing:
            self.rows.update(dict.fromkeys(missing))
            [rows] = sql.read([sql.lines_of_codes(self.programme_code, missing)])
            self._keep_lines(rows)
        return {code: known for code in codes if (known := self.rows[code]) is not None}

    def line(self, code: str) -> tuple[Line, ledger.Line]:
        """Row and snapshot of one line.

        Raises:
            UnknownLine: the book has no such line.

        """
        found = self.lines([code]).get(code)
        if found is None:
            raise ledger.UnknownLine(line=code)
        return found

    def hold(self, key: str) -> Hold:
        """A hold and its line, whatever has become of it.

        Raises:
            HoldUnknown: the book has no such hold.

        """
        if key not in self.holds:
            where = self.programme_code, key
            rows, lines = sql.read([sql.hold_of_key(*where), sql.line_of_hold(*where)])
            self._keep_hold(key, rows)
            self._keep_lines(lines)
        hold = self.holds[key]
        if hold is None:
            raise ledger.HoldUnknown(key=key)
        return hold

    def balance(self, account: str, commodity: str) -> int:
        """What stands on an account."""
        return self.standing(account, commodity) or 0

    def standing(self, account: str, commodity: str) -> int | None:
        """What stands on an account; ``None`` if nothing ever did."""
        self._read({account})
        return self.balances.get((account, commodity))

    def post(  # noqa: PLR0913 -- keyword-only facts of one entry
        self,
        request: Request,
        postings: tuple[ledger.Posting, ...],
        *,
        subject: str,
        by: Actor,
        now: datetime,
        facts: Mapping[str, Any],
        lines: Iterable[Line] = (),
        reverses: int | None = None,
        then: Sequence[sql.Statement] = (),
    ) -> Entry:
        """Write one entry: itself, its postings, the balances they change, and the new head.

        What it makes free on a line pays the line's overrun first.
        ``lines`` are the rows of the lines whose accounts are touched. ``then`` are statements
        that belong to it and go the same way.

        Raises:
            PeriodClosed: ``now`` lies before the open period.
            AmountTooLarge: more would stand on an account than can be added up.

        """
        assert ledger.balanced(postings), postings
        self.check_period(now)
        self._read(_touched(postings))
        postings = ledger.pay_overruns(postings, self.balance)
        ledger.check_sums(postings, self.balance)
        core = ledger.Entry(
            number=self.entries + 1,
            kind=request.kind,
            key=request.key,
            at=now,
            subject=subject,
            postings=postings,
            by_id=by.person_id,
            by_name=" ".join(by.name.split()),
            request=request.sha256,
            facts=dict(facts),
            reverses=reverses,
        )
        entry = self._entry(core)
        unsent = self.unsent
        unsent.entries.append(_columns(entry))
        if postings:
            unsent.postings += [(entry.pk, p.account, p.commodity, p.amount) for p in postings]
            unsent.balances |= {row[1:3]: row for row in self._moved(postings, lines)}
        unsent.then += then
        self.entries, self.head_sha256 = entry.number, entry.sha256
        self.keys[entry.key] = entry.number, entry.request_sha256
        if not self.is_gathering:
            self._send()
        return entry

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """What is posted meanwhile is written at the end: many entries in few statements."""
        self.is_gathering = True
        yield
        self.is_gathering = False
        self._send()

    def _send(self) -> None:
        unsent, self.unsent = self.unsent, _Unsent()
        if unsent.entries:
            sql.write(
                [
                    *sql.insert_entries(unsent.entries),
                    *sql.insert_postings(unsent.postings),
                    *sql.set_balances(list(unsent.balances.values())),
                    sql.move_head(self.id, self.entries, self.head_sha256),
                    *unsent.then,
                ]
            )

    def next_id(self) -> int:
        """The id of the entry that is posted next."""
        return entry_id(self.id, self.entries + 1)

    def _entry(self, core: ledger.Entry) -> Entry:
        entry = Entry(
            id=self.next_id(),
            programme_code=self.programme_code,
            number=core.number,
            kind=core.kind.value,
            key=core.key,
            request_sha256=core.request,
            at=core.at,
            by_id=core.by_id,
            by_name=core.by_name,
            subject=core.subject,
            reverses=core.reverses,
            facts=core.facts,  # type: ignore[misc]  # a text to the plugin, a value to us
            previous_sha256=self.head_sha256,
            sha256=ledger.entry_hash(self.head_sha256, core),
        )
        entry._state.adding = False  # noqa: SLF001 -- documented for instances made by hand
        entry._state.db = connection.alias  # noqa: SLF001 -- as above
        return entry

    def _moved(
        self, postings: tuple[ledger.Posting, ...], lines: Iterable[Line]
    ) -> list[tuple[object, ...]]:
        """The balances that postings change, as rows; kept here as well."""
        self._read({posting.account for posting in postings})
        ids = {line.code: line.pk for line in lines}
        rows: list[tuple[object, ...]] = []
        for posting in postings:
            account, commodity = posting.account, posting.commodity
            amount = self.balances.get((account, commodity), 0) + posting.amount
            may_be_negative = ledger.may_be_negative(account)
            assert may_be_negative or amount >= 0, (posting, amount)
            self.balances[account, commodity] = amount
            line_id, part = None, ""
            if account.startswith("award/"):
                _, code, part = account.split("/")
                line_id = ids[code]
            rows.append(
                (self.programme_code, account, commodity, amount, line_id, part, may_be_negative)
            )
        self.rows.clear()  # what was read of the lines is no longer so
        return rows

    def _read(self, accounts: set[str]) -> None:
        missing = sorted(accounts - self.accounts_read)
        if missing:
            [rows] = sql.read([sql.balances_of(self.programme_code, missing)])
            self._keep_balances(rows)
            self.accounts_read.update(missing)

    def _keep_key(self, key: str, rows: list[sql.Row]) -> None:
        assert len(rows) <= 1, rows
        self.keys[key] = (rows[0][0], rows[0][1]) if rows else None

    def _keep_balances(self, rows: Iterable[sql.Row]) -> None:
        for account, commodity, amount in rows:
            self.balances[account, commodity] = amount

    def _keep_hold(self, key: str, rows: list[sql.Row]) -> None:
        self.holds[key] = None
        for row in rows:
            self.holds[key] = Hold.from_db(connection.alias, _HOLD_FIELDS, _with_instants(row))

    def _keep_lines(self, rows: list[sql.Row]) -> None:
        self._keep_balances(row[-3:] for row in rows)
        for line_id, columns in {row[0]: row[:-3] for row in rows}.items():
            line = Line.from_db(connection.alias, _LINE_FIELDS, _with_instants(columns))
            self.rows[line.code] = line, self._snapshot(line)
            self.accounts_read |= {ledger.line_account(line.code, part) for part in ledger.Part}
            self.accounts_read |= {ledger.REVENUE, ledger.receivable_account(line.award_code)}
            for hold in self.holds.values():
                if hold is not None and hold.line_id == line_id:
                    hold.line = line

    def _snapshot(self, line: Line) -> ledger.Line:
        time, money = (commodity for commodity, _ in line.grant().amounts())

        def grant(part: ledger.Part) -> ledger.Grant:
            account = ledger.line_account(line.code, part)
            seconds = self.balances.get((account, time), 0)
            return line.grant(time_s=seconds, minor=self.balances.get((account, money), 0))

        standing = ledger.Line(
            code=line.code,
            pool=line.pool,
            free=grant(ledger.Part.FREE),
            in_flight=grant(ledger.Part.IN_FLIGHT),
            used=grant(ledger.Part.USED),
            is_closed=line.closed_at is not None,
        )
        return ledger.as_paid(standing, grant(ledger.Part.OVERRUN))


def _touched(postings: Iterable[ledger.Posting]) -> set[str]:
    """The accounts of postings, and all those of the lines among them."""
    accounts = {posting.account for posting in postings}
    codes = {account.split("/")[1] for account in accounts if account.startswith("award/")}
    return accounts | {ledger.line_account(code, part) for code in codes for part in ledger.Part}


def _columns(entry: Entry) -> list[object]:
    """An entry as ``sql.insert_entries`` takes it."""
    return [
        entry.pk,
        entry.programme_code,
        entry.number,
        entry.kind,
        entry.key,
        entry.request_sha256,
        sql.instant(entry.at),
        entry.by_id,
        entry.by_name,
        entry.subject,
        entry.reverses,
        ledger.canonical_json(entry.facts),
        entry.previous_sha256,
        entry.sha256,
    ]


def _with_instants(row: Sequence[Any]) -> list[Any]:
    return [sql.aware(value) if isinstance(value, datetime) else value for value in row]
