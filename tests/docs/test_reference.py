"""What the code knows, the reference says: every setting, refusal, command and address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_page_is_up_to_date(name):
    page = ROOT / "docs" / "reference" / name

    assert page.read_text(encoding="utf-8") == PAGES[name](), "run: ./run generate"


def test_links_between_pages_lead_somewhere():
    pages = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []
