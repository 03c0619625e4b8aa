"""Forecasts in words: where one stands, what was changed, and what each figure means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.forecasts.rules import ForecastState, Measure, Score, WhatIfKind
from praya.core.simulator.forecast.question import JobsLike
from praya.words.organisations import KINDS
from praya.words.quantities import number, percent

Word = str | Promise
STATE_WORDS: dict[str, Word] = {
    ForecastState.ASKED.value: gettext_lazy("waiting its turn"),
    ForecastState.RUNNING.value: gettext_lazy("being answered"),
    ForecastState.DONE.value: gettext_lazy("answered"),
    ForecastState.FAILED.value: gettext_lazy("failed"),
    ForecastState.CANCELLED.value: gettext_lazy("cancelled"),
    ForecastState.FORGOTTEN.value: gettext_lazy("forgotten"),
}
JOBS_LIKE: dict[str, Word] = {
    JobsLike.GIVEN.value: gettext_lazy("those of the question"),
    JobsLike.PAST.value: gettext_lazy("its own of late"),
    JobsLike.TOLD.value: gettext_lazy("what its team told"),
    JobsLike.OTHERS.value: gettext_lazy("those of others"),
    JobsLike.INVENTED.value: gettext_lazy("sizes that halve"),
}
WHAT_IF_NAMES: dict[str, Word] = {
    WhatIfKind.ADD_AWARD.value: gettext_lazy("one more award of card-hours"),
    WhatIfKind.ADD_LEASE.value: gettext_lazy("one more award of cards for its team alone"),
    WhatIfKind.DROP_AWARD.value: gettext_lazy("drop an award"),
    WhatIfKind.MOVE_AWARD.value: gettext_lazy("move the start of an award"),
    WhatIfKind.CHANGE_LIMIT.value: gettext_lazy("another limit on cards at once"),
    WhatIfKind.BUY_CARDS.value: gettext_lazy("buy cards"),
    WhatIfKind.CLOSE_CARDS.value: gettext_lazy("close cards for some days"),
    WhatIfKind.SET_WEIGHT.value: gettext_lazy("another weight of the priority"),
    WhatIfKind.SET_BACKFILL.value: gettext_lazy("another rule of who may pass whom"),
    WhatIfKind.SET_ORDER.value: gettext_lazy("another order of the line"),
}
FIELD_NAMES: dict[str, Word] = {
    "award": gettext_lazy("Award"),
    "device_model": gettext_lazy("Device model"),
    "partition": gettext_lazy("Partition"),
    "choice": gettext_lazy("Choice"),
    "cards": gettext_lazy("Cards"),
    "card_hours": gettext_lazy("Card-hours"),
    "value": gettext_lazy("Value"),
    "first_on": gettext_lazy("First day"),
    "last_on": gettext_lazy("Last day"),
}
CHOICE_NAMES: dict[str, Word] = {
    "age": gettext_lazy("age"),
    "fair_share": gettext_lazy("fair share"),
    "size": gettext_lazy("size"),
    "quality": gettext_lazy("quality of service"),
    "none": gettext_lazy("nobody passes"),
    "easy": gettext_lazy("EASY: whoever does not hold up the first"),
    "conservative": gettext_lazy("conservative: whoever holds up nobody"),
    "submit": gettext_lazy("first come, first served"),
    "shortest": gettext_lazy("shortest limit first"),
    "priority": gettext_lazy("by priority"),
}
MEASURE_NAMES: dict[Measure, Word] = {
    Measure.START: gettext_lazy("Start of a waiting job"),
    Measure.USE: gettext_lazy("Use of an award"),
    Measure.RUN_OUT: gettext_lazy("When an award is used up"),
    Measure.UTILISATION: gettext_lazy("Utilisation of a day"),
}
# What is told above and below the line of a utilisation, in the order of the pages.
UTILISATION_NAMES: dict[tuple[str, str], Word] = {
    ("held", "in_service"): gettext_lazy("Utilisation: held over in service"),
    ("held", "installed"): gettext_lazy("Held over installed"),
    ("reserved", "in_service"): gettext_lazy("Reserved over in service: held or leased"),
    ("reserved", "installed"): gettext_lazy("Reserved over installed: held or leased"),
}
# Beside each picture and table stands what its figures mean.
DEFINITIONS: dict[str, Word] = {
    "utilisation": gettext_lazy(
        "Card time held by jobs, over card time in service, of each day (UTC). The line is the "
        "median of the runs; eight runs in ten lie in the band."
    ),
    "reserved": gettext_lazy(
        "Card time held by jobs or set aside by leases, used or not, over card time in service, of "
        "each day (UTC)."
    ),
    "installed": gettext_lazy(
        "Card time held by jobs, over card time installed, in service or not, of each day (UTC)."
    ),
    "reserved_installed": gettext_lazy(
        "Card time held by jobs or set aside by leases, used or not, over card time installed, in "
        "service or not, of each day (UTC)."
    ),
    "waits": gettext_lazy(
        "From submission to the first start, of jobs submitted from now on that start before the "
        "forecast ends. In each run half of them wait less than the median, nine in ten less than "
        "the third figure. Never started are those that wait when the forecast or their award ends."
    ),
    "curve": gettext_lazy(
        "Of the jobs that start before the forecast ends, from the shortest wait on the left to "
        "the longest on the right: so long waited each, in hours. The line is the median of the "
        "runs; eight runs in ten lie in the band. Of a hundred jobs the second to the "
        "ninety-eighth are drawn."
    ),
    "difference": gettext_lazy(
        "Changed less as things stand, run by run on the same seeds. The utilisation has two "
        "parts: what the changed machine does to the old use, and what the changed use does on "
        "it. Card time adds up over the awards, and over the pools, in every run, though its "
        "medians need not; waits and shares of grants are of each award alone."
    ),
    "compared": gettext_lazy(
        "Each side is followed by how much it is above the first. Between the two sides of one "
        "forecast a difference with a band is that of its runs, one by one; any other is median "
        "less median, since forecasts asked apart stand on different sites and runs."
    ),
    "burn": gettext_lazy(
        "Card time used by the end of each day, what was used before among it. The dashed line is "
        "the team's own plan of months, scaled to the grant; without one, an even use from the "
        "first day to the last; of a lease, all the time of its cards from now on."
    ),
    "schedule": gettext_lazy(
        "The first of the runs, two weeks at most: each bar is a job on cards side by side. Other "
        "runs lay jobs differently; this is one of many possible days."
    ),
    "share_of_grant": gettext_lazy(
        "Used by the award's end, or the forecast's if that is earlier, over what was granted, "
        "with what was used before. The chance is the share of runs that use at least 95 %; of an "
        "award that ends after the forecast, 95 % of what an even use of the rest has by then. Of "
        "a lease it is told how much of its card time jobs hold."
    ),
    "fairness": gettext_lazy(
        "Jain's index over the share of its entitlement that each award used: 1 where all used the "
        "same share. Entitlement is the part of the grant that falls into the forecast, by days."
    ),
    "energy": gettext_lazy(
        "Energy: cards at work draw what their data sheet says, at rest what is stored for that, "
        "times the factors of this site for nodes and building."
    ),
    "fragmentation": gettext_lazy(
        "Free but broken up: cards free on machines partly held while a job waits for them, of the "
        "card time in service. Better packing could win that much at most."
    ),
    "score": gettext_lazy(
        "Of the intervals said in the last year, the share that held what happened; 80 % is the "
        "aim. The loss is the mean quantile loss in the unit of the figure: less is better."
    ),
}


_BY_WORDS: dict[str, Word] = {
    "all": gettext_lazy("All jobs"),
    "size": gettext_lazy("By cards"),
    "device_model": gettext_lazy("By device model"),
    "award": gettext_lazy("By award"),
    "organisation_kind": gettext_lazy("By kind of organisation"),
}


def wait_groups(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The classes by which waits are told, in words."""
    told = {row["by"] for row in rows}
    return {by: str(word) for by, word in _BY_WORDS.items() if by in told}


