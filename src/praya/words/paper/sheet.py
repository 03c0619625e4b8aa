"""A sheet of paper: fonts, head, foot, and tables that break over pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import CoreFont, FontFace, TTFFont

_FONTS = Path(__file__).with_name("fonts")
_QUIET = (90, 98, 110)
_RULE = (200, 206, 214)


class Sheet(FPDF):
    """A4 with the site's fonts. ``made_at`` is its only instant: same content, same bytes."""

    def __init__(
        self, *, title: str, foot: str, made_at: datetime, landscape: bool = False
    ) -> None:
        super().__init__(orientation="landscape" if landscape else "portrait", format="A4")
        self._foot = foot
        self._has_numbers = False
        self.set_creation_date(made_at.astimezone(UTC))
        self.set_title(title)
        self.set_lang("en")
        self.add_font("body", fname=_FONTS / "NotoSansTC-part.ttf")
        self.add_font("more", fname=_FONTS / "NotoSansSC-part.ttf")
        self._more = ["more"]
        self.set_fallback_fonts(self._more)
        # In this order the small one, of letters, is tried before those of rare characters.
        self._seldom = sorted(_FONTS.glob("*-seldom*.ttf"))
        self.set_margins(15, 15)
        self.set_auto_page_break(True, margin=18)
        self.add_page()
        self.set_font("body", size=16)
        self.multi_cell(0, 8, title, align="LEFT", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """The font that has a character; those of seldom use are loaded where one is met."""
        found = super().get_fallback_font(char, style)
        while found is None and self._seldom:
            path = self._seldom.pop(0)
            self.add_font(path.stem.lower(), fname=path)
            self._more.append(path.stem.lower())
            self.set_fallback_fonts(self._more)
            found = super().get_fallback_font(char, style)
        return found

    def _set_font_for_page(
        self,
        font: CoreFont | TTFFont,
        font_size_pt: float,
        wrap_in_text_object: bool = True,  # noqa: FBT001, FBT002 -- the library's signature
    ) -> str:
        # A coloured line whose first character is in a fallback font chooses the page's font
        # inside what the colour's end undoes; the next line then has the size of an older one.
        if not (wrap_in_text_object or self.current_font_is_set_on_page):
            self._out(super()._set_font_for_page(font, font_size_pt))
        return super()._set_font_for_page(font, font_size_pt, wrap_in_text_object)

    def normalize_text(self, text: str) -> str:
        """A text as it can be drawn: what no font has stands as its numbers in Unicode.

        The library sends every text through here before it measures or draws it. Without a font
        it would draw a box or nothing, and a name would be lost without a word.
        """
        lacking = {char for char in text if not (char == "\n" or self._has(char))}
        if not lacking:
            return text
        return "".join(
            self._numbers(chars) if lacks else "".join(chars)
            for lacks, chars in groupby(
                (" " if char in lacking and char.isspace() else char for char in text),
                lacking.__contains__,
            )
        )

    def _has(self, char: str) -> bool:
        body = self.fonts["body"]
        assert isinstance(body, TTFFont)
        return ord(char) in body.cmap or self.get_fallback_font(char) is not None

    def _numbers(self, chars: Iterable[str]) -> str:
        self._has_numbers = True
        return f"[{' '.join(f'U+{ord(char):04X}' for char in chars)}]"

    def footer(self) -> None:
        """Draw the foot of a page: what the document is, and which page of how many.

        Where a character stood as its number so far, a line above says what that means.
        """
        self.set_font("body", size=7.5)
        self.set_text_color(*_QUIET)
        if self._has_numbers:
            self.set_y(-17)
            self.cell(0, 4, _("[U+…]: characters that no font here has, by number in Unicode."))
        self.set_y(-13)
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(0, 5, f"{self._foot}   ·   {page}")
        self.set_text_color(0)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Draw names and values below each other."""
        for name, value in pairs:
            self.set_font("body", size=9)
            self.set_text_color(*_QUIET)
            self.cell(48, 5.5, name)
            self.set_text_color(0)
            self.multi_cell(0, 5.5, value, align="LEFT", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def heading(self, text: str) -> None:
        """Draw the head of a section."""
        self.ln(2)
        self.set_font("body", size=11)
        self.cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")

    def paragraph(self, text: str) -> None:
        """Draw a paragraph."""
        self.set_font("body", size=9)
        self.multi_cell(0, 5, text, align="LEFT", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def rows(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[int],
        right: Sequence[int] = (),
    ) -> None:
        """Draw a table; columns in ``right`` stand to the right. Its head repeats on each page."""
        self.set_font("body", size=7.5)
        self.set_draw_color(*_RULE)
        align = ["RIGHT" if place in right else "LEFT" for place in range(len(heads))]
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple(align),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(color=_QUIET),
            line_height=4.4,
            padding=0.7,
        ) as table:
            for row in [heads, *rows]:
                table.row(list(row))
        self.ln(2)

    def as_bytes(self) -> bytes:
        """The finished document."""
        return bytes(self.output())
