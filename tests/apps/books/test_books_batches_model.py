"""A batch is what single commands come to: the same balances, answers and refusals, any mix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.apps.books.telling import NOW, PROGRAMME, books, hkd, seconds
from tests.nightly import size

from praya.apps.books import commands, queries
from praya.apps.books.commands import UseRecord
from praya.apps.books.models import Entry, Hold
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

STORY = """
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    commit  H-0002.1 60 9.00
    commit  H-0003.1 40 8.00
    hold    H-0001.1 job-0 10 1.00
    release job-0
    hold    H-0001.1 job-1 40 20.00
    hold    H-0001.1 job-2 30 10.00
    hold    H-0002.1 job-3 50 5.00
    hold    H-0003.1 job-4 20 4.00
    return  H-0003.1
    charge  H-0001.1 1 0.10 own 0.00 key=u-0
    batch   u-9 H-0002.1 2 0.20 0.10
"""
LAST_CLOSED = date(2026, 2, 28)

PLACES = [
    *({"line_code": code} for code in ("H-0001.1", "H-0002.1", "H-0003.1", "gone.1")),
    *({"hold_key": f"job-{number}"} for number in range(6)),
]
AMOUNTS = st.sampled_from([0, 1, 2, 20, 45, 120, -1, 10**16])
RECORDS = st.builds(
    lambda place, **facts: UseRecord(**facts, **place),
    place=st.sampled_from(PLACES),
    key=st.sampled_from(["u-0", "u-1", "u-2", "u-3", "u-4", "u-5", "u-9", "job-1"]),
    time=st.builds(CardTime, AMOUNTS, st.sampled_from(["h800"] * 9 + ["h100"])),
    subsidy=st.builds(Money, AMOUNTS, st.sampled_from(["HKD"] * 9 + ["CNY"])),
    own=st.builds(Money, AMOUNTS, st.sampled_from(["HKD"] * 9 + ["CNY"])),
    used_on=st.sampled_from([None, date(2026, 1, 9), LAST_CLOSED, date(2026, 3, 1)]),
)
# Some records, each of them any number of times.
DELIVERIES = st.lists(RECORDS, min_size=1, max_size=8).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=16)
)


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery. Entries differ in number, so what they say is kept by key."""

    accounts: dict[str, int]
    holds: dict[str, str]
    charged: list[str]
    repeated: list[str]
    refused: dict[str, tuple[str, dict[str, Any]]]
    late: dict[str, str]


def by_batch(books, records: list[UseRecord]) -> Outcome:
    charged, findings = commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)
    entries = charged.entries.items()
    keys = [record.key for _, entry in entries for record in queries.records_of(entry)]
    late = {code: entry.facts["late_for"] for code, entry in entries if "late_for" in entry.facts}
    assert {finding.code for finding in queries.verify_book(PROGRAMME)[1]} == {"close"}
    return outcome(books, keys, charged.repeated, findings, late)


def one_by_one(books, records: list[UseRecord]) -> Outcome:
    charged, repeated, refused, late = [], [], {}, {}
    for record in records:
        entries = queries.head_of(PROGRAMME).entries
        try:
            entry = single(record)
        except Refusal as refusal:
            refused[record.key] = refusal
            continue
        if entry.number <= entries:
            repeated.append(record.key)
            continue
        charged.append(record.key)
        if "late_for" in entry.facts:
            day = entry.facts["late_for"]
            late[entry.subject] = min(day, late.get(entry.subject, day))
    return outcome(books, charged, repeated, refused, late)


def single(record: UseRecord) -> Entry:
    facts = {
        "programme_code": PROGRAMME,
        "key": record.key,
        "time": record.time,
        "subsidy": record.subsidy,
        "own": record.own,
        "used_on": record.used_on,
        "now": NOW,
    }
    if record.hold_key:
        return commands.settle_hold(hold_key=record.hold_key, **facts)
    return commands.charge_line(line_code=record.line_code, **facts)


def outcome(books, charged, repeated, refused, late) -> Outcome:
    return Outcome(
        accounts=books.accounts(),
        holds=dict(Hold.objects.values_list("key", "state")),
        charged=sorted(charged),
        repeated=repeated,
        refused={key: (refusal.code, said(key, refusal)) for key, refusal in refused.items()},
        late=late,
    )


def said(key: str, refusal: Refusal) -> dict[str, Any]:
    """The facts of a refusal; for the number of an entry, whether it is what used the key."""
    if "number" not in refusal.facts:
        return refusal.facts
    record = queries.record_of(PROGRAMME, key)
    entry = record.entry if record else Entry.objects.get(key=key)
    return {**refusal.facts, "number": refusal.number == entry.number}


def undone(act, books, records: list[UseRecord]) -> Outcome:
    with transaction.atomic():
        became = act(books, records)
        transaction.set_rollback(True)
    return became


def use(key: str, where: dict[str, str], time: int) -> UseRecord:
    return UseRecord(key, seconds(time), hkd("0"), hkd("0"), **where)


@books(STORY)
@settings(
    max_examples=size(always=60, nightly=3000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(records=DELIVERIES)
@example(records=[use("u-1", PLACES[3], 1), use("u-1", PLACES[3], 1)])  # refused, and so again
@example(records=[use("u-1", PLACES[3], 1), use("u-1", PLACES[0], 1)])  # its key is still free
@example(records=[use("u-1", PLACES[1], 1), use("u-2", PLACES[0], 1), use("u-1", PLACES[0], 1)])
def test_a_batch_is_what_single_commands_come_to(books, records):
    commands.close_period(programme_code=PROGRAMME, until=LAST_CLOSED, open_from=NOW)

    assert undone(by_batch, books, records) == undone(one_by_one, books, records)
