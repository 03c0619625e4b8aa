"""Cuts the fonts for documents out of two npm packages: ``python tools/vendor_fonts.py``."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "src/praya/words/paper/fonts"
VERSION = "0.4.3"
_LATIN = {chr(code) for code in range(0x20, 0x250)}
_MARKS = set("–—‘’“”…·•−×→←✓€£¥₹、。，；：？！「」『』（）《》〈〉【】　")
_CANTONESE = set("嘅咗哋啲嚟喺佢冇嘢嗰")


def _characters(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> set[str]:
    found: set[str] = set()
    for lead in leads:
        for trail in trails:
            try:
                found |= set(bytes((lead, trail)).decode(encoding))
            except UnicodeDecodeError:
                continue
    return found


def _fetched(style: str, folder: Path) -> TTFont:
    package = f"@expo-google-fonts/noto-sans-{style.lower()}@{VERSION}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(folder / style, filter="data")
    return TTFont(folder / style / f"package/400Regular/NotoSans{style}_400Regular.ttf")


def _cut(font: TTFont, characters: set[str], out: Path) -> set[str]:
    have = {chr(code) for code in font.getBestCmap()}
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14]
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "VORG", "BASE", "STAT"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(one) for one in characters & have])
    cutter.subset(font)
    font.save(out)
    return characters & have


def main() -> None:
    """Fetch, cut and put both fonts in place."""
    big5 = _characters("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    gb2312 = _characters("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = _LATIN | _MARKS | big5 | _CANTONESE
        have = _cut(_fetched("TC", folder), wanted, FONTS / "NotoSansTC-part.ttf")
        _cut(_fetched("SC", folder), (gb2312 - have) | _LATIN, FONTS / "NotoSansSC-part.ttf")


if __name__ == "__main__":
    main()
