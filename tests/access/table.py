"""The table of who gets what, as a text that people read: ``expected.txt``."""

from __future__ import annotations

from pathlib import Path

from tests.access.people import PEOPLE

FILE = Path(__file__).with_name("expected.txt")
Key = tuple[str, str, str]  # method, address, thing


def read() -> dict[Key, list[str]]:
    """The rows of the table."""
    rows = {}
    for text in FILE.read_text(encoding="utf-8").splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        method, address, thing, *codes = text.split()
        assert len(codes) == len(PEOPLE), text
        assert (method, address, thing) not in rows, text
        rows[method, address, thing] = codes
    return rows


def written(key: Key, codes: list[str]) -> str:
    """A row as it stands in the file."""
    method, address, thing = key
    cells = " ".join(f"{code:4}" for code in codes)
    return f"{method:6} {address:58} {thing:17} {cells}".rstrip()
