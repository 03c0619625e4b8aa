"""Reviews, the committee and awards in a real browser: both themes, both widths."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import LARGE, desk_officer, lead_of, screened
from tests.apps.awards.cases import accepted, decided, member, money, offered
from tests.apps.reviews.cases import BO, WAN, assigned, marked, opened, reviewed, reviewer
from tests.browser.looks import look_at
from tests.factories import make_programme, person_behind

from praya.apps.reviews.models import Review
from praya.words import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _programme(now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)
    money(now)


def test_reviewers_declare_and_mark(browser_page, sign_in, now):
    first = screened(now, lines=[LARGE])
    second = screened(now, email="second@lab.example", lines=[LARGE])
    to_declare = assigned(first, WAN, now)
    to_mark = opened(second, WAN, now)
    sign_in(browser_page, person_behind(reviewer(now)))

    look_at(browser_page, "/reviews/", "reviews")
    look_at(browser_page, f"/reviews/{to_declare.pk}/", "review-declare")
    look_at(browser_page, f"/reviews/{to_mark.pk}/", "review-mark")
    browser_page.goto(f"/reviews/{to_mark.pk}/")
    browser_page.locator("[name=points-merit]").select_option("4")
    browser_page.get_by_text("Saved at", exact=False).wait_for()
    assert Review.objects.get(pk=to_mark.pk).revision == 1


def test_the_desk_looks_after_reviews(browser_page, sign_in, now):
    application = screened(now, lines=[LARGE])
    marked(application, WAN, now, merit=5, plan=5, cards=16)
    assigned(application, BO, now)
    sign_in(browser_page, person_behind(desk_officer(now)))

    look_at(browser_page, f"/applications/{application.code}/reviews/", "reviews-desk")
    look_at(browser_page, f"/applications/{application.code}/amounts/", "amounts")


def test_the_committee_ranks_and_decides(browser_page, sign_in, now):
    held = decided(now)
    to_decide = reviewed(now, email="second@lab.example")
    sign_in(browser_page, person_behind(member(now)))

    look_at(browser_page, "/committee/", "committee")
    look_at(browser_page, f"/committee/pier/{held.round_id}/", "committee-round")
    look_at(browser_page, f"/applications/{to_decide.code}/decide/", "decide")
    look_at(browser_page, f"/applications/{held.application.code}/decide/", "decide-anew")


def test_a_lead_accepts_and_keeps_an_award(browser_page, sign_in, now):
    award = accepted(now)
    offer = offered(now, email="second@lab.example")
    sign_in(browser_page, person_behind(lead_of(award.application, now)))

    look_at(browser_page, "/awards/", "awards")
    for page in ("", "entries/", "members/", "agreement/1/"):
        look_at(browser_page, f"/awards/{award.code}/{page}", f"award-{page.rstrip('/1') or 'one'}")
    look_at(browser_page, f"/applications/{award.application.code}/decision/", "decision")
    sign_in(browser_page, person_behind(lead_of(offer.application, now)))
    look_at(browser_page, f"/awards/{offer.code}/accept/", "award-accept")
