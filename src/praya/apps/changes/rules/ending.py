"""An award is ended before its time: at once for some causes, after notice for the others."""

from __future__ import annotations

from datetime import date, timedelta

from praya.apps.changes.rules.kinds import Cause, Wish
from praya.apps.changes.rules.refusals import CauseNeedsNotice
from praya.apps.changes.rules.standing import End, Plan, Standing
from praya.core import ledger
from praya.core.ledger import Posting
from praya.core.programme.changes import Changes


def plan_end(wish: Wish, standing: Standing) -> Plan:
    """End the award now, for a cause that the rules let end it without notice.

    Raises:
        CauseNeedsNotice: none was named, or it is not among those of the rules.

    """
    rule, cause = standing.rules.changes.end_at_once, wish.cause or Cause.OTHER
    assert rule is not None, standing
    if cause.value not in rule.causes:
        earliest = earliest_end(standing.rules.changes, cause, standing.today)
        days = standing.rules.changes.notice_days_for(cause)
        raise CauseNeedsNotice(cause=cause.value, notice_days=days, earliest=earliest)
    return Plan(deeds=(End(),), postings=returned(standing), facts={"leases": leases(standing)})


def earliest_end(changes: Changes, cause: Cause, today: date) -> date:
    """The first day on which an award can end by notice given today; never today itself."""
    return today + timedelta(days=max(changes.notice_days_for(cause), 1))


def returned(standing: Standing) -> tuple[Posting, ...]:
    """What the book would post if the award ended now: all that is free in card-hours goes back."""
    hours = [line.code for line in standing.lines if line.shape == "card-hours"]
    found = (standing.book[code] for code in hours if code in standing.book)
    return tuple(
        posting for line in found if not line.is_closed for posting in ledger.give_back(line)
    )


def leases(standing: Standing) -> list[str]:
    """Lines whose free rest goes back once their days until the end are charged."""
    return [
        line.code
        for line in standing.lines
        if line.shape == "cards"
        and line.code in standing.book
        and not standing.book[line.code].is_closed
    ]
