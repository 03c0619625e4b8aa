"""A period is closed: from then on no entry stands in it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from praya.apps.books.models import Book
from praya.apps.books.posting import OpenBook


@transaction.atomic
def close_period(*, programme_code: str, until: date, open_from: datetime) -> None:
    """Close a book to the end of a day; ``open_from`` is the instant after it where the book is.

    It is never opened again. Closing what is closed changes nothing. The caller sees that the book
    is in order, checks access and writes the audit line.
    """
    book = OpenBook.lock(programme_code)
    if book.closed_until is not None and until <= book.closed_until:
        return
    Book.objects.filter(pk=book.id).update(closed_until=until, open_from=open_from)
