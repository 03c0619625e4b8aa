"""The waiting list at the desk: what each purpose can pay, and the offer out of one of them."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.changes.changing import changing_award, staff
from tests.apps.changes.test_offering_from import sent_over, wait_listed
from tests.factories import person_behind

from praya.apps.awards.models import Award
from praya.apps.books.commands import commit_award
from praya.apps.books.queries import pool_numbers
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money
from praya.words import clock

pytestmark = pytest.mark.django_db
LIST = "/waiting-list/pier/"


@pytest.fixture
def award(now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    return changing_award(now)


@pytest.fixture
def officer(award, now):
    client = Client()
    client.force_login(person_behind(staff(Role.OFFICER, now)))
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_an_officer_chooses_the_purpose_that_pays_the_offer(
    award, officer, now, django_assert_max_num_queries
):
    case = wait_listed(now)
    page = f"{LIST}{case.code}/offer/"
    assert "Paid out of" not in text_of(officer.get(page))  # there is nothing to choose
    sent_over(award, now, hours=50)
    with django_assert_max_num_queries(15):
        listed = text_of(officer.get(LIST))
    assert "Came back to “Outreach”, left to offer" in listed
    assert "Outreach: HK$1,050.00 left to offer" in text_of(officer.get(page))

    told = officer.post(page, {"reason": "It came back.", "pool": "outreach"})

    assert told.url == LIST
    made = Award.objects.get(application=case)
    assert made.pool == "outreach"
    assert "Paid out of" in text_of(officer.get(f"/awards/{made.code}/"))


def test_a_case_that_only_another_purpose_can_pay_is_next_out_of_that(award, officer, now):
    pool = next(one for one in pool_numbers("pier") if one.pool == "subsidy")
    taken = LineGrant("PIR-0099.1", CardTime(1, "nvidia-h800"), Money(pool.free - 100, "HKD"))
    commit_award(
        programme_code="pier",
        award_code="PIR-0099",
        pool="subsidy",
        lines=[taken],
        key="others",
        by=Actor.praya("awards"),
        now=now,
    )
    case = wait_listed(now)
    assert "More than the pool has" in text_of(officer.get(LIST))
    sent_over(award, now, hours=50)
    assert "Next, out of “Outreach”" in text_of(officer.get(LIST))
    page = f"{LIST}{case.code}/offer/"

    refused = text_of(officer.post(page, {"reason": "It came back.", "pool": "subsidy"}))

    assert "too much together" in refused
    assert officer.post(page, {"reason": "It came back.", "pool": "outreach"}).status_code == 302
