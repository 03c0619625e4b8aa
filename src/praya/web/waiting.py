"""What waits for a reader, as the first page lists it.

Each area says for its kinds which rows wait and what the page says of them. Whether there is any is
asked for all kinds at once; only kinds with rows are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from praya.apps.people.queries import which_are_there
from praya.core.actor import Actor, Role
from praya.web.rows import with_fields

SHOWN = 20

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

    def is_for(self, actor: Actor) -> bool:
        """Whether it can wait for the actor at all."""
        return actor.is_known and (not self.roles or bool(actor.programmes_as(*self.roles)))


def kind_of(rows: Rows, *roles: Role) -> Callable[[Entries], Kind]:
    """Make a kind of a function that says what its rows are: ``@kind_of(rows)``."""
    return lambda entries: Kind(rows, entries, roles)


def shown(rows: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """The first rows of a kind, read with these fields alone."""
    return with_fields(rows, *fields)[:SHOWN]


def waiting_of(kinds: Sequence[Kind], actor: Actor, now: datetime) -> list[Waiting]:
    """What waits of some kinds: one query, and what each kind takes that has rows."""
    if actor.person_id is None:
        return []
    theirs = [(kind, kind.rows(actor, now)) for kind in kinds if kind.is_for(actor)]
    are_there = which_are_there([rows for _, rows in theirs])
    return [
        waiting
        for (kind, rows), is_there in zip(theirs, are_there, strict=True)
        if is_there
        for waiting in kind.entries(rows, now)
    ]
