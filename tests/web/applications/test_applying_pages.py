"""The way of an applicant through the pages: from the eligibility check to the submission."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
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
from tests.factories import make_person, make_programme, person_behind

from praya.apps.applications.commands import save_draft
from praya.apps.applications.models import Application, Attachment, Submission
from praya.apps.applications.queries import latest_submission
from praya.apps.applications.rules.content import Difference, LineChange
from praya.apps.people.models import Organisation
from praya.apps.programmes.queries import rules_of
from praya.web.applications.sections import changes_seen
from praya.words import clock

pytestmark = pytest.mark.django_db

FORM = [
    {"code": "plan", "label": {"en": "What will you do?"}, "kind": "text", "characters_max": 50},
    {"code": "start", "label": {"en": "When do you begin?"}, "kind": "date", "required": False},
    {"code": "people", "label": {"en": "How many people?"}, "kind": "number", "required": False},
]
ATTACHMENTS = [{"code": "cv", "name": {"en": "Curriculum vitae"}}]


@pytest.fixture
def now(monkeypatch, now):
    """The pages read the hour here."""
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def lead_client(client, now) -> Client:
    make_programme(now, form=FORM, attachments=ATTACHMENTS)
    lead, _organisation = make_applicant(now)
    client.force_login(person_behind(lead))
    return client


def step_url(application: Application, step: str) -> str:
    return reverse("web:application-step", args=[application.code, step])


def save_url(application: Application, step: str) -> str:
    return reverse("web:application-save", args=[application.code, step])


PROJECT = {
    "title": "Old maps",
    "title_zh": "",
    "summary": "We read maps.",
    "summary_zh": "我們讀地圖。",
    "answers.plan": "Read them.",
    "answers.start": "",
    "answers.people": "",
}


def test_a_visitor_checks_eligibility_by_describing_the_organisation(client, now):
    make_programme(now)
    url = reverse("web:apply-check", args=["pier", "rolling"])
    assert "May you apply?" in client.get(url).text
    page = client.get(url, {"kind": "enterprise", "place": "HK", "answers.no-other": "no"}).text
    assert "By these answers, you cannot apply." in page
    assert "An organisation of one of these kinds would meet it: University" in page
    page = client.get(url, {"kind": "university", "place": "HK", "answers.no-other": "yes"}).text
    assert "The desk will look at one point or more" in page
    assert "sign in and choose an organisation" in page
    assert "Begin the application" not in page


def test_a_rule_that_names_a_part_of_a_country_is_met_by_who_registers_there(client, now):
    rule = {"code": "place", "text": {"en": "From Guangdong."}, "places": ["CN-GD"]}
    make_programme(now, eligibility=[rule])
    client.force_login(make_person("lead@canton.example"))
    entry = {"name": "Canton Works", "kind": "enterprise", "place": "CN-GD"}
    client.post(reverse("web:organisation-register"), entry)
    organisation = Organisation.objects.get(name="Canton Works")

    url = reverse("web:apply-check", args=["pier", "rolling"])
    page = client.get(url, {"organisation": organisation.pk}).text

    assert "Begin the application" in page


def test_an_unanswered_question_and_a_wrong_place_are_said(client, now):
    make_programme(now)
    url = reverse("web:apply-check", args=["pier", "rolling"])
    page = client.get(url, {"kind": "university", "place": "HK"}).text
    assert "Answer the questions to see whether you may apply." in page
    page = client.get(url, {"kind": "university", "place": "hong kong"}).text
    assert "Enter a valid value." in page
    assert "Each rule, what it says, and why" not in page


def test_an_unknown_call_is_not_found(client, now):
    make_programme(now)
    assert client.get(reverse("web:apply-check", args=["pier", "other"])).status_code == 404
    assert client.get(reverse("web:apply-check", args=["mole", "rolling"])).status_code == 404


def test_an_applicant_goes_from_check_to_submission(lead_client, now):
    organisation = make_applicant(now)[1]
    url = reverse("web:apply-check", args=["pier", "rolling"])
    asked = f"{url}?organisation={organisation.pk}&answers.no-other=no"
    assert "Begin the application" in lead_client.get(asked).text
    response = lead_client.post(asked)
    application = Application.objects.get()
    assert response["Location"] == reverse("web:application-edit", args=[application.code])
    for step, values in {
        "organisation": {"contact_name": "Lee Wing", "contact_email": "wing@lab.example"},
        "project": PROJECT,
        "compute": {f"lines.0.{part}": text for part, text in line().items()},
    }.items():
        page = lead_client.get(step_url(application, step))
        assert page.status_code == 200
        revision = reread(application).draft_revision
        response = lead_client.post(step_url(application, step), {**values, "revision": revision})
        assert response.status_code == 302, response.text
    assert response["Location"] == step_url(application, "documents")
    document = SimpleUploadedFile("cv.pdf", b"%PDF-1.7 a life")
    lead_client.post(step_url(application, "documents"), {"kind": "cv", "document": document})
    revision = reread(application).draft_revision
    lead_client.post(
        step_url(application, "declaration"), {"confirmed": ["truth"], "revision": revision}
    )
    check = reverse("web:application-check", args=[application.code])
    page = lead_client.get(check).text
    assert "Submit the application" in page
    assert "HK$43,200.00" in page
    assert "cv.pdf" in page
    sent = {"revision": reread(application).draft_revision, "declared": ["truth"]}
    for _ in range(2):
        response = lead_client.post(check, sent)
        assert response["Location"] == reverse("web:case", args=[application.code])
    assert Submission.objects.count() == 1
    page = lead_client.get(reverse("web:case", args=[application.code])).text
    assert "At the desk" in page
    assert "After this stage comes: Eligibility." in page


def test_the_check_lists_everything_that_is_missing(lead_client, now):
    application = begun(now)
    page = lead_client.get(reverse("web:application-check", args=[application.code])).text
    assert "Submit the application" not in page
    for words in (
        "Contact person</a>: This is needed.",
        "Give a title in English, in Chinese or in both.",
        "What will you do?</a>: This is needed.",
        "Nothing is asked for. Add at least one line.",
        "Read the declarations and confirm each of them.",
    ):
        assert words in page
    response = lead_client.post(
        reverse("web:application-check", args=[application.code]), {"revision": 0}
    )
    assert "things are missing or not right" in response.text
    assert reread(application).state == "draft"


@pytest.mark.parametrize(
    ("step", "field", "words"),
    [
        ("project", ("title", "x" * 10_000), "This has 10,000 characters; 300 is the most."),
        ("project", ("title", "a\x00b"), "signs that cannot be printed"),
        ("project", ("answers.start", "31.02.2026"), "Write a day of the calendar"),
        ("project", ("answers.start", "2026-02-31"), "Write a day of the calendar"),
        ("project", ("answers.people", "9" * 400), "larger than anything"),
        ("project", ("answers.people", "many"), "Write a number"),
        ("project", ("answers.plan", "x" * 51), "This has 51 characters; 50 is the most."),
        ("organisation", ("contact_email", "nobody"), "This is no e-mail address"),
        ("compute", ("lines.0.cards", "9" * 400), "larger than anything"),
        ("compute", ("lines.0.cards", "-1"), "Write a whole number"),
        ("compute", ("lines.0.last_on", "0000-00-00"), "Write a day of the calendar"),
        ("compute", ("lines.0.last_on", "9999-12-31"), "Nothing can be asked for after"),
        ("compute", ("lines.0.device_model", "abacus"), "Choose one of the answers offered."),
        ("compute", ("lines.0.jobs", "-7"), "Write a number above 0."),
        ("compute", ("lines.0.jobs", "9" * 400), "Write a number, such as 1200, 0.5 or 7e9."),
        ("compute", ("lines.0.job_cards", "3"), "A job cannot have more cards than the line: 2."),
        ("compute", ("lines.0.job_hours", "721"), "A job cannot be longer than the days"),
        ("compute", ("lines.0.repeat_percent", "1001"), "larger than anything"),
        ("compute", ("lines.0.parameters", "7.5"), "Write a whole number, such as 16 or 7e9."),
        ("compute", ("lines.0.tokens", "many"), "Write a number, such as 1200, 0.5 or 7e9."),
        ("compute", ("lines.0.precision", "fp63"), "They do at: bf16"),
        ("compute", ("lines.0.mfu_percent", "140"), "larger than anything"),
    ],
)
def test_bad_input_gives_an_error_at_its_field_and_stays_as_typed(
    lead_client, now, step, field, words
):
    name, typed = field
    application = written(now)
    values = {
        "organisation": {"contact_name": "Lee", "contact_email": "lee@lab.example"},
        "project": PROJECT,
        "compute": {f"lines.0.{part}": text for part, text in line(number="1").items()},
    }[step]
    sent = {**values, name: typed, "revision": reread(application).draft_revision}
    response = lead_client.post(step_url(application, step), sent)
    assert response.status_code == 200
    assert words in response.text
    assert f'<a href="#id_{name}">' in response.text
    assert 'name="anyway"' in response.text
    assert typed.replace("\x00", "␀") in str(reread(application).draft)


def test_saving_in_the_background_counts_revisions_and_tells_the_sums(lead_client, now):
    application = begun(now)
    sent = {f"lines.0.{part}": text for part, text in line().items()}
    response = lead_client.post(save_url(application, "compute"), {**sent, "revision": 0})
    assert response.json() == {
        "revision": 1,
        "words": "Saved at 17:00.",
        "sums": {
            "line-0": "HK$43,200.00",
            "work-0": "",
            "list": "HK$43,200.00",
            "subsidy": "HK$30,240.00",
            "own": "HK$12,960.00",
        },
    }


def test_a_stale_form_shows_both_versions_and_keeps_what_is_chosen(lead_client, now):
    application = begun(now)
    opened_at = reread(application).draft_revision
    save_draft(
        code=application.code,
        step="project",
        values={"title": "Theirs", "summary": "Saved before."},
        revision=0,
        by=lead_of(application, now),
        now=now,
    )
    mine = {"title": "Mine", "summary": "Typed here.", "revision": opened_at}
    assert lead_client.post(save_url(application, "project"), mine).status_code == 409
    response = lead_client.post(step_url(application, "project"), mine)
    assert response.status_code == 409
    for words in ("Theirs", "Saved before.", "Mine", "Typed here."):
        assert words in response.text
    chosen = {
        **mine,
        "revision": reread(application).draft_revision,
        "choosing": "1",
        "choose.title": "mine",
        "choose.summary": "theirs",
    }
    lead_client.post(step_url(application, "project"), chosen)
    project = reread(application).draft["project"]
    assert (project["title"], project["summary"]) == ("Mine", "Saved before.")


def test_two_windows_on_different_steps_do_not_get_in_each_others_way(lead_client, now):
    application = begun(now)
    for step, sent in {
        "project": {"title": "Old maps"},
        "organisation": {"contact_name": "Lee Wing"},
    }.items():
        response = lead_client.post(save_url(application, step), {**sent, "revision": 0})
        assert response.status_code == 200
    assert reread(application).draft_revision == 2


def test_a_lost_session_keeps_what_was_typed(client, now):
    make_programme(now)
    application = begun(now)
    sent = {"title": "Typed while signed out", "revision": 0}
    told = client.post(save_url(application, "project"), sent)
    assert told.status_code == 401
    assert "sign in in another" in told.json()["words"]
    response = client.post(step_url(application, "project"), sent)
    assert response["Location"].startswith("/account/login/?next=")
    client.force_login(make_person(LEAD))
    page = client.get(step_url(application, "project")).text
    assert "Typed while signed out" in page
    assert "You were signed out before this could be saved." in page
    client.post(step_url(application, "project"), sent)
    assert reread(application).title == "Typed while signed out"
    assert "You were signed out" not in client.get(step_url(application, "project")).text


def test_what_somebody_typed_signed_out_is_not_shown_to_another(client, now):
    make_programme(now)
    application = begun(now)
    client.post(step_url(application, "project"), {"title": "Not for others"})
    client.force_login(make_person("other@house.example"))
    response = client.get(step_url(application, "project"))
    assert response.status_code == 404
    assert "Not for others" not in response.text


def test_the_back_button_after_submitting_leads_to_the_case(lead_client, now):
    application = written(now)
    values = {"answers.plan": "Read them.", "revision": application.draft_revision}
    lead_client.post(step_url(application, "project"), values)
    revision = reread(application).draft_revision
    check = reverse("web:application-check", args=[application.code])
    lead_client.post(check, {"revision": revision, "declared": ["truth"]})
    assert reread(application).state == "submitted"
    for response in (
        lead_client.get(step_url(application, "project")),
        lead_client.post(step_url(application, "project"), {"title": "Late", "revision": 0}),
        lead_client.get(check),
    ):
        assert response["Location"] == reverse("web:case", args=[application.code])
    assert lead_client.post(save_url(application, "project"), {"title": "Late"}).status_code == 409
    assert reread(application).title == "Reading old harbour maps"


def test_a_plan_by_month_is_asked_where_a_rule_holds_to_it(client, now):
    rule = {
        "code": "plan",
        "name": {"en": "Held to the plan"},
        "every_months": 1,
        "tiers": [{"used_below_percent": 40, "cut_percent": 50}],
    }
    make_programme(now, life={"own_plan": rule})
    hours = line(shape="card-hours", card_hours="900", last_on="2026-06-30", number="1")
    application = written(now, lines=[hours | {"plan": "1 2"}])
    client.force_login(application.lead)
    url = step_url(application, "compute")

    page = client.get(url).text
    typed = {f"lines.0.{part}": value for part, value in hours.items()}
    base = {"revision": str(reread(application).draft_revision), **typed}
    client.post(url, base | {"lines.0.plan": "100 200 300"})
    submit(application, now)
    case = client.get(reverse("web:case", args=[application.code])).text

    assert "The line touches 3 calendar months; the plan has numbers for 2." in page
    assert "Card-hours by month: 100 200 300" in " ".join(case.split())


def test_how_the_work_runs_is_asked_beneath_a_line_and_shown_with_the_case(lead_client, now):
    application = written(now)
    url = step_url(application, "compute")
    sent = {f"lines.0.{part}": text for part, text in line(number="1").items()}
    said = {"jobs": "10", "job_cards": "2", "job_hours": "72", "repeat_percent": "5"}
    sent |= {f"lines.0.{part}": text for part, text in said.items()}
    verdict = "The line asks for 1,440.0 card-hours, 95 % of what the work needs: about as much."

    assert '<details class="line-work">' in lead_client.get(url).text
    saved = lead_client.post(
        save_url(application, "compute"),
        {**sent, "revision": reread(application).draft_revision},
    ).json()
    form = lead_client.get(url).text
    check = lead_client.get(reverse("web:application-check", args=[application.code])).text

    assert saved["sums"]["work-0"] == verdict
    assert '<details class="line-work" open>' in form
    assert 'name="lines.0.repeat_percent"' in form
    assert '<option value="inference">Inference</option>' in form
    for page in (form, check):
        assert verdict in " ".join(page.split())
        assert "= 10 × 2 × 259,200 × 105 % = 1,512.0 card-hours." in " ".join(page.split())


def test_whoever_reads_the_case_reads_the_sheet_and_a_case_without_has_none(client, now):
    make_programme(now)
    said = {"jobs": "4", "job_cards": "2", "parameters": "7e8", "tokens": "1.4e10"}
    trained = line(**said, precision="bf16", mfu_percent="40")
    with_one = submitted(now, lines=[trained])
    without = submitted(now, email="other@lab.example")
    client.force_login(person_behind(desk_officer(now)))

    pages = [
        " ".join(client.get(reverse("web:case", args=[one.code])).text.split())
        for one in (with_one, without)
    ]

    words = "How the work of line 1 runs: The line asks for 1,440.0 card-hours, 3,489 % of what"
    assert [words in page for page in pages] == [True, False]
    assert (
        "Operations = 6 × parameters × tokens × passes = 6 × 700,000,000 × 1.4 × 10¹⁰" in pages[0]
    )


def test_a_changed_use_is_told_by_its_name(now):
    make_programme(now)
    rules = rules_of(latest_submission(submitted(now)).rule_version)
    change = LineChange(1, {"use": "training"}, {"use": "inference"})

    [seen] = changes_seen(rules, Difference((), (change,), ()))

    assert (seen.label, seen.before, seen.after) == (
        "Line 1: Training or inference",
        "Training",
        "Inference",
    )


def test_a_line_is_added_and_removed_without_a_script(lead_client, now):
    application = written(now)
    sent = {f"lines.0.{part}": text for part, text in line(number="1").items()}
    sent["revision"] = application.draft_revision
    page = lead_client.post(step_url(application, "compute"), {**sent, "add-line": "1"}).text
    assert 'name="lines.1.cards"' in page
    sent["revision"] = reread(application).draft_revision
    page = lead_client.post(step_url(application, "compute"), {**sent, "remove-line": "0"}).text
    assert reread(application).draft["compute"]["lines"] == []


def test_a_document_of_the_wrong_kind_or_size_is_refused_with_a_sentence(
    lead_client, now, settings
):
    settings.PRAYA_ATTACHMENT_BYTES = 2 * 1024 * 1024
    application = begun(now)
    for name, content, words in (
        ("page.pdf", b"<html><script>", "is not what its name says"),
        ("cv.exe", b"MZ", "is not a kind of document that is taken"),
        ("cv.pdf", b"", "The document is empty."),
        ("cv.pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "larger than 2 MiB"),
    ):
        document = SimpleUploadedFile(name, content)
        response = lead_client.post(
            step_url(application, "documents"), {"kind": "cv", "document": document}
        )
        assert words in response.text
        assert response.status_code == 200
    assert not Attachment.objects.exists()


def test_a_document_is_handed_out_as_a_file_that_nothing_runs(lead_client, now):
    application = begun(now)
    document = SimpleUploadedFile("../../履歷 “a”.pdf", b"%PDF-1.7 a life")
    lead_client.post(step_url(application, "documents"), {"kind": "cv", "document": document})
    attachment = Attachment.objects.get()
    url = reverse("web:attachment", args=[application.code, attachment.pk])
    response = lead_client.get(url)
    assert response.content == b"%PDF-1.7 a life"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert "sandbox" in response["Content-Security-Policy"]
    lead_client.force_login(make_person("other@house.example"))
    assert lead_client.get(url).status_code == 404


def test_the_list_of_applications_costs_the_same_for_one_and_for_three(
    lead_client, now, django_assert_num_queries
):
    begun(now)
    with django_assert_num_queries(5):
        lead_client.get(reverse("web:applications"))
    for name in ("One", "Two"):
        written(now, title=name)
    with django_assert_num_queries(5):
        page = lead_client.get(reverse("web:applications")).text
    assert "Two" in page


def test_a_case_costs_the_same_whatever_happened_in_it(
    lead_client, now, django_assert_max_num_queries
):
    application = submitted_here(now)
    with django_assert_max_num_queries(15):
        lead_client.get(reverse("web:case", args=[application.code]))


def submitted_here(now):
    application = written(now)
    save_draft(
        code=application.code,
        step="project",
        values={"answers": {"plan": "Read them."}},
        revision=application.draft_revision,
        by=lead_of(application, now),
        now=now,
    )
    from tests.apps.applications.cases import submit

    submit(application, now)
    return reread(application)


def test_somebody_else_finds_nothing(client, now):
    make_programme(now)
    application = submitted(now)
    client.force_login(make_person("other@house.example"))
    for name in ("case", "application-edit", "application-check", "application-withdraw"):
        assert client.get(reverse(f"web:{name}", args=[application.code])).status_code == 404
    client.force_login(person_behind(desk_officer(now)))
    assert client.get(reverse("web:case", args=[application.code])).status_code == 200
    assert client.get(reverse("web:application-check", args=[application.code])).status_code == 403
