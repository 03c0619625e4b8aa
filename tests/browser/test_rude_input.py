"""Rude input by hand: nothing is lost, nothing happens twice, and the page says what to do."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect
from tests.apps.applications.cases import (
    LEAD,
    begun,
    desk_officer,
    reread,
    submitted,
    written,
)
from tests.awarding import active_award, make_site
from tests.browser.looks import assert_accessible, assert_nothing_sticks_out, leave_by
from tests.factories import PASSWORD, make_admin, make_person, make_programme, person_behind

from praya.apps.applications.commands import ask_applicant
from praya.apps.applications.models import Attachment
from praya.apps.people.models import Organisation
from praya.apps.usage.models import Job
from praya.words import clock

# Two windows, two clicks: how the database keeps them apart is what is tried.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
MEBIBYTE = 1024 * 1024


@pytest.fixture
def site(now, monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: now)
    return make_programme(now, attachments=[{"code": "cv", "name": {"en": "Curriculum vitae"}}])


def lose_session(page):
    page.context.clear_cookies(name="sessionid")


def sign_in_by_hand(page, email):
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Sign in").click()


def alert_of(page):
    return page.locator("main .alert, main .field-error").all_inner_texts()


def test_a_double_click_submits_once_and_going_back_submits_nothing(
    browser_page, site, sign_in, now
):
    application = written(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/declaration/")
    for box in browser_page.locator("[name=confirmed]").all():
        box.check()
    browser_page.get_by_role("button", name="Save and check the answers").click()
    browser_page.get_by_role("button", name="Submit the application").dblclick()
    browser_page.wait_for_url(f"**/applications/{application.code}/")
    assert reread(application).submissions.count() == 1
    browser_page.go_back()
    browser_page.wait_for_url("**/applications/**")
    again = browser_page.get_by_role("button", name="Submit the application")
    if again.count():
        again.click()
    browser_page.wait_for_url(f"**/applications/{application.code}/")
    assert reread(application).submissions.count() == 1
    assert reread(application).state == "submitted"


def test_a_job_that_is_sent_twice_is_one_job(browser_page, monkeypatch, sign_in, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_site(now)
    sign_in(browser_page, active_award(now).lead)
    browser_page.goto("/jobs/new/")
    key = browser_page.locator("[name=key]").input_value()
    browser_page.locator("[name=command]").fill("python train.py")
    browser_page.get_by_role("button", name="Submit", exact=True).dblclick()
    browser_page.wait_for_url("**/jobs/J-*/")
    first = browser_page.url
    browser_page.go_back()
    # Some browsers show the page as it was, others load it anew, with another key.
    browser_page.locator("[name=key]").evaluate("(field, key) => { field.value = key; }", key)
    browser_page.locator("[name=command]").fill("python train.py")
    browser_page.get_by_role("button", name="Submit", exact=True).click()
    browser_page.wait_for_url("**/jobs/J-*/")
    assert browser_page.url == first
    assert Job.objects.count() == 1


def test_going_back_and_sending_again_registers_one_organisation(browser_page, site, sign_in):
    sign_in(browser_page, make_person("mei@pier.example"))
    browser_page.goto("/organisations/register/")
    browser_page.locator("main [name=name]").fill("Quay Works")
    browser_page.locator("main [name=kind]").select_option("enterprise")
    register = browser_page.get_by_role("button", name="Register")
    register.click()
    browser_page.get_by_text("is registered and you are its manager").wait_for()
    first = browser_page.url
    browser_page.go_back()
    expect(browser_page.locator("main [name=name]")).to_have_value("Quay Works")
    register.click()
    browser_page.get_by_text("Nothing was done twice.").wait_for()
    assert browser_page.url == first
    assert Organisation.objects.count() == 1


def test_an_answer_typed_without_a_session_waits_behind_the_sign_in(
    browser_page, site, sign_in, now
):
    application = submitted(now)
    officer = desk_officer(now)
    asked = ask_applicant(
        code=application.code, text="Which maps?", due_on=None, by=officer, now=now
    )
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/questions/{asked.pk}/")
    browser_page.locator("[name=text]").fill("The tide tables.\nBoth volumes.")
    lose_session(browser_page)
    browser_page.get_by_role("button", name="Send the answer").click()
    browser_page.wait_for_url("**/account/login/**")
    asked.refresh_from_db()
    assert asked.answer == ""
    sign_in_by_hand(browser_page, LEAD)
    expect(browser_page.locator("[name=text]")).to_have_value("The tide tables.\nBoth volumes.")
    assert "You were signed out before this was sent." in alert_of(browser_page)[0]
    assert_accessible(browser_page)
    browser_page.get_by_role("button", name="Send the answer").click()
    browser_page.wait_for_url(f"**/applications/{application.code}/")
    asked.refresh_from_db()
    assert asked.answer == "The tide tables.\nBoth volumes."


def test_a_decision_of_the_desk_typed_without_a_session_is_not_taken(
    browser_page, site, sign_in, now
):
    application = submitted(now)
    officer = person_behind(desk_officer(now))
    sign_in(browser_page, officer)
    browser_page.goto(f"/applications/{application.code}/reject/")
    browser_page.locator("[name=text]").fill("Another programme pays for it.")
    lose_session(browser_page)
    browser_page.get_by_role("button", name="Reject it").click()
    sign_in_by_hand(browser_page, officer.email)
    assert reread(application).state == "submitted"
    expect(browser_page.locator("[name=text]")).to_have_value("Another programme pays for it.")
    browser_page.get_by_role("button", name="Reject it").dblclick()
    browser_page.wait_for_url(f"**/applications/{application.code}/")
    assert reread(application).state == "rejected"


def test_two_windows_answer_a_question_once(browser_page, site, sign_in, now):
    application = submitted(now)
    asked = ask_applicant(
        code=application.code, text="Which?", due_on=None, by=desk_officer(now), now=now
    )
    sign_in(browser_page, make_person(LEAD))
    path = f"/applications/{application.code}/questions/{asked.pk}/"
    other = browser_page.context.new_page()
    for page in (browser_page, other):
        page.goto(path)
    other.locator("[name=text]").fill("These.")
    other.get_by_role("button", name="Send the answer").click()
    other.wait_for_url(f"**/applications/{application.code}/")
    browser_page.locator("[name=text]").fill("Those.")
    leave_by(browser_page.get_by_role("button", name="Send the answer"))
    assert "This question has been answered already." in browser_page.locator("main").inner_text()
    assert "Those." in (
        browser_page.locator("main").inner_text()
        + "".join(browser_page.locator("textarea").evaluate_all("all => all.map(o => o.value)"))
    )
    asked.refresh_from_db()
    assert asked.answer == "These."


def test_a_name_of_ten_thousand_characters_is_refused_and_stays_in_its_field(
    browser_page, site, sign_in
):
    sign_in(browser_page, make_person("mei@pier.example"))
    browser_page.goto("/organisations/register/")
    name = browser_page.locator("main [name=name]")
    name.evaluate("field => field.removeAttribute('maxlength')")
    name.fill("長 " * 5000)
    browser_page.locator("main [name=kind]").select_option("university")
    leave_by(browser_page.get_by_role("button", name="Register"))
    assert Organisation.objects.count() == 0
    assert len(name.input_value()) >= 9999
    assert any("at most" in said for said in alert_of(browser_page))
    assert_nothing_sticks_out(browser_page)
    assert_accessible(browser_page)


def test_a_title_of_ten_thousand_characters_is_kept_and_complained_of(
    browser_page, site, sign_in, now
):
    application = begun(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/project/")
    browser_page.locator("[name=title]").fill("x" * 10_000)
    leave_by(browser_page.get_by_role("button", name="Save and go on"))
    assert len(browser_page.locator("[name=title]").input_value()) == 10_000
    assert alert_of(browser_page) != []
    assert_nothing_sticks_out(browser_page)


def test_a_day_that_is_none_is_told_beside_its_field_and_the_question_stays(
    browser_page, site, sign_in, now
):
    application = submitted(now)
    sign_in(browser_page, person_behind(desk_officer(now)))
    browser_page.goto(f"/applications/{application.code}/ask/")
    browser_page.locator("[name=text]").fill("Which maps?")
    day = browser_page.locator("[name=due_on]")
    day.evaluate("field => { field.type = 'text'; field.value = '2026-02-31'; }")
    leave_by(browser_page.get_by_role("button", name="Ask"))
    assert any("date" in said for said in alert_of(browser_page))
    expect(browser_page.locator("[name=text]")).to_have_value("Which maps?")
    assert reread(application).state == "submitted"
    day.fill("2026-03-20")
    browser_page.get_by_role("button", name="Ask").click()
    browser_page.wait_for_url(f"**/applications/{application.code}/")
    assert reread(application).state == "asked"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cv.pdf", b"%PDF-1.4\n" + bytes(5 * MEBIBYTE), "larger than 4 MiB"),
        ("cv.pdf", b"<html><script>alert(1)</script></html>", "is not what its name says"),
        ("cv.pdf", bytes(range(256)) * 64, "is not what its name says"),
        ("cv.exe", b"MZ\x90\x00", "is not a kind of document that is taken"),
    ],
    ids=["large", "html", "binary", "program"],
)
def test_a_document_that_is_none_is_refused_with_what_to_do(  # noqa: PLR0917 -- fixtures
    browser_page, site, sign_in, now, name, content, said
):
    application = begun(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/documents/")
    document = {"name": name, "mimeType": "application/pdf", "buffer": content}
    browser_page.set_input_files("#id_document_cv", document)
    leave_by(browser_page.get_by_role("button", name="Add it"))
    assert said in browser_page.locator("main").inner_text()
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes(range(256)) * 64, "1 mistake in the file"),
        (b"x: " + b"y" * 5 * MEBIBYTE, "1 mistake in the file"),
    ],
    ids=["binary", "large"],
)
def test_a_programme_file_that_is_none_is_told_as_a_mistake(  # noqa: PLR0917 -- fixtures
    browser_page, site, sign_in, now, content, said
):
    sign_in(browser_page, person_behind(make_admin(now)))
    browser_page.goto("/programmes/new/")
    file = {"name": "programme.yaml", "mimeType": "application/yaml", "buffer": content}
    browser_page.set_input_files("[name=file]", file)
    leave_by(browser_page.get_by_role("button", name="Check the file"))
    assert said in browser_page.locator("main").inner_text()
    assert_nothing_sticks_out(browser_page)


def test_a_session_lost_over_the_form_keeps_its_lead(browser_page, site, sign_in, now):
    application = begun(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/project/")
    lose_session(browser_page)
    browser_page.locator("[name=title]").fill("Typed and sent while signed out")
    browser_page.get_by_role("button", name="Save and go on").click()
    browser_page.wait_for_url("**/account/login/**")
    sign_in_by_hand(browser_page, LEAD)
    expect(browser_page.locator("[name=title]")).to_have_value("Typed and sent while signed out")
    browser_page.get_by_role("button", name="Save and go on").click()
    browser_page.wait_for_url("**/edit/compute/")
    assert reread(application).title == "Typed and sent while signed out"
