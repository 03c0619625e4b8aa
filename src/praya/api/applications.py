"""Calls, the eligibility check, and an application as its lead writes and submits it, by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Id, Revision, Text
from praya.api.paging import Page, Paging, page_of
from praya.apps.applications import commands, queries
from praya.apps.applications.queries import OrganisationFacts
from praya.apps.applications.rules import CaseState
from praya.apps.programmes.queries import open_calls
from praya.core.programme.eligibility import Eligibility
from praya.core.programme.parts import OrganisationKind, Place
from praya.words import clock
from praya.words.cases import state_word
from praya.words.drafts import label_of, sentence_for_problem
from praya.words.eligibility import OVERALL, VERDICTS, facts_said, what_would_change
from praya.words.languages import in_readers_language

router = Router(tags=["applications"])
Answers = Annotated[dict[CodeGiven, bool], Field(max_length=200)]


class OpenCallOut(Schema):
    """A call that takes applications today."""

    programme: str
    programme_name: str
    call: str
    title: str
    kind: str
    opens_on: date
    closes_on: date | None
    decide_by: date | None


class EligibilityIn(Schema):
    """An organisation as it describes itself, and its answers by rule."""

    kind: OrganisationKind
    place: Place = "HK"
    has_registry_number: bool = False
    answers: Answers = Field(default_factory=dict)


class RuleAnswerOut(Schema):
    """One rule with its verdict, the facts it rests on, and what would change it."""

    rule: str
    text: str
    question: str
    verdict: str
    verdict_word: str
    facts: str
    what_would_change: str


class EligibilityOut(Schema):
    """The verdict on all rules together, and on each."""

    verdict: str
    sentence: str
    rules: list[RuleAnswerOut]


class BeginIn(Schema):
    """An application to begin, with the answers to the eligibility questions."""

    programme: CodeGiven
    call: CodeGiven
    organisation_id: Id
    answers: Answers = Field(default_factory=dict)


class ApplicationOut(Schema):
    """A line in a list of applications."""

    code: str
    programme: str
    call: str
    organisation: str
    lead: str
    title: str
    title_zh: str
    state: str
    state_word: str
    stage: str
    turn_since: datetime
    target_on: date | None
    submitted_at: datetime | None
    list_value_minor: int
    subsidy_minor: int


class ProblemOut(Schema):
    """What keeps a draft from being submitted, with its place in the form."""

    step: str
    name: str
    label: str
    code: str
    sentence: str


class DraftOut(Schema):
    """A draft as last saved. Send ``revision`` back with the next change."""

    code: str
    revision: int
    steps: dict[str, dict[str, Any]]
    problems: list[ProblemOut]


class StepIn(Schema):
    """What was typed in one step; values left out stay, lines are replaced as a whole."""

    values: Annotated[dict[str, Any], Field(max_length=250)]
    revision: Revision


class SubmitIn(Schema):
    """A draft to submit, as it was at ``revision``, with the declarations that are confirmed."""

    revision: Revision
    declarations: Annotated[list[CodeGiven], Field(max_length=200)] = Field(default_factory=list)


class SubmissionOut(Schema):
    """A submission: immutable, sealed by its checksum."""

    number: int
    submitted_at: datetime
    sha256: str
    rule_version: int


class ReasonIn(Schema):
    """Why."""

    reason: Text = ""


class ListOf(Schema):
    """Which applications to list."""

    state: CaseState | None = None
    programme: CodeGiven | None = None


@router.get("/calls", response=list[OpenCallOut], auth=None, summary="Calls open today")
def calls(request: HttpRequest) -> list[dict[str, Any]]:
    del request
    return [
        {
            "programme": each.programme.code,
            "programme_name": in_readers_language(each.rules.name),
            "call": each.call.code,
            "title": in_readers_language(each.call.title),
            "kind": each.call.kind,
            "opens_on": each.window.opens,
            "closes_on": each.window.closes,
            "decide_by": each.window.decide_by,
        }
        for each in open_calls(clock.now())
    ]


@router.post(
    "/programmes/{code}/eligibility",
    response=EligibilityOut,
    auth=None,
    summary="Check who may apply",
    description="Nothing is kept; nobody needs to sign in. Safe to repeat.",
)
def eligibility(request: HttpRequest, code: CodeInPath, given: EligibilityIn) -> dict[str, Any]:
    del request
    facts = OrganisationFacts(given.kind, given.place, given.has_registry_number)
    return _eligibility(queries.eligibility_of_kind(code, facts, given.answers, clock.now()))


def _eligibility(found: Eligibility) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value,
        "sentence": str(OVERALL[found.verdict]),
        "rules": [
            {
                "rule": each.rule.code,
                "text": in_readers_language(each.rule.text),
                "question": in_readers_language(each.rule.question) if each.rule.question else "",
                "verdict": each.verdict.value,
                "verdict_word": str(VERDICTS[each.verdict]),
                "facts": facts_said(each),
                "what_would_change": what_would_change(each),
            }
            for each in found.answers
        ],
    }


@router.get("/applications", response=Page[ApplicationOut], summary="Applications one may see")
def applications(
    request: HttpRequest, paging: Query[Paging], which: Query[ListOf]
) -> dict[str, Any]:
    rows = queries.applications_visible_to(caller(request))
    if which.state is not None:
        rows = rows.filter(state=which.state.value)
    if which.programme is not None:
        rows = rows.filter(programme__code=which.programme)
    return page_of(rows, paging, lambda found: [application_line(row) for row in found])


def application_line(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Application
    """An application as a line of a list."""
    return {
        "code": row.code,
        "programme": row.programme.code,
        "call": row.call_code,
        "organisation": str(row.organisation),
        "lead": str(row.lead),
        "title": row.title,
        "title_zh": row.title_zh,
        "state": row.state,
        "state_word": state_word(row.state),
        "stage": row.stage,
        "turn_since": row.turn_since,
        "target_on": row.target_on,
        "submitted_at": row.submitted_at,
        "list_value_minor": row.list_value_minor,
        "subsidy_minor": row.subsidy_minor,
    }


@router.post(
    "/applications",
    response={201: ApplicationOut},
    summary="Begin an application",
    description="Safe to repeat: a draft in which nothing is written yet is given back.",
)
def begin(request: HttpRequest, wish: BeginIn) -> Status[dict[str, Any]]:
    by = caller(request)
    made = commands.begin_application(
        programme_code=wish.programme,
        call_code=wish.call,
        organisation_id=wish.organisation_id,
        answers=wish.answers,
        by=by,
        now=clock.now(),
    )
    return Status(201, application_line(queries.application_named(made.code, by)))


@router.get("/applications/{code}/draft", response=DraftOut, summary="The draft, for its lead")
def draft(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    form = queries.draft_of(code, caller(request), clock.now())
    kept = form.application.draft
    return {
        "code": form.application.code,
        "revision": form.application.draft_revision,
        "steps": {step.value: kept.get(step.value, {}) for step in form.steps},
        "problems": _problems(form),
    }


@router.get(
    "/applications/{code}/problems",
    response=list[ProblemOut],
    summary="What keeps the draft from being submitted",
)
def problems(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return _problems(queries.draft_of(code, caller(request), clock.now()))


def _problems(form: queries.DraftForm) -> list[dict[str, Any]]:
    return [
        {
            "step": problem.step.value,
            "name": problem.name,
            "label": label_of(problem.name, form.rules),
            "code": problem.code,
            "sentence": sentence_for_problem(problem),
        }
        for problem in form.problems
    ]


@router.put(
    "/applications/{code}/draft/{step}",
    response=DraftOut,
    summary="Keep what was typed in a step",
    description=(
        "Right or wrong, everything is kept as typed. Safe to repeat: values that are there "
        "already change nothing. A step changed since `revision` is refused."
    ),
)
def save_step(
    request: HttpRequest, code: CodeInPath, step: CodeInPath, given: StepIn
) -> dict[str, Any]:
    commands.save_draft(
        code=code,
        step=step,
        values=given.values,
        revision=given.revision,
        by=caller(request),
        now=clock.now(),
    )
    return draft(request, code)


@router.post(
    "/applications/{code}/submit",
    response=SubmissionOut,
    summary="Submit the draft",
    description="Safe to repeat: the same revision gives the same submission.",
)
def submit(request: HttpRequest, code: CodeInPath, given: SubmitIn) -> dict[str, Any]:
    made = commands.submit_application(
        code=code,
        declarations=given.declarations,
        revision=given.revision,
        by=caller(request),
        now=clock.now(),
    )
    return submission_line(made)


def submission_line(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Submission
    """A submission without its content."""
    return {
        "number": row.number,
        "submitted_at": row.submitted_at,
        "sha256": row.sha256,
        "rule_version": row.rule_version.number,
    }


@router.post(
    "/applications/{code}/withdraw",
    response=ApplicationOut,
    summary="Take an application back",
    description="What was submitted stays on record. Safe to repeat.",
)
def withdraw(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    by = caller(request)
    commands.withdraw_application(code=code, reason=given.reason, by=by, now=clock.now())
    return application_line(queries.application_named(code, by))
