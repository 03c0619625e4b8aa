"""The reviewer's and the desk's pages, as they are read and used."""

from __future__ import annotations

import re

import pytest
from tests.apps.applications.cases import LARGE, LEAD, desk_officer, lead_of, reread, screened
from tests.apps.reviews.cases import BO, WAN, assigned, marked, opened, reviewer
from tests.factories import appointed, make_person, make_programme, person_behind

from praya.apps.reviews.commands import declare_conflict
from praya.apps.reviews.models import Review
from praya.apps.reviews.rules import ConflictKind
from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db

MARKS = {
    "points-merit": "4",
    "comment-merit": "New maps.",
    "points-plan": "3",
    "comment-plan": "",
    "cards-1": "12",
    "comment": "Worth doing.",
    "comment_to_desk": "Ask for a milestone.",
}


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def application(now):
    make_programme(now)
    return screened(now, lines=[LARGE])


def sign_in(client, actor):
    client.force_login(person_behind(actor))


def text_of(response):
    return response.content.decode()


def test_nothing_but_title_and_house_is_shown_before_the_declaration(client, application, now):
    review = assigned(application, WAN, now)
    sign_in(client, reviewer(now))

    page = text_of(client.get(f"/reviews/{review.pk}/"))

    assert "Reading old harbour maps" in page
    assert "Laboratory of Lead" in page
    assert "Do you have a conflict of interest?" in page
    assert "16 cards" not in page
    assert "We read maps." not in page
    assert client.get(f"/applications/{application.code}/").status_code == 404


def test_a_declared_conflict_closes_the_case(client, application, now):
    review = assigned(application, WAN, now)
    sign_in(client, reviewer(now))

    client.post(f"/reviews/{review.pk}/declare/", {"kind": "co-author", "note": "2024"})
    page = text_of(client.get(f"/reviews/{review.pk}/"))

    assert "This application is closed to you" in page
    assert "What you would give" not in page


def test_a_review_is_saved_by_itself_then_submitted(client, application, now):
    review = assigned(application, WAN, now)
    sign_in(client, reviewer(now))
    client.post(f"/reviews/{review.pk}/declare/", {"kind": "none"})
    page = text_of(client.get(f"/reviews/{review.pk}/"))
    assert "What is new?" in page
    assert "Line 1: NVIDIA H800 SXM, asked 16 cards" in page

    half = {"revision": "0", "points-merit": "4", "comment": "So far good."}
    saved = client.post(f"/reviews/{review.pk}/save/", half)
    assert (saved.status_code, saved.json()["revision"]) == (200, 1)
    stale = client.post(f"/reviews/{review.pk}/save/", half)
    assert stale.status_code == 409
    assert "you in another window" in stale.json()["words"]

    missing = client.post(f"/reviews/{review.pk}/", {**half, "revision": "1", "submit": "1"})
    assert "a mark on 1 criterion; an amount on 1 line" in text_of(missing)
    done = client.post(
        f"/reviews/{review.pk}/", {**MARKS, "revision": "2", "submit": "1"}, follow=True
    )
    assert "The review is submitted. Thank you." in text_of(done)
    assert "Merit: 4" in text_of(done)
    assert Review.objects.get().state == "submitted"


def test_a_wrong_amount_is_told_and_nothing_typed_is_lost(client, application, now):
    review = opened(application, WAN, now)
    sign_in(client, reviewer(now))

    answer = client.post(f"/reviews/{review.pk}/", {**MARKS, "cards-1": "17", "revision": "0"})

    page = text_of(answer)
    assert "Line 1 asks for 16 cards. Recommend that much or less." in page
    assert "New maps." in page


def test_the_desk_assigns_looks_and_closes(client, application, now):
    officer = desk_officer(now)
    wan = reviewer(now)
    reviewer(now, BO)
    sign_in(client, officer)
    url = f"/applications/{application.code}/reviews/"

    asked = client.post(f"{url}assign/", {"person_id": wan.person_id}, follow=True)
    assert "Wan is asked for a review." in text_of(asked)
    closed = text_of(client.post(f"{url}close/", {"note": ""}))
    assert f"{application.code} has 0 submitted reviews, and the rules need 2." in closed
    withdrawal = f"/reviews/{Review.objects.get().pk}/withdraw/"
    assert withdrawal in client.get(url).text
    withdrawn = client.post(withdrawal, follow=True)
    assert "The review of Wan is withdrawn." in text_of(withdrawn)
    for email in (WAN, BO):
        marked(application, email, now, merit=4, plan=4, cards=16)
    page = text_of(client.get(url))
    assert "80.00 %" in page
    assert "To the desk: Ask them for a milestone." in page
    proposal = f"/applications/{application.code}/amounts/"
    assert proposal in page
    client.post(f"{url}close/", {"note": ""})
    assert reread(application).state == "to-decide"
    sign_in(client, appointed("pier", Role.AUDITOR, now, "audit@pier.example"))
    assert proposal not in client.get(url).text


