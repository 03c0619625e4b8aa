"""One value as a page, and as a CSV file, shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Link
from praya.words import quantities


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
    if isinstance(value, Badge):
        return render_to_string("web/components/state.html", {"badge": value})
    if isinstance(value, Link):
        return format_html('<a href="{}">{}</a>', value.url, value.label)
    if isinstance(value, SafeString):
        return value
    if isinstance(value, (datetime, date)):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), cell_text(value))
    if isinstance(value, (int, Money, CardTime)):
        return format_html('<span class="number">{}</span>', cell_text(value))
    return format_html("{}", cell_text(value))


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
