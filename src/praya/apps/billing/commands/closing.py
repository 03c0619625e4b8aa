"""A month is closed: what was charged in it stays as it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.models import CreditedBefore, PeriodClose
from praya.apps.billing.queries.crediting import credited_before, undone_and_credited
from praya.apps.billing.queries.periods import (
    Checked,
    checklist,
    next_to_close,
    sum_checks,
    waiting_checks,
)
from praya.apps.billing.rules import last_of
from praya.apps.billing.rules.refusals import (
    PeriodClosedBefore,
    PeriodNotNext,
    PeriodNotOver,
    PeriodNotReady,
)
from praya.apps.books.commands import close_period, lock_book, post_credited_before
from praya.apps.books.queries import head_of
from praya.apps.people.commands import record
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.actor import Actor
from praya.core.metering import instant_of
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme

ONE_DAY = timedelta(days=1)


def close_month(*, programme_code: str, month: str, by: Actor, now: datetime) -> PeriodClose:
    """Close a month for ever, once its books are in order.

    The chain is proved first, while others go on writing; the sums are compared again under the
    lock of the book. Use that comes later counts to the open month. Repeated, it is refused as
    closed before. In this order:

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor does not hold finance in the programme.
        PeriodClosedBefore: it was closed.
        PeriodNotNext: another month comes first.
        PeriodNotOver: it goes on, where the programme is.
        PeriodNotReady: something is not in order; the checklist says what.

    """
    programme = programme_of(programme_code)
    check_may_bill(by, programme_code, action="period.close")
    _check_next(programme, month, now)
    proved = checklist(programme, month)
    _check_ready(month, proved)
    return _close(programme, month, proved, by=by, now=now)


@transaction.atomic
def _close(
    programme: Programme, month: str, proved: list[Checked], *, by: Actor, now: datetime
) -> PeriodClose:
    # Lock before comparing again: nothing is charged between the last look and the close.
    lock_book(programme.code)
    _check_next(programme, month, now)
    again = {
        one.code: one for one in [*waiting_checks(programme, month), *sum_checks(programme, month)]
    }
    checks = [again.get(one.code, one) for one in proved]
    _check_ready(month, checks)
    assert by.person_id is not None  # who holds a role has signed in
    _count_given(programme, month, by=by, now=now)
    until = last_of(month)
    open_from = instant_of(until + ONE_DAY, ZoneInfo(programme.time_zone))
    close_period(programme_code=programme.code, until=until, open_from=open_from)
    head = head_of(programme.code)
    closed = PeriodClose.objects.create(
        programme=programme,
        month=month,
        closed_at=now,
        closed_by_id=by.person_id,
        checks=[asdict(one) for one in checks],
        entries=head.entries,
        head_sha256=head.sha256,
    )
    record(
        "period.closed",
        subject=("period", f"{programme.code}/{month}"),
        by=by,
        now=now,
        programme_code=programme.code,
        until=until.isoformat(),
        open_from=open_from.astimezone(UTC).isoformat(),
        entries=head.entries,
        head=head.sha256,
    )
    return closed


def _count_given(programme: Programme, month: str, *, by: Actor, now: datetime) -> None:
    """Count what credit notes had given when it was undone in the month, so it is given once."""
    for award in undone_and_credited(programme, month):
        found = credited_before(award)
        minor = sum(each for (_, in_month), each in found.items() if in_month == month)
        if not minor:
            continue
        CreditedBefore.objects.create(award=award, month=month, amount_minor=minor)
        post_credited_before(
            programme_code=programme.code,
            award_code=award.code,
            month=month,
            amount=Money(minor, programme.currency),
            by=by,
            now=now,
        )


def _check_next(programme: Programme, month: str, now: datetime) -> None:
    if PeriodClose.objects.filter(programme=programme, month=month).exists():
        raise PeriodClosedBefore(month=month)
    following = next_to_close(programme)
    if following is not None and following != month:
        raise PeriodNotNext(month=month, next=following)
    if today_in(programme, now) <= last_of(month):
        raise PeriodNotOver(month=month, last_on=last_of(month))


def _check_ready(month: str, checks: list[Checked]) -> None:
    wrong = tuple(one.code for one in checks if not one.is_right)
    if wrong:
        raise PeriodNotReady(month=month, checks=wrong)
