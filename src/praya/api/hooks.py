"""Web hooks by API: where a book is sent, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeInPath, Line, NumberInPath, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.notices import commands, queries
from praya.apps.notices.access import check_may_see_hooks
from praya.apps.programmes.queries import programme_of
from praya.words import clock
from praya.words.notices import delivery_result

router = Router(tags=["hooks"])


class HookIn(Schema):
    """Where to send a book; ``from_start`` sends what is in it already, too."""

    url: Annotated[Line, Field(min_length=1)]
    from_start: bool = False


class HookOut(Schema):
    """A web hook; ``position`` is the last entry that was taken there."""

    id: int
    url: str
    state: str
    position: int
    failures: int
    next_try_at: datetime | None
    made_by: str
    made_at: datetime


class HookMadeOut(HookOut):
    """A fresh hook; its secret is shown this once."""

    secret: str


class DeliveryOut(Schema):
    """One message, or the wish that an entry be sent again."""

    id: int
    entry: int
    tried_at: datetime | None
    status: int | None
    error: str
    result: str
    took_ms: int | None


class AgainIn(Schema):
    """Which entry to send again."""

    entry: Annotated[Whole, Field(ge=1, le=2**62)]


@router.get("/programmes/{code}/hooks", response=list[HookOut], summary="Web hooks")
def hooks(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    programme_of(code)
    check_may_see_hooks(caller(request), code)
    return [_hook(row) for row in queries.hooks_of(code)]


@router.post(
    "/programmes/{code}/hooks",
    response={201: HookMadeOut},
    summary="Send a book to an address",
    description="Not safe to repeat: each call makes another. The secret is in this answer only.",
)
def add_hook(request: HttpRequest, code: CodeInPath, wish: HookIn) -> Status[dict[str, Any]]:
    made, secret = commands.add_hook(
        programme_code=code,
        url=wish.url,
        from_start=wish.from_start,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, {**_hook(made), "secret": secret})


@router.get(
    "/hooks/{hook_id}/deliveries", response=Page[DeliveryOut], summary="What was sent to a hook"
)
def deliveries(
    request: HttpRequest, hook_id: NumberInPath, paging: Query[Paging]
) -> dict[str, Any]:
    queries.hook_of(hook_id, caller(request))
    rows = queries.deliveries_of(hook_id)
    return page_of(rows, paging, lambda found: [_delivery(row) for row in found])


@router.post(
    "/hooks/{hook_id}/deliveries",
    response={201: DeliveryOut},
    summary="Send an entry to a hook again",
    description="Safe to repeat: until it is sent, it is asked for once.",
)
def deliver_again(
    request: HttpRequest, hook_id: NumberInPath, wish: AgainIn
) -> Status[dict[str, Any]]:
    asked = commands.deliver_again(
        hook_id=hook_id, entry_number=wish.entry, by=caller(request), now=clock.now()
    )
    return Status(201, _delivery(asked))


@router.post(
    "/hooks/{hook_id}/pause",
    response=HookOut,
    summary="Send nothing more for now",
    description="Refused when repeated.",
)
def pause(request: HttpRequest, hook_id: NumberInPath) -> dict[str, Any]:
    return _hook(commands.pause_hook(hook_id=hook_id, by=caller(request), now=clock.now()))


@router.post(
    "/hooks/{hook_id}/resume",
    response=HookOut,
    summary="Go on where it stopped",
    description="Refused when repeated.",
)
def resume(request: HttpRequest, hook_id: NumberInPath) -> dict[str, Any]:
    return _hook(commands.resume_hook(hook_id=hook_id, by=caller(request), now=clock.now()))


@router.delete(
    "/hooks/{hook_id}",
    response=HookOut,
    summary="Send nothing there ever again",
    description="Refused when repeated.",
)
def remove(request: HttpRequest, hook_id: NumberInPath) -> dict[str, Any]:
    return _hook(commands.remove_hook(hook_id=hook_id, by=caller(request), now=clock.now()))


def _hook(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Hook
    return {
        "id": row.pk,
        "url": row.url,
        "state": row.state,
        "position": row.position,
        "failures": row.failures,
        "next_try_at": row.next_try_at,
        "made_by": str(row.made_by),
        "made_at": row.made_at,
    }


def _delivery(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Delivery
    return {
        "id": row.pk,
        "entry": row.entry_number,
        "tried_at": row.tried_at,
        "status": row.status,
        "error": row.error,
        "result": delivery_result(row.status, row.error),
        "took_ms": row.took_ms,
    }
