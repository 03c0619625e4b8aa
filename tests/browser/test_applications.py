"""Applying and screening in a real browser: how it looks, and that nothing typed is ever lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.apps.applications.cases import (
    LEAD,
    begun,
    desk_officer,
    lead_of,
    line,
    make_applicant,
    reread,
    submit,
    submitted,
    written,
)
from tests.browser.looks import look_at
from tests.factories import make_person, make_programme, person_behind

from praya.apps.applications.commands import ask_applicant, return_application, save_draft
from praya.words import clock

pytestmark = pytest.mark.django_db(transaction=True)

FORM = [
    {
        "code": "plan",
        "label": {"en": "What will you do?"},
        "help": {"en": "Say what is new, and how you will know."},
        "kind": "text",
        "required": False,
        "characters_max": 500,
    },
    {
        "code": "field",
        "label": {"en": "Field of work"},
        "kind": "choice",
        "required": False,
        "choices": {"language": {"en": "Language"}, "materials": {"en": "Materials"}},
    },
    {
        "code": "open",
        "label": {"en": "Will the results be open?"},
        "kind": "yes-no",
        "required": False,
    },
]


@pytest.fixture
def site(now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    return make_programme(
        now, form=FORM, attachments=[{"code": "cv", "name": {"en": "Curriculum vitae"}}]
    )


RUNS = {"jobs": "10", "job_cards": "1", "job_hours": "72"}
SERVES = {
    "jobs": "2",
    "job_cards": "1",
    "use": "inference",
    "parameters": "7e9",
    "tokens": "1e10",
    "precision": "bf16",
    "mfu_percent": "5",
}


def test_the_eligibility_check_can_be_read(browser_page, site, sign_in, now):
    look_at(browser_page, "/apply/pier/rolling/", "apply")
    look_at(
        browser_page,
        "/apply/pier/rolling/?kind=enterprise&place=HK&answers.no-other=yes",
        "apply-no",
    )
    lead, organisation = make_applicant(now)
    sign_in(browser_page, person_behind(lead))
    asked = f"?organisation={organisation.pk}&answers.no-other=no"
    look_at(browser_page, f"/apply/pier/rolling/{asked}", "apply-yes")


def test_the_form_can_be_read(browser_page, site, sign_in, now):
    wrong = line(cards="many", first_on="2026-13-45")
    application = written(now, lines=[line(**SERVES), wrong, line(**RUNS | {"job_cards": "9"})])
    sign_in(browser_page, make_person(LEAD))
    for step in ("organisation", "project", "compute", "documents", "declaration"):
        path = f"/applications/{application.code}/edit/{step}/?problems=shown"
        look_at(browser_page, path, f"step-{step}")
    look_at(browser_page, f"/applications/{application.code}/check/", "check")


def test_the_case_and_the_desk_can_be_read(browser_page, site, sign_in, now):
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    return_application(code=application.code, reason="Ask for less.", by=officer, now=now)
    save_draft(
        code=application.code,
        step="compute",
        values={"lines": [line(number="1", cards="1", **RUNS)]},
        revision=reread(application).draft_revision,
        by=lead,
        now=now,
    )
    submit(application, now)
    ask_applicant(code=application.code, text="Which maps?", due_on=None, by=officer, now=now)
    sign_in(browser_page, make_person(LEAD))
    look_at(browser_page, f"/applications/{application.code}/", "case-lead")
    look_at(browser_page, "/applications/", "applications")
    sign_in(browser_page, person_behind(officer))
    for path, name in (
        (f"/applications/{application.code}/", "case-officer"),
        (f"/applications/{application.code}/versions/2/", "case-version"),
        (f"/applications/{application.code}/versions/2/changes/", "case-changes"),
        (f"/applications/{application.code}/ask/", "case-ask"),
        ("/desk/pier/", "desk"),
    ):
        look_at(browser_page, path, name)


def test_what_is_typed_is_saved_as_one_goes_and_sums_follow(browser_page, site, sign_in, now):
    application = begun(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/compute/")
    browser_page.get_by_label("Device model").select_option("nvidia-h800")
    browser_page.get_by_label("How it is asked for").select_option("cards")
    browser_page.get_by_label("Cards", exact=True).fill("2")
    browser_page.get_by_label("From").fill("2026-04-01")
    browser_page.get_by_label("To", exact=True).fill("2026-04-30")
    expect(browser_page.locator("[data-sum=subsidy]")).to_have_text("HK$30,240.00")
    expect(browser_page.locator("[data-draft-state]")).to_have_text("Saved at 17:00.")
    assert reread(application).draft["compute"]["lines"][0]["cards"] == "2"
    browser_page.get_by_text("How the work runs").click()
    browser_page.get_by_label("Number of jobs").fill("10")
    browser_page.get_by_label("Cards of each job").fill("2")
    browser_page.get_by_label("Hours of each job").fill("72")
    verdict = "The line asks for 1,440.0 card-hours, 100 % of what the work needs: about as much."
    expect(browser_page.locator("[data-sum=work-0]")).to_have_text(verdict)
    browser_page.get_by_role("button", name="Save and go on").click()
    browser_page.wait_for_url("**/edit/documents/")


def test_a_lost_session_loses_nothing(browser_page, site, sign_in, now):
    application = begun(now)
    person = make_person(LEAD)
    sign_in(browser_page, person)
    path = f"/applications/{application.code}/edit/project/"
    browser_page.goto(path)
    browser_page.context.clear_cookies(name="sessionid")
    browser_page.get_by_label("Title in English").fill("Typed while signed out")
    state = browser_page.locator("[data-draft-state]")
    expect(state).to_contain_text("You have been signed out.")
    expect(state.get_by_role("link")).to_have_attribute("href", "/account/login/")
    assert reread(application).title == ""
    sign_in(browser_page, person)
    browser_page.reload()
    expect(browser_page.get_by_label("Title in English")).to_have_value("Typed while signed out")
    expect(state).to_contain_text("is put back")
    browser_page.get_by_role("button", name="Save and go on").click()
    browser_page.wait_for_url("**/edit/compute/")
    assert reread(application).title == "Typed while signed out"


def test_two_windows_show_both_versions(browser_page, site, sign_in, now):
    application = begun(now)
    sign_in(browser_page, make_person(LEAD))
    browser_page.goto(f"/applications/{application.code}/edit/project/")
    save_draft(
        code=application.code,
        step="project",
        values={"title": "Theirs"},
        revision=0,
        by=lead_of(application, now),
        now=now,
    )
    browser_page.get_by_label("Title in English").fill("Mine")
    expect(browser_page.locator("[data-draft-state]")).to_contain_text("in another window")
    browser_page.get_by_role("button", name="Save and go on").click()
    browser_page.get_by_label("What is saved").first.check()
    browser_page.get_by_role("button", name="Save what is chosen").click()
    browser_page.wait_for_url("**/edit/compute/")
    assert reread(application).title == "Theirs"
