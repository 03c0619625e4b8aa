"""What a year of a programme left uncommitted lapses once the year is over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.billing.queries import YearStanding, years_of
from praya.apps.books.commands import lapse_vote, lock_book
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import (
    people_holding,
    programme_for_update,
    programmes_in_force,
    today_in,
)
from praya.core.actor import Actor, Role
from praya.core.programme.document import ProgrammeRules
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme
    from praya.apps.programmes.queries import ProgrammeInForce


def lapse_years(*, by: Actor, now: datetime) -> list[str]:
    """Let the rest of every year that is over lapse, where the rules say so; keys of the entries.

    Each programme by itself: a failure is logged and leaves the others alone. Repeatable. What a
    reversal gave back stays, and what is waived. What was promised waits for its answer, and lapses
    when that is no.

    Raises:
        NotAllowed: only Praya's own rounds do this.

    """
    if not by.is_praya:
        raise NotAllowed(action="years.lapse", needs="praya")

    def lapse(one: ProgrammeInForce) -> list[str]:
        if one.rules is None or not _is_any_over(one.programme, one.rules, now):
            return []
        return _lapse_of(one.programme, one.rules, by=by, now=now)

    each = each_by_itself(
        programmes_in_force(now), lapse, name_of=lambda one: one.programme.code, what="years of"
    )
    return [key for _, keys in each for key in keys]


def _is_any_over(programme: Programme, rules: ProgrammeRules, now: datetime) -> bool:
    """Whether there is anything to look at; no query."""
    today = today_in(programme, now)
    return any(vote.lapses and vote.last < today for vote in rules.envelope.years)


@transaction.atomic
def _lapse_of(
    programme: Programme, rules: ProgrammeRules, *, by: Actor, now: datetime
) -> list[str]:
    # Before asking what is left: nothing is decided or committed between question and entry.
    programme_for_update(programme.code)
    lock_book(programme.code)
    due = [year for year in years_of(programme, rules, now) if year.is_due]
    for year in due[:1]:
        _lapse(programme, year, by=by, now=now)
    # What one year leaves hangs on what the one before lost: the next round asks anew.
    return [year.next_key for year in due[:1]]


def _lapse(programme: Programme, year: YearStanding, *, by: Actor, now: datetime) -> None:
    entry = lapse_vote(
        programme_code=programme.code,
        pool=year.purpose,
        amount=year.left,
        key=year.next_key,
        by=by,
        now=now,
        facts={"first": year.vote.first.isoformat(), "last": year.vote.last.isoformat()},
    )
    facts = {
        "purpose": year.purpose,
        "first_on": year.vote.first,
        "last_on": year.vote.last,
        "amount_minor": year.left.minor,
        "currency": year.left.currency,
    }
    for person in people_holding(programme.code, Role.FINANCE, now):
        send_letter("warning.year_lapsed", to=person, programme=programme.code, **facts)
    record(
        "year.lapsed",
        subject=("pool", year.purpose),
        by=by,
        now=now,
        programme_code=programme.code,
        entry=entry.number,
        first=year.vote.first.isoformat(),
        last=year.vote.last.isoformat(),
        amount_minor=year.left.minor,
    )
