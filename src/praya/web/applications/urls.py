"""Addresses of the pages about applications."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.applications import apply, case, desk, documents, drafting, submitting

urlpatterns: list[URLPattern] = [
    path(
        "apply/<slug:programme_code>/<slug:call_code>/",
        apply.apply_check,
        name="apply-check",
    ),
    path("applications/", case.application_list, name="applications"),
    path("applications/<slug:code>/", case.case, name="case"),
    path("applications/<slug:code>/edit/", drafting.application_edit, name="application-edit"),
    path(
        "applications/<slug:code>/edit/<slug:step>/",
        drafting.application_step,
        name="application-step",
    ),
    path(
        "applications/<slug:code>/save/<slug:step>/",
        drafting.application_save,
        name="application-save",
    ),
    path("applications/<slug:code>/check/", submitting.application_check, name="application-check"),
    path(
        "applications/<slug:code>/withdraw/",
        submitting.application_withdraw,
        name="application-withdraw",
    ),
    path("applications/<slug:code>/versions/<int:number>/", case.case_version, name="case-version"),
    path(
        "applications/<slug:code>/versions/<int:number>/changes/",
        case.case_changes,
        name="case-changes",
    ),
    path(
        "applications/<slug:code>/documents/<int:attachment_id>/",
        documents.attachment,
        name="attachment",
    ),
    path(
        "applications/<slug:code>/questions/<int:question_id>/",
        case.question_answer,
        name="question-answer",
    ),
    path(
        "applications/<slug:code>/questions/<int:question_id>/take-back/",
        desk.question_take_back,
        name="question-take-back",
    ),
    path("applications/<slug:code>/pass/", desk.case_pass, name="case-pass"),
    path("applications/<slug:code>/reject/", desk.case_fail, name="case-fail"),
    path("applications/<slug:code>/return/", desk.case_return, name="case-return"),
    path("applications/<slug:code>/reopen/", desk.case_reopen, name="case-reopen"),
    path("applications/<slug:code>/ask/", desk.case_ask, name="case-ask"),
    path("desk/", desk.desks, name="desks"),
    path("desk/<slug:programme_code>/", desk.desk, name="desk"),
]
