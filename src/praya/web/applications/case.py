"""The page of a case: where it stands, whose turn it is, what was submitted and what changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from praya.apps.applications.access import check_may_edit
from praya.apps.applications.commands import answer_question
from praya.apps.applications.queries import (
    Case,
    case_of,
    clock_of,
    difference_between,
    led_or_managed,
    submission_of,
)
from praya.apps.applications.rules import (
    BEFORE_THE_COMMITTEE,
    CLOSED_STATES,
    DECIDABLE,
    EDITABLE,
    REOPENABLE,
    WITHDRAWABLE,
    CaseState,
    StageOutcome,
)
from praya.core.actor import Actor, Role
from praya.core.quantity import Money
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.applications.badges import clock_badge, state_badge
from praya.web.applications.documents import size_said
from praya.web.applications.forms import ReasonForm
from praya.web.applications.sections import changes_seen, content_sections, lines_seen
from praya.web.badges import Badge, Link, Step
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.cases import STATES, days, happened, standing_sentences, title_of
from praya.words.drafts import label_of
from praya.words.languages import in_readers_language, name_in_readers_language
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.applications.models import Application

_REJECTABLE = frozenset({CaseState.SUBMITTED, CaseState.ASKED, CaseState.RETURNED})
_REVIEWED = frozenset({CaseState.IN_REVIEW, *BEFORE_THE_COMMITTEE})


@never_cache
@signed_in
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications that the reader leads, or whose organisation they manage."""
    table = Table(
        request,
        name="applications",
        caption=_("Your applications"),
        rows=led_or_managed(actor(request)),
        columns=(
            Column("code", _("Application"), _case_link, sort="id", in_file=lambda row: row.code),
            Column("title", _("Title"), title_of, sort="title"),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.organisation),
                sort="organisation__name",
            ),
            Column(
                "state", _("State"), lambda row: state_badge(CaseState(row.state)), sort="state"
            ),
            Column("turn_since", _("Since"), sort="turn_since"),
            Column(
                "list_value",
                _("List value asked"),
                lambda row: Money(row.list_value_minor, row.programme.currency),
                sort="list_value_minor",
                align="end",
            ),
        ),
        search=("code__icontains", "title__icontains", "title_zh__icontains"),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state.value, str(word)) for state, word in STATES.items()],
                lookup="state",
            ),
        ),
        sort="-code",
        empty=_("You have no application yet. Open calls stand on the programmes’ pages."),
    )
    return table.answer("web/applications/list.html")


@never_cache
@signed_in
def case(request: HttpRequest, code: str) -> HttpResponse:
    """A case for whoever may see it, with what they may do."""
    by, now = actor(request), clock.now()
    seen = case_of(code, by)
    application = seen.application
    latest = seen.latest
    stay = next((each for each in reversed(seen.stays) if each.left_at is None), None)
    lines = lines_seen(seen.rules, seen.lines)
    context = {
        "case": seen,
        "application": application,
        "title": title_of(application) or _("Without a title yet"),
        "programme": in_readers_language(seen.rules.name),
        "state": state_badge(seen.state),
        "clock": clock_badge(clock_of(stay), now) if stay else None,
        "standing": standing_sentences(seen, now),
        "steps": progress(seen),
        "sections": content_sections(seen.rules, latest.content, lines) if latest else [],
        "registered_now": _registered_now(seen),
        "own_share": seen.list_value - seen.subsidy,
        "documents": [
            (label_of(f"documents.{each.kind}", seen.rules), each, size_said(each))
            for each in seen.attachments
        ],
        "reasons": _reasons(seen),
        "timeline": [
            (line.at, happened(line, shows_desk=not seen.is_applicant)) for line in seen.timeline
        ],
        "may_continue": seen.may_edit and seen.state in EDITABLE,
        "may_withdraw": seen.may_edit and seen.state in WITHDRAWABLE,
        "may_pass": seen.may_screen and seen.state is CaseState.SUBMITTED,
        "may_reject": seen.may_screen and seen.is_at_desk and seen.state in _REJECTABLE,
        "may_return": seen.may_screen and _may_return(seen),
        "may_reopen": seen.may_screen and seen.state in REOPENABLE,
        "may_ask": seen.may_screen and _may_ask(seen),
        "links": _links(seen, by),
    }
    return TemplateResponse(request, "web/applications/case.html", context)


@never_cache
@signed_in
def case_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One submission, as it was made."""
    by = actor(request)
    seen = case_of(code, by)
    submission, rules, lines = submission_of(seen, number)
    context = {
        "case": seen,
        "application": seen.application,
        "submission": submission,
        "sections": content_sections(rules, submission.content, lines_seen(rules, lines)),
        "title": title_of(seen.application),
    }
    return TemplateResponse(request, "web/applications/version.html", context)


@never_cache
@signed_in
def case_changes(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a submission says otherwise than the one before it."""
    seen = case_of(code, actor(request))
    newer, rules, _lines = submission_of(seen, number)
    older, _rules, _older_lines = submission_of(seen, number - 1)
    context = {
        "application": seen.application,
        "older": older,
        "newer": newer,
        "changes": changes_seen(rules, difference_between(older, newer)),
    }
    return TemplateResponse(request, "web/applications/changes.html", context)


