"""What waits for a reader, as the first page lists it.

Each area says for its kinds which rows wait and what the page says of them. Whether there is any is
asked for all kinds at once; only kinds with rows are read. To put that question into words costs
more than to answer it: where it depends on nothing but who asks, the words are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from praya.apps.people.queries import Asked, asked_whether, which_are_there
from praya.core.actor import Actor, Role
from praya.web.rows import with_fields

SHOWN = 20
_QUESTIONS_KEPT = 4096  # of a kilobyte: those of a hundred people or more
_ANY_TIME = datetime.min.replace(tzinfo=UTC)

Rows = Callable[[Actor, datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the reader, since an instant, perhaps until another."""

    title: str
    detail: str
    url: str
    since: datetime
    due: datetime | None = None


Entries = Callable[[QuerySet[Any], datetime], Iterable[Waiting]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that waits, for everybody who signed in or for who holds a role."""

    rows: Rows
    entries: Entries
    roles: tuple[Role, ...] = ()
    changes_with_time: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Whether it can wait for the actor at all."""
        return actor.is_known and (not self.roles or bool(actor.programmes_as(*self.roles)))


def kind_of(rows: Callable[[Actor], QuerySet[Any]], *roles: Role) -> Callable[[Entries], Kind]:
    """Make a kind of a function that says what its rows are: ``@kind_of(rows)``.

    ``rows`` makes the query of the actor alone, and asks neither the database nor a clock for it.
    """
    return lambda entries: Kind(lambda actor, _now: rows(actor), entries, roles)


def kind_at(rows: Rows, *roles: Role) -> Callable[[Entries], Kind]:
    """As ``kind_of``, for rows that an instant changes as well."""
    return lambda entries: Kind(rows, entries, roles, changes_with_time=True)


def shown(rows: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """The first rows of a kind, read with these fields alone."""
    return with_fields(rows, *fields)[:SHOWN]


def waiting_of(kinds: Sequence[Kind], actor: Actor, now: datetime) -> list[Waiting]:
    """What waits of some kinds: one query, and what each kind takes that has rows."""
    if actor.person_id is None:
        return []
    theirs = [kind for kind in kinds if kind.is_for(actor)]
    are_there = which_are_there([_question(kind, actor, now) for kind in theirs])
    return [
        waiting
        for kind, is_there in zip(theirs, are_there, strict=True)
        if is_there
        for waiting in kind.entries(kind.rows(actor, now), now)
    ]


def _question(kind: Kind, actor: Actor, now: datetime) -> Asked | None:
    if kind.changes_with_time:
        return asked_whether(kind.rows(actor, now))
    return _lasting_question(kind, actor)


@lru_cache(maxsize=_QUESTIONS_KEPT)
def _lasting_question(kind: Kind, actor: Actor) -> Asked | None:
    return asked_whether(kind.rows(actor, _ANY_TIME))
