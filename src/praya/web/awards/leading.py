"""Another person as lead: asked for on the award's page, answered and decided on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.awards.commands import (
    answer_lead,
    ask_lead,
    decide_lead,
    undo_lead,
    withdraw_lead,
)
from praya.apps.awards.queries import (
    LeadChangeStanding,
    latest_agreement,
    lead_change_of,
    lead_standing,
)
from praya.apps.awards.rules.leading import LeadState
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.awards.forms import TEXT_MAX
from praya.web.awards.offers import shown
from praya.web.badges import Badge, Tone
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.awards import LEAD_STATES
from praya.words.refusals import sentence_for

_TONES = {
    LeadState.ASKED: Tone.ACTIVE,
    LeadState.AGREED: Tone.ACTIVE,
    LeadState.GRANTED: Tone.GOOD,
    LeadState.REFUSED: Tone.BAD,
}


class AskLeadForm(forms.Form):
    """Who is to lead, and why."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address the person signs in with."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


class LeadReasonForm(forms.Form):
    """Why; a grant needs none."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@signed_in
def lead(request: HttpRequest, code: str) -> HttpResponse:
    """Who leads an award, and the form that asks for somebody else."""
    reader, now = actor(request), clock.now()
    standing = lead_standing(code, reader, now)
    form = AskLeadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_lead(code=code, **form.cleaned_data, by=reader, now=now)
        except NotAllowed:
            raise  # the form is not theirs to see
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("%s was asked by letter.") % made.person)
            return redirect("web:lead-change", made.pk)
    context = {
        "award": standing.award,
        "may_ask": standing.may_ask,
        "is_allowed": standing.is_allowed,
        "changes": [(change, _badge(change.state)) for change in standing.changes],
        "form": form,
    }
    return TemplateResponse(request, "web/awards/lead.html", context)


@signed_in
def lead_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change of lead, with the agreement, and what the reader can do about it."""
    reader, now = actor(request), clock.now()
    standing = lead_change_of(change_id, reader, now)
    form = LeadReasonForm(request.POST or None)
    act = pressed(request, _ACTS)
    if request.method == "POST" and form.is_valid():
        try:
            command, said, takes_reason = _ACTS[act]
            reason = {"reason": form.cleaned_data["reason"]} if takes_reason else {}
            command(change_id=change_id, **said, **reason, by=reader, now=now)
        except NotAllowed:
            raise  # the form is not theirs to see
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("Done. Those whom it concerns are told."))
            return redirect("web:lead-change", change_id)
    return TemplateResponse(request, "web/awards/lead_change.html", _page(standing, form))


def _page(standing: LeadChangeStanding, form: LeadReasonForm) -> dict[str, Any]:
    change = standing.change
    facts: list[tuple[str, object]] = [
        (_("Award"), change.award.code),
        (_("Lead until then"), change.former),
        (_("To lead"), change.person),
        (_("Asked by"), change.asked_by),
        (_("Asked"), change.asked_at),
        (_("Reason"), change.reason),
    ]
    if change.agreed_at:
        facts.append((_("Agreed"), change.agreed_at))
    if change.decided_at:
        facts += [(_("Decided"), change.decided_at), (_("Decided by"), change.decided_by)]
    if change.undone_at:
        facts += [(_("Undone"), change.undone_at), (_("Undone by"), change.undone_by)]
    if change.decision_reason:
        facts.append((_("What was said"), change.decision_reason))
    return {
        "agreement_page": _agreement(standing),
        "standing": standing,
        "award": change.award,
        "change_facts": facts,
        "change_badge": _badge(change.state),
        "form": form,
    }


def _agreement(standing: LeadChangeStanding) -> Any:  # noqa: ANN401 -- as shown
    """The agreement as it stands, for who may read it."""
    if not standing.may_read_agreement:
        return None
    agreement = latest_agreement(standing.change.award)
    agreement.award = standing.change.award
    return shown(agreement)


def _badge(state: str) -> Badge:
    known = LeadState(state)
    return Badge(str(LEAD_STATES[known]), _TONES.get(known, Tone.PLAIN))


# What a button does, what it says by itself, and whether a reason goes with it.
_ACTS: dict[str, tuple[Callable[..., object], dict[str, bool], bool]] = {
    "agree": (answer_lead, {"agrees": True}, False),
    "decline": (answer_lead, {"agrees": False}, False),
    "withdraw": (withdraw_lead, {}, False),
    "grant": (decide_lead, {"grants": True}, True),
    "refuse": (decide_lead, {"grants": False}, True),
    "undo": (undo_lead, {}, True),
}
