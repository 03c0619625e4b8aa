"""The desk: its queue and what an officer does with a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.apps.applications.cases import (
    LARGE,
    desk_officer,
    lead_of,
    line,
    reread,
    screened,
    submit,
    submitted,
)
from tests.factories import make_person, make_programme, person_behind

from praya.apps.applications.commands import (
    answer_question,
    ask_applicant,
    return_application,
    save_draft,
)
from praya.web.home import waiting_for
from praya.words import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch, now):
    """The pages read the hour here: three days after what the tests prepare."""
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))
    return now


@pytest.fixture
def officer_client(client, now):
    make_programme(now)
    client.force_login(person_behind(desk_officer(now)))
    return client


def url(name, application, *more):
    return reverse(f"web:{name}", args=[application.code, *more])


def test_the_queue_costs_the_same_for_one_and_for_three(
    officer_client, now, django_assert_num_queries
):
    submitted(now)
    with django_assert_num_queries(6):
        officer_client.get(reverse("web:desk", args=["pier"]))
    for name in ("two", "three"):
        submitted(now, email=f"{name}@lab.example")
    with django_assert_num_queries(6):
        officer_client.get(reverse("web:desk", args=["pier"]))


def test_the_queue_says_how_long_and_whose_turn(officer_client, now):
    waits = submitted(now - timedelta(days=4))
    asked = submitted(now, email="two@lab.example")
    ask_applicant(code=asked.code, text="Why?", due_on=None, by=desk_officer(now), now=now)
    page = officer_client.get(reverse("web:desk", args=["pier"])).text
    assert "7 of 5 days, overdue" in page
    assert "0 of 5 days, paused" in page
    only_asked = officer_client.get(reverse("web:desk", args=["pier"]), {"turn": "applicant"}).text
    assert asked.code in only_asked
    assert waits.code not in only_asked


def test_the_queue_is_searched_filtered_sorted_and_exported(officer_client, now):
    first = submitted(now, title="Old maps")
    second = submitted(now, email="two@lab.example", title="New tides")
    desk = reverse("web:desk", args=["pier"])
    assert second.code not in officer_client.get(desk, {"q": "maps"}).text
    for asked in ({"state": "rejected"}, {"stage": "review"}, {"standing": "closed"}):
        page = officer_client.get(desk, asked).text
        assert first.code not in page, asked
    for column in ("code", "title", "organisation", "state", "stage", "age", "due", "turn"):
        for direction in ("", "-"):
            page = officer_client.get(desk, {"sort": f"{direction}{column}"}).text
            assert page.count("/applications/PIR-A") >= 2, column
    lines = officer_client.get(desk, {"export": "csv", "sort": "code"}).text.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        [first.code, "Old maps"],
        [second.code, "New tides"],
    ]


def test_the_queue_is_closed_to_others(client, now):
    make_programme(now)
    make_programme(now, code="mole", prefix="MOL")
    client.force_login(person_behind(desk_officer(now, "mole")))
    assert client.get(reverse("web:desk", args=["pier"])).status_code == 403
    assert client.get(reverse("web:desks"))["Location"] == reverse("web:desk", args=["mole"])
    client.force_login(make_person("other@house.example"))
    assert client.get(reverse("web:desks")).status_code == 403


def test_an_officer_passes_a_case_on_once_however_often_they_click(officer_client, now):
    application = submitted(now)
    page = officer_client.get(url("case", application)).text
    assert "?stage=completeness" in page
    passing = url("case-pass", application) + "?stage=completeness"
    assert "goes on to “Eligibility”" in officer_client.get(passing).text
    assert officer_client.post(passing, {"text": "All there."}).status_code == 302
    assert "The case has moved on" in officer_client.post(passing, {"text": "Again."}).text
    application = reread(application)
    assert application.stage == "eligibility"
    assert application.stays.first().note == "All there."


def test_a_question_is_asked_and_answered_and_the_clock_goes_on(officer_client, client, now):
    application = submitted(now)
    refused = officer_client.post(
        url("case-ask", application), {"text": "", "due_on": "2026-03-09"}
    )
    assert "Write the question." in refused.text
    refused = officer_client.post(
        url("case-ask", application), {"text": "Which maps?", "due_on": "2020-01-01"}
    )
    assert "An answer cannot be due on" in refused.text
    assert "Which maps?" in refused.text
    officer_client.post(
        url("case-ask", application), {"text": "Which maps?", "due_on": "2026-03-09"}
    )
    question = application.questions.get()
    client.force_login(application.lead)
    page = client.get(url("case", application)).text
    assert "It is your turn: the desk has a question." in page
    assert "the clock stands still" in page
    answering = url("question-answer", application, question.pk)
    assert "Which maps?" in client.get(answering).text
    assert "Write the answer." in client.post(answering, {"text": " "}).text
    for _ in range(2):
        assert client.post(answering, {"text": "The old ones."}).status_code == 302
    page = client.get(url("case", application)).text
    assert "The old ones." in page
    assert "the desk; the clock stands still" in page
    assert reread(application).state == "submitted"


def test_an_officer_takes_a_question_back_on_the_page_of_the_case(officer_client, now):
    application = submitted(now)
    officer_client.post(url("case-ask", application), {"text": "Which maps?", "due_on": ""})
    taking = url("question-take-back", application, application.questions.get().pk)
    assert taking in officer_client.get(url("case", application)).text
    assert "Which maps?" in officer_client.get(taking).text
    assert "Write why you need no answer" in officer_client.post(taking, {"text": " "}).text
    officer_client.post(taking, {"text": "They came by post."})
    page = officer_client.get(url("case", application)).text
    assert "No answer is needed any more." in page
    assert "Question taken back by" in page


def test_a_returned_case_shows_the_reason_and_then_what_changed(officer_client, client, now):
    application = submitted(now)
    officer_client.post(url("case-return", application), {"text": "Ask for\nless."})
    lead = lead_of(application, now)
    client.force_login(application.lead)
    page = client.get(url("case", application)).text
    assert "Ask for<br>less." in page
    assert "Go on with the form" in page
    save_draft(
        code=application.code,
        step="compute",
        values={"lines": [line(number="1", cards="1")]},
        revision=reread(application).draft_revision,
        by=lead,
        now=now,
    )
    submit(application, now)
    client.force_login(person_behind(desk_officer(now)))
    page = client.get(url("case-changes", application, 2)).text
    assert "1 change" in page
    assert "Line 1: Cards" in page
    assert client.get(url("case-changes", application, 1)).status_code == 404
    assert client.get(url("case-version", application, 1)).status_code == 200
    assert client.get(url("case-version", application, 3)).status_code == 404


def test_a_case_is_rejected_with_a_reason_the_applicant_reads(officer_client, client, now):
    application = submitted(now)
    failing = url("case-fail", application) + "?stage=completeness"
    assert "Write the reason for the rejection" in officer_client.post(failing, {"text": ""}).text
    officer_client.post(failing, {"text": "There is no project."})
    client.force_login(application.lead)
    page = client.get(url("case", application)).text
    assert "There is no project." in page
    assert "Rejected" in page


def test_the_lead_takes_a_case_back(client, now):
    make_programme(now)
    application = submitted(now)
    client.force_login(application.lead)
    asking = url("application-withdraw", application)
    assert "cannot be opened again" in client.get(asking).text
    assert "Write why you take the application back." in client.post(asking, {"text": ""}).text
    client.post(asking, {"text": "No time."})
    assert reread(application).state == "withdrawn"


def test_desk_actions_are_refused_to_who_may_see_the_case_only(client, now):
    make_programme(now)
    application = submitted(now)
    client.force_login(application.lead)
    for name in ("case-pass", "case-fail", "case-return", "case-ask"):
        response = client.post(url(name, application), {"text": "x", "due_on": ""})
        assert response.status_code == 403, name
    assert reread(application).state == "submitted"


def test_the_applicant_does_not_read_officers_names_and_the_desk_does(officer_client, client, now):
    application = screened(now, lines=[LARGE])
    officer = desk_officer(now)
    assert (
        f"Completeness passed by {officer.name}"
        in officer_client.get(url("case", application)).text
    )
    client.force_login(application.lead)
    page = client.get(url("case", application)).text
    assert "Completeness passed by the desk" in page
    assert officer.name not in page


def test_the_first_page_says_what_waits(now, client):
    make_programme(now)
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    later = clock.now()
    assert [each.title for each in waiting_for(officer, later)] == [
        "1 case waits for the desk",
        "Laboratory of Lead is to be checked",
    ]
    assert waiting_for(lead, later) == []
    question = ask_applicant(
        code=application.code, text="Why?", due_on=later.date(), by=officer, now=now
    )
    waiting = waiting_for(lead, later)
    assert [each.title for each in waiting] == [f"Answer a question about {application.code}"]
    assert waiting[0].due.date() == later.date()
    answer_question(question_id=question.pk, text="So.", by=lead, now=now)
    return_application(code=application.code, reason="Mend.", by=officer, now=now)
    assert [each.title for each in waiting_for(lead, later)] == [
        f"Change your application {application.code} and submit it again"
    ]


def test_the_queue_can_be_narrowed_to_what_is_overdue(officer_client, now, monkeypatch):
    application = submitted(now)
    queue = reverse("web:desk", args=["pier"])
    assert application.code in officer_client.get(queue).text
    assert application.code not in officer_client.get(queue, {"pace": "overdue"}).text

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=6))

    assert application.code in officer_client.get(queue, {"pace": "overdue"}).text
    assert application.code not in officer_client.get(queue, {"pace": "in-time"}).text
