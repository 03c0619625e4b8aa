"""Forecasts side by side, as a page and as data."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from praya.apps.forecasts.queries import answer_of, forecasts_visible_to
from praya.apps.forecasts.rules import ForecastState
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.forecasts.files import csv_of
from praya.web.forecasts.pages import compare_url, forecast_name
from praya.web.guards import signed_in
from praya.words.forecast_figures import FILE_HEADS, Side, compared, file_rows, sides_of
from praya.words.forecasts import DEFINITIONS

COMPARED_MAX = 4
OFFERED_MAX = 20


@signed_in
def forecast_compare(request: HttpRequest) -> HttpResponse:
    """Answered forecasts side by side, each with its difference to the first."""
    reader = actor(request)
    codes = list(dict.fromkeys(request.GET.getlist("f")))[:COMPARED_MAX]
    found = [answer_of(code, reader) for code in codes]
    sides = sides_of((one.code, one.answer or {}) for one in found)
    form = request.GET.get("form", "")
    if form in ("csv", "json") and sides:
        return _file(codes, sides, form)
    done = forecasts_visible_to(reader).filter(state=ForecastState.DONE.value)
    others = done.exclude(code__in=codes)[:OFFERED_MAX] if len(codes) < COMPARED_MAX else ()
    less = _("Less %s") % sides[0].head if sides else ""
    first, *rest = [side.head for side in sides] or [""]
    context = {
        "heads": [first, *(head for one in rest for head in (one, less))],
        "rows": [(one.figure.label, one.cells) for one in compared(sides)],
        "definition": DEFINITIONS["compared"],
        "chart": {
            "files": [
                Link(_("As CSV"), compare_url(codes, form="csv")),
                Link(_("As JSON"), compare_url(codes, form="json")),
            ]
        },
        "others": [
            (f"{one.code} {forecast_name(one)}", compare_url([*codes, one.code])) for one in others
        ],
    }
    return TemplateResponse(request, "web/forecasts/compare.html", context)


def _file(codes: Sequence[str], sides: Sequence[Side], form: str) -> HttpResponse:
    rows = file_rows(sides)
    if form == "csv":
        return csv_of("-".join([*codes, "compared"]), FILE_HEADS, rows)
    answer = {
        "forecasts": codes,
        "definition": str(DEFINITIONS["compared"]),
        "rows": [dict(zip(FILE_HEADS, row, strict=True)) for row in rows],
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
