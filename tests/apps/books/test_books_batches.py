"""Usage by the batch: what single commands would have done, once, each record traced."""

from __future__ import annotations

import random

import pytest
from django.db import connection, transaction
from tests.apps.books.telling import NOW, PROGRAMME, books, hkd, seconds

from praya.apps.append_only import unguarding
from praya.apps.books import commands, queries
from praya.apps.books.commands import UseRecord
from praya.apps.books.models import BatchRecord
from praya.core import ledger
from praya.core.ledger.kinds import AMOUNT_MAX
from praya.core.quantity import CardTime
from praya.words.refusals import sentence_for

STORY = """
    fund   research 1000.00
    commit H-0001.1 100 50.00
    commit H-0002.1 500 90.00
    hold   H-0001.1 job-0 10 1.00
    release job-0
    hold   H-0001.1 job-1 40 20.00
    hold   H-0001.1 job-2 30 10.00
    hold   H-0002.1 job-3 300 10.00
"""


def use(key: str, where: str, time: int, subsidy: str, own: str = "0.00") -> UseRecord:
    place = {"hold_key": where} if where.startswith(("job", "gone-job")) else {"line_code": where}
    return UseRecord(key, seconds(time), hkd(subsidy), hkd(own), **place)


def charge(*records: UseRecord):
    return commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)


@books(STORY)
def test_a_batch_is_one_entry_a_line_and_a_row_a_record(books):
    charged, findings = charge(
        use("u-1", "job-1", 25, "12.00", "3.00"),
        use("u-2", "H-0001.1", 5, "1.00", "0.50"),
        use("u-3", "job-3", 310, "9.00"),
        use("u-4", "H-0002.1", 1, "0.01"),
    )

    assert findings == {}
    assert {code: entry.kind for code, entry in charged.entries.items()} == {
        "H-0001.1": "settle",
        "H-0002.1": "settle",
    }
    assert books.numbers("H-0001.1") == {
        "h800·s": (30, 30, 100, 40),
        "HKD": (1300, 1000, 5000, 2700),
    }
    assert books.numbers("H-0002.1")["h800·s"] == (311, 0, 500, 189)
    rows = BatchRecord.objects.order_by("key").values_list("key", "entry__number", "hold_key")
    assert list(rows) == [
        ("u-1", 9, "job-1"),
        ("u-2", 9, ""),
        ("u-3", 10, "job-3"),
        ("u-4", 10, ""),
    ]
    assert charged.entries["H-0001.1"].facts["records"] == 2
    ended = queries.hold_of(PROGRAMME, "job-1")
    assert (ended.state, ended.ended_by_entry) == ("settled", charged.entries["H-0001.1"])
    assert queries.verify_book(PROGRAMME) == (True, [])


@books(STORY)
def test_a_batch_comes_to_what_single_commands_come_to(books):
    chance = random.Random(7)
    lines = enumerate(["H-0001.1"] * 6 + ["H-0002.1"] * 4)
    told = [(f"u-{n}", at, chance.randint(1, 60), chance.randint(0, 900)) for n, at in lines]
    told[3:3] = [("u-h1", "job-1", 55, 1500), ("u-h2", "job-2", 3, 0)]
    books.tell("charge H-0001.1 1 0.00 own 0.00")
    with transaction.atomic():
        charge(*(use(key, at, time, f"{minor / 100:.2f}", "0.05") for key, at, time, minor in told))
        in_one = books.accounts()
        transaction.set_rollback(True)
    for key, where, time, minor in told:
        verb = "settle" if where.startswith("job") else "charge"
        books.tell(f"{verb} {where} {time} {minor / 100:.2f} own 0.05 key={key}")

    assert books.accounts() == in_one


@books(STORY)
def test_a_repeated_record_is_charged_once_whichever_way_it_came(books):
    books.tell("settle job-1 25 12.00 own 0.00 key=u-1")
    first, _ = charge(use("u-1", "job-1", 25, "12.00"), use("u-2", "H-0002.1", 5, "1.00"))
    before = books.accounts(), queries.head_of(PROGRAMME)

    again, findings = charge(use("u-2", "H-0002.1", 5, "1.00"), use("u-1", "job-1", 25, "12.00"))
    [entry] = books.tell("charge H-0002.1 5 1.00 own 0.00 key=u-2")

    assert (first.repeated, list(first.entries)) == (["u-1"], ["H-0002.1"])
    assert (again.entries, again.repeated, findings) == ({}, ["u-2", "u-1"], {})
    assert entry == first.entries["H-0002.1"]
    assert (books.accounts(), queries.head_of(PROGRAMME)) == before


