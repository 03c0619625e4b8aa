"""Entries and accounts explained: down to the charges, however many an entry made at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award  # noqa: F401 -- a fixture
from tests.apps.enforcement.test_receiving import receive, run  # noqa: F401 -- a fixture
from tests.awarding import lead_of
from tests.factories import appointed

from praya.apps.books.commands import ask_reversal
from praya.apps.books.models import Entry
from praya.apps.books.queries import pool_numbers
from praya.apps.reports.queries.why import (
    WhyCode,
    Window,
    why_account,
    why_balance,
    why_charge,
    why_day,
    why_entry,
    why_use,
)
from praya.apps.usage.commands import approve_correction
from praya.core.actor import Actor, Role
from praya.core.refusal import NotFound

H800 = "nvidia-h800·s"


@pytest.fixture
def finance(now):
    return [appointed("pier", Role.FINANCE, now, f"{name}@pier.example") for name in ("a", "b")]


@pytest.fixture
def batch(award, run, now):  # noqa: F811
    """An entry that charges three runs."""
    runs = [replace(run, key=f"harbour:{n}:1", job_id=str(n)) for n in (7, 8, 9)]
    receive(runs, now)
    return Entry.objects.get(kind="charge")


def adds_up(why):
    return sum(leaf.amount for leaf in why.leaves()) == why.amount


def keys(why):
    return [part.facts["usage"] for part in why.parts if part.code is WhyCode.USE]


RUNS = [f"{CODE}:harbour:{n}:1" for n in (7, 8, 9)]


def test_what_a_batch_settled_goes_down_to_its_runs(batch, award, now):  # noqa: F811
    whole = why_balance(award.code, "settled", lead_of(award, now), commodity=H800)

    [entry] = whole.parts
    assert (keys(entry), entry.amount) == (RUNS, 3 * 7200)
    assert adds_up(whole)


def test_an_entry_of_many_charges_is_paged(batch, award, now):  # noqa: F811
    by = lead_of(award, now)
    seen, offset = [], 0
    while offset is not None:
        page = why_entry("pier", batch.number, by, commodity=H800, window=Window(offset, 2))
        assert (page.amount, page.count, adds_up(page)) == (3 * 7200, 3, True)
        seen += keys(page)
        offset = page.next_offset

    assert seen == RUNS
    assert why_entry("pier", batch.number, by).unit == "HKD"


def test_charges_that_were_taken_back_explain_their_reversal(batch, award, finance, now):  # noqa: F811
    one, two = finance
    asked = ask_reversal(programme_code="pier", number=batch.number, reason="x", by=one, now=now)
    back = approve_correction(correction_id=asked.pk, by=two, now=now).entry

    why = why_entry("pier", back.number, two, commodity=H800)

    assert (keys(why), why.amount) == ([f"{key}~back" for key in RUNS], -3 * 7200)
    grounds = why_charge(RUNS[0], two).grounds
    assert [each.facts["number"] for each in grounds[-2:]] == [batch.number, back.number]


def test_a_pool_is_what_its_entries_left_and_what_was_committed_out_of_it(batch, finance):
    one, _two = finance
    [pool] = pool_numbers("pier")

    free = why_account("pier", f"pool/{pool.pool}", one)
    committed = why_account("pier", "award/*", one, pool=pool.pool, window=Window(0, 2))
    settled = why_account("pier", "award/*/used", one, pool=pool.pool)

    assert (free.amount, committed.amount, settled.amount) == (
        pool.free,
        pool.committed,
        pool.settled,
    )
    assert all(adds_up(why) for why in (free, committed, settled))
    entry = why_entry("pier", free.parts[0].facts["number"], one)
    assert (entry.facts["kind"], adds_up(entry)) == ("commit", True)
    again = why_account("pier", settled.parts[0].facts["account"], one, commodity=H800)
    assert [keys(part) for part in again.parts] == [RUNS]


def test_queries_are_fixed_whatever_an_entry_charged(batch, finance):
    for ask in (
        lambda window: why_entry("pier", batch.number, finance[0], window=window),
        lambda window: why_account("pier", "award/PIR-0001.1/used", finance[0], window=window),
    ):
        counts = []
        for window in (Window(0, 1), Window()):
            with CaptureQueriesContext(connection) as queries:
                ask(window)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 8


def test_leads_know_what_they_owe_and_nothing_of_others(batch, award, now):  # noqa: F811
    by, stranger = lead_of(award, now), Actor(person_id=999, name="Nobody")

    assert why_account("pier", f"receivable/{award.code}", by).amount == 3 * 18_00
    for ask in (
        lambda: why_account("pier", f"receivable/{award.code}", stranger),
        lambda: why_account("pier", "pool/subsidy", by),
        lambda: why_account("pier", "award/*", by),
        lambda: why_account("nowhere", f"receivable/{award.code}", by),
        lambda: why_entry("pier", batch.number, stranger),
        lambda: why_entry("pier", 1, by),
        lambda: why_entry("pier", 999, by),
        lambda: why_entry("pier", batch.number, by, commodity="EUR"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_time_of_some_days_goes_down_to_days_and_to_what_fell_on_each(award, run, now):  # noqa: F811
    """A run over midnight, in Hong Kong at 16:00: an hour on two cards, a part on each day."""
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    ended = int((midnight + timedelta(minutes=20)).timestamp())
    late = replace(run, began_at=ended - 3600, ended_at=ended, submitted_at=ended - 3700)
    receive([late, replace(run, key="harbour:8:1", job_id="8")], now + timedelta(hours=9))
    by = lead_of(award, now)
    march = {"first_on": date(2026, 3, 1), "last_on": date(2026, 3, 31)}

    whole = why_use(award.code, by, **march)

    line = f"{award.code}.1"
    assert [(part.facts["day"].day, part.amount) for part in whole.parts] == [
        (3, 2 * 1200),
        (2, 2 * 2400 + 7200),
    ]
    days = [why_day(line, part.facts["day"], by) for part in whole.parts]
    assert [day.amount for day in days] == [part.amount for part in whole.parts]
    assert all(adds_up(why) for why in (whole, *days))
    of_line = why_use(award.code, by, line=line)
    assert (of_line.amount, of_line.facts["line"]) == (whole.amount, line)
    assert [part.amount for part in days[1].parts] == [2 * 2400, 7200]
    for ask in (
        lambda: why_use(award.code, Actor(person_id=999, name="Nobody"), **march),
        lambda: why_day(line, date(2026, 3, 2), Actor(person_id=999, name="Nobody")),
        lambda: why_day(f"{award.code}.7", date(2026, 3, 2), by),
        lambda: why_use(award.code, by, line=f"{award.code}.7"),
    ):
        with pytest.raises(NotFound):
            ask()
