"""Refusals about clusters on which awards are held."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal


def _unreachable(refusal: Refusal) -> str:
    return _(
        "The cluster does not answer: %(said)s. See that its programs run on this machine as the "
        "user Praya runs as, then try again."
    ) % {"said": refusal.said}


def _kinds_unclear(refusal: Refusal) -> str:
    return _(
        "It is not clear which device model these kinds of cards are: %(kinds)s. Say it for each, "
        "as KIND=MODEL; there are %(models)s."
    ) % {
        "kinds": ", ".join(refusal.kinds),
        "models": ", ".join(refusal.device_models) or _("none yet"),
    }


def _settings_unmet(refusal: Refusal) -> str:
    return _(
        "On %(cluster)s limits could be passed, so no award is held there yet: %(settings)s. "
        "The cluster's page says line by line what to write; then try again."
    ) % {"cluster": refusal.cluster, "settings": ", ".join(refusal.settings)}


def _days_unfit(refusal: Refusal) -> str:
    return _(
        "From %(first)s to %(last)s are not 1 to %(most)s days. Choose a first day that is not "
        "after the last, and no more days than that at once."
    ) % {
        "first": date_format(refusal.first_on, "DATE_FORMAT"),
        "last": date_format(refusal.last_on, "DATE_FORMAT"),
        "most": refusal.most,
    }


def _reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("A reason is missing. Say why the cluster may stay as it is; others will read it.")


SENTENCES = {
    "enforcement.unreachable": _unreachable,
    "enforcement.kinds_unclear": _kinds_unclear,
    "enforcement.settings_unmet": _settings_unmet,
    "enforcement.days_unfit": _days_unfit,
    "enforcement.reason_missing": _reason_missing,
}
