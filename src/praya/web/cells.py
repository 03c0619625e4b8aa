"""One value as a page, and as a CSV file, shows it."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Link, Tone
from praya.words import quantities

# Codes of things, such as HCP-A0007 or HCP-0001.2: a line does not break in them.
_CODE = re.compile(r"[A-Z]{1,12}-[A-Z0-9.-]{1,20}")
_LINK, _CODE_LINK = '<a href="{}">{}</a>', '<a class="code" href="{}">{}</a>'


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
        text = date_format(timezone.localtime(value), "DATETIME_FORMAT")
    elif isinstance(value, date):
        text = date_format(value, "DATE_FORMAT")
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
        markup = _CODE_LINK if _CODE.fullmatch(str(value.label)) else _LINK
        return format_html(markup, value.url, value.label)
    if isinstance(value, (datetime, date)):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), cell_text(value))
    if isinstance(value, (int, Money, CardTime)):
        return format_html('<span class="number">{}</span>', cell_text(value))
    return _text_html(value if isinstance(value, str) else cell_text(value))


def _text_html(text: str) -> SafeString:
    if _CODE.fullmatch(text):
        return format_html('<span class="code">{}</span>', text)
    return escape(text or "–")


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
    if not isinstance(value, (int, Money, CardTime)) and text.startswith(_RUN_BY_SPREADSHEETS):
        return "'" + text
    return text


_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
