"""Cuts the fonts for documents out of three npm packages: ``python tools/vendor_fonts.py``."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "src/praya/words/paper/fonts"
VERSIONS = {"": "0.4.2", "TC": "0.4.3", "SC": "0.4.3"}
_LATIN = {chr(code) for code in range(0x20, 0x250)}
# Letters of names that no Chinese font has: accents, Greek, Cyrillic, Vietnamese.
_LETTERS = {
    chr(code)
    for first, end in ((0x100, 0x250), (0x300, 0x530), (0x1E00, 0x2000))
    for code in range(first, end)
}
_MARKS = set("–—‘’“”…·•−×→←✓€£¥₹、。，；：？！「」『』（）《》〈〉【】　")
# Where the characters of seldom use are divided, so that no part is over two megabytes.
_SELDOM = ((0x2E80, 0x6500), (0x6500, 0x8000), (0x8000, 0x9200), (0x9200, 0x30000))
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


def _fetched(style: str, folder: Path) -> Path:
    name = f"noto-sans-{style.lower()}".rstrip("-")
    package = f"@expo-google-fonts/{name}@{VERSIONS[style]}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    inside = f"package/400Regular/NotoSans{style}_400Regular.ttf"
    out = folder / f"{name}.ttf"
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        font = archive.extractfile(inside)
        assert font is not None, inside
        out.write_bytes(font.read())
    return out


def _cut(whole: Path, characters: set[str], out: Path) -> set[str]:
    font = TTFont(whole)
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


def _big5(leads: Iterable[int], encoding: str = "big5") -> set[str]:
    return _characters(encoding, leads, [*range(0x40, 0x7F), *range(0xA1, 0xFF)])


def main() -> None:
    """Fetch, cut and put the fonts in place: two of what is written daily, six of the rest.

    A file stays under two megabytes, and a document loads the rest only where it needs it.
    """
    big5 = _big5(range(0xA4, 0xC7))
    gb2312 = _characters("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    unified = {chr(code) for code in range(0x4E00, 0xA000)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        latin, tc, sc = (_fetched(style, folder) for style in VERSIONS)
        wanted = _LATIN | _MARKS | big5 | _CANTONESE
        have = _cut(tc, wanted, FONTS / "NotoSansTC-part.ttf")
        have |= _cut(sc, (gb2312 - have) | _LATIN, FONTS / "NotoSansSC-part.ttf")
        seldom = (unified | _big5(range(0x87, 0xFF), "big5hkscs")) - have
        for number, (first, end) in enumerate(_SELDOM, start=1):
            some = {one for one in seldom if first <= ord(one) < end}
            have |= _cut(tc, some, FONTS / f"NotoSansTC-seldom-{number}.ttf")
        _cut(sc, seldom - have, FONTS / "NotoSansSC-seldom.ttf")
        _cut(latin, _LETTERS - have, FONTS / "NotoSans-seldom.ttf")


if __name__ == "__main__":
    main()
