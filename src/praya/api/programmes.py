"""Programmes, rule versions, calls, rounds and appointments by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeInPath, Email, Line, NumberInPath, Revision, Source
from praya.api.root import Problem, problem_of
from praya.apps.programmes import commands, queries
from praya.core.actor import Role
from praya.core.programme.parts import Words
from praya.words import clock
from praya.words.programme_changes import sentence_for_change
from praya.words.programme_findings import hint_for_finding, sentence_for_finding

router = Router(tags=["programmes"])


class CallOut(Schema):
    """A call as it stands today; without dates where it is not open."""

    code: str
    title: str
    kind: str
    is_open: bool
    opens_on: date | None
    closes_on: date | None
    decide_by: date | None


class ProgrammeOut(Schema):
    """A programme under the rules in force, if there are any yet."""

    code: str
    name: str
    summary: str
    currency: str
    rule_version: int | None
    effective_on: date | None
    calls: list[CallOut]


class FindingOut(Schema):
    """A mistake in a programme file, where it stands, and what to do."""

    file: str
    line: int
    column: int
    code: str
    path: str
    sentence: str
    hint: str


class ProgrammeFileIn(Schema):
    """A programme file as text."""

    source: Source
    file: Annotated[Line, Field(max_length=200)] = "programme.yaml"


class ApplyIn(ProgrammeFileIn):
    """A programme file to apply; ``after_number`` is the version it was compared with, if any."""

    after_number: Revision | None = None


class PreviewOut(Schema):
    """What a programme file would do, and what would refuse it if it were applied now."""

    programme: str | None
    findings: list[FindingOut]
    changes: list[str]
    refusal: Problem | None
    after_number: int


class RuleVersionOut(Schema):
    """One immutable version of the rules."""

    programme: str
    number: int
    effective_on: date
    applied_at: datetime
    applied_by: str
    sha256: str
    changes: list[str]


class AppointmentIn(Schema):
    """Whom to appoint to what."""

    email: Email
    role: Role


class AppointmentOut(Schema):
    """A person appointed to a role."""

    id: int
    person: str
    email: str
    role: str
    since: datetime
    until: datetime | None


class RoundOut(Schema):
    """One window of a call."""

    id: int
    call: str
    code: str
    opens_on: date
    closes_on: date | None
    decide_by: date | None
    state: str
    released_at: datetime | None


def _language() -> str:
    return get_language() or "en"


def _programme(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- a ProgrammeInForce
    rules, version = one.rules, one.version
    if rules is None or version is None:
        return {
            "code": one.programme.code,
            "name": Words(**one.programme.name).in_language(_language()),
            "summary": "",
            "currency": one.programme.currency,
            "rule_version": None,
            "effective_on": None,
            "calls": [],
        }
    today = queries.today_in(one.programme, clock.now())
    return {
        "code": one.programme.code,
        "name": rules.name.in_language(_language()),
        "summary": rules.summary.in_language(_language()),
        "currency": rules.currency,
        "rule_version": version.number,
        "effective_on": version.effective_on,
        "calls": [
            {
                "code": standing.call.code,
                "title": standing.call.title.in_language(_language()),
                "kind": standing.call.kind,
                "is_open": standing.window is not None,
                "opens_on": standing.window.opens if standing.window else None,
                "closes_on": standing.window.closes if standing.window else None,
                "decide_by": standing.window.decide_by if standing.window else None,
            }
            for standing in queries.calls_on(rules, today)
        ],
    }


@router.get("/programmes", response=list[ProgrammeOut], auth=None, summary="Programmes in force")
def programmes(request: HttpRequest) -> list[dict[str, Any]]:
    del request
    return [_programme(one) for one in queries.programmes_in_force(clock.now())]


@router.get("/programmes/{code}", response=ProgrammeOut, auth=None, summary="One programme")
def programme(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    del request
    return _programme(queries.programme_in_force(code, clock.now()))


@router.post(
    "/programme-files/check",
    response=PreviewOut,
    summary="Check a programme file",
    description="Nothing is stored. Safe to repeat.",
)
def check(request: HttpRequest, given: ProgrammeFileIn) -> dict[str, Any]:
    found = queries.check_programme(
        given.source, by=caller(request), now=clock.now(), file=given.file
    )
    return {
        "programme": found.rules.code if found.rules else None,
        "findings": [_finding(finding) for finding in found.findings],
        "changes": [sentence_for_change(change) for change in found.changes],
        "refusal": problem_of(found.refusal) if found.refusal else None,
        "after_number": found.after_number,
    }


def _finding(finding: Any) -> dict[str, Any]:  # noqa: ANN401 -- a core Finding
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "path": str(finding.path),
        "sentence": sentence_for_finding(finding),
        "hint": hint_for_finding(finding),
    }


@router.post(
    "/programme-files/apply",
    response={201: RuleVersionOut},
    summary="Apply a programme file",
    description="Refused when repeated: the latest version says the same then.",
)
def apply(request: HttpRequest, given: ApplyIn) -> Status[dict[str, Any]]:
    version = commands.apply_programme(**given.dict(), by=caller(request), now=clock.now())
    return Status(201, _version(version))


def _version(version: Any) -> dict[str, Any]:  # noqa: ANN401 -- a RuleVersion
    return {
        "programme": version.programme.code,
        "number": version.number,
        "effective_on": version.effective_on,
        "applied_at": version.applied_at,
        "applied_by": str(version.applied_by or ""),
        "sha256": version.sha256,
        "changes": [sentence_for_change(change) for change in queries.changes_of(version)],
    }


@router.get(
    "/programmes/{code}/rules", response=list[RuleVersionOut], auth=None, summary="Rule versions"
)
def versions(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    del request
    return [_version(version) for version in queries.versions_of(code)]


@router.get(
    "/programmes/{code}/rules/{number}",
    response=dict[str, Any],
    auth=None,
    summary="The rules of one version, as they were understood",
)
def rules(request: HttpRequest, code: CodeInPath, number: NumberInPath) -> dict[str, Any]:
    del request
    document: dict[str, Any] = queries.version_of(code, number).document
    return document


@router.get("/programmes/{code}/rounds", response=list[RoundOut], auth=None, summary="Rounds")
def rounds(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    del request
    queries.programme_of(code)
    return [
        {
            "id": row.pk,
            "call": row.call_code,
            "code": row.code,
            "opens_on": row.opens_on,
            "closes_on": row.closes_on,
            "decide_by": row.decide_by,
            "state": row.state,
            "released_at": row.released_at,
        }
        for row in queries.rounds_of(code)
    ]


@router.get(
    "/programmes/{code}/appointments", response=list[AppointmentOut], summary="Who holds what"
)
def appointments(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    rows = queries.appointments_visible_to(caller(request), code, now=clock.now())
    return [_appointment(row) for row in rows]


def _appointment(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Appointment
    return {
        "id": row.pk,
        "person": str(row.person),
        "email": row.person.email,
        "role": row.role,
        "since": row.since,
        "until": row.until,
    }


@router.post(
    "/programmes/{code}/appointments",
    response={201: AppointmentOut},
    summary="Appoint a person",
    description="Safe to repeat.",
)
def appoint(request: HttpRequest, code: CodeInPath, wish: AppointmentIn) -> Status[dict[str, Any]]:
    by = caller(request)
    person = queries.person_to_appoint(by, wish.email)
    made = commands.appoint(
        programme_code=code, person_id=person.pk, role=wish.role, by=by, now=clock.now()
    )
    return Status(201, _appointment(made))


@router.delete(
    "/appointments/{appointment_id}",
    response=AppointmentOut,
    summary="End one",
    description="Safe to repeat.",
)
def end_appointment(request: HttpRequest, appointment_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    return _appointment(
        commands.end_appointment(appointment_id=appointment_id, by=by, now=clock.now())
    )