def wait_name(row: Mapping[str, Any], devices: Mapping[str, str] | None = None) -> str:
    """A class of jobs in words; ``devices`` are the names of device models by their codes."""
    if row["by"] == "all":
        return _("All jobs")
    if row["by"] == "size":
        name = str(row["name"])
        return ngettext("%s card", "%s cards", 1 if name == "1" else 2) % name
    if row["by"] == "organisation_kind":
        return str(KINDS.get(row["name"], row["name"])) or "–"
    if row["by"] == "device_model":
        return (devices or {}).get(row["name"], row["name"])
    return str(row["name"])


def side_name(code: str, side: str) -> str:
    """One side of a forecast."""
    if side == "base":
        return _("%s: as things stand") % code
    return _("%s: changed") % code


def score_rows(scores: Mapping[Measure, Score]) -> list[tuple[str, str, str, str]]:
    """How earlier forecasts did: measure, number, coverage and loss."""
    return [
        (
            str(MEASURE_NAMES[measure]),
            number(one.number),
            percent(one.coverage_bp // 10 * 10),
            loss_text(measure, one.loss),
        )
        for measure, one in scores.items()
    ]


def loss_text(measure: Measure, loss: float) -> str:
    """A mean quantile loss in the unit of its figure."""
    if measure is Measure.UTILISATION:
        return _("%s percentage points") % number(Decimal(f"{loss / 100:.1f}"), 1)
    unit = _("%s card-hours") if measure is Measure.USE else _("%s h")
    return unit % number(Decimal(f"{loss / 3600:.1f}"), 1)


def share_text(interval: Mapping[str, float | None] | None) -> str:
    """Shares of 1 as per cent: ``41.2 % (35.0 to 48.7)``."""
    return _interval(interval, lambda value: _one_decimal(100 * value), _("%s %%"))


def hours_text(interval: Mapping[str, float | None] | None) -> str:
    """Seconds as hours."""
    return _interval(
        interval, lambda value: number(Decimal(_one_decimal(value / 3600)), 1), _("%s h")
    )


def card_hours_text(interval: Mapping[str, float | None] | None) -> str:
    """Card seconds as whole card-hours."""
    return _interval(interval, lambda value: number(round(value / 3600)), "%s")


def figure_text(interval: Mapping[str, float | None] | None) -> str:
    """A bare figure."""
    return _interval(interval, lambda value: number(Decimal(f"{value:.2f}"), 2), "%s")


def count_text(interval: Mapping[str, float | None] | None) -> str:
    """A whole number."""
    return _interval(interval, lambda value: number(round(value)), "%s")


def instant_text(low: int | None, middle: int | None, high: int | None) -> str:
    """When something is expected: the middle, and the interval of 80 %."""
    shown = [_moment(at) for at in (low, middle, high)]
    if middle is None:
        return _("not before the forecast ends, but perhaps from %s on") % shown[0]
    if low == high:
        return shown[1]
    if high is None:
        return _("%(middle)s, between %(low)s and later than the forecast looks") % {
            "middle": shown[1],
            "low": shown[0],
        }
    return _("%(middle)s, between %(low)s and %(high)s eight times in ten") % {
        "middle": shown[1],
        "low": shown[0],
        "high": shown[2],
    }


def _one_decimal(value: float) -> str:
    """Without a sign where nothing is left of the figure."""
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text


def _moment(at: int | None) -> str:
    if at is None:
        return "–"
    return date_format(timezone.localtime(datetime.fromtimestamp(at, UTC)), "DATETIME_FORMAT")


def _interval(
    interval: Mapping[str, float | None] | None, show: Callable[[float], str], unit: str
) -> str:
    if interval is None or interval["median"] is None:
        return "–"
    low, high = interval["low"], interval["high"]
    median = unit % show(interval["median"])
    if low is None or high is None:
        return median
    return _("%(median)s (%(low)s to %(high)s)") % {
        "median": median,
        "low": show(low),
        "high": show(high),
    }


def learnt_sentence(learnt: int) -> str:
    """Whether expected starts are mended by how earlier ones turned out, and by how many."""
    if not learnt:
        return _("Starts are told as simulated: too few earlier ones are known to mend them.")
    return _("Starts are mended by how %s earlier ones turned out.") % number(learnt)


def policy_sentence(policy: Mapping[str, Any]) -> str:
    """By what rules a side was simulated."""
    facts = {
        "of": policy["of"],
        "order": CHOICE_NAMES[policy["order"]],
        "backfill": CHOICE_NAMES[policy["backfill"]],
    }
    said = _("Simulated with the rules of %(of)s. Order: %(order)s. Passing: %(backfill)s.") % facts
    weights = ", ".join(
        f"{CHOICE_NAMES[name]} {number(weight)}" for name, weight in policy["weights"].items()
    )
    return f"{said} " + _("Weights of the priority: %s.") % weights if weights else said


def what_if_sentence(change: Mapping[str, Any], devices: Mapping[str, str] | None = None) -> str:
    """A change in one sentence; ``devices`` are the names of device models by their codes."""
    model = change.get("device_model", "")
    facts = {
        "award": change.get("award", ""),
        "device_model": (devices or {}).get(model, model),
        "partition": change.get("partition", ""),
        "choice": CHOICE_NAMES.get(change.get("choice", ""), change.get("choice", "")),
        "cards": number(change["cards"]) if change.get("cards") else _("any number of"),
        "card_hours": number(change.get("card_hours") or 0),
        "value": number(change.get("value") or 0),
        "first_on": _day(change.get("first_on")),
        "last_on": _day(change.get("last_on")),
    }
    sentences = {
        "add_award": _(
            "One more award: %(card_hours)s card-hours of %(device_model)s, %(cards)s at once, "
            "from %(first_on)s to %(last_on)s"
        ),
        "add_lease": _(
            "One more award: %(cards)s cards of %(device_model)s for its team alone, from "
            "%(first_on)s to %(last_on)s"
        ),
        "drop_award": _("Without %(award)s"),
        "move_award": _("%(award)s begins on %(first_on)s"),
        "change_limit": _("%(award)s may hold %(cards)s cards at once"),
        "buy_cards": _("%(cards)s more cards of %(device_model)s from %(first_on)s"),
        "close_cards": _(
            "%(cards)s cards of %(partition)s closed from %(first_on)s to %(last_on)s"
        ),
        "set_weight": _("The weight of %(choice)s is %(value)s"),
        "set_backfill": _("Who may pass whom: %(choice)s"),
        "set_order": _("Order of the line: %(choice)s"),
    }
    sentence: str = sentences[change["kind"]]
    return sentence % facts


def _day(text: str | None) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT") if text else ""
