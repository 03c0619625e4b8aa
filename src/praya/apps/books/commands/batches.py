"""Usage by the ten thousand: one transaction, one entry for each line, one row for each record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from praya.apps.books import sql
from praya.apps.books.models import Entry, Line
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.apps.books.rules import BATCH_KEY, HoldState, late_facts
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Grant, check_amounts
from praya.core.ledger.batch import Use, records_hash, settle_many, use_hash
from praya.core.ledger.kinds import check_commodities
from praya.core.quantity import CardTime, Money, commodity_of_time
from praya.core.refusal import Refusal

PRAYA = Actor.praya("book")

_NOT_POSTED = 0  # the number of an entry until the batch is posted
_SETTLE, _CHARGE = EntryKind.SETTLE.value, EntryKind.CHARGE.value


@dataclass(frozen=True, slots=True)
class UseRecord:
    """A use to be charged, under a key of its own: to a line, or to the hold that it ends.

    ``used_on`` is the day of the use; if its period was closed, the entry's facts say so.
    """

    key: str
    time: CardTime
    subsidy: Money
    own: Money
    line_code: str = ""
    hold_key: str = ""
    used_on: date | None = None

    @property
    def request_sha256(self) -> str:
        """The fingerprint that the single command would have: a record is known by either way."""
        return use_hash(
            _SETTLE if self.hold_key else _CHARGE,
            self.hold_key or self.line_code,
            (commodity_of_time(self.time.device_model), self.time.seconds),
            (self.subsidy.currency, self.subsidy.minor),
            (self.own.currency, self.own.minor),
        )


@dataclass(slots=True)
class Charged:
    """What a batch did: its entries by line, and the keys that had been charged before."""

    entries: dict[str, Entry] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Ready:
    """A record that will be charged: its row, but for its book and entry; its line and hold."""

    row: tuple[str, str, str, int, int, int]
    line_code: str
    held: tuple[int, int]
    hold_id: int | None
    used_on: date | None


@transaction.atomic
def charge_many(
    *,
    programme_code: str,
    records: Sequence[UseRecord],
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> tuple[Charged, dict[str, Refusal]]:
    """Charge many uses at once: one entry for each line, and a row for each record behind it.

    The entry moves exactly what ``settle_hold`` and ``charge_line`` would have moved, record by
    record in the order given; its facts carry the number of records and a hash over them. A record
    whose key was charged before, by this command or those, is not charged again. A record that is
    refused is among the findings, by its key, and does not stop the others. The caller checks
    access and writes the audit line. Content of a record's key: its line or hold, and amounts.

    Findings:
        AmountNotPositive: nothing, or less, is charged; zero is fine for what ends a hold.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        HoldUnknown: the book has no such hold.
        HoldEnded: it was settled or released before.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model or currency.

    Raises:
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    assert all(bool(record.line_code) != bool(record.hold_key) for record in records)
    book = OpenBook.lock(programme_code)
    book.check_period(now)
    charged, findings = Charged(), dict[str, Refusal]()
    ready = _ready(book, records, charged, findings)
    by_line: dict[str, list[_Ready]] = defaultdict(list)
    for one in ready.values():
        by_line[one.line_code].append(one)
    known = book.lines(by_line)
    rows: list[sql.Row] = []
    with book.gathering():
        for line_code, some in sorted(by_line.items()):
            row, line = known[line_code]
            entry, of_entry = _post(book, row, line, some, by=by, now=now, facts=facts)
            charged.entries[line_code] = entry
            rows += of_entry
    sql.insert_records(rows)
    for key, refusal in findings.items():
        if isinstance(refusal, ledger.KeyReused) and key in ready:
            number = charged.entries[ready[key].line_code].number
            findings[key] = ledger.KeyReused(key=key, number=number)
    return charged, findings


