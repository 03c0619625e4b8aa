"""Checking the answers, submitting, and taking a case back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from praya.apps.applications.access import check_may_edit
from praya.apps.applications.commands import submit_application, withdraw_application
from praya.apps.applications.queries import DraftForm, application_named, draft_of, line_sums
from praya.apps.applications.rules import DraftIncomplete, Problem, Step, WrongState
from praya.core.refusal import Refusal, StaleForm
from praya.web.actors import actor
from praya.web.applications.drafting import moved_on, revision_in
from praya.web.applications.forms import ReasonForm
from praya.web.applications.sections import draft_sections
from praya.web.applications.stepping import marks
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.drafts import label_of, sentence_for_problem
from praya.words.refusals import sentence_for


@never_cache
@signed_in
def application_check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that would be submitted, what is missing and where to change it; then submit."""
    by, now = actor(request), clock.now()
    refused = ""
    if request.method == "POST":
        revision = revision_in(request)
        try:
            submission = submit_application(
                code=code,
                declarations=request.POST.getlist("declared"),
                revision=revision,
                by=by,
                now=now,
            )
        except WrongState as refusal:
            return moved_on(request, code, refusal)
        except StaleForm:
            refused = _(
                "The application was changed after this page was opened, so it was not submitted. "
                "Read the answers below as they are now, then submit."
            )
        except DraftIncomplete as refusal:
            refused = sentence_for(refusal)
        except Refusal as refusal:
            refused = sentence_for(refusal)
        else:
            words = _("Version %(number)s was submitted. A receipt was mailed to you.")
            messages.success(request, words % {"number": submission.number})
            return redirect("web:case", code)
    try:
        form = draft_of(code, by, now)
    except WrongState as refusal:
        return moved_on(request, code, refusal)
    return TemplateResponse(request, "web/applications/check.html", _context(form, refused))


@never_cache
@signed_in
def application_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask before a case is taken back."""
    by = actor(request)
    application = application_named(code, by)
    check_may_edit(by, application, action="application.withdraw")
    was_submitted = application.submitted_at is not None
    label = _("Why do you take it back?")
    form = ReasonForm(request.POST or None, label=label, is_needed=was_submitted)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["text"]
        try:
            withdraw_application(code=code, reason=reason, by=by, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.info(request, _("The application was taken back."))
            return redirect("web:case", code)
    confirm = Confirm(
        title=_("Take back %(code)s?") % {"code": code},
        what=_(
            "The case is closed and cannot be opened again. What was submitted stays on record; a "
            "new application can be made at any time."
        ),
        button=_("Take it back"),
        cancel_url=reverse("web:case", args=[code]),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _context(form: DraftForm, refused: str) -> dict[str, object]:
    application = form.application
    lines = application.draft.get(Step.COMPUTE, {}).get("lines", [])
    _sums, total = line_sums(form, lines)
    confirmed = application.draft.get(Step.DECLARATION, {}).get("confirmed", [])
    missing = [
        Problem(Step.DECLARATION, "declaration", "missing")
        for each in form.rules.declarations
        if each.code not in confirmed
    ]
    problems = [
        {
            "label": label_of(each.name, form.rules),
            "words": sentence_for_problem(each),
            "url": _url(form, each.step) + "?problems=shown",
        }
        for each in form.problems
    ]
    if missing:
        words = _("Read the declarations and confirm each of them.")
        label = _("Declaration")
        url = _url(form, Step.DECLARATION)
        problems.append({"label": label, "words": words, "url": url})
    return {
        "application": application,
        "sections": [(each, _url(form, each.step)) for each in draft_sections(form)],
        "total": total,
        "problems": problems,
        "refused": refused,
        "declared": confirmed,
        "marks": marks(form, None),
    }


def _url(form: DraftForm, step: Step) -> str:
    return reverse("web:application-step", args=[form.application.code, step.value])
