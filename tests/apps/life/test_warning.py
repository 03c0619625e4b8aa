"""Leads are told before something is cut."""

from __future__ import annotations

import pytest
from tests.apps.life.lives import HALF, LINE, award_under, day, hold, live_until

from praya.apps.life.commands import warn_of_cuts
from praya.apps.life.models import CutWarning
from praya.apps.life.queries import due_warnings, lines_warned_of, warned_cuts

pytestmark = pytest.mark.django_db
KEY = f"life:{LINE}:half:after-50"


def told():
    return list(CutWarning.objects.order_by("at").values_list("days_before", "cut_s", "due_on"))


def test_a_lead_is_told_on_each_day_of_the_rule_once():
    award_under({"steps": [HALF]})

    assert warn_of_cuts(now=day(19)) == []
    assert warn_of_cuts(now=day(20)) == [KEY]
    assert warn_of_cuts(now=day(20)) == []
    assert warn_of_cuts(now=day(42)) == []
    assert warn_of_cuts(now=day(43)) == [KEY]
    assert [(days, cut // 3600, str(due)) for days, cut, due in told()] == [
        (30, 500, "2026-03-23"),
        (7, 500, "2026-03-23"),
    ]


def test_after_a_gap_only_the_nearest_warning_is_sent():
    award_under({"steps": [HALF]})

    assert [warning.days_before for warning in due_warnings(day(45))] == [7]


def test_who_uses_enough_is_not_warned():
    award = award_under({"steps": [HALF]})
    hold(award, 304, day(19))

    live_until(50, since=19)

    assert told() == []


def test_what_was_told_waits_on_the_leads_first_page():
    award = award_under({"steps": [HALF]})
    live_until(20)

    (cut,) = warned_cuts(day(21), lines_warned_of(award.lead_id))

    assert (cut.key, cut.warned_at) == (KEY, day(20))
    assert not lines_warned_of(award.lead_id + 1).exists()
