"""The page about events knows every type of event that is sent."""

from __future__ import annotations

import re
from pathlib import Path

from praya.core.ledger import EntryKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "events.md"


def test_every_kind_of_entry_is_named():
    types = PAGE.read_text(encoding="utf-8").partition("## Types")[2]

    assert set(re.findall(r"`([a-z-]+)`", types)) == {kind.value for kind in EntryKind}
