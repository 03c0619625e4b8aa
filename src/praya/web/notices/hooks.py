"""Web hooks of a programme: where its book is sent, and what came of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from praya.apps.notices.access import check_may_see_hooks, may_keep_hooks
from praya.apps.notices.commands import (
    add_hook,
    deliver_again,
    pause_hook,
    remove_hook,
    resume_hook,
)
from praya.apps.notices.queries import deliveries_of, hook_of, hooks_of
from praya.apps.notices.rules import HookState
from praya.apps.programmes.queries import programme_of
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.once import acting_once, secret_sent_before
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.notices import HOOK_STATES, delivery_result
from praya.words.quantities import number
from praya.words.refusals import sentence_for

_TONES = {
    HookState.ACTIVE: Tone.GOOD,
    HookState.PAUSED: Tone.PLAIN,
    HookState.DISABLED: Tone.BAD,
    HookState.REMOVED: Tone.PLAIN,
}
_ACTS = {"pause": pause_hook, "resume": resume_hook, "remove": remove_hook}
_NUMBER_LENGTH = 18


class HookForm(forms.Form):
    """Where to send the book, and from where on."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("As https://ledger.example/praya. Every entry is sent there."),
    )
    from_start = forms.BooleanField(
        label=gettext_lazy("Send the entries that are there already, too"), required=False
    )


@never_cache
@signed_in
def hook_list(request: HttpRequest, code: str) -> HttpResponse:
    """The hooks of a programme, and a form for one more; its secret is shown this once."""
    by = actor(request)
    programme = programme_of(code)
    check_may_see_hooks(by, code)
    form, secret = HookForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            with acting_once(request) as sending:
                if sending.is_repeated:
                    return secret_sent_before(request, sending)
                _made, secret = add_hook(
                    programme_code=code, **form.cleaned_data, by=by, now=clock.now()
                )
                sending.answer = reverse("web:hook-list", args=[code])
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            form = HookForm()
    table = Table(
        request,
        name="hooks",
        caption=_("Web hooks"),
        rows=hooks_of(code),
        columns=(
            Column(
                "url",
                _("Address"),
                lambda row: Link(row.url, reverse("web:hook", args=[row.pk])),
                sort="url",
            ),
            Column("state", _("State"), lambda row: badge_of(row.state), sort="state"),
            Column("position", _("Sent up to entry"), sort="position", align="end"),
            Column("failures", _("Failures in a row"), sort="failures", align="end"),
            Column("next_try_at", _("Next try"), sort="next_try_at"),
            Column("made_by", _("Added by"), lambda row: str(row.made_by)),
        ),
        sort="url",
        empty=_("The book is sent nowhere."),
    )
    context = {
        "programme": programme,
        "form": form,
        "secret": secret,
        "may_keep": may_keep_hooks(by, code),
    }
    return table.answer("web/notices/hooks.html", context)


@signed_in
def hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    """One hook: what came of every message, and pausing, resuming, removing, sending again."""
    by = actor(request)
    found = hook_of(hook_id, by)
    sentence = ""
    if request.method == "POST":
        try:
            _act(request, hook_id)
        except Refusal as refusal:
            sentence = sentence_for(refusal)
        else:
            messages.success(request, _("Done."))
            return redirect("web:hook", hook_id)
    state = HookState(found.state)
    table = Table(
        request,
        name="deliveries",
        caption=_("Messages"),
        rows=deliveries_of(hook_id),
        columns=(
            Column("entry_number", _("Entry"), sort="entry_number", align="end"),
            Column("tried_at", _("Sent"), sort="tried_at"),
            Column("status", _("What came"), lambda row: delivery_result(row.status, row.error)),
            Column("took_ms", _("Milliseconds"), sort="took_ms", align="end"),
        ),
        sort="-tried_at",
        empty=_("Nothing has been sent yet. The worker sends within seconds."),
    )
    context = {
        "hook": found,
        "programme": programme_of(found.programme_code),
        "sentence": sentence,
        "badge": badge_of(found.state),
        "may_keep": may_keep_hooks(by, found.programme_code),
        "is_active": state is HookState.ACTIVE,
        "is_removed": state is HookState.REMOVED,
        "facts": [
            (_("Sent up to entry"), number(found.position)),
            (_("Failures in a row"), number(found.failures)),
            (_("Next try"), found.next_try_at),
            (_("Added by"), str(found.made_by)),
            (_("Added"), found.made_at),
        ],
    }
    return table.answer("web/notices/hook.html", context)


def _act(request: HttpRequest, hook_id: int) -> None:
    by, now = actor(request), clock.now()
    act = request.POST.get("act", "")
    if act in _ACTS:
        _ACTS[act](hook_id=hook_id, by=by, now=now)
        return
    given = request.POST.get("entry", "")
    is_number = given.isascii() and given.isdecimal() and len(given) <= _NUMBER_LENGTH
    deliver_again(hook_id=hook_id, entry_number=int(given) if is_number else 0, by=by, now=now)


def badge_of(state: str) -> Badge:
    """The state of a hook."""
    known = HookState(state)
    return Badge(str(HOOK_STATES[known]), _TONES[known])
