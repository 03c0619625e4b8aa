"""Reports that open later parts of a grant: handed in and out, sent back, accepted, undone."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from praya.apps.applications.rules.documents import CONTENT_TYPES
from praya.apps.awards.rules import AwardState
from praya.apps.life import access
from praya.apps.life.commands import (
    close_tranche,
    hand_in_report,
    open_tranche,
    return_report,
)
from praya.apps.life.queries import AwardLife, award_life, path_of_report, tranche_report
from praya.core.programme.life import Tranche
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.web.life.acts import asked
from praya.web.life.forms import AcceptForm, HandInForm
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for
from praya.words.series import listed

MEBIBYTE = 1024 * 1024


@signed_in
def hand_in(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Hand in the report that opens a part, as a document."""
    by, now = actor(request), clock.now()
    found = award_life(code, by, now)
    named = _later_part(found, part)
    access.check_allowed(found.may_report, action="life.report", needs="lead")
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hand_in_report(
                award_code=code,
                part_code=part,
                file_name=given["file"].name,
                content=given["file"],
                remark=given["remark"],
                by=by,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The report is handed in. An officer reads it next."))
            return redirect("web:award-life", code)
    context = {
        "form": form,
        "award": found.award,
        "part": part,
        "report": in_readers_language(named.report) if named.report else "",
        "endings": listed(sorted(CONTENT_TYPES)),
        "mebibytes": settings.PRAYA_ATTACHMENT_BYTES // MEBIBYTE,
    }
    return TemplateResponse(request, "web/life/report_new.html", context)


@require_safe
@cache_control(private=True, no_store=True)
@signed_in
def document(request: HttpRequest, report_id: int) -> HttpResponse:
    """Hand a report out as a file to keep, with nothing a browser would run."""
    found = tranche_report(report_id, actor(request))
    response = HttpResponse(path_of_report(found).read_bytes(), content_type=found.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.file_name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@signed_in
def send_back(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send a report back, after asking what is wanted."""
    by, now = actor(request), clock.now()
    found = tranche_report(report_id, by)
    allowed = access.may_open_tranche(by, found.award)
    access.check_allowed(allowed, action="life.return_report", needs="officer")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return_report(report_id=report_id, reason=form.cleaned_data["reason"], by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The report is sent back, and the lead is told why."))
            return redirect("web:award-life", found.award.code)
    confirm = Confirm(
        title=_("Send the report for “%(part)s” of %(award)s back")
        % {"part": found.part_code, "award": found.award.code},
        what=_("The part stays closed. The lead is told what is wanted and hands it in anew."),
        button=_("Send it back"),
        cancel_url=reverse("web:award-life", args=[found.award.code]),
        facts=((_("Document"), found.file_name), (_("Handed in"), found.at)),
    )
    return asked(request, confirm, form)


@signed_in
def part_open(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Open the next part of a grant, after asking for the report."""
    by, now = actor(request), clock.now()
    found = award_life(code, by, now)
    named = _later_part(found, part)
    access.check_allowed(found.may_open, action="life.open_tranche", needs="officer")
    handed_in = found.report_on(part)
    form = AcceptForm(request.POST or None, is_handed_in=handed_in is not None)
    if request.method == "POST" and form.is_valid():
        report = form.cleaned_data["report"]
        try:
            open_tranche(award_code=code, part_code=part, report=report, by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The part “%s” is open.") % part)
            return redirect("web:award-life", code)
    confirm = Confirm(
        title=_("Open the part “%(part)s” of %(award)s") % {"part": part, "award": code},
        what=_("With the report accepted, jobs may use this part of the grant as well."),
        button=_("Open it"),
        cancel_url=reverse("web:award-life", args=[code]),
        facts=(
            (_("Report that is due"), in_readers_language(named.report) if named.report else ""),
            (_("Handed in"), handed_in.file_name if handed_in else _("nothing")),
            (_("Award is active"), found.award.state == AwardState.ACTIVE.value),
        ),
    )
    return asked(request, confirm, form)


@signed_in
def part_close(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Close a part of a grant again, after asking for the reason."""
    by, now = actor(request), clock.now()
    found = award_life(code, by, now)
    named = _later_part(found, part)
    access.check_allowed(found.may_close, action="life.close_tranche", needs="officer")
    accepted = next((one for one in found.opened if one.part_code == part), None)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            close_tranche(award_code=code, part_code=part, reason=reason, by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(
                request, _("The part “%s” is closed again, and the lead is told why.") % part
            )
            return redirect("web:award-life", code)
    confirm = Confirm(
        title=_("Close the part “%(part)s” of %(award)s again") % {"part": part, "award": code},
        what=_(
            "The report counts as not accepted: jobs cannot use this part of the grant until one "
            "is. What was handed in may be sent back, or accepted anew. The lead reads the reason."
        ),
        button=_("Close it again"),
        cancel_url=reverse("web:award-life", args=[code]),
        facts=(
            (_("Report that is due"), in_readers_language(named.report) if named.report else ""),
            (_("Accepted"), accepted.report if accepted else _("nothing")),
        ),
    )
    return asked(request, confirm, form)


def _later_part(found: AwardLife, part: str) -> Tranche:
    """A part that a report opens."""
    tranches = found.rules.tranches
    later = tranches.parts[1:] if tranches else []
    named = next((one for one in later if one.code == part and one.report is not None), None)
    if named is None:
        raise NotFound(kind="tranche", key=f"{found.award.code}:{part}")
    return named
