"""Leases are charged day by day, once, however long nobody looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.awarding import Given, active_award, make_site
from tests.factories import appointed

from praya.apps.awards.commands import end_award
from praya.apps.books.commands import reverse_entry
from praya.apps.books.models import Entry
from praya.apps.books.queries import (
    line_numbers,
    overruns,
    pool_numbers,
    trial_balance,
    verify_book,
)
from praya.apps.usage.commands import accrue_leases, return_leases
from praya.apps.usage.models import Charge, UsageDay, UsageRecord
from praya.core.actor import Role
from praya.core.ledger import FourNumbers
from praya.worker.rounds import follow_awards

LINE = "PIR-0001.1"
DAY_S = 86_400
BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong begins
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))


@pytest.fixture
def lease(db):
    make_site(BEGIN - timedelta(days=5))
    return active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS])


def settled():
    return [(n.settled, n.free) for n in line_numbers([LINE])[LINE]]


def test_a_day_is_charged_when_it_is_over(lease):
    assert accrue_leases(now=BEGIN + timedelta(hours=23, minutes=59)).days == {}

    assert accrue_leases(now=BEGIN + timedelta(days=1)).days == {LINE: 1}

    record, charge = UsageRecord.objects.get(), Charge.objects.get()
    assert (record.key, record.began_at, record.ended_at, record.card_seconds) == (
        f"lease:{LINE}:2026-02-01",
        BEGIN,
        BEGIN + timedelta(days=1),
        2 * DAY_S,
    )
    assert (charge.list_minor, charge.subsidy_minor, charge.own_minor) == (144_000, 100_800, 43_200)
    assert settled() == [(2 * DAY_S, 18 * DAY_S), (100_800, 907_200)]


def test_days_that_nobody_looked_at_are_caught_up_and_never_charged_twice(lease):
    later = BEGIN + timedelta(days=30)

    assert accrue_leases(now=later).days == {LINE: 10}
    assert accrue_leases(now=later).days == {}

    assert settled() == [(20 * DAY_S, 0), (1_008_000, 0)]
    assert Charge.objects.count() == UsageDay.objects.count() == 10
    assert overruns([lease.code]) == {}


def test_catching_up_in_pieces_gives_the_same_charges(lease):
    for days in (1, 4, 5, 20):
        accrue_leases(now=BEGIN + timedelta(days=days))

    assert settled() == [(20 * DAY_S, 0), (1_008_000, 0)]
    assert Charge.objects.count() == 10


def test_each_month_has_an_entry_of_its_own(db):
    make_site(BEGIN)
    given = Given("cards", cards=1, first_on=date(2026, 2, 1), last_on=date(2026, 4, 30))
    active_award(BEGIN, lines=[given])

    accrue_leases(now=datetime(2026, 4, 2, tzinfo=UTC))

    keys = list(Entry.objects.filter(kind="charge").order_by("id").values_list("key", flat=True))
    assert keys == [
        f"lease:{LINE}:2026-02-01:2026-02-28",
        f"lease:{LINE}:2026-03-01:2026-03-31",
        f"lease:{LINE}:2026-04-01:2026-04-01",
    ]
    march = Charge.objects.filter(month="2026-03")
    assert set(march.values_list("entry_key", flat=True)) == {keys[1]}


def test_an_award_accepted_late_pays_from_then_on(db):
    make_site(BEGIN)
    active_award(BEGIN + timedelta(days=3, hours=5), lines=[TEN_DAYS])

    assert accrue_leases(now=BEGIN + timedelta(days=30)).days == {LINE: 7}


def test_an_award_that_ended_early_pays_whole_days_until_then(lease):
    lease.state, lease.ended_at = "ended", BEGIN + timedelta(days=4, hours=5)
    lease.save()

    assert accrue_leases(now=BEGIN + timedelta(days=30)).days == {LINE: 4}


def test_a_suspended_award_keeps_its_cards_and_pays_for_them(lease):
    lease.state = "suspended"
    lease.save()

    assert accrue_leases(now=BEGIN + timedelta(days=2)).days == {LINE: 2}


def test_a_line_without_a_price_is_a_finding_and_stops_no_other(db):
    make_site(BEGIN)
    first = active_award(BEGIN, lines=[TEN_DAYS])
    active_award(
        BEGIN,
        lines=[Given("cards", device_model="ascend-910b", first_on=date(2026, 2, 1))],
        lead="other@pier.example",
    )
    first.lines.update(device_model_code="withdrawn")

    accrued = accrue_leases(now=BEGIN + timedelta(days=9))

    assert {line: str(why) for line, why in accrued.findings.items()} == {
        LINE: "price.none(device_model='withdrawn', day=datetime.date(2026, 2, 1))"
    }
    assert accrued.days == {"PIR-0002.1": 9}


def test_charges_follow_the_price_of_each_day(db):
    prices = [
        {"device_model": "nvidia-h800", "per_card_hour": 30, "valid_from": "2026-01-01"},
        {"device_model": "nvidia-h800", "per_card_hour": 24, "valid_from": "2026-02-03"},
        {"device_model": "ascend-910b", "per_card_hour": 20, "valid_from": "2026-01-01"},
    ]
    make_site(BEGIN, prices=prices)
    active_award(BEGIN, lines=[TEN_DAYS])

    accrue_leases(now=BEGIN + timedelta(days=4))

    charges = Charge.objects.order_by("usage__began_at")
    assert [(c.list_minor, c.price_from.isoformat()) for c in charges] == [
        (144_000, "2026-01-01"),
        (144_000, "2026-01-01"),
        (115_200, "2026-02-03"),
        (115_200, "2026-02-03"),
    ]
    numbers = line_numbers([LINE])[LINE]
    assert numbers[0] == FourNumbers("nvidia-h800·s", 8 * DAY_S, 0, 20 * DAY_S, 12 * DAY_S)


def test_an_award_ended_after_a_lapse_pays_its_days_before_its_rest_goes_back(db):
    make_site(BEGIN - timedelta(days=5))
    hours = Given("card-hours", hours=50, first_on=date(2026, 2, 1), last_on=date(2026, 4, 30))
    month = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 3, 2))
    award = active_award(BEGIN - timedelta(days=1), lines=[month, hours])
    pool_before = [n.free for n in pool_numbers("pier")]
    officer = appointed("pier", Role.OFFICER, BEGIN)
    later = BEGIN + timedelta(days=10, hours=3)  # the worker was away all that time

    end_award(code=award.code, reason="moved away", by=officer, now=later)

    given_back_at_once = 50 * 30_00 * 7 // 10
    assert [n.free for n in pool_numbers("pier")] == [pool_before[0] + given_back_at_once]
    assert settled() == [(0, 60 * DAY_S), (0, 3_024_000)]

    assert accrue_leases(now=later + timedelta(days=3)).days == {LINE: 10}
    assert return_leases(now=later + timedelta(days=3)) == [LINE]
    assert return_leases(now=later + timedelta(days=3)) == []

    assert settled() == [(20 * DAY_S, 0), (1_008_000, 0)]
    assert [n.free for n in pool_numbers("pier")] == [
        pool_before[0] + given_back_at_once + 3_024_000 - 1_008_000
    ]
    assert overruns([award.code]) == {}
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_a_lease_of_an_ended_award_is_not_returned_before_it_is_charged(lease):
    officer = appointed("pier", Role.OFFICER, BEGIN)
    end_award(code=lease.code, reason="x", by=officer, now=BEGIN + timedelta(days=4, hours=5))

    assert return_leases(now=BEGIN + timedelta(days=5)) == []

    assert settled() == [(0, 20 * DAY_S), (0, 1_008_000)]


def test_the_round_leaves_nothing_free_on_a_lease_that_is_due(lease):
    follow_awards(BEGIN + timedelta(days=30))

    assert settled() == [(20 * DAY_S, 0), (1_008_000, 0)]
    assert [entry.kind for entry in Entry.objects.filter(subject=LINE).order_by("id")] == [
        "charge",
        "return",
    ]


def test_a_return_that_was_reversed_is_not_made_again(lease):
    follow_awards(BEGIN + timedelta(days=30))
    entry = Entry.objects.get(kind="return")
    finance = appointed("pier", Role.FINANCE, BEGIN)
    reverse_entry(
        programme_code="pier",
        number=entry.number,
        key="undo",
        reason="in error",
        by=finance,
        now=BEGIN + timedelta(days=31),
    )

    assert return_leases(now=BEGIN + timedelta(days=31)) == []
