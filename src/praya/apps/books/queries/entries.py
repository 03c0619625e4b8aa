"""Entries, holds and funding requests, as rows to show."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from praya.apps.books.models import Correction, Entry, FundingRequest, Hold, Line, Posting
from praya.apps.books.rules import FundingState, HoldState
from praya.core import ledger
from praya.core.ledger import OpenHold, OpenHolds
from praya.core.ledger.kinds import HOLDS_SHOWN
from praya.core.refusal import NotFound


def entries_of(code: str) -> QuerySet[Entry]:
    """Entries about an award (its lines among them), a line or ``pool/<name>``, newest first.

    Postings come with them in one more query.
    """
    # By name, not by beginning: a beginning would be looked for in every entry of every book.
    lines = Line.objects.filter(award_code=code).order_by().values("code")
    about = Q(subject=code) | Q(subject__in=lines)
    return _with_postings(Entry.objects.filter(about)).order_by("-at", "-id")


def entries_in(programme_code: str) -> QuerySet[Entry]:
    """All entries of a programme's book, newest first, with their postings."""
    return _with_postings(Entry.objects.filter(programme_code=programme_code)).order_by("-number")


def open_holds(line_code: str) -> QuerySet[Hold]:
    """Open holds on a line, the largest first."""
    holds = Hold.objects.filter(line__code=line_code, state=HoldState.OPEN.value)
    return holds.select_related("line").order_by("-time_s", "-subsidy_minor", "pk")


def largest_open_holds(line_code: str) -> OpenHolds:
    """The facts about holds that a refusal shows."""
    holds = open_holds(line_code)
    return OpenHolds(
        count=holds.count(),
        largest=tuple(
            OpenHold(hold.key, hold.held, hold.expires_at) for hold in holds[:HOLDS_SHOWN]
        ),
    )


def hold_of(programme_code: str, key: str) -> Hold | None:
    """A hold by its key, whatever has become of it."""
    holds = Hold.objects.select_related("line")
    return holds.filter(programme_code=programme_code, key=key).first()


def expired_holds(now: datetime) -> QuerySet[Hold]:
    """Open holds past their instant; a round asks the engine about their jobs, then ends them."""
    holds = Hold.objects.filter(state=HoldState.OPEN.value, expires_at__lte=now)
    return holds.select_related("line").order_by("expires_at", "pk")


def funding_requests(
    programme_code: str, state: FundingState | None = None
) -> QuerySet[FundingRequest]:
    """Funding requests of a programme, newest first, with the people on both sides."""
    found = FundingRequest.objects.filter(programme_code=programme_code)
    if state is not None:
        found = found.filter(state=state.value)
    return found.select_related("asked_by", "decided_by")


def funding_request_of(programme_code: str, request_id: int) -> FundingRequest:
    """One funding request; raises ``NotFound``."""
    request = funding_requests(programme_code).filter(pk=request_id).first()
    if request is None:
        raise NotFound(kind="funding", key=str(request_id))
    return request


def corrections(programme_code: str) -> QuerySet[Correction]:
    """What was asked to be put right in a programme's book, newest first, with the people."""
    found = Correction.objects.filter(programme_code=programme_code)
    return found.select_related("asked_by", "decided_by", "entry")


def correction_of(programme_code: str, correction_id: int) -> Correction:
    """One of them; raises ``NotFound``."""
    found = corrections(programme_code).filter(pk=correction_id).first()
    if found is None:
        raise NotFound(kind="correction", key=str(correction_id))
    return found


def core_entry(row: Entry) -> ledger.Entry:
    """A stored entry as a value; reads its postings."""
    return ledger.Entry(
        number=row.number,
        kind=ledger.EntryKind(row.kind),
        key=row.key,
        at=row.at,
        subject=row.subject,
        postings=tuple(
            ledger.Posting(posting.account, posting.commodity, posting.amount)
            for posting in row.postings.all()
        ),
        by_id=row.by_id,
        by_name=row.by_name,
        request=row.request_sha256,
        facts=row.facts,
        reverses=row.reverses,
    )


def _with_postings(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    postings = Posting.objects.order_by("account", "commodity")
    return entries.prefetch_related(Prefetch("postings", postings))
