"""What people do about the life of an award: waive, give back, plan."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.awards.access import may_keep_members
from praya.apps.life import access
from praya.apps.life.commands import give_plan, reverse_cut, waive_check, withdraw_waiver
from praya.apps.life.queries import (
    Hold,
    LineLife,
    ceiling,
    ceiling_without,
    check_on_line,
    hold_on_line,
    line_life,
    made_check,
    waiver_seen,
)
from praya.core.life import months_of
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.web.life.forms import PlanForm, WaiverForm
from praya.web.life.views import open_by_now, waived_word
from praya.web.reports.why_behind import add_refusal
from praya.words import clock
from praya.words.languages import in_readers_language

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine


@signed_in
def check_waive(request: HttpRequest, line: str, rule: str, mark: str) -> HttpResponse:
    """Waive a check, after asking for the reason."""
    reader, now = actor(request), clock.now()
    life = line_life(line, reader)
    award = life.line.award
    hold = hold_on_line(life, rule, mark)
    found, check = (hold.rule, None) if hold else check_on_line(life, rule, mark)
    allowed = access.may_waive(reader, award, found)
    access.check_allowed(allowed, action="life.waive", needs=found.waived_by or "committee")
    form = ReasonForm(request.POST or None) if hold else WaiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            waive_check(
                line_code=line,
                rule_code=rule,
                mark="" if given.get("every") else mark,
                reason=given["reason"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            done = _("It may be used now; the lead is told.") if hold else _("The check is waived.")
            messages.success(request, done)
            return redirect("web:award-life", award.code)
    if hold:
        return asked(request, _opening(life, hold, now), form)
    confirm = Confirm(
        title=_("Waive a check of %s") % line,
        what=_(
            "The rule still looks on its day, and takes nothing. The reason stays on record, and "
            "the team reads it."
        ),
        button=_("Waive it"),
        cancel_url=reverse("web:award-life", args=[award.code]),
        facts=(
            (_("Rule"), in_readers_language(found.name)),
            (_("Day"), check.on if check else _("every check to come")),
        ),
    )
    return asked(request, confirm, form)


@signed_in
def waiver_withdraw(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """Let a rule do again what was waived, after asking for the reason."""
    reader, now = actor(request), clock.now()
    waiver = waiver_seen(waiver_id, reader)
    award = waiver.line.award
    life = line_life(waiver.line.code, reader)
    hold = hold_on_line(life, waiver.rule_code, waiver.mark)
    rule = hold.rule if hold else check_on_line(life, waiver.rule_code, waiver.mark)[0]
    allowed = access.may_waive(reader, award, rule)
    access.check_allowed(
        allowed, action="life.withdraw_waiver", needs=rule.waived_by or "committee"
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw_waiver(waiver_id=waiver_id, reason=reason, by=reader, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(request, _("The waiver is withdrawn; the lead is told."))
            return redirect("web:award-life", award.code)
    what = waived_word(waiver.mark) if hold else waiver.mark or _("every check to come")
    confirm = Confirm(
        title=_("Withdraw a waiver on %s") % waiver.line.code,
        what=_(
            "The rule does again what was waived. What has come of the waiver stays, and it may be "
            "waived anew."
        ),
        button=_("Withdraw it"),
        cancel_url=reverse("web:award-life", args=[award.code]),
        facts=(
            (_("Rule"), in_readers_language(rule.name)),
            (_("What was waived"), what),
            (_("Reason"), waiver.reason),
        ),
    )
    return asked(request, confirm, form)


def _opening(life: LineLife[AwardLine], hold: Hold, now: datetime) -> Confirm:
    """The question before what is kept back of a line may be used."""
    code = life.line.code
    return Confirm(
        title=_("Let more of %s be used now") % code,
        what=_(
            "What the rule keeps back may be used from now on, without the report or the month "
            "that would open it. What it takes back it still takes. The reason stays on record, "
            "and the team reads it."
        ),
        button=_("Let it be used"),
        cancel_url=reverse("web:award-life", args=[life.line.award.code]),
        facts=(
            (_("Rule"), in_readers_language(hold.rule.name)),
            (_("What is kept back"), waived_word(hold.mark)),
            (_("May be used by now"), open_by_now(life, ceiling(life, now))),
            (_("Afterwards"), open_by_now(life, ceiling_without(life, hold, now))),
        ),
    )


@signed_in
def check_reverse(request: HttpRequest, check_id: int) -> HttpResponse:
    """Give a cut back, after asking for the reason."""
    reader, now = actor(request), clock.now()
    check = made_check(check_id, reader)
    award = check.line.award
    allowed = access.may_reverse(reader, award)
    access.check_allowed(allowed, action="life.reverse", needs="finance")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reverse_cut(check_id=check_id, reason=form.cleaned_data["reason"], by=reader, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(request, _("The cut is given back."))
            return redirect("web:award-life", award.code)
    confirm = Confirm(
        title=_("Give a cut of %s back") % check.line.code,
        what=_(
            "The entry in the book is turned round: the time and its subsidy are free on the line "
            "again. The rule does not look at this day a second time; it does at its later ones."
        ),
        button=_("Give it back"),
        cancel_url=reverse("web:award-life", args=[award.code]),
        facts=(
            (_("Day"), check.due_on),
            (_("Cut"), check.cut),
            (_("Subsidy"), check.subsidy),
            (_("Went to"), check.pool),
        ),
        is_grave=True,
    )
    return asked(request, confirm, form)


@signed_in
def line_plan(request: HttpRequest, line: str) -> HttpResponse:
    """The plan of a line, month by month."""
    reader, now = actor(request), clock.now()
    life = line_life(line, reader)
    award = life.line.award
    access.check_allowed(access.may_plan(reader, award), action="life.plan", needs="lead")
    form = PlanForm(
        request.POST or None,
        months_of(life.span),
        life.months_planned,
        wants_reason=not may_keep_members(reader, award),
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            give_plan(line_code=line, months=form.plan(), reason=reason, by=reader, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(request, _("The plan of %s is kept.") % line)
            return redirect("web:award-life", award.code)
    return TemplateResponse(
        request, "web/life/plan.html", {"form": form, "award": award, "line": life.line}
    )


def asked(request: HttpRequest, confirm: Confirm, form: forms.Form) -> HttpResponse:
    """The question before something that counts."""
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})
