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


def _lease_of_another(refusal: Refusal) -> str:
    return _(
        "%(lease)s is leased to %(of)s alone, so jobs of %(award)s cannot run there. Ask for "
        "another place."
    ) % {"lease": refusal.lease, "of": refusal.of, "award": refusal.award}


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


def _node_too_small(refusal: Refusal) -> str:
    return _(
        "The job %(job)s holds %(cards)s of the cards of a machine of %(pool)s, which would have "
        "room for %(most)s once the other leases stand as they would then. Leave out the change of "
        "the other lease, or let it begin once the job has ended."
    ) % {
        "job": refusal.job,
        "cards": refusal.cards,
        "pool": refusal.pool,
        "most": refusal.most,
    }


def _weight_idle(_refusal: Refusal) -> str:
    return _(
        "The weight of the quality of service would change nothing here: no two jobs differ in "
        "it. Take another weight, or a forecast from a file that names qualities."
    )


def _question_unreadable(refusal: Refusal) -> str:
    return _(
        "The file is no question of a forecast: %(why)s. Take it as the API gives it, at "
        "/forecasts/CODE/question."
    ) % {"why": refusal.why}


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
    "forecast.lease_of_another": _lease_of_another,
    "forecast.outside": _outside,
    "forecast.not_whole_nodes": _not_whole_nodes,
    "forecast.no_such_nodes": _no_such_nodes,
    "forecast.value_outside": _value_outside,
    "forecast.node_too_small": _node_too_small,
    "forecast.weight_idle": _weight_idle,
    "forecast.question_unreadable": _question_unreadable,
    "forecast.change_unreadable": _unreadable,
}
