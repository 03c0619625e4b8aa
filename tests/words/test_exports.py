"""A book in the formats of other programs: each holds every posting, and theirs accept it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from tests.apps.reports.conftest import BEGIN, TEN_DAYS
from tests.awarding import Given, active_award, add_member, lead_of, make_site
from tests.factories import make_admin, make_person, make_programme

from praya.apps.books.models import Entry, Posting
from praya.apps.books.queries import trial_balance
from praya.apps.people.commands import set_unix_name
from praya.apps.reports.queries.exports import BookRow, accounts_of, book_rows, personal_balances
from praya.apps.usage.commands import accrue_leases, submit_job
from praya.core.ledger import Entry as CoreEntry
from praya.core.ledger import EntryKind
from praya.core.ledger import Posting as CorePosting
from praya.words.exports import (
    BookFormat,
    beancount_lines,
    book_file,
    csv_lines,
    ondemand_balances,
)

NOW = BEGIN + timedelta(days=11)


@pytest.fixture
def award(db):
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS, Given(hours=10)])
    accrue_leases(now=NOW)
    submit_job(
        award_code=award.code,
        line_number=2,
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=lead_of(award, NOW),
        now=NOW,
    )
    return award


def content(form):
    return b"".join(book_file("pier", "HKD", form).content)


def bean_check(path):
    """Beancount's own checker, as a program of its own."""
    program = "from beancount.scripts.check import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )


def postings():
    rows = Posting.objects.order_by("entry__number", "account", "commodity")
    return list(rows.values_list("entry__number", "account", "commodity", "amount"))


def test_beancounts_own_checker_accepts_a_book(award, tmp_path):
    path = tmp_path / "pier.beancount"
    path.write_bytes(content(BookFormat.BEANCOUNT))

    checked = bean_check(path)

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_checker_sees_a_line_that_was_lost(award, tmp_path):
    path = tmp_path / "pier.beancount"
    lines = content(BookFormat.BEANCOUNT).decode().splitlines(keepends=True)
    lost = next(at for at, line in enumerate(lines) if "Assets:Pool:Subsidy  " in line)
    path.write_text("".join(lines[:lost] + lines[lost + 1 :]))

    assert bean_check(path).returncode != 0


def test_beancount_reads_the_balances_that_the_book_has(award):
    from beancount import loader

    entries, errors, _options = loader.load_string(content(BookFormat.BEANCOUNT).decode())
    names = {one.account: one.meta["praya"] for one in entries if type(one).__name__ == "Open"}
    units = {
        one.currency: one.meta["praya"] for one in entries if type(one).__name__ == "Commodity"
    }
    sums = Counter()
    for one in entries:
        for posting in getattr(one, "postings", []):
            unit = units[posting.units.currency]
            scale = 100 if unit == "HKD" else 1
            sums[names[posting.account], unit] += int(posting.units.number * scale)

    assert errors == []
    balance = trial_balance("pier")
    assert {key: n for key, n in sums.items() if n} == {
        (one.account, one.commodity): one.amount for one in balance.accounts if one.amount
    }
    assert names["Assets:Award:PIR-0001:2:In-flight"] == "award/PIR-0001.2/in-flight"
    assert units["NVIDIA-H800.S"] == "nvidia-h800·s"
    count = sum(type(one).__name__ == "Transaction" for one in entries)
    assert count == Entry.objects.count()


def test_what_comes_while_a_file_is_fetched_is_not_in_it(award, tmp_path):
    file, entries = book_file("pier", "HKD", BookFormat.BEANCOUNT), Entry.objects.count()
    active_award(NOW, hours=3, lead="x@pier.example")
    path = tmp_path / "pier.beancount"
    path.write_bytes(b"".join(file.content))

    checked = bean_check(path)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert path.read_text().count("\n  entry: ") == entries < Entry.objects.count()


def test_names_stay_apart_and_legal_whatever_they_are(tmp_path):
    accounts = ["pool/a-b", "pool/a.b", "pool/A-b", "pool/甲", "pool/乙", "other/x/y", "outside"]
    units = ["a-very-long-device-model-name·s", "a-very-long-device-model-nose·s", "9x·s", "HKD"]
    rows = [
        BookRow(
            CoreEntry(
                number=number,
                kind=EntryKind.FUND,
                key=f'a "quoted" \\ key {number}',
                at=NOW,
                subject="two\nlines",
                postings=tuple(
                    CorePosting(account, unit, amount)
                    for account, amount in ((first, 5), (second, -5))
                    for unit in units
                ),
            ),
            "0" * 64,
        )
        for number, (first, second) in enumerate(pairwise(accounts), 1)
    ]
    path = tmp_path / "odd.beancount"
    given = [(account, unit) for account in accounts for unit in units]
    path.write_text("".join(beancount_lines("pier", "HKD", given, rows)))

    checked = bean_check(path)

    assert (checked.returncode, checked.stderr) == (0, "")
    opened = [line.split()[2] for line in path.read_text().splitlines() if " open " in line]
    assert len(set(opened)) == len(accounts)


