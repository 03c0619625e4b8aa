"""What a change of a forecast does, part by part, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.words.forecasts import card_hours_text, hours_text, share_text

PARTS_MAX = 10  # of a difference, the largest that are shown
_PART_NAMES: dict[str, str | Promise] = {
    "machine": gettext_lazy("by the changed machine"),
    "use": gettext_lazy("by its changed use"),
}


def difference_parts(difference: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a difference comes from: for each figure its largest parts, by their medians."""
    kinds = (
        (_("Utilisation"), "utilisation_parts", share_text),
        (_("Card-hours held, by award"), "held_by_award", card_hours_text),
        (_("Card-hours held, by pool"), "held_by_pool", card_hours_text),
        (_("Share of the grant used"), "share_of_grant", share_text),
        (_("Mean wait, by award"), "mean_wait_by_award", hours_text),
    )
    found = []
    for title, key, shown in kinds:
        parts = [one for one in difference[key] if one["amount"]["median"]]
        if key != "utilisation_parts":
            parts = sorted(parts, key=lambda one: -abs(one["amount"]["median"]))[:PARTS_MAX]
        rows = [
            (str(_PART_NAMES.get(one["name"], one["name"])), shown(one["amount"])) for one in parts
        ]
        if rows:
            found.append((title, rows))
    return found
