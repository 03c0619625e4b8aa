"""What each public figure means: its name, its definition, and itself in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.reports.rules import FigureCode
from praya.core.quantity import CardTime, Money
from praya.words import quantities

NAMES: dict[FigureCode, Promise] = {
    FigureCode.APPLICATIONS: gettext_lazy("Applications"),
    FigureCode.APPROVED: gettext_lazy("Approved"),
    FigureCode.COMMITTED: gettext_lazy("Committed"),
    FigureCode.DRAWN: gettext_lazy("Drawn"),
    FigureCode.CARD_HOURS: gettext_lazy("Accelerator time"),
    FigureCode.UTILISATION: gettext_lazy("Utilisation"),
    FigureCode.DAYS_TO_DECISION: gettext_lazy("Days to a decision"),
}

DEFINITIONS: dict[FigureCode, Promise] = {
    FigureCode.APPLICATIONS: gettext_lazy(
        "Applications submitted at least once. Drafts do not count; later versions of the same "
        "application count once."
    ),
    FigureCode.APPROVED: gettext_lazy(
        "Applications with a released decision that grants an award, whole, in part or with "
        "conditions."
    ),
    FigureCode.COMMITTED: gettext_lazy(
        "Subsidy promised in agreements that were accepted, less what was given back. It is the "
        "programme's share only; what organisations pay themselves is not in it."
    ),
    FigureCode.DRAWN: gettext_lazy(
        "The part of the committed subsidy that has been used: usage records rated under the price "
        "list, the programme's share."
    ),
    FigureCode.CARD_HOURS: gettext_lazy(
        "Accelerators held, times the hours they were held: leased ones busy or idle, others for "
        "as long as their jobs held them."
    ),
    FigureCode.UTILISATION: gettext_lazy(
        "Reserved over in service. Numerator: accelerator-time reserved, which is leases (busy or "
        "idle) and jobs on demand. Denominator: accelerator-time of the devices in service on each "
        "day, after maintenance; installed devices not yet in service do not count."
    ),
    FigureCode.DAYS_TO_DECISION: gettext_lazy(
        "Calendar days from the latest submission to the released decision; the median, and of two "
        "middle values the lower."
    ),
}

_RESERVED = gettext_lazy("Accelerator time reserved: leases, busy or idle, and jobs on demand.")
_IN_SERVICE = gettext_lazy(
    "Accelerator time of the devices in service on each day, after maintenance."
)
# Of the series behind the charts, by how a row of the file names them.
SERIES: dict[str, Promise] = {
    "by_month.promised_minor": gettext_lazy(
        "What is committed under agreements that were accepted in the month: subsidy promised, "
        "less what was given back since. All months together are what is committed."
    ),
    "by_month.drawn_minor": gettext_lazy(
        "The programme's share of what was used on the days of the month, rated under the price "
        "list."
    ),
    "by_month.reserved_s": _RESERVED,
    "by_month.in_service_s": _IN_SERVICE,
    "by_device_model.reserved_s": _RESERVED,
    "by_device_model.in_service_s": _IN_SERVICE,
    "by_device_model.installed_s": gettext_lazy(
        "Accelerator time of the devices installed on each day, in service or not."
    ),
    "by_kind.awards": gettext_lazy("Agreements that organisations of the kind accepted."),
    "by_kind.subsidy_minor": gettext_lazy(
        "What is committed to organisations of the kind: subsidy promised, less what was given "
        "back. All kinds together are what is committed."
    ),
}


def value_of(figure: Mapping[str, Any]) -> str:
    """A figure of a snapshot in words, with its unit: ``HK$312,345,678.00``, ``81.2 %``."""
    numerator, unit = int(figure["numerator"]), figure["unit"]
    if figure["denominator"] is not None:
        return quantities.percent_of(numerator, int(figure["denominator"]))
    if unit == "card-seconds":
        return quantities.card_hours(CardTime(numerator, ""))
    if unit == "cases":
        return quantities.number(numerator)
    if unit == "days":
        return ngettext("%s day", "%s days", numerator) % quantities.number(numerator)
    return quantities.money_in_short(Money(numerator, unit))


def parts_of(figure: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Numerator and denominator of a share, exactly; the exact amount of money."""
    if figure["denominator"] is not None:
        return [
            (_("Numerator"), quantities.card_hours(CardTime(int(figure["numerator"]), ""))),
            (_("Denominator"), quantities.card_hours(CardTime(int(figure["denominator"]), ""))),
        ]
    if figure["unit"] not in {"card-seconds", "cases", "days"}:
        amount = Money(int(figure["numerator"]), figure["unit"])
        return [(_("Exactly"), quantities.money(amount))]
    return []
