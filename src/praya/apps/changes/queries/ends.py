"""Early ends of awards, and what taking such an award up again would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from praya.apps.awards.queries import is_given_up
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry, Posting
from praya.apps.changes.models import Notice
from praya.apps.changes.rules import NoticeKind, NoticeState
from praya.apps.changes.rules.reviving import Returned, Revival, plan_revival
from praya.apps.programmes.queries import today_in
from praya.core.ledger import EntryKind, Grant, Part, line_account
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.apps.changes.rules.standing import Standing
    from praya.core import ledger

_ON_LINE = (Part.FREE, Part.IN_FLIGHT, Part.USED)


@dataclass(frozen=True, slots=True)
class RevivalPreview:
    """What taking an ended award up again would do now, or the refusal that stands in its way."""

    revival: Revival | None
    refusal: Refusal | None


def revival_of(award: Award, standing: Standing) -> Revival:
    """What taking an ended award up again does.

    Raises:
        WrongState, AwardOver, NoPrice, PoolExhausted: see ``rules.reviving.plan_revival``.

    """
    ended_on = today_in(award.programme, award.ended_at) if award.ended_at else standing.today
    if is_given_up(award):  # no lease was ever held, so none has lost a day
        ended_on = standing.today
    return plan_revival(standing, ended_on=ended_on, returned=_returned(award, standing))


def revival_preview(award: Award, standing: Standing) -> RevivalPreview:
    """As ``revival_of``; nothing is changed, and nothing is locked."""
    try:
        return RevivalPreview(revival_of(award, standing), None)
    except Refusal as refusal:
        return RevivalPreview(None, refusal)


def standing_notices(award: Award) -> QuerySet[Notice]:
    """Open notices on an award, and the one by which it has ended."""
    has_ended = Q(
        kind=NoticeKind.END.value,
        state=NoticeState.CARRIED_OUT.value,
        award__state=AwardState.ENDED.value,
    )
    return award.notices.filter(Q(state=NoticeState.GIVEN.value) | has_ended)


def _returned(award: Award, standing: Standing) -> dict[str, Returned]:
    """The lines that this end has closed in the book, each with the entry that closed it.

    What an earlier end closed, and its undoing left closed, is not among them.
    """
    if award.ended_at is None:
        return {}
    closed = {code: line for code, line in standing.book.items() if line.is_closed}
    returns = Entry.objects.filter(
        programme_code=award.programme.code,
        kind=EntryKind.RETURN.value,
        subject__in=list(closed),
        at__gte=award.ended_at,
    )
    latest = {entry.subject: entry for entry in returns.order_by("number")}
    since = [
        Q(account__in=_accounts(code), entry__number__gt=entry.number)
        for code, entry in latest.items()
    ]
    at_end = _left(Q(entry__in=latest.values()), award)
    later = _left(reduce(or_, since, Q(pk__in=[])), award)
    return {
        code: Returned(latest[code].number, _grant(line, at_end[code]), _grant(line, later[code]))
        for code, line in closed.items()
        if code in latest
    }


def _accounts(line_code: str) -> list[str]:
    return [line_account(line_code, part) for part in _ON_LINE]


def _left(where: Q, award: Award) -> dict[str, dict[str, int]]:
    """What left lines by the postings found, by line and commodity."""
    rows = Posting.objects.filter(where, entry__programme_code=award.programme.code)
    left: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account, commodity, amount in rows.values_list("account", "commodity", "amount"):
        kind, _, rest = account.partition("/")
        code, _, part = rest.rpartition("/")
        if kind == "award" and part in _ON_LINE:
            left[code][commodity] -= amount
    return left


def _grant(line: ledger.Line, left: Mapping[str, int]) -> Grant:
    (time, _), (money, _) = line.free.amounts()
    return Grant(
        CardTime(left.get(time, 0), line.free.time.device_model),
        Money(left.get(money, 0), line.free.subsidy.currency),
    )
