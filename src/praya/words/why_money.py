"""Why an outlook, a sum set off, or a year of the budget is as it is, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.reports.queries.why import Why, WhyCode
from praya.core.quantity import CardTime, Money
from praya.words import quantities
from praya.words.entries import quantity_text

YEAR_FIGURES: dict[str, Promise] = {
    "voted": gettext_lazy("Voted"),
    "funded": gettext_lazy("Funded"),
    "committed": gettext_lazy("Committed"),
    "promised": gettext_lazy("Promised"),
    "spent": gettext_lazy("Spent"),
    "left": gettext_lazy("Not committed"),
    "lapsed": gettext_lazy("Lapsed"),
}
_IN_A_YEAR: dict[str, Promise] = {
    "held": gettext_lazy("Decided and not released yet"),
    "elsewhere": gettext_lazy(
        "Counted in another year, by the day of the decision, or not in the pool any more"
    ),
}
_BASIS_POINTS = 100


def bounds_of_set_off(facts: Mapping[str, Any]) -> str:
    """The three of which the least is set off."""

    def amount(name: str) -> str:
        return quantities.money(Money(facts[name], facts["currency"]))

    return _(
        "The least of three: %(owed)s was owed; %(percent)s of the %(granted)s granted to %(line)s "
        "may go to debts, less %(borne)s that went before; %(free)s was free on it"
    ) % {
        "owed": amount("owed_minor"),
        "percent": quantities.percent(int(Decimal(facts["percent_max"]) * _BASIS_POINTS)),
        "granted": amount("granted_minor"),
        "line": facts["line"],
        "borne": amount("borne_minor"),
        "free": amount("free_minor"),
    }


def _burn(why: Why) -> str:
    facts = why.facts
    if not facts["days"]:
        return str(_("%s has no day of use behind it yet") % facts["award"])
    pace = quantity_text(why.unit, round(why.amount / facts["days"]))
    return _(
        "Used by %(award)s from %(first_on)s to %(last_on)s; over %(days)s that is %(pace)s a day"
    ) % {
        "award": facts["award"],
        "first_on": _day(facts["first_on"]),
        "last_on": _day(facts["last_on"]),
        "days": ngettext("%s day", "%s days", facts["days"]) % quantities.number(facts["days"]),
        "pace": pace,
    }


def _idle(why: Why) -> str:
    held_for = why.facts["line"] or why.facts["award"]
    if why.facts["figure"] == "idle-own":
        return str(_("Own share of what idle cards of %s cost") % held_for)
    return str(_("What idle cards of %s cost at list price") % held_for)


def _idle_day(why: Why) -> str:
    facts = why.facts
    return _(
        "%(line)s on %(day)s: %(idle)s of the %(held)s held were idle, and cost that share of the "
        "%(charged)s charged for the day, rounded down"
    ) % {
        "line": facts["line"],
        "day": _day(facts["day"]),
        "idle": quantities.card_hours(CardTime(facts["held_s"] - facts["busy_s"], "")),
        "held": quantities.card_hours(CardTime(facts["held_s"], "")),
        "charged": quantities.money(Money(facts["charged_minor"], facts["currency"])),
    }


def _off_line(why: Why) -> str:
    return _("%(line)s on %(day)s, with %(time)s") % {
        "line": why.facts["line"],
        "day": _day(why.facts["paid_on"]),
        "time": quantities.card_hours(CardTime(why.facts["card_seconds"], "")),
    }


def _year(why: Why) -> str:
    facts = why.facts
    return _("%(figure)s: %(purpose)s, the year from %(first_on)s to %(last_on)s") % {
        "figure": YEAR_FIGURES[facts["figure"]],
        "purpose": facts["purpose"],
        "first_on": _day(facts["first_on"]),
        "last_on": _day(facts["last_on"]),
    }


OF_OUTLOOKS_AND_YEARS: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.BURN: _burn,
    WhyCode.IDLE: _idle,
    WhyCode.IDLE_DAY: _idle_day,
    WhyCode.SET_OFF: lambda why: (
        _("Set off against newer awards for the debt of %s") % why.facts["award"]
    ),
    WhyCode.OFF_LINE: _off_line,
    WhyCode.YEAR: _year,
    WhyCode.OF_YEAR: lambda why: str(_IN_A_YEAR[why.facts["name"]]),
}


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")
