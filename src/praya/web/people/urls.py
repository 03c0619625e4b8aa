"""Addresses of the pages about people, organisations and access tokens."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.people import organisations, views

urlpatterns: list[URLPattern] = [
    path("me/", views.profile, name="profile"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token-revoke"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/register/", organisations.register, name="organisation-register"),
    path("organisations/<int:organisation_id>/", organisations.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/join/", organisations.join, name="organisation-join"),
    path(
        "organisations/<int:organisation_id>/leave/",
        organisations.leave,
        name="organisation-leave",
    ),
    path(
        "organisations/people/<int:affiliation_id>/manager/",
        organisations.promote,
        name="affiliation-manager",
    ),
    path(
        "organisations/people/<int:affiliation_id>/end/",
        organisations.end,
        name="affiliation-end",
    ),
    path(
        "organisations/<int:organisation_id>/verify/",
        organisations.verify,
        name="organisation-verify",
    ),
    path(
        "organisations/<int:organisation_id>/registration/",
        organisations.registration,
        name="organisation-registration",
    ),
    path(
        "organisations/requests/<int:affiliation_id>/answer/",
        organisations.answer,
        name="join-request-answer",
    ),
]
