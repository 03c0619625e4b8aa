"""What holds for books on paper, beyond the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from praya.core.ledger import EntryKind, PeriodClosed
from praya.core.refusal import Refusal

ENTRIES_MAX = 10**12
BATCH_KEY = "batch:"
# And this with that by which revenue is given once that a credit note gave up and an undoing took.
CREDITED_BEFORE_KEY = "credited-before:"

_OF_CLAIMS = frozenset({EntryKind.CLAIM, EntryKind.REIMBURSE})
_OF_DEBTS = frozenset({EntryKind.RECOVER, EntryKind.REPAY, EntryKind.WRITE_OFF, EntryKind.SET_OFF})


def entry_id(book_id: int, number: int) -> int:
    """The id of an entry: entries of one book are a range, in the order of their numbers."""
    assert 0 <= number < ENTRIES_MAX, number
    return book_id * ENTRIES_MAX + number


class HoldState(StrEnum):
    """A hold is open until its use is settled or it is released."""

    OPEN = "open"
    SETTLED = "settled"
    RELEASED = "released"


class FundingState(StrEnum):
    """Money for a pool is asked for by one person and approved or refused by another."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class CorrectionState(StrEnum):
    """A correction is asked for by one person of finance and approved or refused by another."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class ReasonMissing(Refusal):
    """A correction of the book says why."""

    code = "book.reason_missing"


class PartOfChange(Refusal):
    """The entry ``number`` was posted by a change of an award, or by a debt, that would not follow.

    ``change`` is the number of the change, where it can be undone; else none.
    """

    code = "book.part_of_change"


class PartOfClaim(Refusal):
    """The entry ``number`` approved or paid a claim of costs, whose state would not follow."""

    code = "book.part_of_claim"


class PartOfAward(Refusal):
    """The entry ``number`` granted an award what its agreement says, and would not follow."""

    code = "book.part_of_award"


class PartOfEnd(Refusal):
    """The entry ``number`` returned what was free when an award ended; it would be stranded."""

    code = "book.part_of_end"


class SamePerson(Refusal):
    """Who asked for the funding, or the correction, cannot also approve it."""

    code = "funding.same_person"


class AlreadyDecided(Refusal):
    """The request, for funding or a correction, was decided before; ``state`` says how."""

    code = "funding.already_decided"


def check_two_people(*, asked_by: int | None, decided_by: int | None) -> None:
    """Refuse an approval by the person who asked.

    Raises:
        SamePerson: one person stands on both sides.

    """
    if asked_by == decided_by:
        raise SamePerson


def check_stands_alone(number: int, kind: EntryKind, facts: Mapping[str, Any]) -> None:
    """Refuse to reverse by itself what an award's state, its terms, a debt or a claim say as well.

    Raises:
        PartOfEnd: an award's end posted it; the award stays ended, and nothing returns it again.
        PartOfClaim: it approved or paid a claim, which is undone where claims are.
        PartOfChange: a change of an award or a debt posted it.
        PartOfAward: it granted what an agreement promises; the award would stay in force.

    """
    if kind is EntryKind.RETURN:
        raise PartOfEnd(number=number)
    if kind in _OF_CLAIMS:
        raise PartOfClaim(number=number)
    if kind in _OF_DEBTS:
        raise PartOfChange(number=number, change=None)
    if "change" in facts:
        raise PartOfChange(number=number, change=facts["change"])
    if kind is EntryKind.COMMIT:
        raise PartOfAward(number=number)


def check_undecided(state: FundingState | CorrectionState) -> None:
    """Refuse to decide a request twice.

    Raises:
        AlreadyDecided: it was approved or refused before.

    """
    if state.value != FundingState.ASKED.value:
        raise AlreadyDecided(state=state.value)


def check_period_open(
    now: datetime, *, open_from: datetime | None, closed_until: date | None
) -> None:
    """Refuse an entry that would stand in a period that was closed.

    Raises:
        PeriodClosed: the instant lies before the open period.

    """
    if open_from is not None and now < open_from:
        raise PeriodClosed(closed_until=closed_until, at=now)


def late_facts(used_on: date | None, closed_until: date | None) -> dict[str, str]:
    """What an entry says of use that came after its period was closed; it counts to the open one.

    ``late_for`` is the day of the use, ``closed_until`` the last day of the closed period.
    """
    if used_on is None or closed_until is None or used_on > closed_until:
        return {}
    return {"late_for": used_on.isoformat(), "closed_until": closed_until.isoformat()}
