"""The page that keeps what a year leaves does what it says, however the year stands by then."""

from __future__ import annotations

import pytest
from tests.awarding import make_site
from tests.factories import appointed, person_behind

from praya.apps.billing.models import YearWaiver
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
YEAR = {"from": "2026-01-01", "to": "2199-12-31", "voted": 1000, "waived_by": "committee"}
PURPOSE = {"code": "subsidy", "name": {"en": "Subsidy"}, "amount": 1000, "pays_subsidy": True}


def test_a_page_sent_twice_takes_nothing_back_and_says_what_it_does(client, now):
    make_site(now, envelope={"amount": 1000, "purposes": [PURPOSE], "years": [YEAR]})
    client.force_login(person_behind(appointed("pier", Role.COMMITTEE, now)))
    url = "/finance/pier/years/subsidy/2026-01-01/"
    keep = {"act": "waive", "reason": "The call is late."}
    assert 'value="waive"' in client.get(url).text

    assert [client.post(url, keep).status_code for _ in "ab"] == [302, 302]
    assert YearWaiver.objects.get().withdrawn_at is None

    again = client.post(url, keep | {"reason": ""}).text
    assert ("Keep it" in again, "Withdraw it" in again) == (True, False)
    asked = client.get(url).text
    assert ("Keep it" in asked, "Withdraw it" in asked) == (False, True)
