"""Awards by API: offers, agreements, the four numbers, members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeInPath, Email, Number, NumberInPath
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards import commands, queries
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.books.queries import four_numbers, overruns
from praya.apps.enforcement.queries import Stale, stale, stale_numbers
from praya.apps.enforcement.rules import Asked
from praya.core.ledger import FourNumbers
from praya.core.quantity import CardTime, device_model_of
from praya.words import clock, quantities
from praya.words.awards import STATES
from praya.words.enforcement import stale_sentence
from praya.words.entries import KINDS, postings_text, quantity_of

router = Router(tags=["awards"])


class ExactOut(Schema):
    """The four numbers in whole units: minor units of money, seconds of one card."""

    settled: int
    in_flight: int
    free: int
    committed: int


class FourNumbersOut(Schema):
    """The four numbers of one commodity in words; ``exact`` holds the whole units.

    Committed is always the sum of the other three.
    """

    unit: str
    commodity: str
    settled: str
    in_flight: str
    free: str
    committed: str
    exact: ExactOut


class AwardOut(Schema):
    """An award with its four numbers; none before it is accepted.

    ``started_at`` is from when on it could be used; while it waits for conditions before that,
    ``meet_by`` is their last day. ``stale`` says which clusters do not answer, so that what was
    used there is as of before. ``overrun`` is what was used beyond the grant and charged all the
    same, by commodity, in seconds or minor units; it is paid first by what becomes free. ``pool``
    is the purpose it is paid out of; empty: the one that pays the subsidy.
    """

    code: str
    programme: str
    application: str
    title: str
    title_zh: str
    organisation: str
    lead: str
    state: str
    state_word: str
    pool: str
    rate_bp: int
    list_minor: int
    subsidy_minor: int
    currency: str
    first_on: date
    last_on: date
    accept_by: date
    offered_at: datetime
    accepted_at: datetime | None
    meet_by: date | None
    started_at: datetime | None
    ended_at: datetime | None
    four_numbers: list[FourNumbersOut]
    overrun: dict[str, int]
    stale: list[str]


class AwardLineOut(Schema):
    """One line of an award with its own four numbers."""

    number: int
    code: str
    shape: str
    device_model: str
    service_class: str
    cards: int
    first_on: date
    last_on: date
    card_seconds: int
    list_minor: int
    subsidy_minor: int
    four_numbers: list[FourNumbersOut]


class MemberOut(Schema):
    """Somebody who may run jobs under the award."""

    id: int
    name: str
    email: str
    role: str
    since: datetime
    until: datetime | None


class AgreementOut(Schema):
    """The text an award stands on. ``number`` is what accepting it names."""

    number: int
    text: dict[str, Any]
    sha256: str
    made_at: datetime
    accepted_at: datetime | None


class WholeAwardOut(AwardOut):
    """An award with everything that stands on its page.

    ``free_use`` is what it used beside its grant, charged to nobody, in seconds by commodity.
    """

    conditions: str
    free_use: dict[str, int]
    agreement_number: int
    lines: list[AwardLineOut]
    members: list[MemberOut]
    is_lead: bool
    is_member: bool
    keeps_members: bool
    runs_desk: bool


class PostingOut(Schema):
    """One posting of an entry."""

    account: str
    commodity: str
    amount: int


class EntryOut(Schema):
    """An entry of the book; its postings add up to zero in each commodity."""

    number: int
    kind: str
    kind_word: str
    at: datetime
    subject: str
    key: str
    by: str
    sentence: str
    postings: list[PostingOut]
    sha256: str


class AcceptIn(Schema):
    """The agreement that was read."""

    agreement_number: Number


class MemberIn(Schema):
    """Whom to add, as what."""

    email: Email
    role: MemberRole = MemberRole.MEMBER


class WhichAwards(Schema):
    """Which awards to list."""

    state: AwardState | None = None


def numbers_shown(numbers: Iterable[FourNumbers]) -> list[dict[str, Any]]:
    """The four numbers in words, with their whole units."""

    def words(commodity: str, amount: int) -> str:
        what = quantity_of(commodity, amount)
        return quantities.card_hours(what) if isinstance(what, CardTime) else quantities.money(what)

    return [
        {
            "unit": device_model_of(one.commodity) or one.commodity,
            "commodity": one.commodity,
            **{name: words(one.commodity, getattr(one, name)) for name in ExactOut.model_fields},
            "exact": {name: getattr(one, name) for name in ExactOut.model_fields},
        }
        for one in numbers
    ]


@router.get("/awards", response=Page[AwardOut], summary="Awards one may see")
def awards(
    request: HttpRequest, paging: Query[Paging], which: Query[WhichAwards]
) -> dict[str, Any]:
    rows = queries.awards_visible_to(caller(request)).select_related("application")
    if which.state is not None:
        rows = rows.filter(state=which.state.value)
    return page_of(rows, paging, _awards)


def _awards(rows: list[Any]) -> list[dict[str, Any]]:
    codes, known = [row.code for row in rows], stale(Asked.ACCOUNTS)
    numbers, beyond = four_numbers(codes), overruns(codes)
    return [_award(row, numbers[row.code], beyond.get(row.code, {}), known) for row in rows]


def _award(
    row: Any,  # noqa: ANN401 -- an Award
    numbers: Sequence[FourNumbers],
    overrun: dict[str, int],
    known: Sequence[Stale],
) -> dict[str, Any]:
    return {
        "code": row.code,
        "programme": row.programme.code,
        "application": row.application.code,
        "title": row.title,
        "title_zh": row.title_zh,
        "organisation": str(row.organisation),
        "lead": str(row.lead),
        "state": row.state,
        "state_word": str(STATES[AwardState(row.state)]),
        "pool": row.pool,
        "rate_bp": row.rate_bp,
        "list_minor": row.list_minor,
        "subsidy_minor": row.subsidy_minor,
        "currency": row.programme.currency,
        "first_on": row.first_on,
        "last_on": row.last_on,
        "accept_by": row.accept_by,
        "offered_at": row.offered_at,
        "accepted_at": row.accepted_at,
        "meet_by": row.meet_by,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "four_numbers": numbers_shown(numbers),
        "overrun": overrun,
        "stale": [stale_sentence(one) for one in stale_numbers(numbers, known)],
    }


@router.get("/awards/{code}", response=WholeAwardOut, summary="An award")
def award(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.award_standing(code, caller(request))
    return {
        **_award(found.award, found.numbers, found.beside.overrun, stale(Asked.ACCOUNTS)),
        "conditions": found.award.conditions,
        "free_use": found.beside.free_use,
        "agreement_number": found.agreement.number,
        "lines": [_line(each.line, each.numbers) for each in found.lines],
        "members": [_member(row) for row in found.members],
        "is_lead": found.is_lead,
        "is_member": found.is_member,
        "keeps_members": found.keeps_members,
        "runs_desk": found.runs_desk,
    }


def _line(row: Any, numbers: Iterable[FourNumbers]) -> dict[str, Any]:  # noqa: ANN401 -- an AwardLine
    return {
        "number": row.number,
        "code": row.code,
        "shape": row.shape,
        "device_model": row.device_model_code,
        "service_class": row.service_class,
        "cards": row.cards,
        "first_on": row.first_on,
        "last_on": row.last_on,
        "card_seconds": row.card_seconds,
        "list_minor": row.list_minor,
        "subsidy_minor": row.subsidy_minor,
        "four_numbers": numbers_shown(numbers),
    }


def _member(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Member
    return {
        "id": row.pk,
        "name": str(row.person),
        "email": row.person.email,
        "role": row.role,
        "since": row.since,
        "until": row.until,
    }


@router.get(
    "/awards/{code}/entries", response=Page[EntryOut], summary="The book's entries about an award"
)
def entries(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    _award_row, rows = queries.entries_behind(code, caller(request))
    return page_of(rows, paging, lambda found: [entry_shown(row) for row in found])


def entry_shown(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Entry
    """An entry of the book with its postings."""
    return {
        "number": row.number,
        "kind": row.kind,
        "kind_word": str(KINDS[row.kind]),
        "at": row.at,
        "subject": row.subject,
        "key": row.key,
        "by": row.by_name,
        "sentence": postings_text(row),
        "postings": [PostingOut.from_orm(posting).dict() for posting in row.postings.all()],
        "sha256": row.sha256,
    }


@router.get(
    "/awards/{code}/agreements/{number}", response=AgreementOut, summary="An award's agreement"
)
def agreement(request: HttpRequest, code: CodeInPath, number: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return queries.agreement_of(code, number, caller(request))


@router.post(
    "/awards/{code}/accept",
    response=WholeAwardOut,
    summary="Accept an offer",
    description="The pool's money becomes the award's in the book. Safe to repeat.",
)
def accept(request: HttpRequest, code: CodeInPath, given: AcceptIn) -> dict[str, Any]:
    by = caller(request)
    commands.accept_award(
        code=code, agreement_number=given.agreement_number, by=by, now=clock.now()
    )
    return award(request, code)


@router.post(
    "/awards/{code}/decline",
    response=WholeAwardOut,
    summary="Decline an offer",
    description="Its means are free for others. Safe to repeat.",
)
def decline(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    commands.decline_award(code=code, reason=given.reason, by=caller(request), now=clock.now())
    return award(request, code)


@router.post(
    "/awards/{code}/members",
    response={201: MemberOut},
    summary="Add a member",
    description="Safe to repeat.",
)
def add_member(request: HttpRequest, code: CodeInPath, wish: MemberIn) -> Status[Any]:
    by = caller(request)
    made = commands.add_member(code=code, email=wish.email, role=wish.role, by=by, now=clock.now())
    return Status(201, _member(made))


@router.delete(
    "/members/{member_id}",
    response=MemberOut,
    summary="End a membership",
    description="Jobs under way go on. Refused when repeated.",
)
def remove_member(request: HttpRequest, member_id: NumberInPath) -> dict[str, Any]:
    return _member(commands.remove_member(member_id=member_id, by=caller(request), now=clock.now()))


@router.post(
    "/awards/{code}/suspend",
    response=WholeAwardOut,
    summary="Admit no more jobs for now",
    description="Safe to repeat.",
)
def suspend(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    commands.suspend_award(code=code, reason=given.reason, by=caller(request), now=clock.now())
    return award(request, code)


@router.post(
    "/awards/{code}/resume",
    response=WholeAwardOut,
    summary="Admit jobs again",
    description="Safe to repeat.",
)
def resume(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    commands.resume_award(code=code, reason=given.reason, by=caller(request), now=clock.now())
    return award(request, code)
