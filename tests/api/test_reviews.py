"""Reviews by API: asked for, declared, written, handed in, closed."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.applications.cases import LARGE, LEAD, desk_officer, screened
from tests.apps.reviews.cases import BO, WAN, opened, reviewer

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"
REVIEW = {
    "marks": [{"criterion": "merit", "points": 4}, {"criterion": "plan", "points": 3}],
    "recommended": [{"number": 1, "cards": 12}],
    "comment": "Sound.",
    "comment_to_desk": "Ask for the maps.",
}


@pytest.fixture
def application(now, programme):
    return screened(now, lines=[LARGE])


def test_a_review_opens_once_a_conflict_is_denied(caller, now, application):
    wan = reviewer(now, WAN)
    officer, mine = caller(OFFICER), caller(WAN)
    case = f"/applications/{application.code}"
    _status, candidates = officer.get(f"{case}/reviewers")
    assert [(one["person_id"], one["is_assigned"]) for one in candidates] == [
        (wan.person_id, False)
    ]

    status, made = officer.post(f"{case}/reviews", {"person_id": wan.person_id})
    assert (status, made["state"]) == (201, "to-declare")
    again = officer.post(f"{case}/reviews", {"person_id": wan.person_id})
    assert problem(again) == (409, "review.already_assigned")
    review = f"/reviews/{made['id']}"
    assert [one["id"] for one in mine.get("/reviews")[1]["items"]] == [made["id"]]
    assert mine.get(review)[1]["content"] is None
    assert problem(caller(BO).get(review)) == (404, "access.not_found")

    assert mine.post(f"{review}/declaration", {"kind": "none"})[1]["state"] == "open"
    assert mine.get(review)[1]["content"]["project"]["title"] == "Reading old harbour maps"


def test_a_review_is_kept_then_handed_in(caller, now, application):
    review = f"/reviews/{opened(application, WAN, now).pk}"
    mine = caller(WAN)

    status, saved = mine.put(review, REVIEW | {"revision": 0})
    assert (status, saved["revision"]) == (200, 1)
    assert saved["recommended"] == [{"number": 1, "cards": 12, "card_hours": 0}]
    assert problem(mine.put(review, REVIEW | {"revision": 0})) == (409, "form.stale")
    twice = REVIEW | {"revision": 1, "marks": REVIEW["marks"] * 2}
    assert problem(mine.put(review, twice)) == (422, "input.invalid")
    for _time in range(2):
        status, done = mine.post(f"{review}/submit", {"revision": 1})
        assert (status, done["state"]) == (200, "submitted")
    assert [one["state"] for one in mine.get("/reviews", done=True)[1]["items"]] == ["submitted"]


def test_the_desk_reads_and_closes_and_the_applicant_sees_nothing(caller, now, application):
    desk_officer(now)
    officer, lead = caller(OFFICER), caller(LEAD)
    case = f"/applications/{application.code}"
    for email in (WAN, BO):
        review, mine = f"/reviews/{opened(application, email, now).pk}", caller(email)
        if email == BO:
            assert problem(officer.post(f"{case}/reviews/close", {})) == (409, "review.too_few")
        mine.put(review, REVIEW | {"revision": 0})
        mine.post(f"{review}/submit", {"revision": 1})

    _status, reviews = officer.get(f"{case}/reviews")
    assert {one["comment_to_desk"] for one in reviews} == {"Ask for the maps."}
    assert problem(lead.get(f"{case}/reviews")) == (404, "access.not_found")
    assert officer.post(f"{case}/reviews/close", {}) == (200, {"application": application.code})
    assert lead.get(case)[1]["state"] == "to-decide"


def test_a_review_can_be_taken_back(caller, now, application):
    review = opened(application, WAN, now)

    status, found = caller(OFFICER).post(f"/reviews/{review.pk}/withdraw")

    assert (status, found["state"]) == (200, "withdrawn")
    assert problem(caller(WAN).put(f"/reviews/{review.pk}", REVIEW | {"revision": 0})) == (
        409,
        "review.not_open",
    )
