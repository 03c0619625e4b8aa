"""What one year of a budget leaves stays in the pool all the same."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from praya.apps.billing import access
from praya.apps.billing.models import YearWaiver
from praya.apps.billing.queries import YearStanding, year_in
from praya.apps.billing.rules.refusals import YearLapsed, YearReasonMissing, YearStays
from praya.apps.books.commands import lock_book
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import people_holding, programme_of
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


@transaction.atomic
def waive_year(
    *, programme_code: str, purpose: str, first_on: date, reason: str, by: Actor, now: datetime
) -> YearWaiver:
    """Let what a year leaves stay in its pool; finance is told. Repeating it changes nothing.

    In this order:

    Raises:
        NotFound: there is no such programme or year.
        YearStays: the rules let nobody, or nothing of the year lapses anyway.
        NotAllowed: not the role that the rules name.
        YearLapsed: it has lapsed; two people of finance can turn the entry round.
        YearReasonMissing: no reason.

    """
    year = _for_update(programme_code, purpose, first_on, by, now, action="year.waive")
    if year.waiver is not None:
        return year.waiver
    if year.lapsed is not None:
        raise YearLapsed(purpose=purpose, first_on=first_on, lapsed=year.lapsed)
    _check_reason(reason, action="year.waive")
    assert by.person_id is not None, by  # holds a role
    waiver = YearWaiver.objects.create(
        programme=programme_of(programme_code),
        purpose=purpose,
        first_on=first_on,
        reason=reason.strip(),
        at=now,
        by_id=by.person_id,
    )
    _say("year.waived", programme_code, year, reason.strip(), by=by, now=now)
    return waiver


@transaction.atomic
def withdraw_year_waiver(
    *, programme_code: str, purpose: str, first_on: date, reason: str, by: Actor, now: datetime
) -> None:
    """Let what a year leaves lapse after all; finance is told. Repeating it changes nothing.

    If the year is over, it lapses within the hour. In this order:

    Raises:
        NotFound: there is no such programme or year.
        YearStays: the rules let nobody, or nothing of the year lapses anyway.
        NotAllowed: not the role that the rules name.
        YearReasonMissing: no reason.

    """
    year = _for_update(programme_code, purpose, first_on, by, now, action="year.withdraw_waiver")
    if year.waiver is None:
        return
    _check_reason(reason, action="year.withdraw_waiver")
    waiver = year.waiver
    waiver.withdrawn_at, waiver.withdrawn_by_id = now, by.person_id
    waiver.withdrawn_reason = reason.strip()
    waiver.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _say("year.waiver_withdrawn", programme_code, year, reason.strip(), by=by, now=now)


def _for_update(
    programme_code: str, purpose: str, first_on: date, by: Actor, now: datetime, *, action: str
) -> YearStanding:
    """A year that nothing is taken of until the transaction ends; and whether the actor may."""
    programme_of(programme_code)
    lock_book(programme_code)
    year = year_in(programme_code, purpose, first_on, now)
    if year.vote.waived_by is None or not year.vote.lapses:
        raise YearStays(purpose=purpose, first_on=first_on)
    if not access.may_waive_year(by, programme_code, year.vote):
        raise NotAllowed(action=action, needs=year.vote.waived_by)
    return year


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise YearReasonMissing(action=action)


def _say(
    kind: str, code: str, year: YearStanding, reason: str, *, by: Actor, now: datetime
) -> None:
    for person in people_holding(code, Role.FINANCE, now):
        send_letter(
            f"warning.{kind.replace('.', '_')}",
            to=person,
            programme=code,
            purpose=year.purpose,
            last_on=year.vote.last,
            amount_minor=year.left.minor,
            currency=year.left.currency,
            reason=reason,
        )
    record(
        kind,
        subject=("pool", year.purpose),
        by=by,
        now=now,
        programme_code=code,
        first=year.vote.first.isoformat(),
        amount_minor=year.left.minor,
        reason=reason,
    )
