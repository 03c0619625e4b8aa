"""Why an outlook, a sum set off, or a year of the budget is as it is: one page for each."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.reports.queries.why import why_outlook, why_set_off, why_year
from praya.core.refusal import NotFound
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.reports.why import chain_page, window_of
from praya.words import clock


@signed_in
def outlook(request: HttpRequest, code: str) -> HttpResponse:
    """Why an award burns so much a day, or why its idle cards cost so much."""
    found = why_outlook(
        code,
        request.GET.get("of", "burn"),
        actor(request),
        clock.now(),
        commodity=request.GET.get("commodity", ""),
        line=request.GET.get("line", ""),
        window=window_of(request),
    )
    return chain_page(
        request, found, back=Link(_("Outlook"), reverse("web:award-outlook", args=[code]))
    )


@signed_in
def set_off(request: HttpRequest, debt_id: int) -> HttpResponse:
    """Why so much of a debt was set off against newer awards."""
    found = why_set_off(debt_id, actor(request))
    return chain_page(request, found, back=Link(_("Debt"), reverse("web:debt", args=[debt_id])))


@signed_in
def year(request: HttpRequest, code: str, purpose: str, first: str) -> HttpResponse:
    """Why a figure of a year of the budget is as it is."""
    try:
        first_on = date.fromisoformat(first)
    except ValueError:
        raise NotFound(kind="year", key=first) from None
    found = why_year(
        code,
        request.GET.get("of", "left"),
        actor(request),
        clock.now(),
        purpose=purpose,
        first_on=first_on,
        window=window_of(request),
    )
    back = Link(_("Years of the budget"), reverse("web:years", args=[code]))
    return chain_page(request, found, back=back)
