"""Papers: every character of a name is there, and daily ones load no more than they need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.papers import characters_in, pages_of

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
    sheet = paper("Ж")
    assert "Ж" in characters_in(bytes(sheet.output()))
    assert list(sheet.fonts) == ["body", "more", "notosans-seldom"]


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        pytest.param("สม ชัย", "[U+0E2A U+0E21] [U+0E0A U+0E31 U+0E22]", id="Thai"),
        pytest.param("علي", "[U+0639 U+0644 U+064A]", id="Arabic"),
        pytest.param("Dr דוד, MD", "Dr [U+05D3 U+05D5 U+05D3], MD", id="Hebrew among Latin"),
        pytest.param("शर्", "[U+0936 U+0930 U+094D]", id="Devanagari"),
        pytest.param("김수 金秀", "[U+AE40 U+C218] 金秀", id="Hangul among Chinese"),
        pytest.param("𞤀😀", "[U+1E900 U+1F600]", id="above the first plane"),
        pytest.param("a\u200db", "a[U+200D]b", id="without ink"),
        pytest.param("one\ttwo\r\nthree", "one two three", id="other spaces"),
    ],
)
def test_a_character_that_no_font_has_stands_as_its_number(name, drawn, caplog):
    [page] = pages_of(bytes(paper(name).output()))
    shown = " ".join(page.extract_text().split())
    assert f"月結單 {drawn} " in shown
    assert ("by number in Unicode" in shown) == ("U+" in drawn)
    assert caplog.messages == []


def test_numbers_are_explained_from_the_page_on_where_one_stands():
    sheet = paper("plain")
    sheet.add_page()
    sheet.rows(["Name"], [["ไทย"]], widths=(1,))
    pages = [page.extract_text() for page in pages_of(bytes(sheet.output()))]
    assert ["by number in Unicode" in page for page in pages] == [False, True]


def test_a_value_after_a_name_in_another_font_keeps_its_size():
    sheet = Sheet(title="月結單", foot="", made_at=datetime(2026, 3, 2, tzinfo=UTC))
    sheet.facts([("获批项目", "HCP-0007"), ("加速卡时间", "37")])
    [page] = pages_of(bytes(sheet.output()))
    sizes: dict[str, float] = {}

    def note(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        sizes[text.strip()] = size

    page.extract_text(visitor_text=note)
    assert [sizes.get(text) for text in ("月結單", "HCP-0007", "37")] == [16, 9, 9]


def test_a_line_is_not_stretched_to_the_margin():
    sheet = paper("Harbour University " * 12)
    assert b" TJ" not in pages_of(bytes(sheet.output()))[0].get_contents().get_data()
