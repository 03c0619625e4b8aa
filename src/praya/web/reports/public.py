"""Pages for everybody: what the money bought, each figure with definition, parts and data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from praya.apps.awards.queries import released_awards
from praya.apps.books.queries import head_of
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries import latest_snapshot
from praya.apps.reports.rules import FigureCode
from praya.core.programme.parts import Words
from praya.core.quantity import CardTime, Money
from praya.web.charts import Bar, BarChart, ColumnChart
from praya.web.tables import Column, Filter, Table
from praya.words import exports as words
from praya.words import quantities
from praya.words.clock import now
from praya.words.devices import device_names
from praya.words.figures import DEFINITIONS, NAMES, SERIES, parts_of, value_of
from praya.words.languages import name_in_readers_language, title_in_readers_language
from praya.words.organisations import KINDS


def figures(request: HttpRequest, code: str) -> HttpResponse:
    """The figures as last taken, with their definitions and charts."""
    programme = programme_of(code)
    snapshot = latest_snapshot(code)
    kept: dict[str, Any] = snapshot.figures if snapshot else {}
    context = {
        "programme": programme,
        "name": _name_of(programme.name),
        "snapshot": snapshot,
        "figures": [_shown(figure) for figure in kept.get("figures", [])],
        "charts": _charts(kept, programme.currency) if kept else [],
        "columns": _columns(kept, programme.currency) if kept else [],
        "head": head_of(code),
        "now": now(),
    }
    return TemplateResponse(request, "web/reports/figures.html", context)


def _name_of(words: dict[str, str]) -> str:
    return Words(**words).in_language(get_language() or "en")


def _shown(figure: dict[str, Any]) -> dict[str, Any]:
    code = FigureCode(figure["code"])
    return {
        **figure,
        "name": NAMES[code],
        "value": value_of(figure),
        "definition": DEFINITIONS[code],
        "first_on": date.fromisoformat(figure["first_on"]),
        "last_on": date.fromisoformat(figure["last_on"]),
        "parts": parts_of(figure),
    }


def _columns(kept: dict[str, Any], currency: str) -> list[ColumnChart]:
    """What changed month by month."""
    months = kept["by_month"]
    if not months:
        return []
    return [
        ColumnChart(
            id="drawn",
            title=_("Subsidy drawn, by month"),
            bars=[
                Bar(
                    quantities.month(row["month"]),
                    row["drawn_minor"],
                    _short(row["drawn_minor"], currency),
                )
                for row in months
            ],
            label_head=_("Month"),
            value_head=_("Drawn"),
            description=str(SERIES["by_month.drawn_minor"]),
        ),
        ColumnChart(
            id="utilisation-by-month",
            title=_("Reserved over in service, by month"),
            bars=[
                Bar(
                    quantities.month(row["month"]),
                    row["reserved_s"] / row["in_service_s"] if row["in_service_s"] else 0,
                    quantities.percent_of(row["reserved_s"], row["in_service_s"]),
                )
                for row in months
            ],
            label_head=_("Month"),
            value_head=_("Utilisation"),
            description=str(DEFINITIONS[FigureCode.UTILISATION]),
            full=1,
            full_text=quantities.percent(10_000),
        ),
    ]


def _charts(kept: dict[str, Any], currency: str) -> list[BarChart]:
    """What is compared: device models, kinds of organisation."""
    charts = []
    models = kept["by_device_model"]
    devices = device_names() if models else {}
    if models:
        charts.append(
            BarChart(
                id="by-device-model",
                title=_("Reserved over in service, last 30 days, by device model"),
                bars=[
                    Bar(
                        devices.get(row["device_model"], row["device_model"]),
                        row["reserved_s"] / row["in_service_s"] if row["in_service_s"] else 0,
                        quantities.percent_of(row["reserved_s"], row["in_service_s"]),
                    )
                    for row in models
                ],
                label_head=_("Device model"),
                value_head=_("Utilisation"),
                description=str(DEFINITIONS[FigureCode.UTILISATION]),
                full=1,
            )
        )
    kinds = kept["by_kind"]
    if kinds:
        charts.append(
            BarChart(
                id="by-kind",
                title=_("Subsidy promised, by kind of organisation"),
                bars=[
                    Bar(
                        str(KINDS[row["kind"]]),
                        row["subsidy_minor"],
                        _short(row["subsidy_minor"], currency),
                    )
                    for row in kinds
                ],
                label_head=_("Kind of organisation"),
                value_head=_("Subsidy promised"),
                description=str(SERIES["by_kind.subsidy_minor"]),
            )
        )
    return charts


def _short(minor: int, currency: str) -> str:
    return quantities.money_in_short(Money(minor, currency))


def figures_json(request: HttpRequest, code: str) -> HttpResponse:
    """The figures with their definitions and series, for programs."""
    del request
    programme_of(code)
    snapshot = latest_snapshot(code)
    answer: dict[str, Any] = {"programme": code, "as_of": None, "figures": []}
    if snapshot:
        answer |= snapshot.figures
        answer["as_of"] = snapshot.taken_at.isoformat()
        answer["figures"] = [
            {**figure, "definition": str(DEFINITIONS[FigureCode(figure["code"])])}
            for figure in snapshot.figures["figures"]
        ]
        answer["definitions"] = {name: str(definition) for name, definition in SERIES.items()}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "indent": 1})


def figures_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The figures and their series as a file, with a mark that spreadsheets look for."""
    del request
    text = words.figures_csv(code, programme_of(code).currency)
    response = HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-figures.csv"'
    return response


def awards(request: HttpRequest, code: str) -> HttpResponse:
    """The register of released awards: who, what for, how much, how long."""
    programme = programme_of(code)
    devices = device_names()
    table = Table(
        request,
        name="awards",
        caption=_("Released awards"),
        rows=released_awards(code),
        columns=(
            Column("code", _("Award"), sort="code"),
            Column("title", _("Project"), title_in_readers_language, sort="title"),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.organisation),
                sort="organisation__name",
            ),
            Column("kind", _("Kind"), lambda row: str(KINDS[row.organisation.kind])),
            Column("time", _("Accelerator time"), lambda row: _time_of(row, devices), align="end"),
            Column(
                "subsidy_minor",
                _("Subsidy"),
                lambda row: Money(row.subsidy_minor, programme.currency),
                sort="subsidy_minor",
                align="end",
            ),
            Column("rate", _("Rate"), lambda row: quantities.percent(row.rate_bp), align="end"),
            Column("first_on", _("From"), sort="first_on"),
            Column("last_on", _("To"), sort="last_on"),
        ),
        search=(
            "code__icontains",
            "title__icontains",
            "title_zh__icontains",
            "organisation__name__icontains",
            "organisation__name_zh__icontains",
        ),
        filters=(
            Filter(
                "kind",
                _("Kind"),
                [(kind.value, str(label)) for kind, label in KINDS.items()],
                lookup="organisation__kind",
            ),
        ),
        sort="-code",
        empty=_("No award has been released yet."),
    )
    context = {"programme": programme, "name": _name_of(programme.name)}
    return table.answer("web/reports/awards.html", context)


def _time_of(
    award: Any,  # noqa: ANN401 -- a row of released_awards
    devices: Mapping[str, str],
) -> str:
    """Accelerator time by device model, as lines of a cell."""
    sums: dict[str, int] = {}
    for line in award.lines.all():
        sums[line.device_model_code] = sums.get(line.device_model_code, 0) + line.card_seconds
    return "; ".join(
        quantities.card_hours_of(CardTime(seconds, model), devices)
        for model, seconds in sorted(sums.items())
    )
