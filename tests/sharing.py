"""How processes share the tests: by files, but for those whose tests take long each.

A file stays in one process, so that what its tests share is made once and one test finds what
another before it has done. pytest-xdist's own groups hold nothing together with pytest 9.2, and do
not say so.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

# Of no use to one another and long: a process need not take all of them.
EACH_BY_ITSELF = (
    "tests/access/test_access.py",
    "tests/apps/books/test_crash.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_officer_to_public.py",
    "tests/overspend/test_overspend.py",
    "tests/simulation/test_simulation.py",
)


class Sharing(LoadFileScheduling):
    """Hands out a file at a time, or one long test."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return nodeid if file in EACH_BY_ITSELF else file


def longest_first(items: list[pytest.Item]) -> None:
    """Begin with what is marked slow, so that no process is left with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
