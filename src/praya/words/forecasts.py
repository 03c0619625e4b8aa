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
from django.utils.translation import gettext_lazy

from praya.apps.forecasts.rules import ForecastState, Measure, Score, WhatIfKind
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
WHAT_IF_NAMES: dict[str, Word] = {
    WhatIfKind.ADD_AWARD.value: gettext_lazy("one more award"),
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
    "waits": gettext_lazy(
        "From submission to the first start, of jobs submitted from now on that start before the "
        "forecast ends. The band holds the figure of eight runs in ten."
    ),
    "burn": gettext_lazy(
        "Card time used by the end of each day, what was used before among it. The dashed line is "
        "an even use of the grant from its first to its last day."
    ),
    "schedule": gettext_lazy(
        "The first of the runs, two weeks at most: each bar is a job on cards side by side. Other "
        "runs lay jobs differently; this is one of many possible days."
    ),
    "share_of_grant": gettext_lazy(
        "Used by the award's end, or the forecast's if that is earlier, over what was granted, "
        "with what was used before. The chance is the share of runs that use at least 95 %."
    ),
    "fairness": gettext_lazy(
        "Jain's index over the share of its entitlement that each award used: 1 where all used the "
        "same share. Entitlement is the part of the grant that falls into the forecast, by days."
    ),
    "fragmentation": gettext_lazy(
        "Card time in service that was free on nodes partly held while a job waited for them. "
        "Cards that jobs take one by one lose none."
    ),
    "energy": gettext_lazy(
        "Energy: cards at work draw what their data sheet says, at rest what is stored for that, "
        "times the factors of this site for nodes and building."
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
        return _("%s cards") % str(row["name"])
    if row["by"] == "organisation_kind":
        return str(KINDS.get(row["name"], row["name"])) or "–"
    if row["by"] == "device_model":
        return (devices or {}).get(row["name"], row["name"])
    return str(row["name"])


_OF_DIFFERENCE = {"held": "utilisation"}


def short_rows(
    sides: Sequence[Mapping[str, Any]], difference: Mapping[str, Any] | None = None
) -> list[tuple[str, list[str]]]:
    """The main figures, a column for each side and one for the difference, where there is one."""
    rows = [
        (_("Utilisation: held over in service"), [_whole(one, "held") for one in sides], "held"),
        (
            _("Reserved over in service: held or leased"),
            [_whole(one, "reserved") for one in sides],
            "",
        ),
        (_("Mean wait"), [hours_text(_mean_wait(one)) for one in sides], "mean_wait_s"),
        (_("Jobs"), [count_text(one["jobs"]) for one in sides], ""),
        (
            _("Fairness (Jain's index)"),
            [figure_text(one["fairness"]["jain"]) for one in sides],
            "jain",
        ),
        (
            _("Lost to fragmentation"),
            [share_text(one["fragmentation"]) for one in sides],
            "fragmentation",
        ),
    ]
    shown = {
        "held": share_text,
        "mean_wait_s": hours_text,
        "jain": figure_text,
        "fragmentation": share_text,
    }
    energy = [_energy(one["energy_kwh"]) for one in sides]
    is_known = all(one["energy_kwh"]["high"] for one in sides)
    rows.append((_("Energy (kWh)"), energy, "energy_kwh" if is_known else ""))
    shown["energy_kwh"] = count_text
    if difference is None:
        return [(label, cells) for label, cells, _key in rows]
    return [
        (label, [*cells, shown[key](difference[_OF_DIFFERENCE.get(key, key)]) if key else "–"])
        for label, cells, key in rows
    ]


def score_rows(scores: Mapping[Measure, Score]) -> list[tuple[str, str, str, str]]:
    """How earlier forecasts did: measure, number, coverage and loss."""
    return [
        (
            str(MEASURE_NAMES[measure]),
            number(one.number),
            percent(one.coverage_bp // 10 * 10),
            _loss_text(measure, one.loss),
        )
        for measure, one in scores.items()
    ]


def _loss_text(measure: Measure, loss: float) -> str:
    if measure is Measure.UTILISATION:
        return _("%s percentage points") % number(Decimal(f"{loss / 100:.1f}"), 1)
    unit = _("%s card-hours") if measure is Measure.USE else _("%s h")
    return unit % number(Decimal(f"{loss / 3600:.1f}"), 1)


def _whole(side: Mapping[str, Any], numerator: str) -> str:
    return share_text(
        next(
            one["whole"]
            for one in side["utilisation"]
            if (one["numerator"], one["denominator"]) == (numerator, "in_service")
        )
    )


def _mean_wait(side: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((one["mean_s"] for one in side["waits"] if one["by"] == "all"), None)


def share_text(interval: Mapping[str, float | None] | None) -> str:
    """Shares of 1 as per cent: ``41.2 % (35.0 to 48.7)``."""
    return _interval(interval, lambda value: _one_decimal(100 * value), _("%s %%"))


def hours_text(interval: Mapping[str, float | None] | None) -> str:
    """Seconds as hours."""
    return _interval(
        interval, lambda value: number(Decimal(_one_decimal(value / 3600)), 1), _("%s h")
    )


def _energy(interval: Mapping[str, float | None]) -> str:
    # Earlier answers tell 0 where no watts were stored.
    return count_text(interval) if interval["high"] else _("not known")


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
