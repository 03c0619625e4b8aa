"""The desk: its queue, and what an officer does with a case, each asked before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from praya.apps.applications.access import check_may_screen, check_may_see_desk
from praya.apps.applications.commands import (
    ask_applicant,
    fail_stage,
    pass_stage,
    reopen_case,
    return_application,
    take_back_question,
)
from praya.apps.applications.queries import case_of, desk_queue
from praya.apps.applications.rules import CaseState, Clock, Turn, turn_of
from praya.apps.programmes.queries import programme_of, programmes_in_force, today_in
from praya.core.actor import Role
from praya.core.programme.document import StageKind
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.applications.badges import clock_badge, state_badge
from praya.web.applications.forms import QuestionForm, ReasonForm
from praya.web.badges import Badge, Confirm, Link
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.cases import STAGES, STATES, TURNS, next_stage, stage_word, title_of
from praya.words.languages import in_readers_language, name_in_readers_language
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.applications.models import Application
    from praya.apps.applications.queries import Case


@never_cache
@signed_in
def desks(request: HttpRequest) -> HttpResponse:
    """The desk of the reader's programme, or the list of their desks."""
    codes = sorted(actor(request).programmes_as(Role.OFFICER, Role.AUDITOR))
    if not codes:
        raise NotAllowed(action="application.desk", needs="officer")
    if len(codes) == 1:
        return redirect("web:desk", codes[0])
    found = programmes_in_force(clock.now())
    links = [
        Link(in_readers_language(each.programme.name), reverse("web:desk", args=[code]))
        for each in found
        if (code := each.programme.code) in codes
    ]
    return TemplateResponse(request, "web/applications/desks.html", {"links": links})


