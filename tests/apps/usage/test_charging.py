"""The sums of a month are the sums of its charges, whatever wrote them and in whatever order."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import Count, Sum
from tests.awarding import Given, active_award, lead_of, make_site
from tests.fakes import ObedientEngine

from praya.apps.usage.commands import accrue_leases, run_schedule, submit_job, track_jobs
from praya.apps.usage.models import Charge, ChargeMonth
from praya.apps.usage.rules import keys_turned_round

BEGIN = datetime(2026, 1, 28, 16, tzinfo=UTC)  # 29 January in Hong Kong begins
DAY_S = 86_400
SUMMED = ("card_seconds", "list_minor", "subsidy_minor", "own_minor")


def kept():
    return list(
        ChargeMonth.objects.order_by("award", "month").values_list(
            "award", "month", "charges", *SUMMED
        )
    )


def added_up():
    return list(
        Charge.objects.order_by("award", "month")
        .values("award", "month")
        .annotate(n=Count("id"), **{f"sum_{field}": Sum(field) for field in SUMMED})
        .values_list("award", "month", "n", *(f"sum_{field}" for field in SUMMED))
    )


def use(chance, now, awards):
    """Two months of jobs and leases, with rounds for leases now and then."""
    engine = ObedientEngine(now=now)
    for number in range(20):
        award = chance.choice(awards)
        submit_job(
            award_code=award.code,
            cards=chance.randint(1, 4),
            time_limit_s=3600,
            argv=["true"],
            key=f"key-{number}",
            line_number=2,
            by=lead_of(award, now),
            now=now,
        )
        run_schedule(engine=engine, cluster_code="quay", now=now)
        for seconds in (chance.randrange(60, 3600), 3 * DAY_S):
            engine.pass_time(seconds)
            now += timedelta(seconds=seconds)
            track_jobs(engine=engine, cluster_code="quay", now=now)
        if chance.random() < 0.3:
            accrue_leases(now=now)
            assert kept() == added_up()
    accrue_leases(now=now)


@pytest.mark.parametrize("seed", range(2))
def test_the_sums_of_the_months_are_those_of_the_charges(db, seed):
    make_site(BEGIN)
    lines = [
        Given("cards", cards=2, first_on=date(2026, 1, 29), last_on=date(2026, 3, 20)),
        Given(hours=400),
    ]
    awards = [active_award(BEGIN, lines=lines), active_award(BEGIN, lines=lines)]

    use(random.Random(seed), BEGIN, awards)

    assert kept() == added_up()
    assert {(award, month) for award, month, *_ in kept()} == {
        (award.pk, month) for award in awards for month in ("2026-01", "2026-02", "2026-03")
    }


def test_a_migration_fills_the_sums_from_the_charges(db):
    make_site(BEGIN)
    active_award(BEGIN, lines=[Given("cards", cards=2, first_on=date(2026, 1, 29))])
    accrue_leases(now=BEGIN + timedelta(days=40))
    before = kept()
    ChargeMonth.objects.all().delete()

    import_module("praya.apps.usage.migrations.0005_charge_month").fill(apps, None)

    assert len(before) == 3
    assert kept() == before


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("lease:PIR-0001.1:2026-02-01~back", ["lease:PIR-0001.1:2026-02-01"]),
        ("quay:7~1~back", ["quay:7~1"]),
        ("quay:7~1-", ["quay:7"]),
        ("quay:7~3-", ["quay:7~2", "quay:7~1", "quay:7"]),
    ],
)
def test_the_key_of_a_record_tells_what_it_may_turn_round(key, expected):
    assert keys_turned_round(key) == expected
