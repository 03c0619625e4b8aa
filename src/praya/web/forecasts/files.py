"""The data behind the pictures, for spreadsheets and programs; and the schedule's window."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from praya.apps.forecasts.queries import answer_of, pieces_of
from praya.apps.forecasts.rules import SCHEDULE, piece
from praya.core.refusal import NotFound
from praya.web.actors import actor
from praya.web.forecasts.drawing import HELD, RESERVED, files_of, schedule_charts
from praya.web.forecasts.pages import forecast_name
from praya.web.guards import signed_in
from praya.words.forecasts import DEFINITIONS
from praya.words.sheets import harmless_row

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

HOUR_S = 3_600
FIGURES = ("utilisation", "reserved", "waits", "awards", "burn", "schedule")
LEVELS = ("low", "median", "high")
Rows = tuple[list[str], Iterable[Sequence[object]]]


class WindowForm(forms.Form):
    """From when, and how much."""

    begins = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    hours = forms.ChoiceField(
        label=gettext_lazy("Length"),
        required=False,
        choices=[
            ("6", gettext_lazy("6 hours")),
            ("24", gettext_lazy("1 day")),
            ("72", gettext_lazy("3 days")),
            ("168", gettext_lazy("1 week")),
            ("336", gettext_lazy("2 weeks")),
        ],
    )


@signed_in
def forecast_schedule(request: HttpRequest, code: str) -> HttpResponse:
    """Who runs where in a window of the first run; the window is chosen, and so zoomed."""
    found = answer_of(code, actor(request))
    schedule = pieces_of(found, SCHEDULE)[SCHEDULE]
    form = WindowForm(request.GET or None)
    begins, hours = schedule["begins"], 24
    if form.is_valid():
        given = form.cleaned_data["begins"]
        hours = int(form.cleaned_data["hours"] or hours)
        if given is not None:
            begins = min(max(int(given.timestamp()), schedule["begins"]), schedule["ends"] - HOUR_S)
    ends = min(begins + hours * HOUR_S, schedule["ends"])
    shown = timezone.localtime(datetime.fromtimestamp(begins, UTC))
    charts, marks = schedule_charts(schedule, begins, ends)
    context = {
        "forecast": found,
        "name": forecast_name(found),
        "form": WindowForm(initial={"begins": shown, "hours": str(hours)}),
        "charts": charts,
        "marks": marks,
        "is_cut": schedule["is_cut"],
        "definition": DEFINITIONS["schedule"],
        "chart": {"files": files_of(found, "schedule", "base")},
    }
    return TemplateResponse(request, "web/forecasts/schedule.html", context)


@signed_in
def forecast_data(request: HttpRequest, code: str, figure: str, form: str) -> HttpResponse:
    """A figure's data with its definition."""
    found = answer_of(code, actor(request))
    assert found.answer is not None
    side = "variant" if request.GET.get("side") == "variant" and found.answer["variant"] else "base"
    if figure not in FIGURES or form not in ("csv", "json"):
        raise NotFound(kind="figure", key=figure)
    heads, rows = _rows(found, figure, side, request.GET.get("line", ""))
    if form == "json":
        answer = {
            "forecast": code,
            "figure": figure,
            "side": side,
            "definition": str(DEFINITIONS[_DEFINED.get(figure, figure)]),
            "rows": [dict(zip(heads, row, strict=True)) for row in rows],
        }
        return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(map(harmless_row, rows))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{figure}.csv"'
    return response


_DEFINED = {"awards": "share_of_grant"}


def _rows(found: Forecast, figure: str, side: str, line: str) -> Rows:
    assert found.answer is not None
    told = found.answer[side]
    if figure in ("utilisation", "reserved", "burn"):
        name = _piece(side, figure, line)
        series = pieces_of(found, name)[name]
        return ["day", *LEVELS], zip(series["days"], *series["bands"], strict=True)
    if figure == "waits":
        heads = ["by", "name", *(f"mean_s_{level}" for level in LEVELS)]
        rows = (
            [row["by"], row["name"], *(row["mean_s"][level] for level in LEVELS)]
            for row in told["waits"]
        )
        return heads, rows
    if figure == "awards":
        return _awards(told["awards"])
    schedule = pieces_of(found, SCHEDULE)[SCHEDULE]
    heads = ["award", "pool", "first_card", "last_card", "begins", "ends"]
    names, pools = schedule["awards"], [name for name, _nodes in schedule["pools"]]
    rows = (
        [names[award], pools[pool], first, last, _iso(begin), _iso(end)]
        for award, pool, first, last, begin, end in schedule["rows"]
    )
    return heads, rows


def _piece(side: str, figure: str, line: str) -> str:
    if figure == "burn":
        return piece(side, figure, line)
    return piece(side, "utilisation", RESERVED if figure == "reserved" else HELD)


def _awards(told: Sequence[Mapping[str, Any]]) -> Rows:
    heads = ["award", "granted_card_seconds", "whole_chance"]
    heads += [f"share_of_grant_{level}" for level in LEVELS]

    def share(row: Mapping[str, Any], level: str) -> float | None:
        return None if row["share_of_grant"] is None else row["share_of_grant"][level]

    rows = (
        [
            row["award"],
            row["granted_card_seconds"],
            row["whole_chance"],
            *(share(row, level) for level in LEVELS),
        ]
        for row in told
    )
    return heads, rows


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