def test_the_desk_searches_sorts_and_exports_the_reviews(client, application, now):
    for email in (WAN, BO):
        marked(application, email, now, merit=4, plan=4, cards=16)
    sign_in(client, desk_officer(now))
    url = f"/applications/{application.code}/reviews/"

    def listed(asked: str) -> list[str]:
        part = text_of(client.get(f"{url}?{asked}", headers={"HX-Target": "reviews"}))
        return re.findall(r'<th scope="row">(\w+)</th>', part)

    assert listed("sort=reviewer") == ["Bo", "Wan"]
    assert listed("sort=-reviewer") == ["Wan", "Bo"]
    assert listed("q=bo") == ["Bo"]
    assert listed("q=quiet") == []  # a word of the markup alone
    titles, first, _second = client.get(f"{url}?export=csv&sort=reviewer").text.splitlines()
    assert titles.lstrip("\ufeff") == (
        "Reviewer,State,Wanted by,Recommends,Comments,To the desk,Change"
    )
    assert first.split(",")[:2] == ["Bo", "Submitted"]
    assert "Ask them for a milestone." in first


def test_from_a_refused_form_the_list_leads_back_to_its_page(client, application, now):
    assigned(application, WAN, now)
    sign_in(client, desk_officer(now))
    url = f"/applications/{application.code}/reviews/"

    page = text_of(client.post(f"{url}close/", {"note": ""}))

    assert f"{url}?" in page
    assert f"{url}close/?" not in page


def test_the_desk_is_offered_no_withdrawal_of_a_conflict(client, application, now):
    review = assigned(application, WAN, now)
    declare_conflict(
        review_id=review.pk, kind=ConflictKind.ADVISER, note="", by=reviewer(now), now=now
    )
    sign_in(client, desk_officer(now))
    withdrawal = f"/reviews/{review.pk}/withdraw/"

    assert withdrawal not in client.get(f"/applications/{application.code}/reviews/").text
    assert client.post(withdrawal).status_code == 409


def test_an_applicant_never_learns_who_reviews(client, application, now):
    review = marked(application, WAN, now, merit=4, plan=3, cards=12)
    sign_in(client, lead_of(application, now))

    for url in (
        f"/applications/{application.code}/reviews/",
        f"/reviews/{review.pk}/",
        f"/reviews/{review.pk}/withdraw/",
    ):
        assert client.get(url).status_code == 404
    page = text_of(client.get(f"/applications/{application.code}/"))
    assert "Wan" not in page
    assert "milestone" not in page


def test_what_waits_for_a_reviewer_stands_on_the_first_page(client, application, now):
    assigned(application, WAN, now)
    sign_in(client, reviewer(now))

    assert f"Declare whether you have a conflict: {application.code}" in text_of(client.get("/"))


def test_an_officer_sees_cases_without_reviewers_on_the_first_page(client, application, now):
    sign_in(client, desk_officer(now))

    assert f"{application.code} needs reviewers" in text_of(client.get("/"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_reviews_costs_the_same_whatever_it_holds(
    client, now, count, django_assert_num_queries
):
    make_programme(now)
    for number in range(count):
        case = screened(now, email=f"lead{number}@lab.example", lines=[LARGE])
        assigned(case, WAN, now)
    sign_in(client, reviewer(now))

    with django_assert_num_queries(5):
        page = text_of(client.get("/reviews/"))

    assert page.count("Conflict to declare") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_the_desks_page_costs_the_same_whatever_it_holds(
    client, application, now, count, django_assert_num_queries
):
    for number in range(count):
        marked(application, f"r{number}@review.example", now, merit=4, plan=4, cards=8)
    sign_in(client, desk_officer(now))

    with django_assert_num_queries(12):
        client.get(f"/applications/{application.code}/reviews/")


def test_pages_of_reviews_want_a_sign_in(client):
    for url in ("/reviews/", "/reviews/1/", "/applications/PIR-A0001/reviews/"):
        assert client.get(url).status_code == 302


def test_somebody_else_finds_no_review(client, application, now):
    review = opened(application, WAN, now)
    client.force_login(make_person(LEAD.replace("lead", "stranger")))

    assert client.get(f"/reviews/{review.pk}/").status_code == 404
    assert client.post(f"/reviews/{review.pk}/save/", {"revision": "0"}).status_code == 404
