"""Changes of awards by API: asked, previewed, granted, refused; notices; later agreements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.awards import AgreementOut, PostingOut
from praya.api.callers import caller
from praya.api.fields import Amount, CodeInPath, Day, Id, Line, NumberInPath, Text, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards.commands import acknowledge_agreement
from praya.apps.awards.queries import award_of
from praya.apps.changes import commands, queries
from praya.apps.changes.rules import Cause, ChangeKind, ChangeState, Formula, NoticeKind, Wish
from praya.words import clock
from praya.words.changes import KINDS
from praya.words.refusals import sentence_for

router = Router(tags=["changes"])
LineNumber = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")]


class WishIn(Schema):
    """What is asked for; each kind reads the fields it needs.

    Extension: ``last_on``. Renewal: also ``amounts`` by number of the line where they are to
    differ: card-hours, or cards of a lease, 0 to leave the line out. Supplement and advance:
    ``line``, ``card_hours``. Transfer: also ``to_line``; exchange: also ``device_model``;
    reduction: also ``pool``. Cards: ``line``, ``cards``, ``since_on``. Recovery:
    ``formula``, ``since_on`` or ``rate``, ``cause``. Write-off: ``debt``, ``amount_minor``,
    ``authority``. Exclusion: ``last_on``, ``cause``. End: ``cause``.
    """

    line: Annotated[Whole, Field(ge=1, le=9999)] | None = None
    to_line: Annotated[Whole, Field(ge=1, le=9999)] | None = None
    device_model: Line = ""
    card_hours: Annotated[Whole, Field(ge=-(10**9), le=10**9)] = 0
    cards: Annotated[Whole, Field(ge=-(10**6), le=10**6)] = 0
    last_on: Day | None = None
    pool: Line = ""
    formula: Formula | None = None
    since_on: Day | None = None
    rate: Line = ""
    cause: Cause | None = None
    debt: Id | None = None
    amount_minor: Amount = 0
    authority: Line = ""
    amounts: dict[LineNumber, Annotated[int, Field(ge=-(10**9), le=10**9)]] = {}  # noqa: RUF012 -- a field


class PreviewIn(WishIn):
    """A wish of one kind."""

    kind: ChangeKind


class ChangeIn(PreviewIn):
    """A wish of one kind, and why."""

    reason: Text


class LineTermsOut(Schema):
    """A line's terms after the change."""

    number: int
    code: str
    device_model: str
    cards: int
    first_on: date
    last_on: date
    card_seconds: int
    list_minor: int
    subsidy_minor: int


class ChangePreviewOut(Schema):
    """What granting would do now; or ``refused``, the code of what stands in its way."""

    refused: str
    sentence: str
    lines: list[LineTermsOut]
    postings: list[PostingOut]
    facts: dict[str, Any]


class ChangeOut(Schema):
    """A request for a change."""

    id: int
    award: str
    kind: str
    kind_word: str
    state: str
    wish: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_reason: str
    facts: dict[str, Any]
    entries: list[int]
    agreement_number: int | None
    offered: str


class WholeChangeOut(ChangeOut):
    """A request with what granting it would do now, while it is open."""

    preview: ChangePreviewOut | None
    may_decide: bool
    may_withdraw: bool


class WhichChanges(Schema):
    """Which requests to list."""

    state: ChangeState | None = None
    kind: ChangeKind | None = None


class NoticeIn(Schema):
    """What will happen, when, and why."""

    kind: NoticeKind
    effective_on: Day
    cause: Cause = Cause.OTHER
    reason: Text


class NoticePreviewIn(Schema):
    """What would be given notice of, and why."""

    kind: NoticeKind
    cause: Cause = Cause.OTHER


class NoticePreviewOut(Schema):
    """The first day a notice can name, and what would go back if the award ended now."""

    earliest: date
    postings: list[PostingOut]
    leases: list[str]


class NoticeOut(Schema):
    """A notice on an award."""

    id: int
    kind: str
    state: str
    cause: str
    reason: str
    effective_on: date
    given_at: datetime


