"""What is held for a run is let go of when it is over, and not because nobody tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.enforcement.conftest import CODE

from praya.apps.books.queries import four_numbers, verify_book
from praya.apps.enforcement.commands import read_accounts
from praya.apps.enforcement.models import ClusterJob
from praya.apps.usage.commands import hold_in_flight, in_flight, release_unheard, sweep_holds
from praya.apps.usage.models import UsageRecord
from praya.apps.usage.queries import days_of, zone_of
from praya.apps.usage.queries.receiving import MORE_MAX
from praya.core.execution.accounting import InFlight, RunEnd, Usage, Used

KEY = "harbour:7:1"
WHOSE = (KEY, "pir-0001", "mei", "7", "", "gpu", "nvidia-h800", 2)
SILENCE = Usage((), ())


@pytest.fixture
def begun(now):
    return int(now.timestamp()) - 60


@pytest.fixture
def alive(begun):
    """Two cards for an hour at most, since a minute."""
    return Usage((), (InFlight(*WHOSE, begun - 5, begun, 60, 3600),))


def stopped(begun, held_s):
    times = begun - 5, begun, begun + held_s, held_s
    return Usage((Used(*WHOSE, *times, RunEnd.TIMED_OUT, 0, 0, 3600),), ())


@pytest.fixture
def read(harbour, now):
    """Read what the cluster tells; what is in flight afterwards, and what is charged."""

    def read(told, has=frozenset()):
        read.seconds += 11
        harbour.told, harbour.has = told, has
        read_accounts(code=CODE, now=now + timedelta(seconds=read.seconds))
        [time, _] = four_numbers(["PIR-0001"])["PIR-0001"]
        return time.in_flight, time.settled

    read.seconds = 0
    return read


def test_silence_of_the_accounts_frees_nothing_that_the_controller_has_or_may_have(read, alive):
    assert read(alive) == (7200, 0)

    assert read(SILENCE, has={KEY}) == (7200, 0)
    assert read(SILENCE, has=None) == (7200, 0), "it is away as well"
    assert read(SILENCE) == (0, 0), "neither has it"


def test_a_run_that_was_let_go_of_and_runs_after_all_is_held_anew_and_charged_once(
    read, alive, begun
):
    for _ in range(3):
        assert read(alive) == read(alive) == (7200, 0)
        assert read(SILENCE) == (0, 0)
    assert read(alive) == (7200, 0)
    assert ClusterJob.objects.exclude(unheld_s=0).count() == 0

    for _ in range(2):
        assert read(stopped(begun, 3660)) == (0, 7200), "what ending it took is not charged"
    assert read(alive) == (0, 7200), "old news of what is charged"
    assert UsageRecord.objects.count() == 1
    assert verify_book("pier") == (True, [])


def test_what_another_round_charges_meanwhile_is_let_go_of_by_none(
    read, alive, begun, now, monkeypatch
):
    assert read(alive) == (7200, 0)
    seen = in_flight.open_holds_of_runs(CODE)
    assert read(stopped(begun, 3600)) == (0, 7200)
    monkeypatch.setattr(in_flight, "open_holds_of_runs", lambda _code: seen)

    release_unheard(cluster_code=CODE, alive=[], now=now + timedelta(seconds=30))

    assert read(SILENCE) == (0, 7200)


def test_a_run_that_passes_the_last_day_of_its_line_stays_held_until_its_limit(harbour, award):
    end = days_of(award.lines.get()).end_in(zone_of(award))
    began = int(end.timestamp()) - 1800
    run = InFlight(*WHOSE, began, began, 60, 3600)
    told = {"cluster_code": CODE, "awards": {"pir-0001": "PIR-0001"}}
    assert hold_in_flight(**told, runs=[run], now=end - timedelta(minutes=29)).unheld_s == {}

    assert sweep_holds(now=end + timedelta(minutes=30)) == []
    assert sweep_holds(now=end + timedelta(minutes=32)) == [f"run:{CODE}:{KEY}"]


def test_what_was_let_go_of_too_often_is_told_as_not_held(harbour, alive, now):
    told = {"cluster_code": CODE, "now": now}
    held = [
        hold_in_flight(**told, runs=alive.in_flight, awards={"pir-0001": "PIR-0001"}).unheld_s
        for _ in range(MORE_MAX + 2)
        if release_unheard(**told, alive=[]) is not None
    ]
    assert held == [{}] * (MORE_MAX + 1) + [{KEY: 7200}]
