"""Runs received together are charged as each by itself: to the second, the cent and the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.enforcement.conftest import CODE
from tests.awarding import Given, active_award, make_site
from tests.nightly import size

from praya.apps.books.commands import close_period
from praya.apps.books.models import BatchRecord
from praya.apps.books.queries import four_numbers
from praya.apps.usage.commands import hold_in_flight, receive_runs
from praya.apps.usage.models import Charge, ChargeMonth, ClusterUse, SetAside, UsageDay, UsageRecord
from praya.core.execution.accounting import InFlight, RunEnd, Used

ZONE = ZoneInfo("Europe/Berlin")
NEW_PRICE = date(2026, 3, 29)  # a day of 23 hours there
PRICES = [
    {"device_model": "nvidia-h800", "per_card_hour": "30.01", "valid_from": date(2026, 1, 1)},
    {"device_model": "nvidia-h800", "per_card_hour": "17.03", "valid_from": NEW_PRICE},
    {"device_model": "ascend-910b", "per_card_hour": "20.00", "valid_from": date(2026, 1, 1)},
]
BEGIN = int(datetime(2026, 3, 28, 20, tzinfo=ZONE).timestamp())
NOW = datetime(2026, 4, 7, 9, tzinfo=UTC)
AWARDS = {"pir-0001": "PIR-0001", "pir-0002": "PIR-0002"}
HELD = ("harbour:1:1", "harbour:2:1")

RUNS = st.builds(
    lambda key, began_s, waited_s, held_s, idle_s, **facts: Used(
        key=key,
        job_id=key,
        run_key="",
        partition="gpu",
        submitted_at=BEGIN + began_s - waited_s,
        began_at=BEGIN + began_s,
        ended_at=BEGIN + began_s + held_s + idle_s,
        held_s=held_s,
        exit_code=0,
        signal=0,
        time_limit_s=60,
        **facts,
    ),
    key=st.sampled_from([*HELD, "harbour:3:1", "harbour:4:1", "harbour:5:1", "harbour:6:1"]),
    account=st.sampled_from([*AWARDS, "others"]),
    member=st.sampled_from(["mei", "jun"]),
    device_model=st.sampled_from(["nvidia-h800", "ascend-910b", "unheard-of"]),
    cards=st.integers(0, 7),
    began_s=st.integers(0, 5 * 86_400),
    waited_s=st.sampled_from([0, 1, 7200, 86_400]),
    held_s=st.sampled_from([0, 1, 7, 61, 3599, 7201, 200_000]),
    idle_s=st.sampled_from([0, 30]),
    end=st.sampled_from([RunEnd.COMPLETED, RunEnd.TIMED_OUT, RunEnd.NODE_FAILED]),
    allowed_s=st.sampled_from([0, 60]),
)


@pytest.fixture
def awards(db):
    began = datetime(2026, 3, 1, tzinfo=UTC)
    make_site(began, time_zone=ZONE.key, prices=PRICES)
    until = NEW_PRICE + timedelta(days=2)
    first = Given(hours=10_000, last_on=until)
    later = Given(hours=90, first_on=until + timedelta(days=1))
    active_award(began, lines=[first, later])
    lines = [Given(hours=500), Given(hours=500, device_model="ascend-910b")]
    active_award(began, lines=lines, lead="jun@pier.example")
    running = [
        InFlight(key, "pir-0001", "mei", key, "", "gpu", "nvidia-h800", 2, BEGIN, BEGIN, 1, 60)
        for key in HELD
    ]
    hold_in_flight(cluster_code=CODE, runs=running, awards=AWARDS, now=NOW)
    close_period(programme_code="pier", until=date(2026, 3, 31), open_from=NOW)


def left_by(deliveries: list[list[Used]]) -> list[Any]:
    """Everything that is stored after the deliveries, which are undone again."""
    with transaction.atomic():
        for some in deliveries:
            receive_runs(cluster_code=CODE, runs=some, awards=AWARDS, now=NOW)
        fields = {
            BatchRecord: ("key", "request_sha256", "hold_key", "time_s", "subsidy_minor",
                          "own_minor"),
            UsageRecord: ("key", "line__code", "cards", "began_at", "ended_at", "card_seconds",
                          "number", "member", "end"),
            Charge: ("usage__key", "line__code", "month", "price_minor_per_hour", "price_from",
                     "rate_bp", "card_seconds", "list_minor", "subsidy_minor", "own_minor"),
            ChargeMonth: ("award__code", "month", "charges", "card_seconds", "list_minor",
                          "subsidy_minor", "own_minor"),
            UsageDay: ("line__code", "day", "kind", "card_seconds", "jobs", "list_minor",
                       "subsidy_minor", "own_minor"),
            ClusterUse: ("award__code", "device_model_code", "card_seconds"),
            SetAside: ("key", "award__code", "card_seconds", "why", "is_refund"),
        }  # fmt: skip
        left = [sorted(model.objects.values_list(*some)) for model, some in fields.items()]
        left.append(four_numbers(list(AWARDS.values())))
        transaction.set_rollback(True)
    return left


def by_hand(run: Used) -> tuple[Any, ...]:
    """What is charged for a run, as somebody with a calendar and a price list would find it."""
    submitted_on = datetime.fromtimestamp(run.submitted_at, ZONE).date()
    cents = 20_00 if run.device_model == "ascend-910b" else 30_01
    if run.device_model == "nvidia-h800" and submitted_on >= NEW_PRICE:
        cents = 17_03
    listed = run.charged_s * cents // 3600
    return run.key, run.charged_s, cents, listed, listed * 7000 // 10_000


@settings(
    max_examples=size(always=25, nightly=1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(RUNS, min_size=1, max_size=12, unique_by=lambda run: run.key))
def test_runs_received_together_come_to_what_each_comes_to_by_itself(awards, runs):
    together = left_by([runs])
    assert together == left_by([[run] for run in runs])

    charges, months = together[2], together[3]
    of_runs = {f"{CODE}:{run.key}": run for run in runs}
    for key, _, _, cents, _, _, seconds, listed, subsidy, own in charges:
        run = of_runs[key]
        assert by_hand(run) == (run.key, seconds, cents, listed, subsidy)
        assert own == listed - subsidy
    amounts = [[row[-4:] for row in rows] for rows in (charges, months)]
    sums = [[sum(column) for column in zip(*rows, strict=True)] for rows in amounts]
    assert sums[0] == sums[1]


def test_a_thousand_runs_are_stored_by_few_statements(awards):
    """On SQLite a statement for each row of a guarded table takes three times as long."""
    facts = "", "gpu", "nvidia-h800", 1, BEGIN, BEGIN, BEGIN + 60, 60, RunEnd.COMPLETED
    keys = [f"harbour:{number}:1" for number in range(10, 1011)]
    runs = [Used(key, "pir-0001", "mei", key, *facts, 0, 0, 60) for key in keys]

    with CaptureQueriesContext(connection) as asked:
        received = receive_runs(cluster_code=CODE, runs=runs, awards=AWARDS, now=NOW)

    stored = [model.objects.count() for model in (BatchRecord, UsageRecord, Charge)]
    assert (received.charged, stored) == (1001, [1001] * 3)
    assert set(UsageRecord.objects.values_list("key", flat=True)) == {f"{CODE}:{k}" for k in keys}
    assert [one["sql"] for one in asked if "times: INSERT" in one["sql"]] == []