@never_cache
@signed_in
def question_answer(request: HttpRequest, code: str, question_id: int) -> HttpResponse:
    """Answer a question of the desk."""
    by = actor(request)
    seen = case_of(code, by)
    check_may_edit(by, seen.application, action="application.answer")
    question = next((each for each in seen.questions if each.pk == question_id), None)
    if question is None:
        raise NotFound(kind="question", key=str(question_id))
    form = ReasonForm(request.POST or None, label=_("Your answer"), is_needed=True)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            answer_question(question_id=question_id, text=text, by=by, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("Your answer was sent to the desk."))
            return redirect("web:case", code)
    context = {"application": seen.application, "question": question, "form": form}
    return TemplateResponse(request, "web/applications/answer.html", context)


def progress(seen: Case) -> list[Step]:
    """The stages of a case: left, here with its target day, to come with its target days."""
    stays = {stay.stage: stay for stay in seen.stays}
    steps = []
    for stage in seen.stages:
        stay = stays.get(stage.kind.value)
        name = in_readers_language(stage.name)
        if stay is not None and stay.left_at is not None:
            left = date_format(timezone.localtime(stay.left_at), "DATE_FORMAT")
            steps.append(Step(name, "done", _("until %(day)s") % {"day": left}))
        elif stay is not None:
            steps.append(Step(name, "current", _target(seen.application.target_on)))
        elif seen.application.closed_at is None:
            detail = _("%(days)s at most") % {"days": days(stage.target_days)}
            steps.append(Step(name, "to-come", detail))
    return steps


def _target(target_on: date | None) -> str:
    if target_on is None:
        return _("the clock stands still")
    return _("by %(day)s") % {"day": date_format(target_on, "DATE_FORMAT")}


def _reasons(seen: Case) -> list[tuple[str, str]]:
    """Reasons that the applicant should read: why it was returned, or not passed."""
    reasons = []
    if seen.state is CaseState.RETURNED and seen.return_reason:
        reasons.append((_("What the desk asks you to change"), seen.return_reason))
    why = _("Why it was rejected")
    return reasons + [(why, stay.note) for stay in seen.stays if stay.outcome == "failed"]


def _registered_now(seen: Case) -> str:
    """How the organisation is registered, if not as it was when the case was submitted."""
    if seen.latest is None:
        return ""
    content, now = seen.latest.content["organisation"], seen.application.organisation.registration
    parts = (content[name] for name in ("place", "registry", "registry_number"))
    return "" if now == " ".join(part for part in parts if part) else now


def _links(seen: Case, by: Actor) -> list[Link]:
    """Where the reader goes on with a case: to its reviews, to the decision, to the award."""
    code, programme_code = seen.application.code, seen.application.programme.code
    links = []
    if seen.state in _REVIEWED and by.holds(programme_code, Role.OFFICER, Role.AUDITOR):
        links.append(Link(_("Reviews"), reverse("web:application-reviews", args=[code])))
    deciders = {"officer": Role.OFFICER, "committee": Role.COMMITTEE}
    if seen.state in DECIDABLE and by.holds(programme_code, deciders[seen.decided_by]):
        links.append(Link(_("Decide"), reverse("web:decide", args=[code])))
    was_decided = any(stay.outcome == StageOutcome.DECIDED.value for stay in seen.stays)
    if was_decided and seen.state in CLOSED_STATES:
        links.append(Link(_("The decision"), reverse("web:decision", args=[code])))
    is_over = seen.state in CLOSED_STATES - {CaseState.WITHDRAWN}
    if is_over and seen.may_edit and seen.rules.changes.appeal is not None:
        links.append(Link(_("Contest it"), reverse("web:appeal-make", args=["case", code])))
    if seen.state is CaseState.AWARDED and seen.is_applicant:
        links.append(Link(_("Your awards"), reverse("web:award-list")))
    return links


def _may_return(seen: Case) -> bool:
    return seen.is_at_desk and seen.state in (CaseState.SUBMITTED, CaseState.ASKED)


def _may_ask(seen: Case) -> bool:
    return seen.state in (
        CaseState.SUBMITTED,
        CaseState.ASKED,
        CaseState.IN_REVIEW,
        CaseState.TO_DECIDE,
    )


def _state(application: Application) -> Badge:
    return state_badge(CaseState(application.state))


def _case_link(application: Application) -> Link:
    return Link(application.code, reverse("web:case", args=[application.code]))
