"""The life of awards by API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.calling import problem
from tests.apps.life.lives import AGEING, HALF, HALVES, LINE, award_under, day, live_until
from tests.factories import appointed

from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_day_twenty(monkeypatch, _at_now) -> None:
    monkeypatch.setattr(clock, "now", lambda: day(20))


def mail(role: Role) -> str:
    appointed("pier", role, day(0))
    return f"{role.value}@pier.example"


def test_the_desk_previews_and_the_committee_waives(caller):
    award = award_under({"steps": [HALF]})
    officer, committee = caller(mail(Role.OFFICER)), caller(mail(Role.COMMITTEE))

    (cut,) = officer.get("/programmes/pier/cuts", days=60)[1]

    assert {
        name: cut[name] for name in ("line", "rule", "mark", "due_on", "cut_seconds", "warn_on")
    } == {
        "line": LINE,
        "rule": "half",
        "mark": "after-50",
        "due_on": "2026-03-23",
        "cut_seconds": 500 * 3600,
        "warn_on": ["2026-02-21", "2026-03-16"],
    }
    body = {"line": LINE, "rule": "half", "mark": "after-50", "reason": "A flood."}
    url = f"/awards/{award.code}/life/waivers"
    assert problem(officer.post(url, body)) == (403, "access.not_allowed")
    assert problem(committee.post(url, body | {"line": "PIR-0002.1"})) == (404, "access.not_found")
    assert committee.post(url, body)[0] == 201
    (cut,) = officer.get("/programmes/pier/cuts", days=60)[1]
    assert (cut["cut_seconds"], cut["waived_because"]) == (0, "A flood.")


def test_a_cut_is_seen_and_given_back(caller):
    award = award_under({"straight_line": AGEING})
    live_until(10)
    finance = caller(mail(Role.FINANCE))

    (check,) = finance.get(f"/awards/{award.code}/life")[1]["checks"]
    assert (check["cut_seconds"], check["given_back"]) == (100 * 3600, False)
    url = f"/checks/{check['id']}/reverse"
    first = finance.post(url, {"reason": "Late usage."})
    assert first[0] == 200
    assert finance.post(url, {"reason": "Late usage."}) == first

    (check,) = finance.get(f"/awards/{award.code}/life")[1]["checks"]
    assert check["given_back"] is True


def test_plans_and_parts(caller):
    award = award_under({"tranches": HALVES})
    lead, officer = caller(award.lead.email), caller(mail(Role.OFFICER))

    plan = lead.put(
        f"/awards/{award.code}/life/plan", {"line": LINE, "months": {"2026-03": 5, "2026-02": 0}}
    )
    wrong = lead.put(f"/awards/{award.code}/life/plan", {"line": LINE, "months": {"2027-03": 5}})
    part = officer.post(f"/awards/{award.code}/life/parts/second", {"report": "Of May"})

    assert plan[1]["months"] == {"2026-03": 5}
    assert problem(wrong) == (409, "life.plan_unfit")
    assert part[1]["accepted_report"] == "Of May"
    life = lead.get(f"/awards/{award.code}/life")[1]
    assert [each["code"] for each in life["parts"]] == ["first", "second"]
    assert life["open_by_now"] == [
        {"line": LINE, "waived": [], "most_seconds": None, "opened_by": "", "opens_on": None}
    ]


def test_an_acceptance_is_taken_back(caller):
    award = award_under({"tranches": HALVES})
    lead, officer = caller(award.lead.email), caller(mail(Role.OFFICER))
    url = f"/awards/{award.code}/life/parts/second"
    officer.post(url, {"report": "Of May"})

    refused = lead.post(f"{url}/close", {"reason": "Mine."})
    unsaid = officer.post(f"{url}/close", {})
    closed = officer.post(f"{url}/close", {"reason": "Of another year."})

    assert (problem(refused)[0], problem(unsaid)) == (403, (409, "award.reason_missing"))
    assert (closed[0], closed[1]["opened_at"], closed[1]["accepted_report"]) == (200, None, "")
    assert officer.post(f"{url}/close", {"reason": "Once more."}) == closed
    [line] = lead.get(f"/awards/{award.code}/life")[1]["open_by_now"]
    assert (line["most_seconds"], line["opened_by"]) == (500 * 3600, "report")


def test_a_report_needs_no_remark(client):
    award = award_under({"tranches": HALVES})
    client.force_login(award.lead)
    document = SimpleUploadedFile("progress.pdf", b"%PDF-1.7\n%%EOF\n")

    answer = client.post(
        f"/api/v1/awards/{award.code}/life/parts/second/reports", {"file": document}
    )

    assert answer.status_code == 201
    assert (answer.json()["file_name"], answer.json()["remark"]) == ("progress.pdf", "")
