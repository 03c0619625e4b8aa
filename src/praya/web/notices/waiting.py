"""What waits for a reader on the first page, of which they were warned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.notices.queries import warnings_to, worded_for
from praya.core.actor import Actor
from praya.web.waiting import Waiting

LOOK_BACK = timedelta(days=7)
MOST = 5


def warnings_waiting(actor: Actor, now: datetime) -> Iterable[Waiting]:
    """The warnings of the last week, whatever was mailed of them."""
    if not actor.is_known:
        return
    for letter in warnings_to(actor, now - LOOK_BACK)[:MOST]:
        url = reverse("web:award-outlook", args=[letter.about])
        detail = _("Look at how fast it is used, and what is left.")
        yield Waiting(worded_for(letter), detail, url, letter.made_at)
