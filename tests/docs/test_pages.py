"""What the pages written by hand must say, and what they must not drift from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def rows_of_praya() -> list[str]:
    return sorted(
        model.__name__ for model in apps.get_models() if model.__module__.startswith("praya.apps.")
    )


def words_of(name: str) -> str:
    """``StageStay`` as it would be written in a sentence."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


@pytest.mark.parametrize("name", rows_of_praya())
def test_glossary_knows_each_row(name):
    glossary = (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8")
    entries = "\n".join(line for line in glossary.splitlines() if "**" in line)

    known = re.search(rf"\b{name}\b", entries) or f"**{words_of(name)}**" in entries.lower()

    assert known, f"{name} is stored and not in docs/reference/glossary.md"


def test_readme_names_both_commands_and_its_pictures_are_small():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = sorted((DOCS / "images").iterdir())

    assert {"./run demo", "./run test"} <= set(readme.splitlines())
    assert [one.name for one in pictures if one.stat().st_size > 200 * 1024] == []
    assert [one.name for one in pictures if f"docs/images/{one.name}" not in readme] == []


def test_index_leads_to_every_page():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = [
        page.relative_to(DOCS).as_posix()
        for page in sorted(DOCS.rglob("*.md"))
        if page.parent.name != "decisions" and page != DOCS / "README.md"
    ]

    assert [page for page in pages if f"({page})" not in index] == []


def test_decisions_are_numbered_without_a_gap_and_have_their_parts():
    pages = sorted((DOCS / "decisions").glob("*.md"))
    parts = ["## Context", "## Decision", "## Consequences"]

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert "\nStatus: " in text, page.name
        assert [line for line in text.splitlines() if line.startswith("## ")] == parts, page.name


def test_explanations_open_with_concepts():
    pages = sorted((DOCS / "explanation").glob("*.md"))
    first = {
        page.name: re.search(r"^#+ +(Concepts)$", page.read_text(), re.MULTILINE) for page in pages
    }

    assert [name for name, found in first.items() if found is None] == []


def test_origins_of_everything_vendored_are_in_the_notice():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    folders = {
        page.parent.relative_to(ROOT).as_posix()
        for top in ("src", "examples")
        for page in (ROOT / top).rglob("ORIGIN.md")
    }

    assert folders, "nothing is vendored?"
    assert sorted(folder for folder in folders if folder not in notice) == []


def test_fragments_are_named_by_their_kind():
    kinds = {"added", "changed", "fixed", "removed", "security"}
    names = [page.name for page in (ROOT / "changelog.d").iterdir() if page.name != "README.md"]

    assert [
        name for name in names if not re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(kinds)})\.md", name)
    ] == []