@never_cache
@signed_in
def desk(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Every case of a programme: where it stands, for how long, and whose turn it is."""
    now = clock.now()
    check_may_see_desk(actor(request), programme_code)
    programme = programme_of(programme_code)
    rows = desk_queue(programme_code, actor(request), today=today_in(programme, now))
    standings = [("open", pgettext("of cases", "Open")), ("closed", _("Closed"))]
    paces = [("overdue", _("Overdue")), ("in-time", _("Not overdue"))]
    table = Table(
        request,
        name="desk",
        caption=_("Cases"),
        rows=rows,
        columns=_columns(now),
        fields=(
            *("code", "title", "title_zh", "state", "stage", "target_on", "list_value_minor"),
            *("organisation__name", "organisation__name_zh"),
            "programme__currency",
        ),
        search=(
            "code__icontains",
            "title__icontains",
            "title_zh__icontains",
            "organisation__name__icontains",
            "organisation__name_zh__icontains",
        ),
        filters=(
            Filter("standing", _("Standing"), standings, lookup="standing"),
            Filter("state", _("State"), _pairs(STATES), lookup="state"),
            Filter("stage", _("Stage"), _pairs(STAGES), lookup="stage"),
            Filter("turn", _("Whose turn"), _pairs(TURNS), lookup="turn"),
            Filter("pace", _("Target day"), paces, lookup="pace"),
        ),
        sort="due",
        empty=_("No case has been submitted yet."),
    )
    context = {"programme": programme, "name": in_readers_language(programme.name)}
    return table.answer("web/applications/desk.html", context)


@never_cache
@signed_in
def case_pass(request: HttpRequest, code: str) -> HttpResponse:
    """Pass a case on to its next stage."""
    seen = _to_screen(request, code)
    stage = _stage_looked_at(request, seen.application.stage)
    label = _("Note for the desk and the committee")
    form = ReasonForm(request.POST or None, label=label, is_needed=False)
    confirm = Confirm(
        title=_("Pass %(code)s on?") % {"code": code},
        what=_("The case leaves “%(stage)s” and goes on to “%(next)s”.")
        % {"stage": stage_word(seen.application.stage), "next": next_stage(seen)},
        button=_("Pass it on"),
        cancel_url=_case_url(code),
    )

    def command(form: ReasonForm) -> None:
        note = form.cleaned_data["text"]
        pass_stage(code=code, note=note, stage=stage, by=actor(request), now=clock.now())

    return _asked_first(request, code, form, confirm, command, _("The case was passed on."))


@never_cache
@signed_in
def case_fail(request: HttpRequest, code: str) -> HttpResponse:
    """Reject a case at the desk."""
    seen = _to_screen(request, code)
    stage = _stage_looked_at(request, seen.application.stage)
    label = _("Reason, which the applicant will read")
    form = ReasonForm(request.POST or None, label=label, is_needed=True)
    confirm = Confirm(
        title=_("Reject %(code)s?") % {"code": code},
        what=_(
            "The case is closed at “%(stage)s” and the applicant is told at once. This cannot be "
            "undone; if something can be mended, return it for changes instead. Open questions "
            "are closed."
        )
        % {"stage": stage_word(seen.application.stage)},
        button=_("Reject it"),
        cancel_url=_case_url(code),
        is_grave=True,
    )

    def command(form: ReasonForm) -> None:
        reason = form.cleaned_data["text"]
        state, by = _state_looked_at(request, seen.state), actor(request)
        fail_stage(code=code, reason=reason, stage=stage, state=state, by=by, now=clock.now())

    return _asked_first(request, code, form, confirm, command, _("The case was rejected."))


@never_cache
@signed_in
def case_return(request: HttpRequest, code: str) -> HttpResponse:
    """Give a case back for changes."""
    _to_screen(request, code)
    label = _("What should be changed, and why")
    form = ReasonForm(request.POST or None, label=label, is_needed=True)
    confirm = Confirm(
        title=_("Return %(code)s for changes?") % {"code": code},
        what=_(
            "The applicant can change the form and submit it again; until then the clock stands "
            "still. You will see what they changed. Open questions are closed."
        ),
        button=_("Return it"),
        cancel_url=_case_url(code),
    )

    def command(form: ReasonForm) -> None:
        reason = form.cleaned_data["text"]
        return_application(code=code, reason=reason, by=actor(request), now=clock.now())

    return _asked_first(request, code, form, confirm, command, _("The case was returned."))


@never_cache
@signed_in
def case_reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take up a case again that was put off or waits."""
    _to_screen(request, code)
    label = _("Reason, which the applicant will read")
    form = ReasonForm(request.POST or None, label=label, is_needed=True)
    confirm = Confirm(
        title=_("Take up %(code)s again?") % {"code": code},
        what=_(
            "The case joins the round of its call that is open now and waits for a new decision, "
            "which somebody else releases. What was decided before stays with it."
        ),
        button=_("Take it up again"),
        cancel_url=_case_url(code),
    )

    def command(form: ReasonForm) -> None:
        reason = form.cleaned_data["text"]
        reopen_case(code=code, reason=reason, by=actor(request), now=clock.now())

    return _asked_first(request, code, form, confirm, command, _("The case was taken up again."))


@never_cache
@signed_in
@once
def case_ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the applicant."""
    _to_screen(request, code)
    form = QuestionForm(request.POST or None, label=_("Your question"), is_needed=True)
    confirm = Confirm(
        title=_("Ask the applicant of %(code)s") % {"code": code},
        what=_("The applicant is mailed at once. The clock stands still until they answer."),
        button=_("Ask"),
        cancel_url=_case_url(code),
    )

    def command(form: ReasonForm) -> None:
        text, due_on = form.cleaned_data["text"], form.cleaned_data["due_on"]
        ask_applicant(code=code, text=text, due_on=due_on, by=actor(request), now=clock.now())

    return _asked_first(request, code, form, confirm, command, _("The question was sent."))


@never_cache
@signed_in
def question_take_back(request: HttpRequest, code: str, question_id: int) -> HttpResponse:
    """Want no answer to a question any more."""
    seen = _to_screen(request, code)
    question = next((each for each in seen.questions if each.pk == question_id), None)
    if question is None:
        raise NotFound(kind="question", key=str(question_id))
    label = _("Why no answer is needed, which the applicant will read")
    form = ReasonForm(request.POST or None, label=label, is_needed=True)
    confirm = Confirm(
        title=_("Take the question back?"),
        what=_("The applicant is mailed at once. Where no other question is open the clock runs."),
        button=_("Take it back"),
        cancel_url=_case_url(code),
        facts=((_("Question"), question.text),),
    )

    def command(form: ReasonForm) -> None:
        reason = form.cleaned_data["text"]
        by, now = actor(request), clock.now()
        take_back_question(question_id=question_id, reason=reason, by=by, now=now)

    return _asked_first(request, code, form, confirm, command, _("The question was taken back."))


def _to_screen(request: HttpRequest, code: str) -> Case:
    """A case for who may screen it; others who see it are refused before anything is asked."""
    by = actor(request)
    seen = case_of(code, by)
    check_may_screen(by, seen.application, action="application.screen")
    return seen


def _asked_first(  # noqa: PLR0913, PLR0917 -- one helper of this module
    request: HttpRequest,
    code: str,
    form: ReasonForm,
    confirm: Confirm,
    command: Callable[[ReasonForm], None],
    done: str,
) -> HttpResponse:
    """Show the question; on POST do it, or say why not with what was typed still there."""
    if request.method == "POST" and form.is_valid():
        try:
            command(form)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, done)
            return redirect("web:case", code)
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column("code", _("Case"), _case_link, sort="id", in_file=lambda row: row.code),
        Column("title", _("Title"), title_of, sort="title"),
        Column(
            "organisation",
            _("Organisation"),
            lambda row: name_in_readers_language(row.organisation),
            sort="organisation__name",
        ),
        Column("state", _("State"), lambda row: state_badge(CaseState(row.state)), sort="state"),
        Column("stage", _("Stage"), lambda row: stage_word(row.stage), sort="stage"),
        Column("age", _("Days in stage"), lambda row: _clock(row, now), sort="stay_entered_at"),
        Column("due", _("Target day"), lambda row: row.target_on, sort="target_order"),
        Column("turn", _("Whose turn"), _turn, sort="turn"),
        Column(
            "list_value",
            _("List value asked"),
            lambda row: Money(row.list_value_minor, row.programme.currency),
            sort="list_value_minor",
            align="end",
        ),
    )


def _clock(row: Any, now: datetime) -> Badge | None:  # noqa: ANN401 -- a row with its clock beside it
    if row.stay_entered_at is None:
        return None
    stage_clock = Clock(
        entered_at=row.stay_entered_at,
        target_days=row.stay_target_days,
        paused_since=row.stay_paused_since,
        paused_s=row.stay_paused_s,
    )
    return clock_badge(stage_clock, now)


def _turn(row: Application) -> str:
    return str(TURNS[Turn(turn_of(CaseState(row.state)))])


def _pairs(words: dict[Any, Any]) -> list[tuple[str, str]]:
    return [(each.value, str(word)) for each, word in words.items()]


def _stage_looked_at(request: HttpRequest, current: str) -> StageKind | None:
    """The stage in the address: where the case stood when the officer decided to act."""
    asked = request.GET.get("stage", current)
    return StageKind(asked) if asked in set(StageKind) else None


def _state_looked_at(request: HttpRequest, current: CaseState) -> CaseState | None:
    """As the stage: what an applicant has answered meanwhile is not rejected for silence."""
    asked = request.GET.get("state", current.value)
    return CaseState(asked) if asked in set(CaseState) else None


def _case_url(code: str) -> str:
    return reverse("web:case", args=[code])


def _case_link(row: Application) -> Link:
    return Link(row.code, _case_url(row.code))
