"""Refusals about programmes, their rules, calls and appointments."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.refusal import Refusal
from praya.words.quantities import number
from praya.words.roles import needed
from praya.words.series import listed

_FIELDS: dict[str, Promise] = {
    "code": gettext_lazy("code"),
    "prefix": gettext_lazy("prefix"),
    "currency": gettext_lazy("currency"),
    "time_zone": gettext_lazy("time zone"),
    "kind": gettext_lazy("kind"),
    "opens_on": gettext_lazy("first day"),
    "batch_every_months": gettext_lazy("months of a batch"),
}


def _has_findings(refusal: Refusal) -> str:
    count = len(refusal.findings)
    return ngettext(
        "The programme file has %(count)s mistake, so nothing was stored. Correct it and check "
        "again.",
        "The programme file has %(count)s mistakes, so nothing was stored. Correct them and check "
        "again.",
        count,
    ) % {"count": number(count)}


def _prefix_taken(refusal: Refusal) -> str:
    return _(
        "The prefix %(prefix)s belongs to the programme %(programme_code)s, whose awards are "
        "numbered with it. Choose another prefix."
    ) % {"prefix": refusal.prefix, "programme_code": refusal.programme_code}


def _field_fixed(refusal: Refusal) -> str:
    return _(
        "The %(field)s of a programme stays what it is for its whole life: it is %(old)s, and the "
        "file says %(new)s. Write %(old)s, or make another programme."
    ) % {"field": _FIELDS[refusal.field], "old": refusal.old, "new": refusal.new}


def _unchanged(refusal: Refusal) -> str:
    return _("The file says what version %(number)s says already, so there is no new version.") % {
        "number": refusal.number
    }


def _too_early(refusal: Refusal) -> str:
    return _(
        "These rules would begin on %(effective_on)s. Applications have been begun, and rules do "
        "not change behind them: let the new ones begin on %(earliest_on)s or later."
    ) % {
        "effective_on": date_format(refusal.effective_on, "DATE_FORMAT"),
        "earliest_on": date_format(refusal.earliest_on, "DATE_FORMAT"),
    }


def _call_begun(refusal: Refusal) -> str:
    if refusal.field == "code":
        return _(
            "The call %(call_code)s has opened, so it stays in the file. To end it, give it a "
            "last day."
        ) % {"call_code": refusal.call_code}
    return _(
        "The call %(call_code)s has opened, so its %(field)s stays. To change that, give this call "
        "a last day and add a call with another code."
    ) % {"call_code": refusal.call_code, "field": _FIELDS[refusal.field]}


def _class_dropped(refusal: Refusal) -> str:
    return _(
        "No price names the class of service %(class)s any more, and applications were made while "
        "one did: keep it in the price list. To rename it, name the new class beside it."
    ) % {"class": refusal.service_class}


def _no_rules(refusal: Refusal) -> str:
    return _(
        "The programme %(programme_code)s has no rules in force on %(on)s. Its first rules begin "
        "later."
    ) % {
        "programme_code": refusal.programme_code,
        "on": date_format(refusal.on, "DATE_FORMAT"),
    }


def _unknown_purpose(refusal: Refusal) -> str:
    return _("The rules name no purpose “%(given)s”. They know: %(known)s.") % {
        "given": refusal.given,
        "known": listed(refusal.known),
    }


def _call_closed(refusal: Refusal) -> str:
    if refusal.opens_on is None:
        return _(
            "The call %(call_code)s is closed and will not open again. The programme’s page shows "
            "the calls that are open."
        ) % {"call_code": refusal.call_code}
    return _("The call %(call_code)s is closed now. It opens on %(opens_on)s.") % {
        "call_code": refusal.call_code,
        "opens_on": date_format(refusal.opens_on, "DATE_FORMAT"),
    }


def _not_in_programme(refusal: Refusal) -> str:
    return _("Nobody is appointed %(role)s in a programme: that role is for the whole site.") % {
        "role": needed(refusal.role)
    }


def _person_inactive(refusal: Refusal) -> str:
    return _(
        "The account of %(person)s is closed. Open it again before you appoint them, or appoint "
        "somebody else."
    ) % {"person": refusal.person}


SENTENCES = {
    "programme.has_findings": _has_findings,
    "programme.prefix_taken": _prefix_taken,
    "programme.field_fixed": _field_fixed,
    "programme.unchanged": _unchanged,
    "programme.effective_too_early": _too_early,
    "programme.call_begun": _call_begun,
    "programme.class_dropped": _class_dropped,
    "programme.no_rules_in_force": _no_rules,
    "programme.unknown_purpose": _unknown_purpose,
    "call.closed": _call_closed,
    "appointment.role_not_in_programme": _not_in_programme,
    "appointment.person_inactive": _person_inactive,
}
