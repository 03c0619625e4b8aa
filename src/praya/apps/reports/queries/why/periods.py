"""Why a month of a book is closed: the entries that stand in it, and who closed it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from praya.apps.billing.models import PeriodClose
from praya.apps.billing.rules import first_of, last_of
from praya.apps.books.access import may_read_book
from praya.apps.books.models import Entry
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.apps.reports.queries.why.entries import entry_facts, entry_grounds
from praya.core.actor import Actor
from praya.core.metering import instant_of
from praya.core.refusal import NotFound

ONE_DAY = timedelta(days=1)


def why_period(
    programme_code: str, month: str, actor: Actor, *, window: chain.Window | None = None
) -> Why:
    """How many entries stand in a month that was closed: each of them, the newest first.

    For readers of the book. It rests on who closed it, when, and the book's head then. At most four
    queries.

    Raises:
        NotFound: there is no such programme, the month was not closed, or the actor may not know.

    """
    programme = programme_of(programme_code)
    closes = PeriodClose.objects.filter(programme=programme, month=month)
    closed = closes.select_related("closed_by").first()
    if closed is None or not may_read_book(actor, programme_code):
        raise NotFound(kind="period", key=f"{programme_code}/{month}")
    zone = ZoneInfo(programme.time_zone)
    rows = Entry.objects.filter(
        programme_code=programme_code,
        at__gte=instant_of(first_of(month), zone),
        at__lt=instant_of(last_of(month) + ONE_DAY, zone),
    )
    window = window or chain.Window()
    count = rows.count()
    entries = rows.order_by("-number")[window.slice]
    facts = {"programme": programme_code, "month": month}
    by = {
        "by": str(closed.closed_by),
        "at": closed.closed_at,
        "entries": closed.entries,
        "head": closed.head_sha256,
    }
    return paged(
        WhyCode.PERIOD,
        unit="entries",
        amount=count,
        facts=facts,
        parts=[
            Why(
                WhyCode.ENTRY,
                "entries",
                1,
                entry_facts(entry, ""),
                grounds=tuple(entry_grounds(entry)),
            )
            for entry in entries
        ],
        count=count,
        window=window,
        grounds=(Ground(GroundKind.CLOSED, by),),
    )
