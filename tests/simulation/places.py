"""Where something stands in the auditor's books, and the account of the book that it must be on."""

from __future__ import annotations

from collections import Counter

from tests.simulation.asking import CURRENCY, POOL, Pair, commodities_of

TIME, MONEY = 0, 1
ON_A_LINE = ("free", "in-flight", "used", "overrun", "free-use")
# Where nothing may ever be owed.
GUARDED = (*ON_A_LINE, "pool", "debt", "invoice")

Place = tuple[str, str, int]  # what it is, whose, seconds or cents
Change = Counter[Place]

_ACCOUNTS = {
    "pool": "pool/{}",
    "voted": "outside/{}",
    "owed": "receivable/{}",
    "debt": "debt/{}",
    "claimed": "claim/{}",
    "given-up": "written-off/{}",
    "set-off": "set-off/{}",
    "invoice": "invoice/{}",
    "payable": "payable/{}",
    "centre": "centre/{}",
}


class RefusedError(Exception):
    """The refusal that must come."""


def account_of(place: Place) -> tuple[str, str]:
    """The account and the commodity of a place."""
    what, whose, index = place
    if what in ON_A_LINE:
        return f"award/{whose}/{what}", commodities_of(whose)[index]
    return _ACCOUNTS[what].format(whose), CURRENCY


def on_line(what: str, line: str, amount: Pair) -> Change:
    """So much more in a part of a line."""
    return Counter({(what, line, TIME): amount[TIME], (what, line, MONEY): amount[MONEY]})


def off_line(what: str, line: str, amount: Pair) -> Change:
    """So much less in a part of a line."""
    return on_line(what, line, (-amount[TIME], -amount[MONEY]))


def moved(source: Place, target: Place, number: int) -> Change:
    """From one place to another."""
    change: Change = Counter({source: -number})
    change[target] += number
    return change


def cents(what: str, whose: str) -> Place:
    """A place of money."""
    return what, whose, MONEY


THE_POOL = cents("pool", POOL)
REVENUE = cents("centre", "revenue")
CASH = cents("centre", "cash")
CLAIMED = cents("centre", "claimed")


def award_of(line: str) -> str:
    """The award of a line."""
    return line.rpartition(".")[0]
