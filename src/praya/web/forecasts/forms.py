"""Forms of a question: what is asked, and one what-if change at a time."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.forecasts.queries import Choices
from praya.apps.forecasts.rules import (
    CHOICES,
    DAYS_MAX,
    DAYS_USUAL,
    NAME_MAX,
    SEEDS_MAX,
    SEEDS_USUAL,
    TAKES,
    WhatIf,
    WhatIfKind,
    what_if_from,
)
from praya.web.clusters.forms import DayField
from praya.words.forecasts import CHOICE_NAMES, FIELD_NAMES, WHAT_IF_NAMES

_NUMBER_MAX = 1_000_000_000


class AskForm(forms.Form):
    """What is asked, beside its changes."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_MAX,
        required=False,
        help_text=gettext_lazy("So that you find it again."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days to look ahead"),
        min_value=1,
        max_value=DAYS_MAX,
        initial=DAYS_USUAL,
    )
    seeds = forms.IntegerField(
        label=gettext_lazy("Simulated runs"),
        min_value=1,
        max_value=SEEDS_MAX,
        initial=SEEDS_USUAL,
        help_text=gettext_lazy("More runs make steadier bands, and take longer."),
    )

    def __init__(self, given: QueryDict | None, choices: Choices, *, round_id: str = "") -> None:
        super().__init__(given, initial={"round": round_id})
        if choices.rounds:
            named = [(str(one.pk), f"{one.call_code} {one.code}") for one in choices.rounds]
            self.fields["round"] = forms.ChoiceField(
                label=_("If the cases of a round were awarded"),
                choices=[("", _("no round")), *named],
                required=False,
                help_text=_(
                    "Each open or held case counts with what is decided, else proposed, else "
                    "recommended, else asked for."
                ),
            )

    @property
    def round_id(self) -> int | None:
        """The round chosen."""
        given = self.cleaned_data.get("round")
        return int(given) if given else None


class WhatIfForm(forms.Form):
    """One change, with the fields that its kind takes."""

    def __init__(self, given: QueryDict | None, kind: WhatIfKind, choices: Choices) -> None:
        super().__init__(given, prefix="change")
        self._kind = kind
        for name in TAKES[kind]:
            self.fields[name] = _field(kind, name, choices)

    @property
    def what_if(self) -> WhatIf:
        """The change that was filled in."""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return WhatIf(self._kind, **given)


def kept_changes(given: QueryDict) -> list[WhatIf]:
    """The changes that the page carries along; what is none of ours is left out."""
    found = []
    for text in given.getlist("kept"):
        try:
            found.append(what_if_from(json.loads(text)))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def kinds() -> list[tuple[str, str]]:
    """The kinds of change in words."""
    return [(kind.value, str(WHAT_IF_NAMES[kind.value])) for kind in WhatIfKind]


def _field(kind: WhatIfKind, name: str, choices: Choices) -> forms.Field:
    label = str(FIELD_NAMES[name])
    offered: dict[str, list[tuple[str, str]]] = {
        "award": [(code, f"{code}: {title}") for code, title in choices.awards],
        "device_model": choices.device_models,
        "partition": [(name, name) for name in choices.partitions],
        "choice": [(one, str(CHOICE_NAMES[one])) for one in CHOICES.get(kind, ())],
    }
    if name in offered:
        return forms.ChoiceField(label=label, choices=offered[name])
    if name in ("first_on", "last_on"):
        return DayField(label=label)
    is_limit = kind is WhatIfKind.CHANGE_LIMIT and name == "cards"
    least = 0 if name == "value" else 1
    options: dict[str, Any] = {"min_value": least, "max_value": _NUMBER_MAX}
    hint = _("Empty: no limit.") if is_limit else ""
    return forms.IntegerField(label=label, required=not is_limit, help_text=hint, **options)
