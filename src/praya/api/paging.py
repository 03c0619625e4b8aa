"""Lists come in pages: a limit with a known maximum, and a cursor that says where to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema

LIMIT_MAX = 200
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


class Paging(Schema):
    """Where a page begins and how long it is."""

    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 50
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None


class Page(Schema, Generic[Item]):
    """One page of a list. ``next`` is the ``after`` of the following page, if there is one."""

    items: list[Item]
    next: int | None


def page_of(
    rows: QuerySet[Row], paging: Paging, shown: Callable[[list[Row]], Iterable[Any]]
) -> dict[str, Any]:
    """The page of ``rows``, newest first by key, each as ``shown`` makes it."""
    rows = rows.order_by("-pk")
    if paging.after is not None:
        rows = rows.filter(pk__lt=paging.after)
    found = list(rows[: paging.limit + 1])
    here, more = found[: paging.limit], len(found) > paging.limit
    return {"items": list(shown(here)), "next": here[-1].pk if more else None}
