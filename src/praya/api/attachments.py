"""Documents of an application by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, NumberInPath
from praya.apps.applications import commands, queries
from praya.apps.applications.rules.documents import CONTENT_TYPES
from praya.words import clock

router = Router(tags=["applications"])
_BYTES = {"schema": {"type": "string", "format": "binary"}}
AS_FILE = {
    "responses": {
        200: {
            "description": "The bytes of the document.",
            "content": dict.fromkeys(sorted(set(CONTENT_TYPES.values())), _BYTES),
        }
    }
}


class AttachmentOut(Schema):
    """A document without its bytes."""

    id: int
    kind: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    added_at: datetime


@router.get(
    "/applications/{code}/attachments", response=list[AttachmentOut], summary="Documents of a case"
)
def attachments(request: HttpRequest, code: CodeInPath) -> list[Any]:
    return list(queries.case_of(code, caller(request)).attachments)


@router.post(
    "/applications/{code}/attachments",
    response={201: AttachmentOut},
    summary="Add a document to the draft",
    description="Safe to repeat: the same bytes under the same kind and name are there once.",
)
def add(
    request: HttpRequest, code: CodeInPath, file: File[UploadedFile], kind: Form[CodeGiven]
) -> Status[Any]:
    assert file.file is not None, "a file that came in has bytes"
    made = commands.add_attachment(
        code=code,
        kind=kind,
        file_name=file.name or "document",
        content=file.file,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, made)


@router.get(
    "/applications/{code}/attachments/{attachment_id}",
    summary="The bytes of a document",
    openapi_extra=AS_FILE,
)
def download(request: HttpRequest, code: CodeInPath, attachment_id: NumberInPath) -> FileResponse:
    found = queries.attachment_of(code, attachment_id, caller(request))
    return FileResponse(
        queries.path_of(found).open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.content_type,
    )


@router.delete(
    "/applications/{code}/attachments/{attachment_id}",
    response=AttachmentOut,
    summary="Take a document out of the draft",
    description="Submissions made with it keep it. Safe to repeat.",
)
def remove(request: HttpRequest, code: CodeInPath, attachment_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return commands.remove_attachment(
        code=code, attachment_id=attachment_id, by=caller(request), now=clock.now()
    )
