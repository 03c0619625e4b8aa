"""What waits for a lead on the first page."""

from __future__ import annotations

import pytest
from tests.apps.life.lives import HALF, award_under, day, live_until
from tests.awarding import lead_of
from tests.factories import appointed

from praya.core.actor import Role
from praya.web.life.waiting import cuts_ahead
from praya.web.waiting import waiting_of

pytestmark = pytest.mark.django_db


def test_a_lead_sees_a_cut_of_which_they_were_told():
    award = award_under({"steps": [HALF]})
    lead = lead_of(award, day(0))
    assert waiting_of([cuts_ahead], lead, day(20)) == []
    live_until(20)

    (waiting,) = waiting_of([cuts_ahead], lead, day(21))

    assert waiting.title == "PIR-0001.1 may lose 500.0 card-hours"
    assert waiting.detail == (
        "0.0 card-hours is used or in flight. If that is all on 23 March 2026, the rule "
        "“Half-way check” gives 500.0 card-hours back."
    )
    assert (waiting.since, waiting.due) == (day(20), day(50))
    assert waiting_of([cuts_ahead], appointed("pier", Role.OFFICER, day(0)), day(21)) == []
