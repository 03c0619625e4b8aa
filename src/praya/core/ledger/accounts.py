"""The names of accounts, and which of them can never fall below zero."""

from __future__ import annotations

from enum import StrEnum

OUTSIDE = "outside"
REVENUE = "centre/revenue"


class Part(StrEnum):
    """The accounts of an award line. ``OVERRUN`` is use that nothing granted has paid for."""

    FREE = "free"
    IN_FLIGHT = "in-flight"
    USED = "used"
    OVERRUN = "overrun"


def vote_account(pool: str) -> str:
    """Where a pool's money comes from; what was voted for the pool stands here, negative."""
    return f"{OUTSIDE}/{pool}"


def pool_account(pool: str) -> str:
    """What is left to commit out of a pool."""
    return f"pool/{pool}"


def line_account(line_code: str, part: Part) -> str:
    """One of the accounts of an award line."""
    return f"award/{line_code}/{part.value}"


def receivable_account(award_code: str) -> str:
    """What the holders of an award owe as their own share."""
    return f"receivable/{award_code}"


def award_of(line_code: str) -> str:
    """The award a line belongs to: ``HCP-0007`` for ``HCP-0007.1``."""
    award, dot, number = line_code.rpartition(".")
    assert award, line_code
    assert dot, line_code
    assert number.isdigit(), line_code
    return award


def may_be_negative(account: str) -> bool:
    """Whether an account can fall below zero: never a pool's, never an award line's."""
    return not account.startswith(("pool/", "award/"))
