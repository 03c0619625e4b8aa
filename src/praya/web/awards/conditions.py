"""What must hold before an award may be used: the lead tells, others confirm or open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.awards.commands import (
    confirm_condition,
    move_meet_by,
    reopen_condition,
    tell_condition,
    waive_condition,
)
from praya.apps.awards.queries import ConditionsStanding, ConditionStanding, conditions_of
from praya.apps.awards.rules import AwardState
from praya.apps.changes.commands import take_up_unstarted
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.awards.badges import state_badge
from praya.web.awards.forms import TEXT_MAX
from praya.web.badges import Badge, Tone
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for
from praya.words.roles import ROLES

if TYPE_CHECKING:
    from praya.apps.awards.models import Condition

_DAY = forms.DateInput(attrs={"type": "date"})
_LINES = forms.Textarea(attrs={"rows": 2})


class _ActForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767)


class TellForm(_ActForm):
    """What the lead says."""

    told = forms.CharField(
        label=gettext_lazy("How it is met"),
        help_text=gettext_lazy("Who confirms it reads this."),
        max_length=TEXT_MAX,
        widget=_LINES,
    )


class ConfirmForm(_ActForm):
    """By what it is confirmed."""

    evidence = forms.CharField(
        label=gettext_lazy("Where the evidence is"), required=False, max_length=TEXT_MAX
    )


class ReopenForm(_ActForm):
    """Why it is open again."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=TEXT_MAX, widget=_LINES)


class WaiveForm(ReopenForm):
    """Why it need not be met."""


class MoveForm(forms.Form):
    """A later day, and why."""

    meet_by = forms.DateField(label=gettext_lazy("New last day"), widget=_DAY)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=TEXT_MAX, widget=_LINES)


_OF_AWARD: dict[str, Callable[..., object]] = {"move": move_meet_by, "take-up": take_up_unstarted}
_ACTS: dict[str, tuple[type[_ActForm], Callable[..., object]]] = {
    "tell": (TellForm, tell_condition),
    "confirm": (ConfirmForm, confirm_condition),
    "waive": (WaiveForm, waive_condition),
    "reopen": (ReopenForm, reopen_condition),
}


@signed_in
def conditions(request: HttpRequest, code: str) -> HttpResponse:
    """The conditions, and for each what the reader can do about it."""
    reader = actor(request)
    standing = conditions_of(code, reader)
    act = pressed(request, {*_ACTS, *_OF_AWARD})
    given: forms.Form | None = None
    if request.method == "POST":
        form_class, command = _ACTS[act] if act in _ACTS else (MoveForm, _OF_AWARD[act])
        given = form_class(request.POST)
        if given.is_valid():
            try:
                command(code=code, **given.cleaned_data, by=reader, now=clock.now())
            except NotAllowed:
                raise  # the form is not theirs to see
            except Refusal as refusal:
                given.add_error(None, sentence_for(refusal))
            else:
                messages.success(request, _("Done. The trail of the award shows it."))
                return redirect("web:award-conditions", code)
    award = standing.award
    context = {
        "award": award,
        "badge": state_badge(award.state),
        "is_waiting": award.state == AwardState.WAITING.value,
        "count_open": standing.count_open,
        "move": _move_form(standing, act, given),
        "move_act": "move" if standing.may_move else "take-up",
        "rows": [_row(one, act, given) for one in standing.conditions],
    }
    return TemplateResponse(request, "web/awards/conditions.html", context)


def _move_form(standing: ConditionsStanding, act: str, given: forms.Form | None) -> object:
    """The form for a later day, where the reader may set one or take the award up again."""
    if not (standing.may_move or standing.may_take_up):
        return None
    return given if act in _OF_AWARD else MoveForm()


def _row(one: ConditionStanding, act: str, given: forms.Form | None) -> dict[str, Any]:
    condition = one.condition
    may = {
        "tell": one.may_tell,
        "confirm": one.may_confirm,
        "waive": one.may_waive,
        "reopen": one.may_reopen,
    }
    settled = _("Waived") if condition.waived_because else _("Met")
    is_met = condition.met_at is not None
    return {
        "condition": condition,
        "text": in_readers_language(condition.text),
        "badge": Badge(settled, Tone.GOOD) if is_met else Badge(_("Open"), Tone.WARN),
        "role": ROLES[Role(condition.confirmed_by)],
        "forms": [(name, _form(name, condition, act, given)) for name in _ACTS if may[name]],
    }


def _form(name: str, condition: Condition, act: str, given: forms.Form | None) -> forms.Form:
    """The form that was sent, where it is this one; else an empty one."""
    is_sent = (
        given is not None and name == act and given.data.get("number") == str(condition.number)
    )
    if is_sent and given is not None:
        return given
    made: _ActForm = _ACTS[name][0](
        initial={"number": condition.number}, auto_id=f"id_{name}_{condition.number}_%s"
    )
    if name == "confirm":
        made.fields["evidence"].required = condition.needs_evidence
    return made
