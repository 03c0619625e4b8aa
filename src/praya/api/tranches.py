"""Parts of a grant by API: the reports that open them, handed in, read, sent back, accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from praya.api.applications import ReasonIn
from praya.api.attachments import AS_FILE
from praya.api.callers import caller
from praya.api.fields import CodeInPath, NumberInPath, Text
from praya.apps.life import commands, queries
from praya.core.programme.parts import Words
from praya.words import clock
from praya.words.languages import in_readers_language

router = Router(tags=["life"])


class ReportOut(Schema):
    """A report that was handed in for a part; sent back where ``returned_at`` is given."""

    id: int
    part: str
    number: int
    file_name: str
    size: int
    sha256: str
    remark: str
    at: datetime
    returned_at: datetime | None
    returned_because: str


class PartOut(Schema):
    """A part of a grant; the first is open from the start."""

    code: str
    percent: float
    report: str
    opened_at: datetime | None
    accepted_report: str
    reports: list[ReportOut]


class ReportIn(Schema):
    """A word to whoever reads the report, beside the file."""

    remark: Text = ""


class PartIn(Schema):
    """The report that is accepted and where it is kept; empty for what was handed in."""

    report: Text = ""


@router.post(
    "/awards/{code}/life/parts/{part}",
    response={201: PartOut},
    summary="Accept a report and open the next part of a grant",
    description="By an officer. Safe to repeat.",
)
def open_part(
    request: HttpRequest, code: CodeInPath, part: CodeInPath, given: PartIn
) -> Status[Any]:
    by, now = caller(request), clock.now()
    commands.open_tranche(award_code=code, part_code=part, report=given.report, by=by, now=now)
    found = queries.award_life(code, by, now)
    return Status(201, next(each for each in parts_out(found) if each["code"] == part))


@router.post(
    "/awards/{code}/life/parts/{part}/close",
    response=PartOut,
    summary="Take the acceptance of a report back and close its part again",
    description="By an officer, as long as nothing of the part is used, the last part first. "
    "Safe to repeat.",
)
def close_part(
    request: HttpRequest, code: CodeInPath, part: CodeInPath, given: ReasonIn
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    commands.close_tranche(award_code=code, part_code=part, reason=given.reason, by=by, now=now)
    found = queries.award_life(code, by, now)
    return next(each for each in parts_out(found) if each["code"] == part)


@router.post(
    "/awards/{code}/life/parts/{part}/reports",
    response={201: ReportOut},
    summary="Hand in the report that opens a part of a grant",
    description="By the lead or a manager. Safe to repeat with the same document.",
)
def hand_in(
    request: HttpRequest,
    code: CodeInPath,
    part: CodeInPath,
    file: File[UploadedFile],
    given: Form[ReportIn],
) -> Status[Any]:
    assert file.file is not None, "a file that came in has bytes"
    made = commands.hand_in_report(
        award_code=code,
        part_code=part,
        file_name=file.name or "document",
        content=file.file,
        remark=given.remark,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _report(made))


@router.get("/reports/{report_id}", summary="A report that was handed in", openapi_extra=AS_FILE)
def report(request: HttpRequest, report_id: NumberInPath) -> FileResponse:
    found = queries.tranche_report(report_id, caller(request))
    return FileResponse(
        queries.path_of_report(found).open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.content_type,
    )


@router.post(
    "/reports/{report_id}/return",
    response=ReportOut,
    summary="Send a report back, with what is wanted",
    description="By an officer, while its part is not open. Safe to repeat.",
)
def send_back(request: HttpRequest, report_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    made = commands.return_report(
        report_id=report_id, reason=given.reason, by=caller(request), now=clock.now()
    )
    return _report(made)


def parts_out(found: queries.AwardLife) -> list[dict[str, Any]]:
    """The parts of a grant, each with what was handed in for it."""
    opened = {each.part_code: each for each in found.opened}
    parts = found.rules.tranches.parts if found.rules.tranches else []
    return [
        {
            "code": part.code,
            "percent": float(part.percent),
            "report": _words(part.report),
            "opened_at": opened[part.code].at if part.code in opened else None,
            "accepted_report": opened[part.code].report if part.code in opened else "",
            "reports": [_report(each) for each in found.reports if each.part_code == part.code],
        }
        for part in parts
    ]


def _report(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a TrancheReport
    return {
        "id": row.pk,
        "part": row.part_code,
        "number": row.number,
        "file_name": row.file_name,
        "size": row.size,
        "sha256": row.sha256,
        "remark": row.remark,
        "at": row.at,
        "returned_at": row.returned_at,
        "returned_because": row.returned_because,
    }


def _words(words: Words | None) -> str:
    return in_readers_language(words) if words else ""
