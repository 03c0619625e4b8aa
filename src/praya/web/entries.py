"""Entries of the book in a list."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from praya.words.entries import quantity_text


def postings(entry: Any) -> SafeString:  # noqa: ANN401 -- a row of books.queries.entries_of
    """The postings of an entry, one under another: the account, and what it gained or gave."""
    lines = format_html_join(
        "",
        '<li><span class="code">{}</span> <span class="number">{}</span></li>',
        (
            (posting.account, quantity_text(posting.commodity, posting.amount))
            for posting in entry.postings.all()
        ),
    )
    return format_html('<ul class="postings">{}</ul>', lines)
