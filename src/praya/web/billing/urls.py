"""Addresses of billing."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.billing import (
    ahead,
    answering,
    claims,
    crediting,
    invoices,
    payments,
    periods,
    subsidies,
    years,
)

urlpatterns: list[URLPattern] = [
    path("finance/<slug:code>/invoices/", invoices.of_programme, name="invoice-list"),
    path("finance/<slug:code>/invoices/<str:month>/issue/", invoices.issue, name="invoice-issue"),
    path("finance/<slug:code>/invoices/ahead/", ahead.issue, name="invoice-ahead"),
    path("finance/<slug:code>/ageing/", invoices.ageing_page, name="ageing"),
    path("finance/<slug:code>/payments/new/", payments.new, name="payment-new"),
    path("finance/<slug:code>/periods/", periods.of_programme, name="period-list"),
    path("finance/<slug:code>/periods/<str:month>/close/", periods.close, name="period-close"),
    path("finance/<slug:code>/claims/", claims.of_programme, name="claim-list"),
    path("finance/<slug:code>/years/", years.years, name="years"),
    path("finance/<slug:code>/years/<slug:purpose>/<slug:first>/", years.keep, name="year-keep"),
    path("finance/<slug:code>/subsidies/", subsidies.of_site, name="subsidies"),
    path(
        "finance/<slug:code>/subsidies/<int:organisation_id>/",
        subsidies.of_organisation,
        name="subsidies-of",
    ),
    path("awards/<str:code>/invoices/", invoices.of_award, name="award-invoices"),
    path("awards/<str:code>/claims/", claims.of_award, name="award-claims"),
    path("invoices/<str:code>/", invoices.page, name="invoice"),
    path("invoices/<str:code>.pdf", invoices.pdf, name="invoice-pdf"),
    path("invoices/<str:code>/credit/", crediting.credit, name="invoice-credit"),
    path("payments/<int:payment_id>/undo/", payments.undo, name="payment-undo"),
    path("claims/<str:code>/", claims.page, name="claim"),
    path("claims/<str:code>/lines/new/", claims.add_line, name="claim-line-new"),
    path("claims/<str:code>/lines/<int:number>/remove/", claims.remove_line, name="claim-line-go"),
    path("claims/<str:code>/lines/<int:number>/evidence/", claims.evidence, name="claim-evidence"),
    path("claims/<str:code>/lines/<int:number>/assess/", answering.assess, name="claim-assess"),
    path("claims/<str:code>/submit/", claims.submit, name="claim-submit"),
    path("claims/<str:code>/approve/", answering.approve, name="claim-approve"),
    path("claims/<str:code>/reject/", answering.reject, name="claim-reject"),
    path("claims/<str:code>/pay/", answering.pay, name="claim-pay"),
    path("claims/<str:code>/pay/undo/", answering.undo_payment, name="claim-pay-undo"),
    path("claims/<str:code>/approve/undo/", answering.undo_approval, name="claim-approve-undo"),
]
