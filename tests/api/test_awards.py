"""Decisions and awards by API."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.applications.cases import LEAD, desk_officer
from tests.apps.awards.cases import accepted, decided, member, money, offered
from tests.apps.reviews.cases import reviewed
from tests.factories import make_person

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"
COMMITTEE = "committee@pier.example"
DECISION = {
    "outcome": "part-award",
    "lines": [{"number": 1, "cards": 8}],
    "rate_bp": 7000,
    "reasons": "Half will do.",
}


@pytest.fixture(autouse=True)
def _funded(now, programme):
    money(now)


def test_a_case_is_ranked_proposed_and_decided(caller, now):
    application = reviewed(now)
    member(now)
    officer, committee = caller(OFFICER), caller(COMMITTEE)
    case = f"/applications/{application.code}"

    status, amounts = officer.put(f"{case}/proposal", {"lines": [{"number": 1, "cards": 8}]})
    assert (status, amounts) == (200, [{"number": 1, "cards": 8, "card_hours": 0}])
    _status, ranking = committee.get(f"/rounds/{application.round_id}/ranking")
    assert [(one["rank"], one["application"]) for one in ranking["cases"]] == [
        (1, application.code)
    ]
    assert ranking["remains_minor"] == ranking["free_minor"] - ranking["likely_minor"]
    _status, found = committee.get(f"{case}/to-decide")
    assert (found["hand"], found["is_open"]) == ("committee", True)
    assert found["lines"][0]["proposed"]["cards"] == 8

    assert problem(caller(LEAD).post(f"{case}/decisions", DECISION)) == (404, "access.not_found")
    status, decision = committee.post(f"{case}/decisions", DECISION)
    assert (status, decision["number"], decision["released_at"]) == (201, 1, None)
    assert decision["lines"][0]["awarded"] == {"number": 1, "cards": 8, "card_hours": 0}
    own = committee.post(f"/decisions/{decision['id']}/release")
    assert problem(own) == (409, "decision.same_person")
    status, released = officer.post(f"/decisions/{decision['id']}/release")
    assert (status, released["released_at"] is not None) == (200, True)


def test_who_takes_no_part_sees_nothing_of_a_case(caller, now):
    application = reviewed(now)
    member(now)
    committee = caller(COMMITTEE)

    answer = committee.post(f"/applications/{application.code}/recusal", {"reason": "A friend."})
    assert answer == (200, {"application": application.code})
    _status, ranking = committee.get(f"/rounds/{application.round_id}/ranking")
    [row] = ranking["cases"]
    assert (row["takes_part"], row["result"], row["requested"]) == (False, None, None)
    assert (row["application"], row["title"], row["organisation"]) == (application.code, "", "")
    assert (row["state"], row["likely_minor"]) == ("", None)
    seen = committee.get(f"/applications/{application.code}/to-decide")
    assert problem(seen) == (409, "decision.recused")


def test_a_round_is_released_and_its_offer_accepted(caller, now):
    decision = decided(now)
    desk_officer(now)
    officer, lead = caller(OFFICER), caller(LEAD)
    release = f"/rounds/{decision.round_id}/release"

    status, released = officer.post(release)
    assert (status, [one["id"] for one in released]) == (200, [decision.pk])
    assert problem(officer.post(release)) == (409, "round.nothing_to_release")
    _status, page = lead.get("/awards", state="offered")
    [award] = page["items"]
    assert award["four_numbers"] == []
    _status, agreement = lead.get(f"/awards/{award['code']}/agreements/1")
    assert agreement["text"]["award"] == award["code"]

    changed = lead.post(f"/awards/{award['code']}/accept", {"agreement_number": 2})
    assert problem(changed) == (409, "award.agreement_changed")
    for _time in range(2):
        status, found = lead.post(f"/awards/{award['code']}/accept", {"agreement_number": 1})
        assert (status, found["state"]) == (200, "active")
    time, subsidy = found["four_numbers"]
    assert time == {
        "unit": "nvidia-h800",
        "commodity": "nvidia-h800·s",
        "settled": "0.0 card-hours",
        "in_flight": "0.0 card-hours",
        "free": "11,520 card-hours",
        "committed": "11,520 card-hours",
        "exact": {"settled": 0, "in_flight": 0, "free": 41_472_000, "committed": 41_472_000},
    }
    assert subsidy["exact"]["committed"] == award["subsidy_minor"] == 241_920_00
    _status, entries = lead.get(f"/awards/{award['code']}/entries")
    assert [one["kind"] for one in entries["items"]] == ["commit"]
    assert all(
        sum(one["amount"] for one in entries["items"][0]["postings"] if one["commodity"] == name)
        == 0
        for name in ("nvidia-h800·s", "HKD")
    )


def test_an_offer_can_be_declined(caller, now):
    award = offered(now)
    lead = caller(LEAD)

    assert problem(lead.post(f"/awards/{award.code}/decline", {})) == (
        409,
        "award.reason_missing",
    )
    status, found = lead.post(f"/awards/{award.code}/decline", {"reason": "We found our own."})
    assert (status, found["state"]) == (200, "declined")


def test_members_come_and_go(caller, now):
    award = accepted(now)
    make_person("jun@lab.example")
    lead, jun = caller(LEAD), caller("jun@lab.example")
    path = f"/awards/{award.code}"
    assert problem(jun.get(path)) == (404, "access.not_found")

    status, made = lead.post(f"{path}/members", {"email": "jun@lab.example"})
    assert (status, made["role"]) == (201, "member")
    assert [one["role"] for one in jun.get(path)[1]["members"]] == ["lead", "member"]
    more = jun.post(f"{path}/members", {"email": LEAD})
    assert problem(more) == (403, "access.not_allowed")
    nobody = lead.post(f"{path}/members", {"email": "nobody@lab.example"})
    assert problem(nobody) == (409, "award.no_such_person")
    assert lead.delete(f"/members/{made['id']}")[0] == 200
    assert problem(jun.get(path)) == (404, "access.not_found")


def test_an_officer_suspends_and_resumes(caller, now):
    award = accepted(now)
    desk_officer(now)
    officer = caller(OFFICER)

    for act, state in (("suspend", "suspended"), ("resume", "active")):
        path = f"/awards/{award.code}/{act}"
        assert problem(officer.post(path, {})) == (409, "award.reason_missing")
        for _time in range(2):
            status, found = officer.post(path, {"reason": "As agreed."})
            assert (status, found["state"]) == (200, state)
        assert problem(caller(LEAD).post(path, {"reason": "x"})) == (403, "access.not_allowed")
