"""A scratch book: made, worked at by the commands, filled in bulk, and read."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.seed.book import AT_ONCE, Writer, copy_rows, store_balances, store_postings
from praya.apps.books import commands, queries, sql
from praya.apps.books.commands import UseRecord
from praya.apps.books.models import Balance, Book, Entry, Line
from praya.apps.books.queries.reading import balances_of_entries
from praya.apps.books.rules import entry_id
from praya.apps.people.models import Person
from praya.core import ledger
from praya.core.actor import Actor, Role
from praya.core.ledger import EntryKind, LineGrant
from praya.core.quantity import CardTime, Money

PROGRAMME, POOL, DEVICE, CURRENCY = "harbour", "compute", "nvidia-h800", "HKD"
NOW = datetime(2027, 3, 31, 4, tzinfo=UTC)
NAME = "praya:book"
Postings = tuple[ledger.Posting, ...]
LINES = 64
READINGS = 200
PAIRS = 200


def prepare(lines: int) -> None:
    """Tables, a pool, and awards of one line each with more than will be used."""
    call_command("migrate", "books", verbosity=0)
    asker, approver = (
        Actor(
            Person.objects.create_user(f"{role}@office.example").pk,
            role,
            frozenset({(PROGRAMME, role)}),
        )
        for role in (Role.OFFICER, Role.FINANCE)
    )
    asked = commands.ask_funding(
        programme_code=PROGRAMME,
        pool=POOL,
        amount=Money(10**15, CURRENCY),
        reason="vote",
        by=asker,
        now=NOW,
    )
    commands.approve_funding(request_id=asked.pk, by=approver, now=NOW)
    for number in range(lines):
        commands.commit_award(
            programme_code=PROGRAMME,
            award_code=award_code(number),
            pool=POOL,
            lines=[LineGrant(line_code(number), CardTime(10**12, DEVICE), Money(10**9, CURRENCY))],
            key=f"agreement:{number}",
            by=asker,
            now=NOW,
        )


def award_code(number: int) -> str:
    """An award."""
    return f"HCP-{number:05d}"


def line_code(number: int) -> str:
    """Its only line."""
    return f"{award_code(number)}.1"


def write(seed: int, seconds: float) -> dict[str, Any]:
    """Once told to begin, hold and settle for so long; how many pairs, and their CPU."""
    _pair(seed, -1)
    print("ready", flush=True)
    sys.stdin.readline()
    pairs, cpu, ends = 0, time.process_time(), time.monotonic() + seconds
    while time.monotonic() < ends:
        _pair(seed, pairs)
        pairs += 1
    return {"pairs": pairs, "cpu_s": time.process_time() - cpu}


def pairs() -> dict[str, Any]:
    """Milliseconds of CPU for a pair of hold and settlement, alone; as with ``read``."""
    seed = time.monotonic_ns()
    _pair(seed, -1)
    took = _milliseconds(lambda: [_pair(seed, next(_numbers)) for _ in range(PAIRS)])
    return {"pair_ms": round(took / PAIRS, 2)}


_numbers = itertools.count()


def _pair(seed: int, number: int) -> None:
    key, line = f"job-{seed}-{number}", line_code((seed * 7 + number) % LINES)
    commands.retrying(
        lambda: commands.place_hold(
            programme_code=PROGRAMME,
            line_code=line,
            key=key,
            time=CardTime(28_800, DEVICE),
            subsidy=Money(1_680, CURRENCY),
            expires_at=NOW + timedelta(days=1),
            now=NOW,
            facts={"job": key},
        )
    )
    commands.retrying(
        lambda: commands.settle_hold(
            programme_code=PROGRAMME,
            hold_key=key,
            key=f"settle:{key}",
            time=CardTime(20_000, DEVICE),
            subsidy=Money(1_166, CURRENCY),
            own=Money(500, CURRENCY),
            now=NOW,
            facts={"job": key},
        )
    )


def charge(batches: int, size: int) -> dict[str, Any]:
    """Batches of usage, taken in."""
    made = [
        [
            UseRecord(
                f"cluster:{batch}:{number}",
                CardTime(3_600, DEVICE),
                Money(210, CURRENCY),
                Money(90, CURRENCY),
                line_code=line_code(number % LINES),
            )
            for number in range(size)
        ]
        for batch in range(batches)
    ]
    cpu, began = _cpu(), time.monotonic()
    for records in made:
        _, findings = commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)
        assert not findings, findings
    return _pace("records", batches * size, began, cpu)


@transaction.atomic
def fill(entries: int) -> None:
    """Holds and their settlements past the commands, until the book has so many entries.

    Each line gets the same two again and again, so their postings are made once for each line.
    """
    book = Book.objects.get(programme_code=PROGRAMME)
    writer = Writer(
        book, {line.code: line for line in Line.objects.filter(programme_code=PROGRAMME)}
    )
    for row in Balance.objects.filter(programme_code=PROGRAMME):
        writer.balances[row.account, row.commodity] = row.amount
    coming = itertools.cycle(
        step for number in range(LINES) for step in _steps(writer, line_code(number))
    )
    while book.entries < entries:
        some = itertools.islice(coming, min(AT_ONCE, entries - book.entries))
        _store_entries([_filled(writer, *step) for step in some])
    store_balances(writer)
    book.save()


def _steps(writer: Writer, code: str) -> list[tuple[str, EntryKind, Postings]]:
    """A hold on a line and its settlement: the line, their kinds and postings."""
    line = writer.lines[code]
    held = line.grant(time_s=28_800, minor=168)
    used, own = line.grant(time_s=20_000, minor=116), Money(50, CURRENCY)
    snapshot = writer.snapshot(code)
    settled = ledger.settle(snapshot, held, used, own)
    return [
        (code, EntryKind.HOLD, ledger.hold(snapshot, held)),
        (code, EntryKind.SETTLE, settled),
    ]


def _filled(
    writer: Writer, code: str, kind: EntryKind, postings: Postings
) -> tuple[tuple[Any, ...], Postings]:
    """The entry after the last: its row, and its postings."""
    book = writer.book
    number = book.entries + 1
    core = ledger.Entry(
        number=number,
        kind=kind,
        key=f"filled:{number}",
        at=NOW + timedelta(seconds=number),
        subject=code,
        postings=postings,
        by_name=NAME,
        request=ledger.request_hash(kind.value, number),
        facts={"job": f"J-{number // 2}", "member": 7},
    )
    previous, book.entries = book.head_sha256, core.number
    book.head_sha256 = ledger.entry_hash(previous, core)
    for posting in postings:
        writer.balances[posting.account, posting.commodity] += posting.amount
    row = (
        entry_id(book.pk, core.number),
        PROGRAMME,
        core.number,
        kind.value,
        core.key,
        core.request,
        sql.instant(core.at),
        None,
        NAME,
        core.subject,
        None,
        ledger.canonical_json(core.facts),
        previous,
        book.head_sha256,
    )
    return row, postings


def _store_entries(made: list[tuple[tuple[Any, ...], Postings]]) -> None:
    """Entries with their postings, past the ORM: there are millions."""
    columns = [str(column.column) for column in Entry._meta.concrete_fields]  # noqa: SLF001 -- public
    copy_rows(Entry._meta.db_table, columns, [row for row, _ in made])  # noqa: SLF001 -- as above
    store_postings(
        [
            (row[0], posting.account, posting.commodity, posting.amount)
            for row, postings in made
            for posting in postings
        ]
    )


def verify() -> dict[str, Any]:
    """The entries of the book, proved; what stands beside them is not in a filled book."""
    book = Book.objects.get(programme_code=PROGRAMME)
    connection.close()
    cpu, began = _cpu(), time.monotonic()
    assert balances_of_entries(book, side_by_side=True) is not None
    return _pace("entries", book.entries, began, cpu)


def read() -> dict[str, Any]:
    """Milliseconds for the four numbers of one award, and of all."""
    every = [award_code(number) for number in range(Line.objects.count())]
    some = [every[number * 7 % len(every)] for number in range(READINGS)]
    one = _milliseconds(lambda: [queries.four_numbers([code]) for code in some]) / READINGS
    return {
        "entries": Book.objects.get(programme_code=PROGRAMME).entries,
        "one_award_ms": round(one, 3),
        "awards": len(every),
        "all_awards_ms": round(_milliseconds(lambda: queries.four_numbers(every)), 1),
    }


def _milliseconds(work: Callable[[], object]) -> float:
    """CPU of this process at its best of three; where the server works beside it, the clock."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    took = []
    for _ in range(3):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took) * 1000


def _pace(what: str, number: int, began: float, cpu: float) -> dict[str, Any]:
    return {
        what: number,
        f"{what}_per_s": round(number / (time.monotonic() - began)),
        f"{what}_per_cpu_s": round(number / (_cpu() - cpu)),
    }


def _cpu() -> float:
    """Seconds of CPU of this process and of those it began that have ended."""
    return sum(os.times()[:4])
