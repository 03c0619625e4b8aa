"""Addresses of statements, money, figures and the trail."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.reports import (
    corrections,
    finance,
    public,
    statements,
    trail,
    why,
    why_behind,
    why_money,
)

urlpatterns: list[URLPattern] = [
    path("programmes/<slug:code>/figures/", public.figures, name="figures"),
    path("programmes/<slug:code>/figures.json", public.figures_json, name="figures-json"),
    path("programmes/<slug:code>/figures.csv", public.figures_csv, name="figures-csv"),
    path("programmes/<slug:code>/awards/", public.awards, name="public-awards"),
    path("awards/<str:code>/statements/", statements.months, name="statement-list"),
    path("awards/<str:code>/statements/<str:month>/", statements.page, name="statement"),
    path("awards/<str:code>/statements/<str:month>.pdf", statements.pdf, name="statement-pdf"),
    path("finance/", finance.programmes, name="finance-list"),
    path("finance/<slug:code>/", finance.overview, name="finance"),
    path("finance/<slug:code>/funding/new/", finance.ask, name="funding-new"),
    path("finance/<slug:code>/funding/<int:request_id>/", finance.decide, name="funding"),
    path("finance/<slug:code>/corrections/", corrections.listing, name="correction-list"),
    path("finance/<slug:code>/corrections/new/", corrections.ask, name="correction-new"),
    path(
        "finance/<slug:code>/corrections/<int:correction_id>/",
        corrections.decide,
        name="correction",
    ),
    path("finance/<slug:code>/book/", trail.book, name="book"),
    path("finance/<slug:code>/book/<slug:form>/", trail.book_as_file, name="book-file"),
    path("programmes/<slug:code>/trail/", trail.trail, name="trail"),
    path("awards/<slug:code>/why/<slug:part>/", why.balance, name="why-balance"),
    path("awards/<str:code>/statements/<str:month>/why/", why.statement, name="why-statement"),
    path("awards/<slug:code>/use/why/", why.use, name="why-use"),
    path("awards/<slug:code>/outlook/why/", why_money.outlook, name="why-outlook"),
    path("awards/<slug:code>/open/<str:line>/why/", why_behind.opened, name="why-open"),
    path("finance/<slug:code>/periods/<slug:month>/why/", why_behind.period, name="why-period"),
    path("debts/<int:debt_id>/set-off/why/", why_money.set_off, name="why-set-off"),
    path(
        "finance/<slug:code>/years/<slug:purpose>/<slug:first>/why/",
        why_money.year,
        name="why-year",
    ),
    path("finance/<slug:code>/entries/<int:number>/why/", why.entry, name="why-entry"),
    path("finance/<slug:code>/why/", why.account, name="why-account"),
    path("finance/<slug:code>/ageing/<slug:age>/why/", why.age, name="why-age"),
    path("applications/<slug:code>/ceilings/<slug:ceiling>/why/", why.ceiling, name="why-ceiling"),
    path("charges/<str:usage>/why/", why.charge, name="why-charge"),
    path("programmes/<slug:code>/figures/<slug:figure>/why/", why.figure, name="why-figure"),
    path("jobs/<slug:code>/why/", why.job, name="why-job"),
]
