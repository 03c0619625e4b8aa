"""Refusals about forecasts of the site: what cannot be asked of it, kept or cancelled."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.forecasts import FIELD_NAMES, STATE_WORDS, WHAT_IF_NAMES


def _no_machines(refusal: Refusal) -> str:
    return _(
        "No machines serve %(programme)s in these days, so there is nothing to forecast. An "
        "operator adds them on the page “Clusters”."
    ) % {"programme": refusal.programme}


def _nothing_to_run(refusal: Refusal) -> str:
    return _(
        "%(programme)s has neither jobs nor awards with anything left, so no forecast can be made. "
        "Accept an award first."
    ) % {"programme": refusal.programme}


def _size(refusal: Refusal) -> str:
    names = {
        "seeds": _("The number of runs"),
        "days": _("The number of days"),
        "changes": _("The number of changes"),
    }
    return _("%(what)s is %(given)s; at most %(most)s can be asked. Ask for fewer.") % {
        "what": names[refusal.field],
        "given": refusal.given,
        "most": refusal.most,
    }


def _too_many_wait(refusal: Refusal) -> str:
    return _(
        "%(waiting)s forecasts of this programme wait already, as many as may. Wait for one to "
        "end, or cancel one."
    ) % {"waiting": refusal.waiting}


def _change_unfit(refusal: Refusal) -> str:
    return _("Change %(number)s (%(kind)s) cannot be made: “%(field)s” is missing or unfit.") % {
        "number": refusal.number,
        "kind": WHAT_IF_NAMES[refusal.kind],
        "field": FIELD_NAMES[refusal.field],
    }


def _not_under_way(refusal: Refusal) -> str:
    return _("%(forecast)s is over (%(state)s), so it cannot be cancelled.") % {
        "forecast": refusal.forecast,
        "state": STATE_WORDS[refusal.state],
    }


def _no_answer(refusal: Refusal) -> str:
    return _("%(forecast)s has no answer: it is %(state)s.") % {
        "forecast": refusal.forecast,
        "state": STATE_WORDS[refusal.state],
    }


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "forecast.no_machines": _no_machines,
    "forecast.nothing_to_run": _nothing_to_run,
    "forecast.size": _size,
    "forecast.too_many_wait": _too_many_wait,
    "forecast.change_unfit": _change_unfit,
    "forecast.not_under_way": _not_under_way,
    "forecast.no_answer": _no_answer,
}