def _wish(given: WishIn) -> Wish:
    return Wish(**{name: getattr(given, name) for name in WishIn.model_fields})


def _after(
    request: HttpRequest, change_id: int, command: Callable[..., object], **given: str
) -> dict[str, Any]:
    """A request as it stands once a command has acted on it."""
    by = caller(request)
    command(change_id=change_id, by=by, now=clock.now(), **given)
    return _change(queries.change_of(change_id, by))


def _change(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Change
    return {
        "id": row.pk,
        "award": row.award.code,
        "kind": row.kind,
        "kind_word": str(KINDS[row.kind]),
        "state": row.state,
        "wish": row.wish,
        "reason": row.reason,
        "asked_by": str(row.asked_by),
        "asked_at": row.asked_at,
        "decided_by": str(row.decided_by or ""),
        "decided_at": row.decided_at,
        "decided_reason": row.decided_reason,
        "facts": row.facts,
        "entries": row.entries,
        "agreement_number": row.agreement.number if row.agreement else None,
        "offered": row.offered.code if row.offered else "",
    }


def _preview(preview: queries.Preview) -> dict[str, Any]:
    plan, refusal = preview.plan, preview.refusal
    return {
        "refused": refusal.code if refusal else "",
        "sentence": sentence_for(refusal) if refusal else "",
        "lines": list(plan.lines) if plan else [],
        "postings": list(plan.postings) if plan else [],
        "facts": dict(plan.facts) if plan else {},
    }


@router.get("/changes", response=Page[ChangeOut], summary="Requests for changes one may see")
def changes(
    request: HttpRequest, paging: Query[Paging], which: Query[WhichChanges]
) -> dict[str, Any]:
    rows = queries.changes_visible_to(caller(request))
    for name in ("state", "kind"):
        if (wanted := getattr(which, name)) is not None:
            rows = rows.filter(**{name: wanted.value})
    return page_of(rows, paging, lambda found: [_change(row) for row in found])


@router.get("/changes/{change_id}", response=WholeChangeOut, summary="A request for a change")
def change(request: HttpRequest, change_id: NumberInPath) -> dict[str, Any]:
    found = queries.change_standing(change_id, caller(request), clock.now())
    return {
        **_change(found.change),
        "preview": _preview(found.preview) if found.preview else None,
        "may_decide": found.may_decide,
        "may_withdraw": found.may_withdraw,
    }


@router.get("/awards/{code}/changes", response=Page[ChangeOut], summary="An award's requests")
def changes_of_award(
    request: HttpRequest, code: CodeInPath, paging: Query[Paging]
) -> dict[str, Any]:
    _award, rows = queries.changes_of(code, caller(request))
    return page_of(rows, paging, lambda found: [_change(row) for row in found])


@router.post(
    "/awards/{code}/changes",
    response={201: ChangeOut},
    summary="Ask for a change",
    description="Nothing changes until somebody else grants it. Safe to repeat while it is open.",
)
def ask(request: HttpRequest, code: CodeInPath, given: ChangeIn) -> Status[Any]:
    by = caller(request)
    made = commands.ask_change(
        code=code,
        kind=given.kind,
        wish=_wish(given),
        reason=given.reason,
        by=by,
        now=clock.now(),
    )
    return Status(201, _change(queries.change_of(made.pk, by)))


@router.post(
    "/awards/{code}/changes/preview",
    response=ChangePreviewOut,
    summary="See what a change would do",
    description="Nothing is asked for and nothing changes. Safe to repeat.",
)
def preview(request: HttpRequest, code: CodeInPath, given: PreviewIn) -> dict[str, Any]:
    by = caller(request)
    return _preview(queries.preview_for(code, given.kind, _wish(given), by, clock.now()))


@router.post(
    "/changes/{change_id}/grant",
    response=ChangeOut,
    summary="Grant a change",
    description="Book, terms and agreement move together. Safe to repeat.",
)
def grant(request: HttpRequest, change_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    return _after(request, change_id, commands.grant_change, reason=given.reason)


@router.post(
    "/changes/{change_id}/refuse",
    response=ChangeOut,
    summary="Refuse a change",
    description="The lead reads the reason. Safe to repeat.",
)
def refuse(request: HttpRequest, change_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    return _after(request, change_id, commands.refuse_change, reason=given.reason)


@router.post(
    "/changes/{change_id}/withdraw",
    response=ChangeOut,
    summary="Withdraw a request",
    description="By whoever asked. Safe to repeat.",
)
def withdraw(request: HttpRequest, change_id: NumberInPath) -> dict[str, Any]:
    return _after(request, change_id, commands.withdraw_change)


@router.post(
    "/changes/{change_id}/undo",
    response=ChangeOut,
    summary="Undo a granted change",
    description="As long as what it moved or offered is still there. Safe to repeat.",
)
def undo(request: HttpRequest, change_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    return _after(request, change_id, commands.undo_change, reason=given.reason)


@router.post(
    "/awards/{code}/agreements/{number}/acknowledge",
    response=AgreementOut,
    summary="Accept a version that others made",
    description="By the lead, of the version that counts. Safe to repeat.",
)
def acknowledge(request: HttpRequest, code: CodeInPath, number: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return acknowledge_agreement(code=code, number=number, by=caller(request), now=clock.now())


@router.get(
    "/awards/{code}/notices",
    response=list[NoticeOut],
    summary="An award's notices that stand",
    description="Open ones, and the one by which the award has ended.",
)
def notices(request: HttpRequest, code: CodeInPath) -> Any:  # noqa: ANN401 -- rows
    reader = caller(request)
    award = award_of(code, reader)
    return [*queries.asked_notices(award, reader), *queries.standing_notices(award)]


@router.post(
    "/awards/{code}/notices",
    response={201: NoticeOut},
    summary="Give notice",
    description=(
        "Praya suspends or ends the award on the day. To an early end somebody else has to agree "
        "before the lead is told. Safe to repeat."
    ),
)
def give_notice(request: HttpRequest, code: CodeInPath, given: NoticeIn) -> Status[Any]:
    made = commands.give_notice(
        code=code,
        kind=given.kind,
        cause=given.cause,
        reason=given.reason,
        effective_on=given.effective_on,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, made)


@router.post(
    "/awards/{code}/notices/preview",
    response=NoticePreviewOut,
    summary="See what a notice would do",
    description="By an officer. Nothing is said to anybody and nothing changes. Safe to repeat.",
)
def preview_notice(request: HttpRequest, code: CodeInPath, given: NoticePreviewIn) -> Any:  # noqa: ANN401 -- a record
    return queries.notice_preview(code, given.kind, given.cause, caller(request), clock.now())


@router.post(
    "/notices/{notice_id}/agree",
    response=NoticeOut,
    summary="Agree to an early end by notice",
    description="By somebody else than asked for it, as the rules say. Safe to repeat.",
)
def agree_notice(request: HttpRequest, notice_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return commands.agree_notice(notice_id=notice_id, by=caller(request), now=clock.now())


@router.post(
    "/notices/{notice_id}/undo",
    response=NoticeOut,
    summary="Let an award run again that a notice ended",
    description="By another officer than gave it, as long as what went back is there. "
    "Safe to repeat.",
)
def undo_notice(request: HttpRequest, notice_id: NumberInPath, given: ReasonIn) -> Any:  # noqa: ANN401 -- a row
    by = caller(request)
    return commands.undo_notice(notice_id=notice_id, reason=given.reason, by=by, now=clock.now())


@router.post(
    "/notices/{notice_id}/withdraw",
    response=NoticeOut,
    summary="Take a notice back",
    description="Before its day. Safe to repeat.",
)
def withdraw_notice(request: HttpRequest, notice_id: NumberInPath, given: ReasonIn) -> Any:  # noqa: ANN401 -- a row
    by = caller(request)
    return commands.withdraw_notice(
        notice_id=notice_id, reason=given.reason, by=by, now=clock.now()
    )