def _ready(
    book: OpenBook,
    records: Sequence[UseRecord],
    charged: Charged,
    findings: dict[str, Refusal],
) -> dict[str, _Ready]:
    """Those that are new and that nothing stands against, by key, in the order given.

    A record that is refused leaves its key and its hold as they were, to those that come after it.
    """
    [rows] = sql.read([sql.keys_used(book.programme_code, [record.key for record in records])])
    used: dict[str, tuple[int, str]] = {key: (number, sha256) for key, number, sha256 in rows}
    keys = [record.hold_key for record in records if record.hold_key]
    [rows] = sql.read([sql.holds_of_keys(book.programme_code, keys)])
    holds = {row[1]: row for row in rows}
    codes = {row[2] for row in rows} | {record.line_code for record in records} - {""}
    lines = {code: line for code, (_, line) in book.lines(codes).items()}
    ended: set[str] = set()
    ready: dict[str, _Ready] = {}
    for record in records:
        amounts = record.time.seconds, record.subsidy.minor, record.own.minor
        try:
            check_amounts(*amounts, may_be_nothing=bool(record.hold_key))
            sha256 = record.request_sha256
            if record.key in used:
                _check_same(record, sha256, *used[record.key])
                charged.repeated.append(record.key)
                continue
            hold_id, line_code, held = _hold_of(record, holds, ended)
            if line_code not in lines:
                raise ledger.UnknownLine(line=line_code)
            _check_counted(lines[line_code], record)
        except Refusal as refusal:
            findings[record.key] = refusal
        else:
            used[record.key] = _NOT_POSTED, sha256
            ended.add(record.hold_key)
            row = record.key, sha256, record.hold_key, *amounts
            ready[record.key] = _Ready(row, line_code, held, hold_id, record.used_on)
    return ready


def _check_same(record: UseRecord, sha256: str, number: int, used_sha256: str) -> None:
    if sha256 != used_sha256:
        raise ledger.KeyReused(key=record.key, number=number)


def _check_counted(line: ledger.Line, record: UseRecord) -> None:
    counted = line.free.time.device_model, line.free.subsidy.currency, line.free.subsidy.currency
    if counted != (record.time.device_model, record.subsidy.currency, record.own.currency):
        check_commodities(line, Grant(record.time, record.subsidy))
        check_commodities(line, Grant(record.time, record.own))


def _hold_of(
    record: UseRecord, holds: Mapping[str, sql.Row], ended: set[str]
) -> tuple[int | None, str, tuple[int, int]]:
    """The hold that a record ends, its line and what it holds; without one, nothing."""
    if not record.hold_key:
        return None, record.line_code, (0, 0)
    row = holds.get(record.hold_key)
    if row is None:
        raise ledger.HoldUnknown(key=record.hold_key)
    hold_id, key, line_code, time_s, subsidy_minor, state = row
    if key in ended:
        state = HoldState.SETTLED.value
    if state != HoldState.OPEN.value:
        raise ledger.HoldEnded(key=key, state=state)
    return hold_id, line_code, (time_s, subsidy_minor)


def _post(
    book: OpenBook,
    row: Line,
    line: ledger.Line,
    some: Sequence[_Ready],
    *,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any],
) -> tuple[Entry, list[sql.Row]]:
    """One entry for the records of one line, and their rows, which are still to be inserted."""
    entry_id = book.next_id()
    rows = [one.row for one in some]
    uses = [Use(one.held, (one.row[3], one.row[4]), one.row[5]) for one in some]
    digest = records_hash(rows)
    hold_ids = [one.hold_id for one in some if one.hold_id is not None]
    days = [one.used_on for one in some if one.used_on is not None]
    entry = book.post(
        Request(
            EntryKind.SETTLE if hold_ids else EntryKind.CHARGE,
            f"{BATCH_KEY}{digest[:40]}:{line.code}",
            (line.code, digest),
        ),
        settle_many(line, uses),
        subject=line.code,
        by=by,
        now=now,
        facts={
            **facts,
            **late_facts(min(days, default=None), book.closed_until),
            "records": len(some),
            "records_sha256": digest,
        },
        lines=[row],
        then=[sql.end_holds(hold_ids, at=now, entry_id=entry_id)] if hold_ids else [],
    )
    return entry, [(book.programme_code, entry_id, *record) for record in rows]
