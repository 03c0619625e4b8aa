"""The words of the terminal in the reader's language: the site's own catalogues, without Django."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

from praya.core.quantity import CardTime, Money

_CATALOGUES = Path(__file__).resolve().parents[1] / "locale"
_FOLDERS = {"zh-hant": "zh_Hant", "zh-hans": "zh_Hans"}
_SIMPLIFIED = ("zh-hans", "zh-cn", "zh-sg")


def language() -> str:
    """The language to speak: ``PRAYA_LANGUAGE``, else as the system's own variables say."""
    for name in ("PRAYA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := os.environ.get(name):
            return language_of(wanted)
    return "en"


def language_of(locale: str) -> str:
    """The language that comes closest to a locale.

    >>> language_of("zh_HK.UTF-8"), language_of("zh_CN"), language_of("de_DE.UTF-8")
    ('zh-hant', 'zh-hans', 'en')
    """
    written = locale.partition(".")[0].replace("_", "-").lower()
    if written.startswith(_SIMPLIFIED) or written == "zh":
        return "zh-hans"
    return "zh-hant" if written.startswith("zh-") else "en"


def in_language(text: Mapping[str, str]) -> str:
    """A text of the rules in the reader's language, in English where it is not written in it."""
    return text.get(language().replace("-", "_")) or text["en"]


_catalogue = gettext.translation(
    "django", _CATALOGUES, [_FOLDERS.get(language(), "en")], fallback=True
)
_ = _catalogue.gettext
ngettext = _catalogue.ngettext
pgettext = _catalogue.pgettext


def money(minor: int, currency: str) -> str:
    """``HKD 1,234.50``."""
    return f"{currency} {Money(minor, currency).major:,}"


def card_hours(seconds: int) -> str:
    """``1,234.5``: hours of one card, to one decimal, for reading."""
    return f"{CardTime(seconds, '').hours:,.1f}"


def share(basis_points: int) -> str:
    """``70 %``."""
    return f"{basis_points / 100:g} %"
