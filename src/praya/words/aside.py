"""Why a run that ended on a cluster was not charged, in a few words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.usage.rules import RUNAWAY, TAKEN_BACK, NoLine
from praya.core.execution.accounting import RunEnd
from praya.core.programme.asking import NoPrice

_WHY: dict[str, Promise] = {
    RunEnd.COMPLETED.value: gettext_lazy("the rules give back what completed"),
    RunEnd.FAILED.value: gettext_lazy("it failed"),
    RunEnd.OUT_OF_MEMORY.value: gettext_lazy("it ran out of memory"),
    RunEnd.TIMED_OUT.value: gettext_lazy("it reached its time limit"),
    RunEnd.CANCELLED.value: gettext_lazy("it was cancelled"),
    RunEnd.CANCELLED_BY_ANOTHER.value: gettext_lazy("somebody else than its member cancelled it"),
    RunEnd.PREEMPTED.value: gettext_lazy("it made room for another job"),
    RunEnd.REQUEUED.value: gettext_lazy("it was put back into the queue"),
    RunEnd.NODE_FAILED.value: gettext_lazy("its node failed"),
    RunEnd.NOT_LAUNCHED.value: gettext_lazy("the cluster could not launch it"),
    RunEnd.UNKNOWN.value: gettext_lazy("nobody knows how it ended"),
    RUNAWAY: gettext_lazy("the cluster lost its end"),
    TAKEN_BACK: gettext_lazy("two people of finance took the charge back"),
    NoLine.code: gettext_lazy("the award has no card-hours of this device model"),
    NoPrice.code: gettext_lazy("the device model had no price on the day it was submitted"),
}


def aside_words(why: str) -> str:
    """The words for how it ended, where that is given back, or for the refusal that met it."""
    words = _WHY.get(why)
    return _("refused as %s") % why if words is None else str(words)