def test_csv_has_a_row_for_every_posting(award):
    rows = list(csv.DictReader(io.StringIO(content(BookFormat.CSV).decode())))

    assert [
        (int(row["entry"]), row["account"], row["commodity"], int(row["amount"])) for row in rows
    ] == postings()
    assert {row["at"][-6:] for row in rows} == {"+00:00"}


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "＝HYPERLINK(1)", "＠SUM(1)", "＋1", "－1"])
def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(formula):
    entry = CoreEntry(
        number=1,
        kind=EntryKind.FUND,
        key="k",
        at=NOW,
        subject="s",
        by_name=formula,
        postings=(CorePosting("outside", "HKD", -1), CorePosting("pool/a", "HKD", 1)),
    )

    [_, first, _] = list(csv_lines([BookRow(entry, "")]))

    assert f"'{formula}" in first
    assert ",-1," in first


def test_parquet_has_the_same_rows_with_their_types(award):
    table = pl.read_parquet(io.BytesIO(content(BookFormat.PARQUET)))

    assert table.select("entry", "account", "commodity", "amount").rows() == postings()
    assert table.schema["at"] == pl.Datetime("us", "UTC")
    assert table.group_by("commodity").agg(pl.col("amount").sum())["amount"].to_list() == [0, 0]


@pytest.mark.parametrize("form", BookFormat)
def test_an_empty_book_is_an_empty_file(db, form, tmp_path):
    make_programme(BEGIN)
    path = tmp_path / "empty"
    path.write_bytes(content(form))

    assert path.stat().st_size > 0
    if form is BookFormat.BEANCOUNT:
        assert bean_check(path).returncode == 0


def test_an_export_asks_little_whatever_the_book(award, django_assert_num_queries):
    with django_assert_num_queries(4):
        "".join(beancount_lines("pier", "HKD", accounts_of("pier"), book_rows("pier")))


def test_balances_are_what_open_ondemand_reads(award):
    add_member(award, make_person("kim@lab.example"), NOW)
    document = ondemand_balances(personal_balances("pier", "nvidia-h800·s"), "nvidia-h800·s", NOW)

    assert json.loads(json.dumps(document)) == {
        "version": 1,
        "timestamp": int(NOW.timestamp()),
        "config": {"unit": "nvidia-h800 card-hour", "project_type": "award"},
        "balances": [
            {"user": "kim", "project": "PIR-0001", "value": 9},
            {"user": "lead", "project": "PIR-0001", "value": 9},
        ],
    }


def test_two_people_of_one_name_are_not_mixed_up(award):
    kim, other = (make_person(email) for email in ("kim@lab.example", "kim@bay.example"))
    add_member(award, kim, NOW)
    add_member(active_award(NOW, hours=3, lead="x@pier.example"), other, NOW)

    users = [(one.user, one.award) for one in personal_balances("pier", "HKD")]

    assert users == [
        ("kim@bay.example", "PIR-0002"),
        ("kim@lab.example", "PIR-0001"),
        ("lead", "PIR-0001"),
        ("x", "PIR-0002"),
    ]
    own = personal_balances("pier", "HKD", person_id=kim.pk)
    assert [one.award for one in own] == ["PIR-0001"]


def test_people_go_by_their_name_on_the_clusters_and_by_no_one_else_s(award):
    kim, other = (make_person(email) for email in ("kim@lab.example", "other@lab.example"))
    for person in (kim, other):
        add_member(award, person, NOW)
    admin = make_admin(NOW)
    set_unix_name(email=other.email, name="kim", by=admin, now=NOW)

    users = {one.user for one in personal_balances("pier", "HKD")}
    assert users == {"kim", "kim@lab.example", "lead"}
    set_unix_name(email=kim.email, name="u1002", by=admin, now=NOW)
    assert {one.user for one in personal_balances("pier", "HKD")} == {"kim", "u1002", "lead"}
    addresses = personal_balances("pier", "HKD", user_as="email", person_id=kim.pk)
    assert [one.user for one in addresses] == ["kim@lab.example"]


def test_a_device_model_that_nobody_has_gives_no_balances(award):
    assert personal_balances("pier", "nothing·s") == []
