"""Figures behind refusals in words: what is open of a line, and a month that was closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.reports.queries.why import Why, WhyCode
from praya.core.life import Opened
from praya.words import quantities


def _opened(why: Why) -> str:
    match Opened(why.facts["opened_by"]):
        case Opened.MONTH:
            day = date_format(why.facts["opens_on"], "DATE_FORMAT")
            return _("Open by now; more is open from %s") % day
        case Opened.PAYMENT:
            return _("Open by now; more is open once the next part of the own share is paid")
        case Opened.REPORT:
            return _("Open by now; more is open once the report that is due is accepted")


OF_REFUSALS: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.OPEN: lambda why: _("Left of what is open of %s by now") % why.facts["line"],
    WhyCode.OPENED: _opened,
    WhyCode.PERIOD: lambda why: (
        _("Entries of %s, which is closed: nothing more can stand in it")
        % quantities.month(why.facts["month"])
    ),
}


def closed_by(facts: Mapping[str, Any]) -> str:
    """Who closed a month, when, and how the book stood."""
    at = date_format(timezone.localtime(facts["at"]), "SHORT_DATETIME_FORMAT")
    return _("Closed by %(by)s, %(at)s, when the book had %(entries)s entries") % {
        "by": facts["by"],
        "at": at,
        "entries": quantities.number(facts["entries"]),
    }


def credited_before(facts: Mapping[str, Any]) -> str:
    """Why revenue that a credit note gave up is there again."""
    return _(
        "Credit notes gave it before the use was undone in %(month)s: it had left the revenue "
        "twice, and is given once"
    ) % {"month": quantities.month(facts["month"])}
