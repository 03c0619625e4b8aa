"""Changes are asked for and withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.queries import award_for_update, awards_visible_to, check_takes_part
from praya.apps.changes import access, queries
from praya.apps.changes.commands.telling import record_change, tell_lead
from praya.apps.changes.models import Change
from praya.apps.changes.rules import ASKED_BY_LEADS, ChangeKind, ChangeState, Wish
from praya.apps.changes.rules.planning import plan_change
from praya.apps.changes.rules.refusals import AlreadyAsked, NotOpen, ReasonMissing
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


@transaction.atomic
def ask_change(
    *, code: str, kind: ChangeKind, wish: Wish, reason: str, by: Actor, now: datetime
) -> Change:
    """Ask for a change of an award. Nothing changes yet; another person grants or refuses.

    What would be refused now is refused at once. A lead who asks accepts the terms asked for. Asked
    again while it is open, the same wish changes nothing. In this order:

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: this kind is asked for by somebody else.
        Recused, OwnOrganisation: an officer, or finance, who takes no part in what concerns it.
        ReasonMissing: no reason.
        AlreadyAsked: a request of this kind is open, for something else.
        KindNotAllowed, WrongState, TimesSpent, and what the kind's planner refuses.

    """
    award = _award_for(code, kind, by)
    if not reason.strip():
        raise ReasonMissing(action="change.ask")
    assert by.person_id is not None  # who may ask has signed in
    known = Change.objects.filter(award=award, kind=kind.value, state=ChangeState.ASKED.value)
    first = known.first()
    if first is not None:
        if first.wish == wish.as_json() and first.asked_by_id == by.person_id:
            return first
        raise AlreadyAsked(award=code, kind=kind.value)
    plan = plan_change(kind, wish, queries.standing_of(award, now))
    change = Change.objects.create(
        award=award,
        kind=kind.value,
        wish=wish.as_json(),
        reason=reason.strip(),
        asked_at=now,
        asked_by_id=by.person_id,
        facts=dict(plan.facts),
    )
    if by.person_id != award.lead_id:
        tell_lead("change.asked", change)
    record_change("change.asked", change, by=by, now=now, reason=change.reason)
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, by: Actor, now: datetime) -> Change:
    """Take a request back before it is decided. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not the one who asked.
        NotOpen: it was granted or refused before.

    """
    change = queries.change_for_update(change_id)
    if change.asked_by_id != by.person_id:
        queries.change_of(change_id, by)
        raise NotAllowed(action="change.withdraw", needs="asker")
    if change.state == ChangeState.WITHDRAWN.value:
        return change
    if change.state != ChangeState.ASKED.value:
        raise NotOpen(state=change.state)
    change.state, change.decided_at = ChangeState.WITHDRAWN.value, now
    change.decided_by_id = by.person_id
    change.save(update_fields=["state", "decided_at", "decided_by"])
    record_change("change.withdrawn", change, by=by, now=now)
    return change


def _award_for(code: str, kind: ChangeKind, by: Actor) -> Award:
    award = award_for_update(code)
    if not access.may_ask(by, award, kind):
        if not awards_visible_to(by).filter(pk=award.pk).exists():
            raise NotFound(kind="award", key=code)
        raise NotAllowed(action=f"change.{kind.value}", needs=access.needed_to_ask(kind))
    if kind not in ASKED_BY_LEADS:
        check_takes_part(by, award.application)
    return award