@books(STORY)
def test_a_record_that_comes_twice_in_a_batch_is_charged_once(books):
    charged, findings = charge(
        use("u-1", "H-0002.1", 5, "1.00"),
        use("u-1", "H-0002.1", 5, "1.00"),
        use("u-1", "H-0002.1", 6, "1.00"),
    )

    assert charged.repeated == ["u-1"]
    assert {key: refusal.code for key, refusal in findings.items()} == {"u-1": "book.key_reused"}
    assert books.numbers("H-0002.1")["h800·s"] == (5, 300, 500, 195)


# Each asks for what later refusals would refuse too.
@pytest.mark.parametrize(
    ("record", "code"),
    [
        (use("job-1", "gone.1", 0, "0.00"), "book.amount_not_positive"),
        (use("job-1", "gone-job", -1, "0.00"), "book.amount_not_positive"),
        (use("job-1", "gone.1", 10**16, "0.00"), "book.amount_too_large"),
        (use("job-1", "gone.1", 1, "0.00"), "book.key_reused"),
        (use("u", "gone-job", 1, "0.00"), "book.hold_unknown"),
        (use("u", "job-0", 1, "0.00"), "book.hold_ended"),
        (use("u", "gone.1", 1, "0.00"), "book.unknown_line"),
        (
            UseRecord("u", CardTime(1, "h100"), hkd("0"), hkd("0"), "H-0002.1"),
            "book.wrong_commodity",
        ),
    ],
)
@books(STORY)
def test_a_refused_record_is_told_and_does_not_stop_the_others(books, record, code):
    charged, findings = charge(record, use("good", "H-0002.1", 5, "1.00"))

    assert {key: refusal.code for key, refusal in findings.items()} == {record.key: code}
    assert list(charged.entries) == ["H-0002.1"]
    assert books.numbers("H-0002.1")["h800·s"] == (5, 300, 500, 195)
    assert queries.verify_book(PROGRAMME) == (True, [])


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE books_batchrecord SET time_s = time_s + 1 WHERE key = 'u-1'",
        "UPDATE books_batchrecord SET key = 'other' WHERE key = 'u-1'",
        "DELETE FROM books_batchrecord WHERE key = 'u-2'",
        "DELETE FROM books_batchrecord",
    ],
)
@books(STORY)
def test_a_record_that_is_changed_or_dropped_is_found_at_its_entry(books, tampering):
    charge(use("u-1", "job-1", 25, "12.00"), use("u-2", "H-0001.1", 5, "1.00"))
    connection.check_constraints()  # PostgreSQL alters no table while a check is pending
    with connection.cursor() as cursor:
        for statement in (*unguarding(connection.vendor, "books_batchrecord"), tampering):
            cursor.execute(statement)

    ok, findings = queries.verify_book(PROGRAMME)

    assert not ok
    assert ("record", 9) in [(finding.code, finding.entry) for finding in findings]


@books(STORY)
def test_no_more_stands_on_an_account_than_a_database_can_add_up(books):
    most = AMOUNT_MAX
    charged, findings = charge(*(use(f"u{n}", "H-0001.1", most, "0.00") for n in range(99)))
    assert (len(charged.entries), findings) == (1, {})
    before = books.accounts()

    for again in (
        lambda: charge(use("v", "H-0001.1", most, "0.00"), use("w", "H-0002.1", most, "0.00")),
        lambda: books.tell(f"charge H-0002.1 {most} 0.00 own 0.00"),
        lambda: books.tell(f"commit H-0002.1 {most} 0.00"),
    ):
        with pytest.raises(ledger.AmountTooLarge) as refused:
            again()
        assert refused.value.most == 100 * most
        assert sentence_for(refused.value).startswith("The amount is larger than")

    assert books.accounts() == before
    assert queries.verify_book(PROGRAMME) == (True, [])
    books.tell("reverse 9")
    assert books.accounts()["outside h800·s"] == -600
