"""What newer awards are to bear of older ones: shown, waived, and not waived any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.changes.commands import waive_bearing, withdraw_bearing_waiver
from praya.apps.changes.queries import (
    Bearing,
    SetOffAhead,
    bearing_on,
    may_see_debt,
    may_spare,
    sparable,
)
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.awards.forms import WaiverForm
from praya.web.badges import Confirm, Link
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.bearing import bearing_amount, bearing_word
from praya.words.refusals import sentence_for

_ACTS = {"waive": waive_bearing, "withdraw": withdraw_bearing_waiver}


def shown(found: Sequence[Bearing], reader: Actor) -> list[dict[str, Any]]:
    """What lines are to bear, as pages list it; with a page to waive it for who may."""
    spared = sparable(reader, found)
    return [
        {
            "label": Link(bearing_word(one), reverse("web:debt", args=[one.debt.pk]))
            if isinstance(one, SetOffAhead) and may_see_debt(reader, one.debt)
            else bearing_word(one),
            "said": bearing_amount(one),
            "is_waived": one.waiver is not None,
            "url": reverse("web:bearing", args=[one.line.code, one.matter])
            if (one.line.code, one.matter) in spared
            else "",
        }
        for one in found
    ]


@signed_in
def bearing(request: HttpRequest, line: str, matter: str) -> HttpResponse:
    """Spare a line what it is to bear, or take that back, after asking for the reason."""
    reader, now = actor(request), clock.now()
    one = bearing_on(line, matter, reader, now)
    if not may_spare(reader, one):
        raise NotAllowed(action="bearing.waive", needs=one.rule.waived_by or "committee")
    form = WaiverForm.asked(request.POST, is_waived=one.waiver is not None)
    back = reverse("web:award-changes", args=[one.line.award.code])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        command = _ACTS[form.cleaned_data["act"]]
        try:
            command(line_code=line, matter=matter, reason=reason, by=reader, now=now)
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("Done; the lead is told."))
            return redirect(back)
    confirm = Confirm(
        title=(_("Withdraw a waiver on %s") if form.withdraws else _("Spare %s")) % line,
        what=_(
            "The line bears it after all. The lead is told anew, and the days that they are to "
            "have before count anew."
        )
        if form.withdraws
        else _(
            "The line bears nothing of it. What is open stays open: the next award bears it, and a "
            "debt can be paid or given up. The reason stays on record, and the lead reads it."
        ),
        button=_("Withdraw it") if form.withdraws else _("Waive it"),
        cancel_url=back,
        facts=((_("For"), bearing_word(one)), (_("Is to bear"), bearing_amount(one))),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})
