"""The question of a forecast, put together change by change, without a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from praya.apps.forecasts.commands import ask_forecast
from praya.apps.forecasts.queries import choices_for
from praya.apps.forecasts.rules import WhatIf, WhatIfKind
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.forecasts.forms import AskForm, WhatIfForm, kept_changes, kinds
from praya.web.guards import signed_in
from praya.web.once import once
from praya.words import clock
from praya.words.forecasts import what_if_sentence
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for


@signed_in
@once
def forecast_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a kind of change, fill it in, add it, and so on; then ask."""
    reader, now = actor(request), clock.now()
    choices = choices_for(code, reader, now)
    devices = dict(choices.device_models)
    given = request.POST
    act = given.get("act", "")
    changes = kept_changes(given)
    kind = _kind(given.get("kind", ""))
    form = AskForm(given or None, choices, round_id=request.GET.get("round", ""))
    change: WhatIfForm | None = None
    if act == "choose" and kind is not None:
        change = WhatIfForm(None, kind, choices)
    elif act == "add" and kind is not None:
        change = WhatIfForm(given, kind, choices)
        if change.is_valid():
            changes, change, kind = [*changes, change.what_if], None, None
    elif act.startswith("remove-") and act[7:].isdecimal():
        changes = [one for place, one in enumerate(changes) if place != int(act[7:])]
    elif act == "ask" and request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = ask_forecast(
                programme_code=code,
                changes=changes,
                round_id=form.round_id,
                name=asked["name"],
                seeds=asked["seeds"],
                days=asked["days"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("%s is asked. The answer appears here.") % made.code)
            return redirect("web:forecast", made.code)
    context = {
        "programme": choices.programme,
        "name": in_readers_language(choices.programme.name),
        "form": form,
        "change": change,
        "kind": kind.value if kind else "",
        "kinds": kinds(),
        "kind_word": dict(kinds()).get(kind.value, "") if kind else "",
        "changes": [_shown(place, one, devices) for place, one in enumerate(changes)],
    }
    return TemplateResponse(request, "web/forecasts/new.html", context)


def _kind(text: str) -> WhatIfKind | None:
    return WhatIfKind(text) if text in {kind.value for kind in WhatIfKind} else None


def _shown(place: int, one: WhatIf, devices: Mapping[str, str]) -> dict[str, Any]:
    kept = one.as_json()
    sentence = what_if_sentence(kept, devices)
    return {"act": f"remove-{place}", "kept": json.dumps(kept), "sentence": sentence}
