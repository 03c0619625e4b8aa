"""Notices: an award is suspended or ended on a day that its lead knows; versions acknowledged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.awards.access import may_run_desk
from praya.apps.awards.commands import acknowledge_agreement
from praya.apps.awards.queries import award_of, award_standing
from praya.apps.changes.commands import agree_notice, give_notice, undo_notice, withdraw_notice
from praya.apps.changes.queries import (
    NoticePreview,
    end_preview,
    notice_of,
    notice_preview,
    revival_preview,
    standing_of,
)
from praya.apps.changes.rules import Cause, NoticeKind
from praya.core.actor import Actor
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import state_badge
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Confirm
from praya.web.changes.badges import notice_badge
from praya.web.changes.forms import NoticeForm
from praya.web.changes.shown import posting_rows, revival_facts
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal, sentence_with_why
from praya.words import clock
from praya.words.changes import CAUSES, NOTICES
from praya.words.languages import title_in_readers_language
from praya.words.quantities import number
from praya.words.refusals import sentence_for
from praya.words.series import listed


@signed_in
def give(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice on an award."""
    reader = actor(request)
    award = award_of(code, reader)
    if not may_run_desk(reader, award):
        raise NotFound(kind="award", key=code)
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            give_notice(
                code=code,
                kind=NoticeKind(given["kind"]),
                cause=Cause(given["cause"]),
                reason=given["reason"],
                effective_on=given["effective_on"],
                by=reader,
                now=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            if given["kind"] == NoticeKind.END.value:
                said = _(
                    "It is asked. The lead is told once somebody else agrees to the early end."
                )
            else:
                said = _("Notice is given; the lead is told.")
            messages.info(request, said)
            return redirect("web:award", code)
    confirm = Confirm(
        title=_("Give notice on %s") % code,
        what=_(
            "On the day, Praya suspends or ends the award by itself. Until then nothing changes, "
            "and the notice can be taken back. What runs on the day may finish. To an early end "
            "somebody else has to agree before the lead is told. Where the rules let an award end "
            "at once, that is asked for under Changes, and somebody else grants."
        ),
        button=_("Give notice"),
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(award)),
            (_("State"), state_badge(award.state)),
            *_end_facts(code, form, reader),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _end_facts(code: str, form: NoticeForm, reader: Actor) -> list[tuple[str, object]]:
    """When the award could end for the cause that stands in the form, and what would go back."""
    given = form.data.get("cause", "")
    cause = Cause(given) if given in set(Cause) else next(iter(Cause))
    preview = notice_preview(code, NoticeKind.END, cause, reader, clock.now())
    possible = _("%(day)s, for the cause “%(cause)s”")
    said = {"day": date_format(preview.earliest, "DATE_FORMAT"), "cause": CAUSES[cause]}
    return [(_("An early end is possible from"), possible % said), *_goes_back(preview)]


def _goes_back(preview: NoticePreview) -> list[tuple[str, object]]:
    back = [f"{row['account']} {row['amount']}" for row in posting_rows(preview.postings)]
    facts: list[tuple[str, object]] = [
        (_("If it ended now, the book would post"), listed(back) or _("nothing"))
    ]
    if preview.leases:
        facts.append((_("Goes back once its days are charged"), listed(preview.leases)))
    return facts


@signed_in
def agree(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Agree to an early end that somebody else asks for, after showing what would go back."""
    reader, now = actor(request), clock.now()
    notice = notice_of(notice_id, reader)
    code, sentence = notice.award.code, ""
    if request.method == "POST":
        try:
            agree_notice(notice_id=notice_id, by=reader, now=now)
        except Refusal as refusal:
            if refusal.code.startswith("access."):
                raise
            sentence = sentence_with_why(refusal, request)
        else:
            messages.info(request, _("Notice is given; the lead is told."))
            return redirect("web:award", code)
    preview = end_preview(notice, reader, now)
    confirm = Confirm(
        title=_("Agree to the early end of %s") % code,
        what=sentence
        or _(
            "The lead is told now, and on the day Praya ends the award. Until then the notice can "
            "be taken back. What is free then goes back to the pool."
        ),
        button=_("Agree"),
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(notice.award)),
            (_("On"), notice.effective_on),
            (_("Cause"), str(CAUSES[notice.cause])),
            (_("Reason"), notice.reason),
            (_("State"), notice_badge(notice.state)),
            *_goes_back(preview),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


@signed_in
def withdraw(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take a notice back, after asking for the reason."""
    reader = actor(request)
    notice = notice_of(notice_id, reader)
    code = notice.award.code
    if not award_standing(code, reader).runs_desk:
        raise NotFound(kind="notice", key=str(notice_id))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw_notice(notice_id=notice_id, reason=reason, by=reader, now=clock.now())
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            told = _("The notice is taken back; the lead is told, if it was given.")
            messages.info(request, told)
            return redirect("web:award", code)
    confirm = Confirm(
        title=_("Take back the notice on %s") % code,
        what=_("Nothing will happen on the day, and the award runs on as before."),
        button=_("Take it back"),
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("What will happen"), str(NOTICES[notice.kind])),
            (_("On"), notice.effective_on),
            (_("Cause"), str(CAUSES[notice.cause])),
            (_("Reason"), notice.reason),
            (_("State"), notice_badge(notice.state)),
        ),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


@signed_in
def undo(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Let an award run again that a notice ended, after showing what that takes."""
    reader, now = actor(request), clock.now()
    notice = notice_of(notice_id, reader)
    code = notice.award.code
    if not award_standing(code, reader).runs_desk:
        raise NotFound(kind="notice", key=str(notice_id))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            undo_notice(notice_id=notice_id, reason=reason, by=reader, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("The award runs again; the lead is told."))
            return redirect("web:award", code)
    confirm = Confirm(
        title=_("Let %s run again") % code,
        what=_(
            "What its end gave back comes out of the pool again, if nobody else has it by now. "
            "Another officer than gave the notice does this."
        ),
        button=_("Let it run again"),
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("What was done"), str(NOTICES[notice.kind])),
            (_("On"), notice.effective_on),
            (_("Cause"), str(CAUSES[notice.cause])),
            (_("Reason"), notice.reason),
            (_("State"), notice_badge(notice.state)),
            *revival_facts(revival_preview(notice.award, standing_of(notice.award, now)), request),
        ),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


@signed_in
def acknowledge(request: HttpRequest, code: str) -> HttpResponse:
    """The lead accepts the version of the agreement that a change of the programme's made."""
    reader = actor(request)
    standing = award_standing(code, reader)
    if not standing.is_lead:
        raise NotFound(kind="award", key=code)
    version = standing.agreement.number
    sentence = ""
    if request.method == "POST":
        try:
            acknowledge_agreement(code=code, number=version, by=reader, now=clock.now())
        except Refusal as refusal:
            sentence = sentence_for(refusal)
        else:
            messages.info(request, _("Version %s of the agreement is accepted.") % number(version))
            return redirect("web:award", code)
    url = reverse("web:award-agreement", args=[code, version])
    confirm = Confirm(
        title=_("Accept version %s of the agreement") % number(version),
        what=sentence
        or _("The programme changed what the award gives. Read the version, then accept it here."),
        button=_("Accept"),
        cancel_url=url,
        facts=((_("Title"), title_in_readers_language(standing.award)),),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})
