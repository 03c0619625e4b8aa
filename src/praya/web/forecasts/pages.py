"""Forecasts as lists and pages: follow one, read its answer, set some side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.forecasts.access import ASKS_FORECASTS, may_change
from praya.apps.forecasts.queries import (
    answer_of,
    forecast_of,
    forecasts_visible_to,
    scores_of,
)
from praya.apps.forecasts.rules import UNDER_WAY, ForecastState
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.forecasts.badges import forecast_badge
from praya.web.forecasts.drawing import burn_chart, utilisation_charts, waits_chart
from praya.web.forecasts.lists import chance_of, lines_table, queue_table, share_of, used_up
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.devices import device_names
from praya.words.forecasts import (
    DEFINITIONS,
    STATE_WORDS,
    policy_sentence,
    score_rows,
    short_rows,
    wait_groups,
    what_if_sentence,
)
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

COMPARED_MAX = 4
SIDES = ("base", "variant")


@signed_in
def forecasts(request: HttpRequest) -> HttpResponse:
    """Every forecast of the reader's programmes, newest first."""
    reader, devices = actor(request), device_names()
    table = Table(
        request,
        name="forecasts",
        caption=_("Forecasts"),
        rows=forecasts_visible_to(reader),
        columns=(
            Column("code", _("Forecast"), lambda row: Link(row.code, _url(row)), sort="id"),
            Column("name", _("Name"), lambda row: forecast_name(row, devices), sort="name"),
            Column("programme", _("Programme"), lambda row: row.programme.code),
            Column("state", _("State"), lambda row: forecast_badge(row.state), sort="state"),
            Column("asked_by", _("Asked by"), asked_by, sort="asked_by__name"),
            Column("asked_at", _("Asked"), sort="asked_at"),
            Column("is_kept", _("Kept"), sort="is_kept"),
            Column("beside", _("Side by side"), _beside),
        ),
        search=("code__icontains", "name__icontains", "asked_by__name__icontains"),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state, str(word)) for state, word in STATE_WORDS.items()],
                lookup="state",
            ),
            Filter(
                "purpose",
                _("Why"),
                [("question", _("asked")), ("daily", _("of the day"))],
                lookup="purpose",
            ),
        ),
        sort="-code",
        empty=_("No forecast has been asked yet. Ask what the machines will do."),
    )
    programmes = sorted(reader.programmes_as(*ASKS_FORECASTS))
    return table.answer("web/forecasts/list.html", {"programmes": programmes})


@signed_in
def forecast(request: HttpRequest, code: str) -> HttpResponse:
    """One forecast: how far it is, or what it says."""
    reader, now = actor(request), clock.now()
    if request.headers.get("HX-Target") == "standing":
        context = _standing(forecast_of(code, reader))
        response = TemplateResponse(request, "web/forecasts/_standing.html", context)
        if not context["is_under_way"]:
            response["HX-Refresh"] = "true"  # the answer is another page than the wait
        return response
    found, devices = forecast_of(code, reader, with_answer=True), device_names()
    context = _standing(found, devices) | {
        "facts": _facts(found),
        "changes": [what_if_sentence(one, devices) for one in found.changes],
        "may_change": may_change(reader, found),
        "may_keep": found.state == ForecastState.DONE.value and not found.is_kept,
        "may_forget": found.state != ForecastState.FORGOTTEN.value,
        "definitions": DEFINITIONS,
        "scores": score_rows(scores_of(found.programme.code, now)),
    }
    if found.answer is None:
        return TemplateResponse(request, "web/forecasts/forecast.html", context)
    lines, queue = lines_table(request, found, _side(request, found)), queue_table(request, found)
    if queue.is_asked_alone:
        return queue.answer("web/forecasts/forecast.html")
    context |= _answer(request, found, found.answer, devices) | {"queue": queue}
    return lines.answer("web/forecasts/forecast.html", context)


