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

from praya.apps.forecasts.queries import answer_of, pieces_of, schedules_known
from praya.apps.forecasts.rules import piece, schedule_piece
from praya.core.refusal import NotFound
from praya.core.simulator.forecast.answer import CURVE_PERCENT
from praya.web.actors import actor
from praya.web.forecasts.drawing import (
    UTILISATIONS,
    files_of,
    schedule_charts,
    utilisation_piece,
)
from praya.web.forecasts.pages import forecast_name
from praya.web.guards import signed_in
from praya.words.forecasts import DEFINITIONS, side_name
from praya.words.sheets import harmless_row

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

HOUR_S = 3_600
FIGURES = (*UTILISATIONS, "waits", "curve", "awards", "burn", "difference", "schedule")
LEVELS = ("low", "median", "high")
OF_WAITS = ("jobs", "unserved", "mean_s", "median_s", "p90_s")
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
    side, schedule, sides = _schedule(found, request.GET.get("side", ""))
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
        "chart": {"files": files_of(found, "schedule", side)},
        "side": side,
        "head": side_name(code, side),
        "sides": [(one, side_name(code, one)) for one in sides if one != side],
        "window": {"begins": f"{shown:%Y-%m-%dT%H:%M}", "hours": hours},
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
    return csv_of(f"{code}-{figure}", heads, rows)


def csv_of(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Rows as a file for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(map(harmless_row, rows))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


_DEFINED = {"awards": "share_of_grant"}


def _rows(found: Forecast, figure: str, side: str, line: str) -> Rows:
    assert found.answer is not None
    told = found.answer[side]
    if figure in (*UTILISATIONS, "burn", "curve"):
        return _bands(found, figure, side, line)
    if figure == "waits":
        heads = ["by", "name", *(f"{one}_{level}" for one in OF_WAITS for level in LEVELS)]
        rows = (
            [row["by"], row["name"], *(row[one][level] for one in OF_WAITS for level in LEVELS)]
            for row in told["waits"]
        )
        return heads, rows
    if figure == "awards":
        return _awards(told["awards"])
    if figure == "difference":
        return _difference(found.answer["difference"] or {})
    name = schedule_piece(side)
    schedule = pieces_of(found, name)[name]
    heads = ["award", "pool", "first_card", "last_card", "begins", "ends"]
    names, pools = schedule["awards"], [name for name, _nodes in schedule["pools"]]
    rows = (
        [names[award], pools[pool], first, last, _iso(begin), _iso(end)]
        for award, pool, first, last, begin, end in schedule["rows"]
    )
    return heads, rows


def _bands(found: Forecast, figure: str, side: str, line: str) -> Rows:
    """What a picture of a band is drawn from: of days, or of shares of jobs."""
    name = piece(side, figure, line)
    if figure in UTILISATIONS:
        name = utilisation_piece(side, figure)
    series = pieces_of(found, name)[name]
    if figure == "curve":
        return ["percent", *LEVELS], zip(CURVE_PERCENT, *series["bands"], strict=True)
    days = series["days"]
    if figure in UTILISATIONS:
        return ["day", *LEVELS], zip(days, *series["bands"], strict=True)
    plan = series["plan"] or [None] * len(days)
    return ["day", *LEVELS, "plan"], zip(days, *series["bands"], plan, strict=True)


def _schedule(found: Forecast, asked: str) -> tuple[str, dict[str, Any], list[str]]:
    """The side that is shown with its schedule, and all that are known: of earlier answers one."""
    known = schedules_known(found)
    side = asked if asked in known else known[0]
    name = schedule_piece(side)
    return side, pieces_of(found, name)[name], known


def _difference(told: Mapping[str, Any]) -> Rows:
    """Every figure of a difference, and its parts by name."""
    rows: list[Sequence[object]] = []
    for figure, value in told.items():
        parts = value if isinstance(value, list) else [{"name": "", "amount": value}]
        rows += [
            [figure, one["name"], *(one["amount"][level] for level in LEVELS)] for one in parts
        ]
    return ["figure", "name", *LEVELS], rows


def _awards(told: Sequence[Mapping[str, Any]]) -> Rows:
    shares = [(of, level) for of in ("share_of_grant", "share_of_lease") for level in LEVELS]
    heads = ["award", "granted_card_seconds", "whole_chance"]
    heads += [*(f"{of}_{level}" for of, level in shares), "jobs_like"]

    def share(row: Mapping[str, Any], of: str, level: str) -> float | None:
        told = row.get(of)  # earlier answers do not tell of leases
        return None if told is None else told[level]

    rows = (
        [
            row["award"],
            row["granted_card_seconds"],
            row["whole_chance"],
            *(share(row, *one) for one in shares),
            " ".join(row.get("jobs_like", ())),
        ]
        for row in told
    )
    return heads, rows


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
