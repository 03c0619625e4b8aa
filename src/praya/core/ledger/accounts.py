"""The names of accounts, and which of them can never fall below zero."""

from __future__ import annotations

from enum import StrEnum

OUTSIDE = "outside"
REVENUE = "centre/revenue"
CASH = "centre/cash"
CLAIMED = "centre/claimed"


class Part(StrEnum):
    """The accounts of an award line.

    ``OVERRUN`` is use that nothing granted has paid for, ``FREE_USE`` use that nothing had to.
    """

    FREE = "free"
    IN_FLIGHT = "in-flight"
    USED = "used"
    OVERRUN = "overrun"
    FREE_USE = "free-use"


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


def debt_account(award_code: str) -> str:
    """What the holders of an award have to pay back."""
    return f"debt/{award_code}"


def claim_account(pool: str) -> str:
    """Where a pool's claims come from: all that was ever claimed for it stands here, negative."""
    return f"claim/{pool}"


def written_off_account(pool: str) -> str:
    """What was claimed for a pool and given up."""
    return f"written-off/{pool}"


def set_off_account(pool: str) -> str:
    """What was claimed for a pool and paid out of newer awards of the same holders."""
    return f"set-off/{pool}"


def invoice_account(number: str) -> str:
    """What is open on an invoice: asked for and not paid yet."""
    return f"invoice/{number}"


def payable_account(claim: str) -> str:
    """What is owed to a claimant, negative until it is paid."""
    return f"payable/{claim}"


def award_of(line_code: str) -> str:
    """The award a line belongs to: ``HCP-0007`` for ``HCP-0007.1``."""
    award, dot, number = line_code.rpartition(".")
    assert award, line_code
    assert dot, line_code
    assert number.isdigit(), line_code
    return award


def may_be_negative(account: str) -> bool:
    """Whether an account can fall below zero: never a pool, an award line, a debt, an invoice."""
    return not account.startswith(("pool/", "award/", "debt/", "invoice/"))
