"""What leaves the site as files: a whole book, and what each person still has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from praya.apps.awards.models import Member
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import core_entry, entries_in, four_numbers, head_of, trial_balance
from praya.apps.people.queries import names_of_one_cluster, taken_unix_names, unix_names
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
    """Every entry of a book, the first first, up to the one that is last as this is called."""
    last = head_of(programme_code).entries
    rows = entries_in(programme_code).filter(number__lte=last).order_by("number")
    return (BookRow(core_entry(row), row.sha256) for row in rows.iterator(chunk_size=_AT_ONCE))


def personal_balances(
    programme_code: str, commodity: str, *, user_as: UserAs = "local", person_id: int | None = None
) -> list[PersonalBalance]:
    """What is free in a commodity for every member of a programme's active awards. Four queries.

    ``local`` is the user's name on the clusters, where it is known, else what stands before the @
    of the address. Where that is somebody else's too, a name on the clusters or not, it is the
    whole address: nobody is shown another's balance.
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
    users = _users({person: email for person, email, _ in rows}) if user_as == "local" else {}
    return [
        PersonalBalance(users.get(person, email), award, free[award])
        for person, email, award in rows
        if award in free and person_id in {None, person}
    ]


def _users(emails: Mapping[int, str]) -> dict[int, str]:
    """What people are called on the clusters, as far as that is known or clear; by the person."""
    named = unix_names(emails)
    local = {
        person: email.partition("@")[0].lower()
        for person, email in emails.items()
        if person not in named
    }
    shared = Counter(local.values())
    taken = taken_unix_names(shared)
    clear = {
        person: name for person, name in local.items() if shared[name] == 1 and name not in taken
    }
    known = named | clear
    elsewhere = names_of_one_cluster(known.values())
    return {
        person: name for person, name in known.items() if elsewhere.get(name, set()) <= {person}
    }
