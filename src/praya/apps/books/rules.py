"""What holds for books on paper, beyond the ledger itself."""

from __future__ import annotations

from enum import StrEnum

from praya.core.refusal import Refusal


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


class SamePerson(Refusal):
    """Who asked for the funding cannot also approve it."""

    code = "funding.same_person"


class AlreadyDecided(Refusal):
    """The funding request was decided before; ``state`` says how."""

    code = "funding.already_decided"


def check_two_people(*, asked_by: int | None, decided_by: int | None) -> None:
    """Refuse an approval by the person who asked.

    Raises:
        SamePerson: one person stands on both sides.

    """
    if asked_by == decided_by:
        raise SamePerson


def check_undecided(state: FundingState) -> None:
    """Refuse to decide a request twice.

    Raises:
        AlreadyDecided: it was approved or refused before.

    """
    if state is not FundingState.ASKED:
        raise AlreadyDecided(state=state.value)
