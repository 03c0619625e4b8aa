"""The only correction there is: a reversal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.books.access import check_may_reverse
from praya.apps.books.models import Entry, Line
from praya.apps.books.posting import OpenBook, Request
from praya.apps.books.queries import core_entry
from praya.apps.people.commands import record
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind


@transaction.atomic
def reverse_entry(
    *, programme_code: str, number: int, key: str, by: Actor, now: datetime, reason: str
) -> Entry:
    """Turn an entry round, so that it is as if it had never been; both stay in the book.

    A reversed settlement does not revive its hold: what it had used is free again. A reversed
    return opens the line again. Content of the key: number.

    Raises:
        NotAllowed: the actor does not hold finance in the programme.
        KeyReused: the key was used for something else.
        UnknownEntry: the book has no such entry.
        AlreadyReversed: it was reversed before.
        NotReversible: a hold, a release or a reversal.
        LineClosed: a grant or cut on a line whose rest has been returned.
        CannotReverse: what it moved has moved on.

    """
    check_may_reverse(by, programme_code)
    request = Request(EntryKind.REVERSE, key, (number,))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    entry = Entry.objects.filter(programme_code=programme_code, number=number).first()
    if entry is None:
        raise ledger.UnknownEntry(number=number)
    if _is_reversed(entry):
        raise ledger.AlreadyReversed(number=number)
    original = core_entry(entry)
    touched = book.lines(_line_codes(original))
    rows = [row for row, _ in touched.values()]
    reversal = book.post(
        request,
        ledger.reverse(original, [line for _, line in touched.values()], book.balance),
        subject=entry.subject,
        by=by,
        now=now,
        facts={"reverses": number, "reason": reason},
        lines=rows,
        reverses=number,
    )
    if original.kind is EntryKind.RETURN:
        Line.objects.filter(programme_code=programme_code, code=entry.subject).update(
            closed_at=None
        )
    record(
        "book.entry_reversed",
        subject=("entry", f"{programme_code}#{number}"),
        by=by,
        now=now,
        programme_code=programme_code,
        reversal=reversal.number,
        reason=reason,
    )
    return reversal


def _is_reversed(entry: Entry) -> bool:
    reversals = Entry.objects.filter(programme_code=entry.programme_code, reverses=entry.number)
    return reversals.exists()


def _line_codes(entry: ledger.Entry) -> set[str]:
    accounts = (posting.account.split("/") for posting in entry.postings)
    return {parts[1] for parts in accounts if parts[0] == "award"}
