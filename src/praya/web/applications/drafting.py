"""The form, step by step. Everything typed is kept, right or wrong, signed in or not."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from praya.apps.applications.commands import add_attachment, remove_attachment, save_draft
from praya.apps.applications.queries import DraftForm, draft_of
from praya.apps.applications.rules import Step, WrongState
from praya.apps.applications.rules.draft import step_named
from praya.core.refusal import NotAllowed, NotFound, Refusal, StaleForm
from praya.web.actors import actor
from praya.web.applications.choosing import answer_to_conflict, chosen_values
from praya.web.applications.documents import documents_context
from praya.web.applications.forms import StepForm
from praya.web.applications.stepping import line_rows, marks, sums_said, values_in
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.drafts import STEPS, sentence_for_problem
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for

KEPT = "praya_kept_drafts"
KEPT_CHARACTERS_MAX = 300_000
MISSING = frozenset({"missing", "title-missing", "limit.empty"})


@never_cache
@signed_in
def application_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the first step that is not done, or to the check of the answers."""
    try:
        form = draft_of(code, actor(request), clock.now())
    except WrongState as refusal:
        return moved_on(request, code, refusal)
    for step in form.steps:
        if step not in form.application.draft and step is not Step.DOCUMENTS:
            return redirect("web:application-step", code, step.value)
    return redirect("web:application-check", code)


@never_cache
def application_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Show a step and save it. Signed out meanwhile, what was typed waits until one is back."""
    named = step_named(step)
    if not actor(request).is_known:
        if request.method == "POST":
            _keep(request, code, named)
        return redirect_to_login(request.path)
    try:
        form = draft_of(code, actor(request), clock.now())
        if request.method == "POST" and named is Step.DOCUMENTS:
            return _documents_changed(request, form)
        if request.method == "POST":
            return _save(request, form, named)
    except WrongState as refusal:
        return moved_on(request, code, refusal)
    return _page(request, form, named)


@never_cache
@require_POST
def application_save(request: HttpRequest, code: str, step: str) -> JsonResponse:
    """Save a step in the background; the answer says in words what became of it."""
    if not actor(request).is_known:
        words = _(
            "You have been signed out. What you typed is kept in this browser: sign in in another "
            "window and come back, and it will be saved."
        )
        sign_in = reverse("account_login")
        return JsonResponse({"words": words, "sign_in": sign_in}, status=HTTPStatus.UNAUTHORIZED)
    named = step_named(step)
    now = clock.now()
    try:
        application = save_draft(
            code=code,
            step=named.value,
            values=values_in(request.POST, named),
            revision=revision_in(request),
            by=actor(request),
            now=now,
        )
    except StaleForm:
        words = _(
            "This page was changed in another window, so nothing was saved. Choose “Save” to see "
            "both versions and keep what you want."
        )
        return JsonResponse({"words": words}, status=HTTPStatus.CONFLICT)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return JsonResponse({"words": sentence_for(refusal)}, status=HTTPStatus.CONFLICT)
    told: dict[str, Any] = {
        "revision": application.draft_revision,
        "words": _("Saved at %(time)s.")
        % {"time": date_format(timezone.localtime(now), "TIME_FORMAT")},
    }
    if named is Step.COMPUTE:
        form = draft_of(code, actor(request), now)
        told["sums"] = sums_said(form, application.draft[Step.COMPUTE].get("lines", []))
    return JsonResponse(told)


def moved_on(request: HttpRequest, code: str, refusal: WrongState) -> HttpResponse:
    """The back button after submitting, or a form open elsewhere: say so on the case's page."""
    messages.info(request, sentence_for(refusal))
    return redirect("web:case", code)


def _save(request: HttpRequest, form: DraftForm, step: Step) -> HttpResponse:
    values = values_in(request.POST, step)
    code = form.application.code
    saved_values = form.application.draft.get(step, {})
    if "choosing" in request.POST:
        values = chosen_values(request.POST, values, saved_values)
    try:
        save_draft(
            code=code,
            step=step.value,
            values=values,
            revision=revision_in(request),
            by=actor(request),
            now=clock.now(),
        )
    except StaleForm:
        return answer_to_conflict(request, form, step, values)
    except WrongState:
        raise
    except Refusal as refusal:
        return _page(request, form, step, typed=values, refused=sentence_for(refusal))
    _forget(request, code, step)
    form = draft_of(code, actor(request), clock.now())
    if "add-line" in request.POST or "remove-line" in request.POST:
        return _page(request, form, step, blank="add-line" in request.POST)
    if _faults(form, step) and "anyway" not in request.POST:
        return _page(request, form, step, complaints=True)
    following = form.steps[form.steps.index(step) + 1 :] if step in form.steps else []
    if "check" in request.POST or not following:
        return redirect("web:application-check", code)
    return redirect("web:application-step", code, following[0].value)


