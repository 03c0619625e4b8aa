"""What came back to a pool is offered to the next case on the waiting list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.rules import CaseState
from praya.apps.awards.commands import offer_outside_rounds
from praya.apps.awards.queries import (
    check_takes_part,
    for_update,
    headrooms_of,
    may_look,
    named,
)
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.caps import check_caps
from praya.apps.awards.rules.deciding import check_pool
from praya.apps.changes.queries import waiting_in
from praya.apps.changes.rules.refusals import NotNext, NotWaiting, ReasonMissing, SamePerson
from praya.apps.people.commands import record
from praya.apps.programmes.queries import programme_for_update, today_in
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.apps.changes.queries import WaitingCase, WaitingList


@transaction.atomic
def offer_to_waiting(
    *, application_code: str, reason: str, pool: str = "", by: Actor, now: datetime
) -> Award:
    """Offer a wait-listed case what it waits for; the usual agreement follows.

    The amounts are those the desk proposed, else the reviewers recommended, else was asked, for the
    days left, at the ordinary rate, out of ``pool``; left out, of the one that pays the subsidy. Of
    another purpose, what came back to it can be offered. The committee that put the case on the
    list is the one hand, the officer who offers the other. Not repeatable: the second is refused.
    In this order:

    Raises:
        NotFound: there is no such case, or the actor may not know of it.
        NotAllowed: not an officer of the programme.
        Recused, OwnOrganisation: the actor takes no part in the case.
        PoolUnknown: the programme has no such purpose.
        NotWaiting: the case is not on the waiting list, or none of its days is left.
        ReasonMissing: no reason.
        SamePerson: the actor put it on the list.
        CapPassed: a ceiling on subsidy would be passed.
        PoolExhausted: the pool cannot pay it beside what is promised.
        NotNext: a case before it in rank can be paid out of it.

    """
    programme = programme_for_update(named(application_code).programme.code)
    application = for_update(application_code)
    if not may_look(by, application):
        raise NotFound(kind="application", key=application_code)
    if not by.holds(programme.code, Role.OFFICER):
        raise NotAllowed(action="waiting.offer", needs=Role.OFFICER.value)
    check_takes_part(by, application)
    listed = waiting_in(programme, now, pool=pool, may_offer=True)
    case = next((one for one in listed.cases if one.application.pk == application.pk), None)
    if application.state != CaseState.WAIT_LISTED.value or case is None or not case.lines:
        raise NotWaiting(application=application_code, state=application.state)
    if not reason.strip():
        raise ReasonMissing(action="waiting.offer")
    if case.decided_by_id == by.person_id:
        raise SamePerson(change=None)
    headrooms = headrooms_of(application, listed.rules, today_in(programme, now))
    check_caps(headrooms, case.worth.subsidy)
    _check_payable(case, listed)
    envelope = listed.envelope
    award = offer_outside_rounds(
        application_code=application_code,
        outcome=Outcome.AWARD if case.is_in_full else Outcome.PART_AWARD,
        lines=case.lines,
        rate_bp=case.rate_bp,
        reasons=reason.strip(),
        pool="" if envelope.pays_subsidy else envelope.pool,
        by=by,
        now=now,
    )
    record(
        "waiting.offered",
        subject=("application", application_code),
        by=by,
        now=now,
        programme_code=programme.code,
        award=award.code,
        pool=envelope.pool,
        rank=case.rank,
        reason=reason.strip(),
    )
    return award


def _check_payable(case: WaitingCase, listed: WaitingList) -> None:
    """Refuse what the pool of the list cannot pay, or not yet."""
    envelope = listed.envelope
    check_pool(
        programme=listed.programme.code,
        pool=envelope.pool,
        free=envelope.free,
        promised=envelope.promised,
        asked=case.worth.subsidy,
        pays_subsidy=envelope.pays_subsidy,
    )
    if not case.is_next:
        before = next(one for one in listed.cases if one.is_next)
        raise NotNext(application=case.application.code, next=before.application.code)
