"""What waits for a reader on the first page, of which they were warned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from praya.apps.notices.queries import subject_in, warnings_to
from praya.web.waiting import Waiting, kind_of

LOOK_BACK = timedelta(days=7)
MOST = 5


@kind_of(lambda actor, now: warnings_to(actor, now - LOOK_BACK))
def warnings_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """The warnings of the last week, whatever was mailed of them."""
    del now
    for letter in rows[:MOST]:
        url = reverse("web:award-outlook", args=[letter.about])
        detail = _("Look at how fast it is used, and what is left.")
        title = subject_in(letter, get_language())
        yield Waiting(title, detail, url, letter.made_at)
