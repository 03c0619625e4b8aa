"""A whole book in a dictionary: the stored book is verified against it, tests are told with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from praya.core.ledger.accounts import Part, line_account, may_be_negative
from praya.core.ledger.chain import NO_HASH, entry_hash
from praya.core.ledger.entries import Entry, balanced
from praya.core.ledger.lines import FourNumbers


class Book:
    """Takes entries in order and keeps the balances; every rule of posting is an assertion."""

    def __init__(self) -> None:
        self.entries = 0
        self.head = NO_HASH
        self._keys: set[str] = set()
        self._balances: Counter[tuple[str, str]] = Counter()

    @property
    def balances(self) -> Mapping[tuple[str, str], int]:
        """Amounts by account and commodity."""
        return MappingProxyType(self._balances)

    def post(self, entry: Entry) -> None:
        """Take the next entry. A book stays as it was if the entry is not fit for it."""
        wrong = self.what_is_wrong(entry)
        assert wrong is None, (wrong, entry)
        for posting in entry.postings:
            self._balances[posting.account, posting.commodity] += posting.amount
        self.entries += 1
        self.head = entry_hash(self.head, entry)
        self._keys.add(entry.key)

    def what_is_wrong(self, entry: Entry) -> str | None:
        """A code for why an entry cannot come next, or ``None``."""
        if entry.number != self.entries + 1:
            return "number"
        if entry.key in self._keys:
            return "key"
        if not balanced(entry.postings):
            return "unbalanced"
        after = Counter(self._touched(entry))
        for posting in entry.postings:
            after[posting.account, posting.commodity] += posting.amount
        if any(n < 0 and not may_be_negative(account) for (account, _), n in after.items()):
            return "overdrawn"
        return None

    def numbers(self, line_code: str, commodity: str) -> FourNumbers:
        """The four numbers of a line in one commodity."""
        settled, in_flight, free = (
            self._balances[line_account(line_code, part), commodity]
            for part in (Part.USED, Part.IN_FLIGHT, Part.FREE)
        )
        return FourNumbers.of(commodity, settled=settled, in_flight=in_flight, free=free)

    def trial_balance(self) -> dict[str, int]:
        """The sum of all accounts by commodity; zero in each, or something is broken."""
        sums: dict[str, int] = {}
        for (_, commodity), amount in self._balances.items():
            sums[commodity] = sums.get(commodity, 0) + amount
        return sums

    def _touched(self, entry: Entry) -> dict[tuple[str, str], int]:
        keys = {(posting.account, posting.commodity) for posting in entry.postings}
        return {key: self._balances[key] for key in keys}
