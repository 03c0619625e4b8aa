"""A case by API, from the check of who may apply to the desk's decision."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.calling import problem
from tests.apps.applications.cases import ANSWERS, LEAD, desk_officer, line, submitted, written
from tests.factories import make_programme

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"


def test_anybody_sees_open_calls_and_checks_who_may_apply(caller, programme):
    anybody = caller()

    _status, calls = anybody.get("/calls")
    assert [(one["programme"], one["call"], one["closes_on"]) for one in calls] == [
        ("pier", "rolling", "2026-03-31")
    ]
    fits = {"kind": "university", "place": "HK", "answers": ANSWERS}
    for body, verdict in (
        (fits, "yes"),
        (fits | {"place": "SG"}, "no"),
        (fits | {"answers": {}}, "unanswered"),
        (fits | {"answers": {"no-other": True}}, "human"),
    ):
        status, found = anybody.post("/programmes/pier/eligibility", body)
        assert (status, found["verdict"]) == (200, verdict)
        assert found["sentence"]
        assert [one["rule"] for one in found["rules"]] == ["kind", "place", "no-other"]
    assert problem(anybody.post("/programmes/none/eligibility", fits)) == (
        404,
        "access.not_found",
    )


def test_an_applicant_goes_from_nothing_to_a_submission(caller, programme):
    lead = caller(LEAD)
    _status, organisation = lead.post(
        "/organisations", {"name": "Laboratory of Maps", "kind": "university"}
    )
    wish = {
        "programme": "pier",
        "call": "rolling",
        "organisation_id": organisation["id"],
        "answers": ANSWERS,
    }
    status, made = lead.post("/applications", wish)
    assert (status, made["state"], made["organisation"]) == (201, "draft", "Laboratory of Maps")
    assert lead.post("/applications", wish)[1]["code"] == made["code"]  # given back, not made twice

    code, revision = made["code"], 0
    for step, values in {
        "organisation": {"contact_name": "Lee Wing", "contact_email": "wing@lab.example"},
        "project": {"title": "Reading maps", "summary": "We read.", "summary_zh": "讀。"},
        "compute": {"lines": [line()]},
    }.items():
        status, draft = lead.put(
            f"/applications/{code}/draft/{step}", {"values": values, "revision": revision}
        )
        assert status == 200
        revision = draft["revision"]
    assert draft["problems"] == []
    assert draft["steps"]["project"]["title"] == "Reading maps"

    refused = lead.post(f"/applications/{code}/submit", {"revision": revision})
    assert problem(refused) == (409, "application.declaration_missing")
    body = {"revision": revision, "declarations": ["truth"]}
    status, submission = lead.post(f"/applications/{code}/submit", body)
    assert (status, submission["number"], len(submission["sha256"])) == (200, 1, 64)
    assert lead.post(f"/applications/{code}/submit", body)[1] == submission

    _status, case = lead.get(f"/applications/{code}")
    assert (case["state"], case["turn"], case["stage"]) == ("submitted", "desk", "completeness")
    assert case["list_value_minor"] == 43_200_00
    assert [one["device_model"] for one in case["lines"]] == ["nvidia-h800"]
    assert [one["action"] for one in case["timeline"]] == [
        "application.begun",
        "application.submitted",
    ]
    _status, page = lead.get("/applications", state="submitted")
    assert [one["code"] for one in page["items"]] == [code]


def test_problems_are_told_with_their_place(caller, now, programme):
    application = written(now, lines=[line(cards="900")])

    _status, found = caller(LEAD).get(f"/applications/{application.code}/problems")

    assert [(one["step"], one["name"], one["code"]) for one in found] == [
        ("compute", "lines", "limit.cards_at_once")
    ]
    assert found[0]["sentence"]


def test_a_note_that_is_too_long_is_told_and_the_case_stays_readable(caller, now, programme):
    code = written(now).code
    lead = caller(LEAD)
    revision = lead.get(f"/applications/{code}/draft")[1]["revision"]
    long = {"values": {"lines": [line(number="1", note="n" * 20_000)]}, "revision": revision}

    status, draft = lead.put(f"/applications/{code}/draft/compute", long)

    assert status == 200
    [wrong] = draft["problems"]
    assert wrong["name"] == "lines.1.note"
    assert wrong["sentence"].startswith("This has 20,000 characters; ")


def test_a_sizing_is_taken_with_the_draft_and_told_with_the_case(caller, now, programme):
    code = written(now).code
    lead = caller(LEAD)
    # Numbers as JSON has them, and one that makes no sense.
    said = {"jobs": 10, "job_cards": 9, "job_hours": 72.5, "repeat_percent": 5}
    step = f"/applications/{code}/draft/compute"
    revision = lead.get(f"/applications/{code}/draft")[1]["revision"]
    _status, draft = lead.put(
        step, {"values": {"lines": [line(number="1") | said]}, "revision": revision}
    )

    [wrong] = draft["problems"]
    assert (wrong["name"], wrong["label"]) == ("lines.1.job_cards", "Line 1: Cards of each job")
    assert wrong["sentence"] == "A job cannot have more cards than the line: 2."
    assert draft["steps"]["compute"]["lines"][0]["job_cards"] == "9"

    right = line(number="1") | said | {"job_cards": 2}
    _status, draft = lead.put(step, {"values": {"lines": [right]}, "revision": draft["revision"]})
    body = {"revision": draft["revision"], "declarations": ["truth"]}
    assert lead.post(f"/applications/{code}/submit", body)[0] == 200
    _status, case = lead.get(f"/applications/{code}")
    assert case["lines"][0]["sizing"] == {
        "work": {"jobs": 10, "job_cards": 2, "job_hours": "72.5", "repeat_percent": "5"},
        "jobs": 10,
        "job_cards": 2,
        "job_s": 261_000,
        "card_seconds": 5_481_000,
        "memory_fits": None,
        "percent_of_need": 94,
        "verdict": "about",
        "sentence": (
            "The line asks for 1,440.0 card-hours, 94 % of what the work needs: about as much."
        ),
        "steps": [
            (
                "Card time = jobs × cards × seconds, with what is run again = "
                "10 × 2 × 261,000 × 105 % = 1,522.5 card-hours."
            )
        ],
    }


def test_a_line_without_a_sizing_tells_none(caller, now, programme):
    code = submitted(now).code

    _status, case = caller(LEAD).get(f"/applications/{code}")

    assert [one["sizing"] for one in case["lines"]] == [None]


def test_a_step_changed_in_another_window_is_refused(caller, now, programme):
    application = written(now)
    lead = caller(LEAD)

    stale = lead.put(
        f"/applications/{application.code}/draft/project",
        {"values": {"title": "Other"}, "revision": 0},
    )

    assert problem(stale) == (409, "form.stale")


def test_documents_come_and_go(caller, now):
    make_programme(now, attachments=[{"code": "cv", "name": {"en": "CV"}, "required": False}])
    application = written(now)
    lead = caller(LEAD)
    path = f"/applications/{application.code}/attachments"
    content = b"%PDF-1.7 a short life"

    def upload(name: str, kind: str = "cv") -> tuple[int, dict]:
        answer = lead.client.post(
            f"/api/v1{path}",
            {"kind": kind, "file": SimpleUploadedFile(name, content)},
            headers=lead.headers,
        )
        return answer.status_code, answer.json()

    status, made = upload("life.pdf")
    assert (status, made["file_name"], made["size"]) == (201, "life.pdf", len(content))
    assert problem(upload("life.exe")) == (409, "attachment.type_unknown")
    assert problem(upload("life.pdf", "photo")) == (409, "attachment.kind_unknown")
    answer = lead.raw(f"{path}/{made['id']}")
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="life.pdf"'
    assert caller("else@pier.example").raw(f"{path}/{made['id']}").status_code == 404
    assert lead.delete(f"{path}/{made['id']}")[0] == 200
    assert lead.get(path) == (200, [])


def test_the_desk_asks_returns_and_passes(caller, now, programme):
    application = submitted(now)
    desk_officer(now)
    officer, lead = caller(OFFICER), caller(LEAD)
    case = f"/applications/{application.code}"
    _status, queue = officer.get("/programmes/pier/desk")
    assert officer.get("/programmes/pier/desk?overdue=true")[1]["items"] == []
    assert [one["code"] for one in queue["items"]] == [application.code]
    assert problem(lead.get("/programmes/pier/desk")) == (403, "access.not_allowed")

    status, question = officer.post(f"{case}/questions", {"text": "Which maps?"})
    assert (status, question["state"]) == (201, "open")
    assert lead.get(case)[1]["turn"] == "applicant"
    status, answered = lead.post(f"/questions/{question['id']}/answer", {"text": "Of the pier."})
    assert (status, answered["state"]) == (200, "answered")

    assert problem(lead.post(f"{case}/pass", {})) == (403, "access.not_allowed")
    status, passed = officer.post(f"{case}/pass", {"stage": "completeness"})
    assert (status, passed["stage"]) == (200, "eligibility")
    again = officer.post(f"{case}/pass", {"stage": "completeness"})
    assert problem(again) == (409, "application.stage_moved")

    assert officer.post(f"{case}/return", {"reason": "Name the maps."})[1]["state"] == "returned"
    _status, draft = lead.get(f"{case}/draft")
    _status, draft = lead.put(
        f"{case}/draft/project",
        {"values": {"title": "Reading three maps"}, "revision": draft["revision"]},
    )
    lead.post(f"{case}/submit", {"revision": draft["revision"], "declarations": ["truth"]})
    _status, changed = officer.get(f"{case}/difference", older=1, newer=2)
    assert changed["fields"] == [
        {
            "name": "project.title",
            "before": "Reading old harbour maps",
            "after": "Reading three maps",
        }
    ]
    _status, submission = officer.get(f"{case}/submissions/2")
    assert submission["content"]["project"]["title"] == "Reading three maps"
    assert problem(officer.get(f"{case}/submissions/3")) == (404, "access.not_found")
    assert problem(officer.post(f"{case}/fail", {})) == (409, "application.reason_missing")
    assert officer.post(f"{case}/fail", {"reason": "Too few maps."})[1]["state"] == "rejected"


def test_a_case_can_be_taken_back(caller, now, programme):
    application = submitted(now)
    lead = caller(LEAD)

    status, found = lead.post(
        f"/applications/{application.code}/withdraw", {"reason": "We moved away."}
    )

    assert (status, found["state"]) == (200, "withdrawn")


def test_a_case_does_not_leak(caller, now, programme):
    application = submitted(now)
    stranger = caller("stranger@pier.example")

    assert stranger.get("/applications")[1] == {"items": [], "next": None}
    for path in ("", "/draft", "/problems", "/attachments", "/submissions/1", "/reviews"):
        answer = stranger.get(f"/applications/{application.code}{path}")
        assert problem(answer) == (404, "access.not_found"), path


def test_pages_go_on_where_the_last_one_ended(caller, now, programme):
    codes = [written(now, email=LEAD, title=title).code for title in ("One", "Two", "Three")]
    lead = caller(LEAD)

    _status, first = lead.get("/applications", limit=2)
    _status, second = lead.get("/applications", limit=2, after=first["next"])

    found = [one["code"] for one in first["items"] + second["items"]]
    assert found == sorted(codes, reverse=True)
    assert second["next"] is None
