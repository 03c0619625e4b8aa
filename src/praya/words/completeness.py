"""Why a cluster's own sums and what was charged differ, as words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from praya.core.execution.completeness import ReasonKind
from praya.core.quantity import CardTime
from praya.words import quantities

REASONS: dict[ReasonKind, Promise] = {
    ReasonKind.RUNNING: gettext_lazy("Still runs, and is charged at its end"),
    ReasonKind.RUNAWAY: gettext_lazy("Its end was lost: the accounts have it as running still"),
    ReasonKind.REFUNDED: gettext_lazy("By the programme's rules not charged"),
    ReasonKind.SET_ASIDE: gettext_lazy("Set aside: there was nothing to charge it to"),
    ReasonKind.BEFORE: gettext_lazy("Ended before awards were held here"),
    ReasonKind.BEYOND_LIMIT: gettext_lazy("Held after its time limit, which is not charged"),
    ReasonKind.MEASURED: gettext_lazy("A job of Praya's, whose begin and end Praya measured"),
    ReasonKind.SUSPENDED: gettext_lazy("Suspended around midnight, so days share it otherwise"),
    ReasonKind.ROUNDING: gettext_lazy("Seconds cut off"),
    ReasonKind.CHANGED: gettext_lazy("Charged, then told otherwise, and not put right"),
    ReasonKind.MISSING: gettext_lazy("The cluster tells of it, and it is not charged"),
    ReasonKind.GONE: gettext_lazy("Charged, and the cluster knows of it no more"),
    ReasonKind.UNEXPLAINED: gettext_lazy("No job explains it"),
}


def reason_sentence(kind: str) -> str:
    """Why sum and charges differ by this part."""
    return str(REASONS[ReasonKind(kind)])


def reasons_text(reasons: Mapping[ReasonKind, tuple[int, int]], device_model: str) -> str:
    """The reasons of a row with their card-hours, those to be looked at first."""
    in_order = sorted(reasons, key=lambda kind: (not kind.needs_a_look, -abs(reasons[kind][0])))
    return "; ".join(
        f"{REASONS[kind]}: {quantities.card_hours(CardTime(reasons[kind][0], device_model))}"
        for kind in in_order
    )
