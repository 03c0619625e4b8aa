"""Addresses of the pages about programmes."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.programmes import pages, people, rules

urlpatterns: list[URLPattern] = [
    path("programmes/", pages.programme_list, name="programmes"),
    path("programmes/new/", rules.programme_new, name="programme-new"),
    path("programmes/<slug:code>/", pages.programme, name="programme"),
    path("programmes/<slug:code>/rules/", rules.versions, name="programme-rules"),
    path("programmes/<slug:code>/rules/new/", rules.rules_new, name="rules-new"),
    path("programmes/<slug:code>/rules/<int:number>/", rules.version, name="rule-version"),
    path("programmes/<slug:code>/rules/<int:number>/source/", rules.source, name="rule-source"),
    path("programmes/<slug:code>/people/", people.people, name="programme-people"),
    path(
        "programmes/<slug:code>/people/<int:appointment_id>/end/",
        people.appointment_end,
        name="appointment-end",
    ),
]
