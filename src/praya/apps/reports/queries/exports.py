"""What leaves the site as files: a whole book, and what each person still has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from praya.apps.awards.models import Member
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import core_entry, entries_in, four_numbers, head_of, trial_balance
from praya.core.ledger import Entry

_AT_ONCE = 2000
UserAs = Literal["local", "email"]


@dataclass(frozen=True, slots=True)
class BookRow:
    """An entry with its seal, as it leaves a book."""

    entry: Entry
    sha256: str


@dataclass(frozen=True, slots=True)
class PersonalBalance:
    """What is free for a member under an award; ``user`` is how another system calls them."""

    user: str
    award: str
    free: int


def accounts_of(programme_code: str) -> list[tuple[str, str]]:
    """Every account of a book with each commodity that stands on it."""
    return [(each.account, each.commodity) for each in trial_balance(programme_code).accounts]


def book_rows(programme_code: str) -> Iterator[BookRow]:
    """Every entry of a book, the first first, up to the one that is last now."""
    last = head_of(programme_code).entries
    rows = entries_in(programme_code).filter(number__lte=last).order_by("number")
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield BookRow(core_entry(row), row.sha256)


def personal_balances(
    programme_code: str, commodity: str, *, user_as: UserAs = "local", person_id: int | None = None
) -> list[PersonalBalance]:
    """What is free in a commodity for every member of a programme's active awards. Two queries.

    ``local`` takes what stands before the @ of an address for the user's name. Where two people
    share that, both go by their whole address: nobody is shown another's balance.
    """
    members = Member.objects.filter(
        award__programme__code=programme_code,
        award__state=AwardState.ACTIVE.value,
        until=None,
        person__is_active=True,
    )
    rows = list(
        members.order_by("person__email", "award__code").values_list(
            "person_id", "person__email", "award__code"
        )
    )
    free = {
        code: one.free
        for code, numbers in four_numbers({award for _, _, award in rows}).items()
        for one in numbers
        if one.commodity == commodity
    }
    emails = {email for _, email, _ in rows}
    shared = Counter(_local(email) for email in emails)

    def user(email: str) -> str:
        is_clear = user_as == "local" and shared[_local(email)] == 1
        return _local(email) if is_clear else email

    return [
        PersonalBalance(user(email), award, free[award])
        for person, email, award in rows
        if award in free and person_id in {None, person}
    ]


def _local(email: str) -> str:
    return email.partition("@")[0].lower()
