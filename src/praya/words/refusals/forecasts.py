"""Refusals about forecasts and what-if changes."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.series import listed

_SHOWN_MAX = 12


def _unknown_name(refusal: Refusal) -> str:
    facts = {"given": refusal.given, "known": listed(refusal.known[:_SHOWN_MAX])}
    if refusal.suggestion:
        facts["near"] = refusal.suggestion
        return _("There is no %(given)s here. Did you mean %(near)s? There are %(known)s.") % facts
    return _("There is no %(given)s here; there are %(known)s.") % facts


def _name_taken(refusal: Refusal) -> str:
    return _("There is an award %(given)s already. Give the new one another name.") % {
        "given": refusal.given
    }


def _outside(refusal: Refusal) -> str:
    return _("%(given)s is not in the time asked about: from %(earliest)s until %(latest)s.") % {
        "given": date_format(refusal.given, "Y-m-d"),
        "earliest": date_format(refusal.earliest, "Y-m-d"),
        "latest": date_format(refusal.latest, "Y-m-d"),
    }


def _not_whole_nodes(refusal: Refusal) -> str:
    return _(
        "%(given)s cards of %(model)s do not fill whole nodes, which have %(per)s cards each. "
        "Take %(less)s or %(more)s."
    ) % {
        "given": refusal.given,
        "model": refusal.device_model,
        "per": refusal.cards_per_node,
        "less": refusal.given // refusal.cards_per_node * refusal.cards_per_node,
        "more": -(-refusal.given // refusal.cards_per_node) * refusal.cards_per_node,
    }


def _no_such_nodes(refusal: Refusal) -> str:
    return _("%(partition)s has %(nodes)s nodes, counted from 0; there is none so far up.") % {
        "partition": refusal.partition,
        "nodes": refusal.nodes,
    }


def _value_outside(refusal: Refusal) -> str:
    return _("%(given)s cannot be taken; from %(least)s to %(most)s can.") % {
        "given": refusal.given,
        "least": refusal.least,
        "most": refusal.most,
    }


def _still_needed(refusal: Refusal) -> str:
    facts = {"award": refusal.award}
    if refusal.by == "lease":
        return _("%(award)s holds a lease, so it cannot be dropped from the forecast.") % facts
    return _("Jobs of %(award)s are running, so it cannot be dropped from the forecast.") % facts


def _unreadable(refusal: Refusal) -> str:
    return _(
        "The change “%(given)s” is not understood from word %(place)s on. Write: %(expected)s"
    ) % {
        "given": refusal.given,
        "place": refusal.place,
        "expected": "; ".join(refusal.expected),
    }


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "forecast.unknown_name": _unknown_name,
    "forecast.name_taken": _name_taken,
    "forecast.outside": _outside,
    "forecast.not_whole_nodes": _not_whole_nodes,
    "forecast.no_such_nodes": _no_such_nodes,
    "forecast.value_outside": _value_outside,
    "forecast.still_needed": _still_needed,
    "forecast.change_unreadable": _unreadable,
}
