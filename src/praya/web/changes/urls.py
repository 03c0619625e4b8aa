"""Addresses of the pages about changes, notices, the waiting list and debts."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.changes import appeals, bearing, debts, notices, requests, waiting_list

urlpatterns: list[URLPattern] = [
    path("changes/", requests.change_list, name="change-list"),
    path("changes/<int:change_id>/", requests.change, name="change"),
    path("awards/<slug:code>/changes/", requests.of_award, name="award-changes"),
    path("awards/<slug:code>/changes/<slug:kind>/", requests.ask, name="change-ask"),
    path("awards/<slug:code>/notice/", notices.give, name="notice-give"),
    path("awards/<slug:code>/acknowledge/", notices.acknowledge, name="award-acknowledge"),
    path("notices/<int:notice_id>/agree/", notices.agree, name="notice-agree"),
    path("notices/<int:notice_id>/undo/", notices.undo, name="notice-undo"),
    path("notices/<int:notice_id>/withdraw/", notices.withdraw, name="notice-withdraw"),
    path("appeals/", appeals.appeal_list, name="appeal-list"),
    path("appeals/<int:appeal_id>/", appeals.appeal, name="appeal"),
    path("appeals/<slug:against>/<slug:key>/", appeals.make, name="appeal-make"),
    path("waiting-list/<slug:code>/", waiting_list.cases, name="waiting-list"),
    path(
        "waiting-list/<slug:code>/<slug:application_code>/offer/",
        waiting_list.offer,
        name="waiting-offer",
    ),
    path("finance/<slug:code>/debts/", debts.debts, name="debts"),
    path("debts/<int:debt_id>/", debts.debt, name="debt"),
    path("lines/<str:line>/bears/<slug:matter>/", bearing.bearing, name="bearing"),
]
