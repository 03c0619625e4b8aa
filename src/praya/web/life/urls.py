"""Addresses of the pages about the life of awards."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.life import acts, reports, views

urlpatterns: list[URLPattern] = [
    path("programmes/<str:code>/life/", views.preview_page, name="life-preview"),
    path("awards/<str:code>/life/", views.award_life_page, name="award-life"),
    path("awards/<str:code>/life/parts/<str:part>/", reports.part_open, name="award-part-open"),
    path(
        "awards/<str:code>/life/parts/<str:part>/close/",
        reports.part_close,
        name="award-part-close",
    ),
    path(
        "awards/<str:code>/life/parts/<str:part>/report/",
        reports.hand_in,
        name="award-report-new",
    ),
    path("reports/<int:report_id>/", reports.document, name="award-report"),
    path("reports/<int:report_id>/return/", reports.send_back, name="award-report-return"),
    path("lines/<str:line>/plan/", acts.line_plan, name="line-plan"),
    path("lines/<str:line>/waive/<str:rule>/<str:mark>/", acts.check_waive, name="check-waive"),
    path("waivers/<int:waiver_id>/withdraw/", acts.waiver_withdraw, name="waiver-withdraw"),
    path("checks/<int:check_id>/reverse/", acts.check_reverse, name="check-reverse"),
]
