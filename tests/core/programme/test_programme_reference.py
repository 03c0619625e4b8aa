"""The reference page says what the code says."""

from __future__ import annotations

from pathlib import Path

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import FindingCode
from praya.core.programme.reference import reference_markdown
from praya.core.programme.shape import parts_of

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "programme-file.md"


def test_the_page_on_disk_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_markdown()


def test_every_field_has_a_description() -> None:
    bare = [
        f"{part.__name__}.{name}"
        for part in parts_of(ProgrammeRules)
        for name, info in part.model_fields.items()
        if not info.description
    ]

    assert bare == []


def test_every_code_has_a_meaning_of_its_own() -> None:
    meanings = [code.meaning for code in FindingCode]

    assert len(set(meanings)) == len(meanings)
