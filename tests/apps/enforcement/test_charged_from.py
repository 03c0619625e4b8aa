"""What ended before an account was the award's own is charged to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.factories import appointed, make_admin

from praya.apps.enforcement.commands import (
    agree_adoption,
    ask_take_over,
    compare_last_days,
    follow_cluster,
    give_back,
    link_cluster,
    read_accounts,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.models import Adoption, DayDifference, Drift, Link, Told
from praya.apps.usage.commands import receive_runs
from praya.apps.usage.models import UsageRecord
from praya.core.actor import Role
from praya.core.execution.accounting import DayTotal, RunEnd, Usage, Used

MODEL = "nvidia-h800"


@pytest.fixture
def early(harbour, now):
    """Two cards for an hour, that ended an hour before awards were held."""
    end = int(now.timestamp()) - 3600
    return Used(
        "trial:7:1", "pir-0001", "bob", "7", "", "gpu", MODEL, 2, end - 3660, end - 3600, end,
        3600, RunEnd.COMPLETED, 0, 0, 7200,
    )  # fmt: skip


def later(run, job, seconds):
    return replace(run, key=f"trial:{job}:1", job_id=job, ended_at=run.ended_at + seconds)


def charged():
    rows = UsageRecord.objects.order_by("pk").values_list("number", "card_seconds")
    return list(rows)


def test_the_month_read_again_at_midnight_begins_where_awards_were_held(harbour, early, now):
    read_accounts(code=CODE, now=now)
    known = later(early, "8", -60)
    receive_runs(cluster_code=CODE, runs=[known], awards={"pir-0001": "PIR-0001"}, now=now)
    harbour.told = Usage((early, replace(known, held_s=1800), later(early, "9", 3700)), ())

    done = read_accounts(code=CODE, now=now + timedelta(days=1))
    assert min(harbour.reads)[0] < early.ended_at
    assert (done.charged, done.corrected) == (1, 1)
    assert charged() == [("8", 7200), ("9", 7200), ("8", -7200), ("8", 3600)]


def test_an_account_of_others_is_theirs_until_it_is_taken_over(harbour, early, now):
    in_the_way = [{"kind": "name-taken", "account": "pir-0001", "subject": ""}]
    Link.objects.update(obstacles=in_the_way)
    theirs, ours = later(early, "8", 2 * 3600), later(early, "9", 6 * 3600)
    harbour.told = Usage((theirs,), ())
    assert read_accounts(code=CODE, now=now + timedelta(hours=2)).charged == 0

    officer, at = appointed("pier", Role.OPERATOR, now), now + timedelta(hours=4)
    asked = ask_take_over(code=CODE, account="pir-0001", reason="Ours.", by=officer, now=at)
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=at)
    Link.objects.update(obstacles=[])
    harbour.told = Usage((theirs, ours), ())
    assert read_accounts(code=CODE, now=now + timedelta(days=1)).charged == 1
    assert charged() == [("9", 7200)]

    harbour.sums = lambda since, until: (
        (DayTotal("pir-0001", "bob", MODEL, 14_400),) if since <= theirs.ended_at < until else ()
    )
    assert compare_last_days(code=CODE, now=now + timedelta(days=1)).to_look_at == 0
    assert "before" in DayDifference.objects.values_list("kind", flat=True)

    harbour.told = Usage((later(early, "10", 25 * 3600),), ())
    give_back(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now + timedelta(hours=25))
    assert read_accounts(code=CODE, now=now + timedelta(hours=26)).charged == 0


def test_what_was_used_while_awards_were_not_held_is_charged_when_they_are_again(
    harbour, early, now
):
    read_accounts(code=CODE, now=now)
    by, meanwhile = make_admin(now), later(early, "8", 5 * 3600)
    stop_enforcing(code=CODE, by=by, now=now + timedelta(hours=1))
    harbour.told = Usage((early, meanwhile), ())
    assert read_accounts(code=CODE, now=now + timedelta(hours=5)) is None

    again = now + timedelta(hours=6)
    start_enforcing(code=CODE, by=by, now=again)
    assert read_accounts(code=CODE, now=again).charged == 1
    assert charged() == [("8", 7200)]


def test_nothing_is_carried_over_from_another_cluster(harbour, early, now):
    by = make_admin(now)
    follow_cluster(code=CODE, now=now)
    link = Link.objects.get()
    Link.objects.update(lost={"trial:7:1": 1}, left=[{"account": "pir-0001"}], obstacles=[{}])
    facts = {"link": link, "account": "pir-0001", "kind": "set-cards"}
    Drift.objects.create(**facts, found_at=now, ignored_at=now, reason="Theirs.")
    facts |= {"kind": "cards", "value": "4", "asked_by_id": by.person_id}
    Adoption.objects.create(**facts, asked_at=now, agreed_at=now)
    stop_enforcing(code=CODE, by=by, now=now)
    link_cluster(code=CODE, name="Harbour", conf="/etc/pier.conf", by=by, now=now)
    link = Link.objects.get()
    assert (link.lost, link.left, link.obstacles) == ({}, [], [])
    assert not Told.objects.exists()
    assert not link.adoptions.filter(ended_at=None).exists()
    assert not link.drifts.exclude(ignored_at=None).exists()
    start_enforcing(code=CODE, by=by, now=now + timedelta(hours=6))
    harbour.told = Usage((later(early, "8", 5 * 3600),), ())
    assert read_accounts(code=CODE, now=now + timedelta(hours=6)).charged == 0
