"""Rounds follow the windows of the calls; numbers are given out once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from tests.factories import appointed, make_programme

from praya.apps.people.models import AuditLine
from praya.apps.programmes.commands import (
    mark_round_released,
    next_application_code,
    next_award_code,
    open_round_for,
    open_rounds,
)
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import open_calls, overdue, round_for, rounds_behind, rounds_of
from praya.apps.programmes.rules import CallClosed, windows_begun
from praya.core.actor import Actor, Role
from praya.core.programme.document import CallRule
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db

PRAYA = Actor.praya("rounds")


def call(**facts: object) -> dict[str, object]:
    return {"code": "monthly", "title": {"en": "Monthly"}, "opens_on": "2026-01-01", **facts}


MONTHLY = call(
    kind="monthly", monthly={"gather_from_day": 1, "gather_to_day": 20, "decide_by_day": 10}
)
WINDOW = call(code="spring", kind="window", opens_on="2026-04-01", closes_on="2026-04-30")


@pytest.mark.parametrize(
    ("since", "today", "codes"),
    [
        (date(2026, 1, 1), date(2025, 12, 31), []),
        (date(2026, 1, 1), date(2026, 1, 1), ["2026-01"]),
        (date(2026, 1, 1), date(2026, 3, 2), ["2026-01", "2026-02", "2026-03"]),
        (date(2026, 2, 20), date(2026, 3, 2), ["2026-02", "2026-03"]),
        (date(2026, 2, 21), date(2026, 3, 2), ["2026-03"]),
    ],
)
def test_windows_that_have_begun_and_had_not_closed(since, today, codes):
    rule = CallRule.model_validate(MONTHLY)
    assert [each.code for each in windows_begun(rule, since=since, today=today)] == codes


def test_rounds_open_as_their_windows_begin_and_only_once(now):
    make_programme(now)
    assert open_rounds(programme_code="pier", by=PRAYA, now=now) == []
    later = now + timedelta(days=45)
    lines = AuditLine.objects.count()
    opened = open_rounds(programme_code="pier", by=PRAYA, now=later)
    assert [(each.call_code, each.code) for each in opened] == [("rolling", "batch-2")]
    assert open_rounds(programme_code="pier", by=PRAYA, now=later) == []
    assert AuditLine.objects.count() == lines + 1
    assert [(each.code, each.state) for each in rounds_of("pier")] == [
        ("batch-2", "gathering"),
        ("batch-1", "deciding"),
    ]


def test_rounds_are_opened_by_praya_and_officers_only(now):
    make_programme(now)
    for role in (Role.OPERATOR, Role.COMMITTEE, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            open_rounds(programme_code="pier", by=appointed("pier", role, now), now=now)
    open_rounds(programme_code="pier", by=appointed("pier", Role.OFFICER, now), now=now)


def test_the_first_to_apply_opens_the_round_if_the_worker_has_not(now):
    make_programme(now)
    later = now + timedelta(days=45)
    assert round_for("pier", "rolling", later.date()) is None
    facts = {"programme_code": "pier", "call_code": "rolling", "by": PRAYA, "now": later}
    opened = open_round_for(**facts)
    assert opened.code == "batch-2"
    assert open_round_for(**facts).pk == opened.pk
    assert round_for("pier", "rolling", later.date()) == opened


def test_a_closed_call_says_when_it_opens(now):
    make_programme(now, calls=[WINDOW])
    facts = {"programme_code": "pier", "by": PRAYA}
    with pytest.raises(CallClosed) as caught:
        open_round_for(call_code="spring", now=now, **facts)
    assert caught.value.opens_on == date(2026, 4, 1)
    with pytest.raises(CallClosed) as caught:
        open_round_for(call_code="spring", now=now + timedelta(days=90), **facts)
    assert caught.value.opens_on is None
    with pytest.raises(NotFound):
        open_round_for(call_code="autumn", now=now, **facts)


def test_a_day_begins_when_it_begins_in_the_programmes_time_zone(now):
    make_programme(now, calls=[WINDOW])
    facts = {"programme_code": "pier", "call_code": "spring", "by": PRAYA}
    with pytest.raises(CallClosed):
        open_round_for(now=datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), **facts)
    midnight = datetime(2026, 3, 31, 16, 0, 0, tzinfo=UTC)
    assert open_round_for(now=midnight, **facts).opens_on == date(2026, 4, 1)
    assert [each.call.code for each in open_calls(midnight)] == ["spring"]
    assert open_calls(midnight - timedelta(seconds=1)) == []


def test_open_calls_cost_the_same_for_one_programme_and_three(now, django_assert_num_queries):
    make_programme(now)
    open_calls(now)
    with django_assert_num_queries(2):
        open_calls(now)
    make_programme(now, code="jetty", prefix="JET")
    make_programme(now, code="wharf", prefix="WHF")
    open_calls(now)
    with django_assert_num_queries(2):
        found = open_calls(now)
    assert [(each.programme.code, each.window.code) for each in found] == [
        ("jetty", "batch-1"),
        ("pier", "batch-1"),
        ("wharf", "batch-1"),
    ]


def behind(now):
    return overdue(rounds_behind(["pier"], now), now)


def test_a_round_is_overdue_until_it_is_released(now):
    make_programme(now)
    only = Round.objects.get()
    midnight = datetime(2026, 4, 30, 16, tzinfo=UTC)  # in Hong Kong, whose day counts
    assert only.decide_by == date(2026, 4, 30)
    assert behind(midnight - timedelta(seconds=1)) == []
    assert behind(midnight) == [only]
    released = mark_round_released(round_id=only.pk, by=PRAYA, now=now)
    assert (released.state, released.released_at) == ("released", now)
    again = mark_round_released(round_id=only.pk, by=PRAYA, now=now + timedelta(days=1))
    assert again.released_at == now
    assert behind(midnight) == []


def test_a_programme_whose_day_is_behind_is_overdue_later(now):
    make_programme(now)
    Programme.objects.update(time_zone="Pacific/Honolulu")
    midnight = datetime(2026, 5, 1, 10, tzinfo=UTC)  # the end of 30 April there

    assert behind(midnight - timedelta(seconds=1)) == []
    assert [one.code for one in behind(midnight)] == ["batch-1"]


def test_numbers_are_given_out_in_turn_and_given_back_only_with_the_whole(now):
    programme = make_programme(now)
    assert [next_application_code(programme) for _ in range(2)] == ["PIR-A0001", "PIR-A0002"]
    assert next_award_code(programme) == "PIR-0001"

    before = transaction.savepoint()
    assert next_application_code(programme) == "PIR-A0003"
    transaction.savepoint_rollback(before)
    assert next_application_code(Programme.objects.get()) == "PIR-A0003"
