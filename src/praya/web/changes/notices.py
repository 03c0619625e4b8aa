"""Notices: an award is suspended or ended on a day that its lead knows; versions acknowledged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.awards.commands import acknowledge_agreement
from praya.apps.awards.queries import award_standing
from praya.apps.changes.commands import give_notice, withdraw_notice
from praya.apps.changes.queries import notice_of
from praya.apps.changes.rules import Cause, NoticeKind
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import state_badge
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Confirm
from praya.web.changes.badges import notice_badge
from praya.web.changes.forms import NoticeForm
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.changes import CAUSES, NOTICES
from praya.words.languages import title_in_readers_language
from praya.words.quantities import number
from praya.words.refusals import sentence_for


@signed_in
def give(request: HttpRequest, code: str) -> HttpResponse:
    """Give notice on an award."""
    reader = actor(request)
    standing = award_standing(code, reader)
    if not standing.runs_desk:
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
            form.add_error(None, sentence_for(refusal))
        else:
            messages.info(request, _("Notice is given; the lead is told."))
            return redirect("web:award", code)
    confirm = Confirm(
        title=_("Give notice on %s") % code,
        what=_(
            "On the day, Praya suspends or ends the award by itself. Until then nothing changes, "
            "and the notice can be taken back. What runs on the day may finish."
        ),
        button=_("Give notice"),
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(standing.award)),
            (_("State"), state_badge(standing.award.state)),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


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
            form.add_error(None, sentence_for(refusal))
        else:
            messages.info(request, _("The notice is taken back; the lead is told."))
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
