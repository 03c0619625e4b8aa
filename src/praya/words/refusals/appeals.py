"""Refusals about appeals."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.appeals import APPEAL_STATES


def _not_allowed(refusal: Refusal) -> str:
    del refusal
    return _("The rules of the programme know no appeal. Write to its officers.")


def _nothing_contested(refusal: Refusal) -> str:
    del refusal
    return _(
        "Nothing stands here that can be contested: it is not decided, or was turned round, or you "
        "accepted an award of it. Under an award that runs, ask for a change."
    )


def _too_late(refusal: Refusal) -> str:
    return _("It could be contested until %(day)s. Write to the programme's officers.") % {
        "day": date_format(refusal.until, "DATE_FORMAT")
    }


def _already_made(refusal: Refusal) -> str:
    return _(
        "It was contested before; that appeal stands at “%(state)s”. A decision is contested once."
    ) % {"state": APPEAL_STATES[refusal.state]}


def _not_open(refusal: Refusal) -> str:
    return _("The appeal stands at “%(state)s”, so there is nothing to answer.") % {
        "state": APPEAL_STATES[refusal.state]
    }


def _overtaken(refusal: Refusal) -> str:
    del refusal
    return _(
        "What the appeal contests does not stand any more: it was turned round, decided anew, or "
        "its award was accepted. Reject the appeal and say so, or let the lead withdraw it."
    )


def _same_person(refusal: Refusal) -> str:
    del refusal
    return _("You decided or asked for what is contested, so somebody else answers the appeal.")


SENTENCES = {
    "appeal.not_allowed": _not_allowed,
    "appeal.nothing_contested": _nothing_contested,
    "appeal.too_late": _too_late,
    "appeal.already_made": _already_made,
    "appeal.not_open": _not_open,
    "appeal.overtaken": _overtaken,
    "appeal.same_person": _same_person,
}
