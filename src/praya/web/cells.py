"""One value as a page, and as a CSV file, shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Link, Tone
from praya.words import dates, quantities
from praya.words.sheets import harmless

# Codes of things, such as HCP-A0007 or HCP-0001.2: a line does not break in them.
_CODE = re.compile(r"[A-Z]{1,12}-[A-Z0-9.-]{1,20}")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a whole: a bar, with the share in words beside it."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        """The filled part of the bar."""
        return min(max(100 * self.part // self.whole, 0), 100) if self.whole else 0

    def __str__(self) -> str:
        """The share in words; a dash where there is no whole."""
        return quantities.percent_of(self.part, self.whole)


def cell_text(value: Any) -> str:  # noqa: ANN401 -- cells are of every kind a table shows
    """The value as plain words."""
    if value is None or value == "":
        return "–"
    text = str(value)
    if isinstance(value, bool):
        text = _("yes") if value else _("no")
    elif isinstance(value, Money):
        text = quantities.money(value)
    elif isinstance(value, CardTime):
        text = quantities.card_hours(value)
    elif isinstance(value, datetime):
        text = dates.instant(value)
    elif isinstance(value, date):
        text = dates.day(value)
    elif isinstance(value, int):
        text = quantities.number(value)
    return text


def cell_html(value: Any) -> SafeString:  # noqa: ANN401 -- cells are of every kind a table shows
    """The value as markup: links, badges and instants keep their meaning."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, Badge):
        return _badge_html(str(value.label), value.tone, value.icon)
    if isinstance(value, Link):
        return _link_html(value)
    if isinstance(value, (datetime, date)):
        text = _escaped(cell_text(value))
        return SafeString(f'<time datetime="{value.isoformat()}">{text}</time>')
    if isinstance(value, (int, Money, CardTime, Share)):
        bar = _bar_html(value) if isinstance(value, Share) else ""
        return SafeString(f'<span class="number">{bar}{_escaped(cell_text(value))}</span>')
    return _text_html(value if isinstance(value, str) else cell_text(value))


def _link_html(link: Link) -> SafeString:
    label = str(link.label)
    kind = ' class="code"' if _CODE.fullmatch(label) else ""
    return SafeString(f'<a{kind} href="{_escaped(link.url)}">{_escaped(label)}</a>')


def _bar_html(share: Share) -> str:
    """The bar of a share; its words stand beside it."""
    if not share.whole:
        return ""
    return (
        '<svg class="share-bar" viewBox="0 0 100 14" aria-hidden="true">'
        '<rect class="share-whole" width="100" height="14" rx="3"/>'
        f'<rect class="share-part" width="{share.percent}" height="14" rx="3"/></svg>'
    )


def _text_html(text: str) -> SafeString:
    escaped = _escaped(text or "–")
    return SafeString(f'<span class="code">{escaped}</span>' if _CODE.fullmatch(text) else escaped)


def _escaped(text: str) -> str:
    """The text for markup, as ``conditional_escape`` gives it for a third of the time."""
    return text if isinstance(text, SafeString) else escape(text)


@lru_cache(maxsize=1000)
def _badge_html(label: str, tone: Tone, icon: str) -> SafeString:
    """A badge's markup; a list says the same few words over and over."""
    return render_to_string("web/components/state.html", {"badge": Badge(label, tone, icon)})


def cell_csv(value: Any) -> str:  # noqa: ANN401 -- cells are of every kind a table shows
    """The value for a spreadsheet: plain figures and ISO dates, and nothing it would run."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, Money):
        text = f"{value.major:f}"
    elif isinstance(value, CardTime):
        text = f"{value.hours:.4f}"
    elif isinstance(value, (datetime, date)):
        text = value.isoformat()
    elif isinstance(value, (Link, Badge)):
        text = str(value.label)
    return text if isinstance(value, (int, Money, CardTime)) else harmless(text)
