"""The lists on a forecast's page: what becomes of each line, and when each waiting job starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.web.badges import Link
from praya.web.forecasts.drawing import instant_on, wait_figures
from praya.web.tables import Column, Table
from praya.words.forecasts import (
    JOBS_LIKE,
    count_text,
    hours_text,
    instant_text,
    share_text,
    wait_name,
)
from praya.words.quantities import number
from praya.words.series import listed

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

_LEVELS = ("low", "median", "high")


def lines_table(request: HttpRequest, found: Forecast, side: str) -> Table:
    """The lines of awards on one side."""
    assert found.answer is not None

    def link(row: Mapping[str, Any]) -> Link:
        url = reverse("web:forecast-award", args=[found.code, row["award"]])
        return Link(row["award"], f"{url}?side={side}")

    return Table(
        request,
        name="forecast-lines",
        prefix="lines-",
        caption=_("Awards"),
        rows=found.answer[side]["awards"],
        columns=(
            Column("award", _("Line"), link, sort="award"),
            Column("share", _("Share of the grant used"), share_of, align="end"),
            Column("chance", _("Chance to use it"), chance_of, sort="whole_chance", align="end"),
            Column("run_out", _("Used up"), lambda row: used_up(row, found)),
            Column("jobs_like", _("Jobs like"), jobs_like),
        ),
        search=("award",),
        sort="award",
        empty=_("No line of an award is in this forecast."),
    )


def queue_table(request: HttpRequest, found: Forecast) -> Table:
    """The jobs that waited when it was asked, in the order of the line."""
    assert found.answer is not None

    def start(row: Mapping[str, Any]) -> str:
        return instant_text(*(instant_on(found, row["start_s"][level]) for level in _LEVELS))

    return Table(
        request,
        name="forecast-queue",
        prefix="queue-",
        caption=_("Jobs that wait now"),
        rows=found.answer["base"]["queue"],
        columns=(
            Column("job", _("Job"), sort="job"),
            Column("award", _("Line"), sort="award"),
            Column("start", _("Expected start"), start),
        ),
        search=("job",),
        empty=_("No job was waiting when this was asked."),
    )


def waits_table(
    request: HttpRequest, rows: Sequence[Mapping[str, Any]], devices: Mapping[str, str]
) -> Table:
    """How long a class of jobs waits, and how many of it never start."""

    def hours(name: str) -> Callable[[Mapping[str, Any]], str]:
        return lambda row: hours_text(row[name])

    def count(name: str) -> Callable[[Mapping[str, Any]], str]:
        return lambda row: count_text(row[name])

    figures = (
        Column(name, label, hours(name), align="end") for name, label in wait_figures().items()
    )
    return Table(
        request,
        name="forecast-waits",
        prefix="waits-",
        caption=_("Waits"),
        rows=list(rows),
        columns=(
            Column("name", _("Jobs of"), lambda row: wait_name(row, devices), sort="name"),
            Column("jobs", _("Jobs"), count("jobs"), align="end"),
            Column("unserved", _("Never started"), count("unserved"), align="end"),
            *figures,
        ),
        search=("name",),
        empty=_("No job is submitted within the forecast, so there are no waits to tell."),
    )


def share_of(row: Mapping[str, Any]) -> str:
    """Which part of its grant a line uses."""
    if row["granted_card_seconds"] is not None:
        return share_text(row["share_of_grant"])
    if "share_of_lease" not in row:  # an earlier answer
        return _("a lease")
    busy = row["share_of_lease"]  # none of an award that was dropped
    return _("a lease, %s busy") % share_text(busy) if busy else "–"


def chance_of(row: Mapping[str, Any]) -> str:
    """How likely a line uses its grant whole."""
    chance = row["whole_chance"]
    return "–" if chance is None else _("%s %%") % number(round(100 * chance))


def jobs_like(row: Mapping[str, Any]) -> str:
    """What a line's jobs were made like; earlier answers do not tell, and some ask for none."""
    return listed(str(JOBS_LIKE[one]) for one in row.get("jobs_like", ())) or "–"


def used_up(row: Mapping[str, Any], found: Forecast) -> str:
    """When a line is used up."""
    run_out = row["run_out_s"]
    if run_out is None or run_out["low"] is None:
        return "–"
    return instant_text(*(instant_on(found, run_out[level]) for level in _LEVELS))
