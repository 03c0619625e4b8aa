"""Papers: every character of a name is there, and daily ones load no more than they need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.papers import characters_in

from praya.words.paper.sheet import Sheet


def paper(text: str) -> Sheet:
    sheet = Sheet(title="月結單", foot="", made_at=datetime(2026, 3, 2, tzinfo=UTC))
    sheet.paragraph(text)
    return sheet


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("嘉鑫喆邨", id="of names, in no list of daily use"),
        pytest.param("深水埗𨋢㗎燊堃栢", id="of Hong Kong"),
        pytest.param("镕珺玥", id="simplified"),
        pytest.param("Nguyễn Thị Hồng Ước", id="Vietnamese"),
        pytest.param("Łukasz Şahin Ğ", id="of eastern Europe and Turkey"),
        pytest.param("Жанна Щёкіна Ωραία Ήβη", id="Cyrillic and Greek"),
    ],
)
def test_a_name_keeps_its_characters(name):
    assert set(name) <= characters_in(bytes(paper(name).output()))


def test_daily_characters_load_two_fonts():
    sheet = paper("研究院：我们的算力 HK$1,234.50")
    assert set("研究院我们的算力月結單") <= characters_in(bytes(sheet.output()))
    assert len(sheet.fonts) == 2


def test_a_letter_that_no_chinese_font_has_loads_one_font_more():
    assert list(paper("Ж").fonts) == ["body", "more", "notosans-seldom"]