def _page(  # noqa: PLR0913 -- keyword-only parts of one page
    request: HttpRequest,
    form: DraftForm,
    step: Step,
    *,
    typed: Mapping[str, Any] | None = None,
    refused: str = "",
    blank: bool = False,
    complaints: bool = False,
) -> HttpResponse:
    application = form.application
    kept = None if typed is not None else _kept(request, application.code, step)
    values = typed or (kept or {}).get("values") or application.draft.get(step, {})
    revision = (kept or {}).get("revision", application.draft_revision)
    all_of_them = complaints or "problems" in request.GET
    problems = form.problems_in(step) if all_of_them else _faults(form, step)
    step_form = StepForm(form.rules, step, values)
    # A page that was never saved complains of nothing, nor does one that came back unsent.
    step_form.show(problems if step in application.draft and kept is None else [])
    rows, total = line_rows(
        form,
        values.get("lines", []) if step is Step.COMPUTE else [],
        blank=blank,
        complaints=kept is None,
    )
    general = [each for each in problems if each.name == "lines"]
    context = {
        "application": application,
        "draft": form,
        "step": step,
        "title": STEPS[step],
        "form": step_form,
        "marks": marks(form, step),
        "revision": revision,
        "was_kept": kept is not None,
        "refused": refused,
        "problems": [sentence_for_problem(each) for each in general],
        "rows": rows,
        "wrong_rows": [row for row in rows if row.errors or row.wrong],
        "total": total,
        "asks_plan": form.rules.life.own_plan is not None,
        "declarations": [
            (each.code, in_readers_language(each.text), each.code in values.get("confirmed", []))
            for each in form.rules.declarations
        ],
        **documents_context(form),
    }
    return TemplateResponse(request, f"web/applications/step_{_template(step)}.html", context)


def _template(step: Step) -> str:
    own = {Step.COMPUTE: "compute", Step.DOCUMENTS: "documents", Step.DECLARATION: "declaration"}
    return own.get(step, "fields")


def _faults(form: DraftForm, step: Step) -> list[Any]:
    """What is wrong with what was typed; what was not typed yet is no fault before the check."""
    return [each for each in form.problems_in(step) if each.code not in MISSING]


def _documents_changed(request: HttpRequest, form: DraftForm) -> HttpResponse:
    code, by, now = form.application.code, actor(request), clock.now()
    given = request.FILES.get("document")
    removed = request.POST.get("remove", "")
    try:
        if removed.isdecimal():
            remove_attachment(code=code, attachment_id=int(removed[:18]), by=by, now=now)
            messages.info(request, _("The document was removed."))
        elif given is None:
            refused = _("No document was chosen. Choose one first, then add it.")
            return _page(request, form, Step.DOCUMENTS, refused=refused)
        else:
            kind, name = request.POST.get("kind", ""), given.name or ""
            add_attachment(code=code, kind=kind, file_name=name, content=given, by=by, now=now)
            messages.info(request, _("The document was added."))
    except WrongState:
        raise
    except Refusal as refusal:
        return _page(request, form, Step.DOCUMENTS, refused=sentence_for(refusal))
    return redirect("web:application-step", code, Step.DOCUMENTS.value)


def revision_in(request: HttpRequest) -> int:
    """The revision that the form was opened with; 0, older than any change, if unreadable."""
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 10 else 0  # noqa: PLR2004 -- digits


def _keep(request: HttpRequest, code: str, step: Step) -> None:
    """Keep what somebody typed who is signed out; signing in leaves the session's content."""
    values = values_in(request.POST, step)
    if len(str(values)) <= KEPT_CHARACTERS_MAX:
        kept = {"values": values, "revision": revision_in(request)}
        request.session[KEPT] = {f"{code}/{step.value}": kept}


def _kept(request: HttpRequest, code: str, step: Step) -> dict[str, Any] | None:
    kept = request.session.get(KEPT, {}).get(f"{code}/{step.value}")
    return kept if isinstance(kept, dict) else None


def _forget(request: HttpRequest, code: str, step: Step) -> None:
    if _kept(request, code, step) is not None:
        del request.session[KEPT]
