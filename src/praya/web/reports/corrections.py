"""Pages on which two people of finance put the book right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.books.access import check_may_correct, check_may_see_corrections
from praya.apps.books.commands import (
    ask_adjustment,
    ask_reversal,
    refuse_correction,
)
from praya.apps.books.queries import correction_of, corrections
from praya.apps.programmes.queries import programme_of
from praya.apps.usage.commands import approve_correction
from praya.core.actor import Actor, Role
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.reports.answering import answered
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Filter, Table
from praya.words.clock import now
from praya.words.entries import quantity_text

_STATES = {
    "asked": (gettext_lazy("Waits for somebody else"), Tone.ACTIVE),
    "approved": (gettext_lazy("Approved"), Tone.GOOD),
    "refused": (gettext_lazy("Refused"), Tone.BAD),
}


@signed_in
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """What was asked to be put right, and what became of it."""
    by = actor(request)
    programme = programme_of(code)
    check_may_see_corrections(by, code)
    table = Table(
        request,
        name=f"corrections-{code}",
        caption=_("Corrections"),
        rows=corrections(code),
        columns=(
            Column(
                "what",
                _("Correction"),
                lambda row: Link(_what(row), reverse("web:correction", args=[code, row.pk])),
                in_file=_what,
            ),
            Column("state", _("State"), _badge, sort="state", in_file=lambda row: row.state),
            Column("asked_at", _("Asked at"), sort="asked_at"),
            Column("asked_by", _("Asked by"), lambda row: str(row.asked_by)),
            Column("decided_by", _("Decided by"), lambda row: str(row.decided_by or "–")),
            Column("reason", _("Reason")),
        ),
        search=("reason__icontains", "source__icontains", "target__icontains"),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state, str(word)) for state, (word, _tone) in _STATES.items()],
                lookup="state",
            ),
        ),
        sort="-asked_at",
        empty=_("Nothing was asked to be put right."),
    )
    context = {"programme": programme, "may_ask": by.holds(code, Role.FINANCE)}
    return table.answer("web/reports/corrections.html", context)


class CorrectionForm(forms.Form):
    """The entry to reverse, or the amount to move; and why."""

    number = forms.IntegerField(
        label=gettext_lazy("Entry to reverse"),
        min_value=1,
        max_value=10**12,
        required=False,
        help_text=gettext_lazy(
            "Its number in the book. The charges behind it are taken back with it. Leave it empty "
            "to move an amount instead."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Take from"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("An account, as the trial balance names it."),
    )
    target = forms.CharField(label=gettext_lazy("Give to"), max_length=120, required=False)
    commodity = forms.CharField(
        label=gettext_lazy("Commodity"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("As the trial balance names it."),
    )
    amount = forms.IntegerField(
        label=gettext_lazy("Amount"),
        required=False,
        min_value=-(10**18),
        max_value=10**18,
        help_text=gettext_lazy("In the smallest units: cents, accelerator-seconds."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@signed_in
@once
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """One of finance asks that the book be put right; another decides."""
    by = actor(request)
    programme = programme_of(code)
    check_may_correct(by, code)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _ask(code, form.cleaned_data, by)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(
                request, _("Asked. Somebody else of finance decides; you cannot do that yourself.")
            )
            return redirect("web:correction-list", code)
    context = {"form": form, "programme": programme}
    return TemplateResponse(request, "web/reports/correction_new.html", context)


def _ask(code: str, asked: dict[str, Any], by: Actor) -> None:
    if asked["number"]:
        ask_reversal(
            programme_code=code, number=asked["number"], reason=asked["reason"], by=by, now=now()
        )
        return
    ask_adjustment(
        programme_code=code,
        source=asked["source"],
        target=asked["target"],
        commodity=asked["commodity"],
        amount=asked["amount"] or 0,
        reason=asked["reason"],
        by=by,
        now=now(),
    )


@signed_in
def decide(request: HttpRequest, code: str, correction_id: int) -> HttpResponse:
    """Somebody of finance approves or refuses what somebody else asked for."""
    by = actor(request)
    check_may_see_corrections(by, code)
    asked = correction_of(code, correction_id)
    sentence = ""
    if request.method == "POST":
        check_may_correct(by, code)
        sentence = answered(
            request,
            approve=lambda: approve_correction(correction_id=correction_id, by=by, now=now()),
            refuse=lambda reason: refuse_correction(
                correction_id=correction_id, reason=reason, by=by, now=now()
            ),
        )
        if not sentence:
            messages.info(request, _("Decided. The book and the trail show it."))
            return redirect("web:correction-list", code)
    facts = [
        (_("Correction"), _what(asked)),
        (_("Reason"), asked.reason),
        (_("Asked by"), str(asked.asked_by)),
        (_("Asked at"), asked.asked_at),
    ]
    if asked.entry is not None:
        facts.append((_("Posted as entry"), str(asked.entry.number)))
    context = {
        "sentence": sentence,
        "reason": request.POST.get("reason", ""),
        "programme": programme_of(code),
        "may_decide": asked.state == "asked" and by.holds(code, Role.FINANCE),
        "state": _badge(asked),
        "facts": facts,
    }
    return TemplateResponse(request, "web/reports/correction.html", context)


def _badge(row: Any) -> Badge:  # noqa: ANN401 -- a Correction
    word, tone = _STATES[row.state]
    return Badge(str(word), tone)


def _what(row: Any) -> str:  # noqa: ANN401 -- a Correction
    if row.number is not None:
        return str(_("Reverse entry %s") % row.number)
    return _("%(amount)s from %(source)s to %(target)s") % {
        "amount": quantity_text(row.commodity, row.amount),
        "source": row.source,
        "target": row.target,
    }