@signed_in
def forecast_award(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """How one line of an award is used up, against its plan."""
    found = answer_of(code, actor(request))
    side = _side(request, found)
    assert found.answer is not None
    chart = burn_chart(found, side, line)
    [row] = [one for one in found.answer[side]["awards"] if one["award"] == line]
    context = {
        "forecast": found,
        "line": line,
        "chart": chart,
        "share": share_of(row),
        "chance": chance_of(row),
        "used_up": used_up(row, found),
    }
    return TemplateResponse(request, "web/forecasts/award.html", context)


@signed_in
def forecast_compare(request: HttpRequest) -> HttpResponse:
    """Answered forecasts side by side, each with its difference to the first."""
    reader = actor(request)
    codes = list(dict.fromkeys(request.GET.getlist("f")))[:COMPARED_MAX]
    found = [answer_of(code, reader) for code in codes]
    sides = [(one, side) for one in found for side in SIDES if (one.answer or {}).get(side)]
    done = forecasts_visible_to(reader).filter(state=ForecastState.DONE.value)
    others = done.exclude(code__in=codes)[:20]
    context = {
        "found": found,
        "heads": [_head(one, side) for one, side in sides],
        "rows": short_rows([(one.answer or {})[side] for one, side in sides]) if sides else [],
        "others": [
            (f"{one.code} {forecast_name(one)}", _compare_url([*codes, one.code])) for one in others
        ]
        if len(codes) < COMPARED_MAX
        else [],
    }
    return TemplateResponse(request, "web/forecasts/compare.html", context)


def forecast_name(row: Forecast, devices: Mapping[str, str] | None = None) -> str:
    """What a forecast is called: its name, else its first change, else what it is."""
    if row.name:
        return row.name
    if row.purpose == "daily":
        return _("Forecast of the day")
    if row.round is not None:
        return _("Round %s awarded") % row.round.code
    return what_if_sentence(row.changes[0], devices) if row.changes else _("As things stand")


def asked_by(row: Forecast) -> str:
    """Who asked."""
    return str(row.asked_by) if row.asked_by else "Praya"


def _url(row: Forecast) -> str:
    return reverse("web:forecast", args=[row.code])


def _beside(row: Forecast) -> Link | str:
    is_done = row.state == ForecastState.DONE.value
    return Link(_("Set beside"), _compare_url([row.code])) if is_done else ""


def _compare_url(codes: Sequence[str]) -> str:
    return reverse("web:forecast-compare") + "?" + "&".join(f"f={code}" for code in codes)


def _head(found: Forecast, side: str) -> str:
    if side == "base":
        return _("%s: as things stand") % found.code
    return _("%s: changed") % found.code


def _standing(found: Forecast, devices: Mapping[str, str] | None = None) -> dict[str, Any]:
    """How far a forecast is."""
    return {
        "forecast": found,
        "name": forecast_name(found, devices),
        "badge": forecast_badge(found.state),
        "is_under_way": ForecastState(found.state) in UNDER_WAY,
        "progress": _("%(done)s of %(all)s runs are done")
        % {"done": number(found.runs_done), "all": number(found.runs_all)},
    }


def _facts(found: Forecast) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Programme"), found.programme.code),
        (_("Asked by"), asked_by(found)),
        (_("Asked"), found.asked_at),
        (_("Answered"), found.ended_at),
        (_("Days"), found.days),
        (
            _("Simulated runs"),
            _("%(number)s, seeds from %(first)s")
            % {"number": number(found.seeds), "first": number(found.seed)},
        ),
        (_("Praya's version"), found.version),
        (_("Checksum of the question"), found.question_sha256[:16]),
        (_("Kept"), found.is_kept),
    ]
    if found.round is not None:
        facts.insert(1, (_("Round"), found.round.code))
    return facts


def _side(request: HttpRequest, found: Forecast) -> str:
    asked = request.GET.get("side", "variant")
    has_variant = found.answer is not None and found.answer["variant"] is not None
    return "variant" if has_variant and asked != "base" else "base"


def _answer(
    request: HttpRequest, found: Forecast, answer: Mapping[str, Any], devices: Mapping[str, str]
) -> dict[str, Any]:
    side = _side(request, found)
    told = answer[side]
    groups = wait_groups(told["waits"])
    chosen = request.GET.get("by", "all")
    by = chosen if chosen in groups else "all"
    sides = [told] if answer["variant"] is None else [answer["base"], answer["variant"]]
    return {
        "side": side,
        "has_variant": answer["variant"] is not None,
        "short": short_rows(sides, answer["difference"]),
        "policy": policy_sentence(answer["policies"][side]) if "policies" in answer else "",
        "utilisation": utilisation_charts(found, side),
        "waits": waits_chart(found, told["waits"], side, by, devices),
        "groups": [(name, word, name == by) for name, word in groups.items()],
    }
