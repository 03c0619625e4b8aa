"""A book as a Beancount file, which Beancount's own checker accepts.

Names are mapped, since Beancount's are stricter than the book's; each mapped name carries the
book's own as ``praya`` beside it.

| in the book | in Beancount |
|---|---|
| ``pool/subsidy`` | ``Assets:Pool:Subsidy`` |
| ``award/HCP-0007.1/in-flight`` | ``Assets:Award:HCP-0007:1:In-flight`` |
| ``award/HCP-0007.1/used`` | ``Expenses:Award:HCP-0007:1:Used`` |
| ``centre/revenue`` | ``Income:Centre:Revenue`` |
| ``nvidia-h800·s`` | ``NVIDIA-H800.S`` |

Money is in major units; everything else in the whole units of the book.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta

from praya.apps.reports.queries.exports import BookRow
from praya.core.quantity import Money, decimals_of, device_model_of

_COMMODITY_LENGTH = 24
_TYPES = {
    "pool": "Assets",
    "award": "Assets",
    "receivable": "Assets",
    "invoice": "Assets",
    "debt": "Assets",
    "payable": "Liabilities",
    "written-off": "Expenses",
}
_TYPES_BY_END = {
    "used": "Expenses",
    "overrun": "Expenses",
    "free-use": "Expenses",
    "revenue": "Income",
    "cash": "Assets",
    "claimed": "Expenses",
}
_NO_DATE = date(1970, 1, 1)


def beancount_lines(
    programme_code: str,
    currency: str,
    accounts: Sequence[tuple[str, str]],
    rows: Iterable[BookRow],
) -> Iterator[str]:
    """The file, piece by piece; it ends with what every account must come to."""
    names = _Names(_account_name)
    units = _Names(_unit_name)
    yield f"option {_text('title')} {_text(programme_code)}\n"
    yield f"option {_text('operating_currency')} {_text(units[currency])}\n\n"
    sums: Counter[tuple[str, str]] = Counter()
    last, is_begun = _NO_DATE, False
    for row in rows:
        on = row.entry.at.astimezone(UTC).date()
        if not is_begun:
            yield from _head(_NO_DATE, accounts, names, units)
            is_begun = True
        last = max(last, on)
        yield from _entry(on, row, names, units)
        for posting in row.entry.postings:
            sums[posting.account, posting.commodity] += posting.amount
    for (account, commodity), amount in sorted(sums.items()):
        day = last + timedelta(days=1)
        yield f"{day} balance {names[account]}  {_amount(amount, commodity)} {units[commodity]}\n"


def _head(
    day: date, accounts: Sequence[tuple[str, str]], names: _Names, units: _Names
) -> Iterator[str]:
    for commodity in sorted({commodity for _, commodity in accounts}):
        yield f"{day} commodity {units[commodity]}\n  praya: {_text(commodity)}\n"
    for account in sorted({account for account, _ in accounts}):
        yield f"{day} open {names[account]}\n  praya: {_text(account)}\n"
    yield "\n"


def _entry(day: date, row: BookRow, names: _Names, units: _Names) -> Iterator[str]:
    entry = row.entry
    yield f"{day} * {_text(entry.kind.value)} {_text(entry.subject)}\n"
    yield f"  entry: {entry.number}\n"
    yield f"  at: {_text(entry.at.astimezone(UTC).isoformat())}\n"
    yield f"  key: {_text(entry.key)}\n"
    yield f"  sha256: {_text(row.sha256)}\n"
    for one in entry.postings:
        amount = f"{_amount(one.amount, one.commodity)} {units[one.commodity]}"
        yield f"  {names[one.account]}  {amount}\n"
    yield "\n"


class _Names:
    """Names as Beancount takes them, no two alike: what would clash carries a mark of its own."""

    def __init__(self, made: Callable[[str], str]) -> None:
        self._made = made
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            made = self._made(name)
            if made in self._taken:
                made = f"{made[: _COMMODITY_LENGTH - 9]}-{_mark(name)}"
            self._names[name] = made
            self._taken.add(made)
        return self._names[name]


def _account_name(account: str) -> str:
    first, *rest = account.split("/")
    kind = _TYPES_BY_END.get(rest[-1] if rest else "") or _TYPES.get(first, "Equity")
    parts = [part for segment in (first, *rest) for part in segment.split(".")]
    return ":".join([kind, *(_component(part) for part in parts)])


def _component(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9-]", "-", text) or "-"
    begun = plain if plain[0].isalnum() else f"X{plain}"
    return begun[0].upper() + begun[1:]


def _unit_name(commodity: str) -> str:
    name = re.sub(r"[^A-Z0-9'._-]", "-", commodity.upper().replace("·", "."))
    name = name if name[0].isalpha() else f"X{name}"
    name = name if name[-1].isalnum() else f"{name}X"
    if len(name) <= _COMMODITY_LENGTH:
        return name
    return f"{name[: _COMMODITY_LENGTH - 9]}-{_mark(commodity)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8].upper()


def _amount(amount: int, commodity: str) -> str:
    if device_model_of(commodity) is not None or not commodity.isupper():
        return str(amount)
    return f"{Money(amount, commodity).major:.{decimals_of(commodity)}f}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
