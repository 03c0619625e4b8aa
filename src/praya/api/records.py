"""The book and the trail by API: read, and proved from the beginning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from praya.api.awards import EntryOut, entry_shown
from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.api.money import reader_of_book
from praya.api.paging import Page, Paging, page_of
from praya.apps.books.access import check_may_prove_book
from praya.apps.books.queries import entries_in, head_of, verify_book
from praya.apps.people.queries import audit_lines, verify_trail
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.proofs import proofs_of
from praya.core.actor import Role
from praya.core.refusal import NotAllowed
from praya.words import clock

router = Router(tags=["records"])


class BookFindingOut(Schema):
    """Something in the book that is not as it was written."""

    code: str
    entry: int | None
    where: str


class BookProofOut(Schema):
    """The proof of a book: every entry read again, every balance computed anew."""

    holds: bool
    entries: int
    sha256: str
    checked_at: datetime
    findings: list[BookFindingOut]


class NightlyProofOut(Schema):
    """How a book stood when a night's round proved it."""

    proved_at: datetime
    holds: bool
    entries: int
    head_sha256: str
    findings: list[BookFindingOut]


class TrailLineOut(Schema):
    """A line of the audit trail."""

    id: int
    at: datetime
    by: str
    action: str
    subject_kind: str
    subject_key: str
    facts: dict[str, Any]
    sha256: str


class TrailProofOut(Schema):
    """The proof of the trail; ``broken_at`` is the first line that does not hold."""

    holds: bool
    lines: int
    broken_at: int | None
    checked_at: datetime


def _check_may_read_trail(request: HttpRequest, code: str | None) -> None:
    by = caller(request)
    may = by.programmes_as(Role.AUDITOR) if code is None else by.holds(code, Role.AUDITOR)
    if not (by.is_admin or may):
        raise NotAllowed(action="trail.read", needs=(Role.AUDITOR.value, Role.ADMIN.value))


@router.get("/programmes/{code}/entries", response=Page[EntryOut], summary="The whole book")
def book(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    reader_of_book(request, code)
    return page_of(entries_in(code), paging, lambda found: [entry_shown(row) for row in found])


@router.get("/programmes/{code}/book/proof", response=BookProofOut, summary="Prove the book")
def prove_book(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    by = reader_of_book(request, code)
    check_may_prove_book(by, code)
    holds, findings = verify_book(code)
    head = head_of(code)
    return {
        "holds": holds,
        "entries": head.entries,
        "sha256": head.sha256,
        "checked_at": clock.now(),
        "findings": [BookFindingOut.from_orm(finding).dict() for finding in findings],
    }


@router.get(
    "/programmes/{code}/book/proofs",
    response=Page[NightlyProofOut],
    summary="Nightly proofs of the book",
    description="The latest first; each day's, once its night's round was done.",
)
def proofs(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    reader_of_book(request, code)
    return page_of(
        proofs_of(code),
        paging,
        lambda found: [NightlyProofOut.from_orm(row).dict() for row in found],
    )


@router.get(
    "/programmes/{code}/trail", response=Page[TrailLineOut], summary="What was done, by whom"
)
def trail(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    programme_of(code)
    _check_may_read_trail(request, code)
    rows = audit_lines(programme_code=code)
    return page_of(rows, paging, lambda found: [_trail_line(row) for row in found])


def _trail_line(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an AuditLine
    return {
        "id": row.pk,
        "at": row.at,
        "by": row.by_name,
        "action": row.action,
        "subject_kind": row.subject_kind,
        "subject_key": row.subject_key,
        "facts": row.facts,
        "sha256": row.sha256,
    }


@router.get("/trail/proof", response=TrailProofOut, summary="Prove the trail")
def prove_trail(request: HttpRequest) -> dict[str, Any]:
    _check_may_read_trail(request, None)
    check = verify_trail()
    return {
        "holds": check.holds,
        "lines": check.lines,
        "broken_at": check.broken_at,
        "checked_at": clock.now(),
    }
