"""What waits for a reader on the first page, of which they were warned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from praya.apps.notices.queries import subject_in, warnings_to
from praya.web.waiting import Waiting, kind_at

if TYPE_CHECKING:
    from praya.apps.notices.models import Letter

LOOK_BACK = timedelta(days=7)
MOST = 5  # awards
_READ = 50  # of a week's letters


@kind_at(lambda actor, now: warnings_to(actor, now - LOOK_BACK))
def warnings_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """The warnings of the last week, award by award, whatever was mailed of them."""
    del now
    by_award: dict[str, list[Letter]] = defaultdict(list)
    for letter in rows[:_READ]:
        by_award[letter.about].append(letter)
    for code, letters in islice(by_award.items(), MOST):
        title, *others = (subject_in(letter, get_language()) for letter in letters)
        detail = " · ".join(others) or _("Look at how fast it is used, and what is left.")
        yield Waiting(title, detail, reverse("web:award-outlook", args=[code]), letters[0].made_at)
