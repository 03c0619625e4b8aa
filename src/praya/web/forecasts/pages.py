"""Forecasts as lists and pages: follow one, read its answer, set some side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

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
from praya.web.forecasts.drawing import (
    OVER,
    burn_chart,
    curve_chart,
    files_of,
    utilisation_charts,
    wait_figures,
    waits_chart,
    waits_known,
)
from praya.web.forecasts.lists import (
    chance_of,
    jobs_like,
    lines_table,
    queue_table,
    share_of,
    used_up,
    waits_table,
)
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.devices import device_names
from praya.words.forecast_differences import difference_parts
from praya.words.forecast_figures import short_rows
from praya.words.forecasts import (
    DEFINITIONS,
    STATE_WORDS,
    policy_sentence,
    score_rows,
    wait_groups,
    wait_name,
    what_if_sentence,
)
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast


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
        search=(
            "code__icontains",
            "name__icontains",
            *(f"asked_by__{name}__icontains" for name in ("name", "name_zh")),
        ),
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
                [("question", _("asked")), ("daily", _("of the day")), ("line", _("of the line"))],
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
    waits = waits_table(request, _waits(request, found), devices)
    for table in (queue, waits):
        if table.is_asked_alone:
            return table.answer("web/forecasts/forecast.html")
    context |= _answer(request, found, found.answer, devices)
    context |= {"queue": queue, "waits_table": waits}
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
        "jobs_like": jobs_like(row),
        "used_up": used_up(row, found),
    }
    return TemplateResponse(request, "web/forecasts/award.html", context)


def forecast_name(row: Forecast, devices: Mapping[str, str] | None = None) -> str:
    """What a forecast is called: its name, else its first change, else what it is."""
    if row.name:
        return row.name
    if row.purpose == "daily":
        return _("Forecast of the day")
    if row.purpose == "line":
        return _("Of the line, for jobs that came since")
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
    return Link(_("Set beside"), compare_url([row.code])) if is_done else ""


def compare_url(codes: Sequence[str], **more: str) -> str:
    """Where forecasts stand side by side."""
    query = urlencode([*(("f", code) for code in codes), *more.items()])
    return f"{reverse('web:forecast-compare')}?{query}"


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
    groups, figures = wait_groups(told["waits"]), wait_figures()
    chosen = {
        "by": _chosen(request, "by", tuple(groups)),
        "wait": _chosen(request, "wait", tuple(figures)),
        "over": _chosen(request, "over", OVER),
    }
    waits = _waits(request, found)
    sides = [told] if answer["variant"] is None else [answer["base"], answer["variant"]]
    return {
        "side": side,
        "has_variant": answer["variant"] is not None,
        "short": short_rows(sides, answer["difference"]),
        "policy": policy_sentence(answer["policies"][side]) if "policies" in answer else "",
        "learnt": answer.get("learnt", 0),
        "difference": difference_parts(answer["difference"]) if answer["difference"] else [],
        "difference_files": {"files": files_of(found, "difference", side)},
        "utilisation": utilisation_charts(found, side, chosen["over"]),
        "over": _ways(side, chosen, "over", dict(zip(OVER, _over_words(), strict=True))),
        "waits": waits_chart(found, waits, side, chosen["wait"], devices),
        "groups": _ways(side, chosen, "by", groups),
        "wait_figures": _ways(side, chosen, "wait", figures),
        **_curve(request, found, waits, side, chosen, devices),
    }


def _curve(  # noqa: PLR0913, PLR0917 -- what is chosen of an answer
    request: HttpRequest,
    found: Forecast,
    rows: Sequence[Mapping[str, Any]],
    side: str,
    chosen: Mapping[str, str],
    devices: Mapping[str, str],
) -> dict[str, Any]:
    """How the waits of one group of the class are spread, and the other groups to choose."""
    by_name = {row["name"]: row for row in waits_known(rows, chosen["wait"])}
    whose = _chosen(request, "who", tuple(by_name))
    row = by_name.get(whose)
    curve = None if row is None else curve_chart(found, row, side, devices)
    words = {name: wait_name(one, devices) for name, one in by_name.items()}
    ways = _ways(side, {**chosen, "who": whose}, "who", words)
    return {"curve": curve, "whose": ways if curve and len(ways) > 1 else []}


def _over_words() -> tuple[str, str]:
    return _("Over what is in service"), _("Over what is installed")


def _chosen(request: HttpRequest, name: str, allowed: Sequence[str]) -> str:
    """What the address says of a choice, else the first that is allowed."""
    given = request.GET.get(name, "")
    return given if given in allowed else next(iter(allowed), "")


def _ways(
    side: str, chosen: Mapping[str, str], name: str, words: Mapping[str, str]
) -> list[tuple[str, str, bool]]:
    """Each choice with its address, all other choices left as they are."""
    return [
        (f"?{urlencode({'side': side, **chosen, name: value})}", word, value == chosen[name])
        for value, word in words.items()
    ]


def _waits(request: HttpRequest, found: Forecast) -> list[Mapping[str, Any]]:
    """The waits of the class that is chosen, on the side that is shown."""
    assert found.answer is not None
    rows = found.answer[_side(request, found)]["waits"]
    by = _chosen(request, "by", tuple(wait_groups(rows)))
    return [row for row in rows if row["by"] == by]
