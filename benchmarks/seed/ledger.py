"""A scratch book: made, worked at by the commands, filled in bulk, and read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.seed.book import Writer, store_balances
from praya.apps.books import commands, queries
from praya.apps.books.commands import UseRecord
from praya.apps.books.models import Balance, Book, Line
from praya.apps.books.queries.reading import balances_of_entries
from praya.apps.people.models import Person
from praya.core import ledger
from praya.core.actor import Actor, Role
from praya.core.ledger import EntryKind, LineGrant
from praya.core.quantity import CardTime, Money

PROGRAMME, POOL, DEVICE, CURRENCY = "harbour", "compute", "nvidia-h800", "HKD"
NOW = datetime(2027, 3, 31, 4, tzinfo=UTC)
LINES = 64
READINGS = 200


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
    cpu, began = time.process_time(), time.monotonic()
    for batch in range(batches):
        records = [
            UseRecord(
                f"cluster:{batch}:{number}",
                CardTime(3_600, DEVICE),
                Money(210, CURRENCY),
                Money(90, CURRENCY),
                line_code=line_code(number % LINES),
            )
            for number in range(size)
        ]
        _, findings = commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)
        assert not findings, findings
    return _pace("records", batches * size, began, cpu)


@transaction.atomic
def fill(entries: int) -> None:
    """So many entries more, as holds and their settlements, past the commands."""
    writer = Writer(
        Book.objects.get(programme_code=PROGRAMME),
        {line.code: line for line in Line.objects.filter(programme_code=PROGRAMME)},
    )
    for row in Balance.objects.filter(programme_code=PROGRAMME):
        writer.balances[row.account, row.commodity] = row.amount
    begun = writer.book.entries
    for number in range(begun, begun + entries // 2):
        line = writer.lines[line_code(number % LINES)]
        held = line.grant(time_s=28_800, minor=168)
        used, own = line.grant(time_s=20_000, minor=116), Money(50, CURRENCY)
        _post(writer, EntryKind.HOLD, number, ledger.hold(writer.snapshot(line.code), held))
        settled = ledger.settle(writer.snapshot(line.code), held, used, own)
        _post(writer, EntryKind.SETTLE, number, settled)
    writer.store()
    store_balances(writer)
    writer.book.save()


def _post(
    writer: Writer, kind: EntryKind, number: int, postings: tuple[ledger.Posting, ...]
) -> None:
    key = f"{kind}:J-{number}"
    writer.post(
        kind,
        key,
        (key,),
        postings,
        subject=line_code(number % LINES),
        at=NOW + timedelta(seconds=number),
        facts={"job": f"J-{number}", "member": 7},
    )


def verify() -> dict[str, Any]:
    """The entries of the book, proved; what stands beside them is not in a filled book."""
    book = Book.objects.get(programme_code=PROGRAMME)
    connection.close()
    cpu, began = time.process_time(), time.monotonic()
    assert balances_of_entries(book, side_by_side=True) is not None
    return _pace("entries", book.entries, began, cpu)


def read() -> dict[str, Any]:
    """Milliseconds for the four numbers of one award, and of all."""
    every = [award_code(number) for number in range(Line.objects.count())]
    some = [every[number * 7 % len(every)] for number in range(READINGS)]
    one = _milliseconds(lambda: [queries.four_numbers([code]) for code in some]) / READINGS
    postings = Book.objects.get(programme_code=PROGRAMME).entries * 6
    return {
        "postings": postings,
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
        f"{what}_per_cpu_s": round(number / (time.process_time() - cpu)),
    }
