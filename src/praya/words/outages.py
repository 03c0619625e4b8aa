"""An engine that does not answer: what happened, why, and what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.core.execution.port import EngineUnavailable, Outage

WHY: dict[Outage, Promise] = {
    Outage.CONTROLLER: gettext_lazy("The cluster’s controller, which places jobs, is away."),
    Outage.DATABASE: gettext_lazy("The cluster’s database of accounts is away."),
    Outage.SILENT: gettext_lazy("The cluster was asked, and did not answer in time."),
    Outage.GARBLED: gettext_lazy("The cluster answered in a way that cannot be read."),
    Outage.UNKNOWN: gettext_lazy("A disk, a program or a network that it needs failed."),
}


def outage_sentence(outage: EngineUnavailable, *, is_quoted: bool) -> str:
    """The outage as a person reads it.

    ``is_quoted`` adds the engine's own words: they may name hosts and folders, so they are for
    whoever looks after the machines.
    """
    parts = [
        _("The cluster’s engine does not answer just now, so this could not be done."),
        str(WHY[outage.cause]),
        _("Try again in a moment; if it stays so, tell an operator of the programme."),
    ]
    if is_quoted and str(outage):
        parts.append(_("It said: “%s”.") % outage)
    return " ".join(parts)
