"""A granted change is turned round: the book, the terms and the agreement, all together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from praya.apps.awards.commands import amend_award
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.books.commands import reverse_entry
from praya.apps.changes import queries
from praya.apps.changes.commands.taking_up import take_up
from praya.apps.changes.commands.telling import record_change, tell_lead
from praya.apps.changes.models import Change
from praya.apps.changes.rules import UNDOABLE, ChangeState
from praya.apps.changes.rules.refusals import (
    LineOver,
    NotLatest,
    NotUndoable,
    ReasonMissing,
    SamePerson,
)
from praya.apps.changes.rules.standing import Standing
from praya.core.actor import Actor

PRAYA = Actor.praya("changes")


@transaction.atomic
def undo_change(*, change_id: int, reason: str, by: Actor, now: datetime) -> Change:
    """Turn a granted change round, as if it had never been; both stay in the book.

    Its lines have the terms they had before, in a new version of the agreement that the lead
    acknowledges. All of it or nothing. Undoing again what was undone changes nothing. In this
    order:

    Raises:
        NotFound: there is no such request, or the actor may not know of it.
        NotAllowed: it falls to somebody else.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotUndoable: it was not granted, or is of a kind that offers or claims something.
        ReasonMissing: no reason.
        SamePerson: the actor granted it.
        NotLatest: a later change altered the award.
        LineOver: a line would have ended already.
        CannotReverse, LineClosed: what it moved has been used or returned.

    """
    change, standing = take_up(change_id, action="change.undo", by=by, now=now)
    if change.state == ChangeState.UNDONE.value:
        return change
    if change.state != ChangeState.GRANTED.value or change.kind not in UNDOABLE:
        raise NotUndoable(kind=change.kind, state=change.state)
    if not reason.strip():
        raise ReasonMissing(action="change.undo")
    if change.decided_by_id == by.person_id:
        raise SamePerson(change=change.pk)
    later = queries.later_change(change)
    if later is not None:
        raise NotLatest(number=later)
    lines = _terms_before(change, standing)
    for number in reversed(change.entries):
        entry = reverse_entry(
            programme_code=change.award.programme.code,
            number=number,
            key=f"change:{change.pk}:undone:{number}",
            by=PRAYA,
            now=now,
            reason=reason.strip(),
        )
        change.entries = [*change.entries, entry.number]
    change.agreement = amend_award(
        code=change.award.code,
        lines=lines,
        change={"kind": change.kind, "number": change.pk, "undone": reason.strip()},
        accepted_by=None,
        now=now,
    )
    change.state = ChangeState.UNDONE.value
    change.save()
    tell_lead("change.undone", change, reason=reason.strip())
    record_change("change.undone", change, by=by, now=now, reason=reason.strip())
    return change


def _terms_before(change: Change, standing: Standing) -> list[LineTerms]:
    """The terms of the change's lines before it; a line that it made stays, with nothing on it."""
    before = [LineTerms.from_json(stored) for stored in change.before]
    for line in before:
        if line.last_on < standing.today:
            raise LineOver(line=line.code, last_on=line.last_on)
    known = {line.number for line in before}
    made = change.facts.get("made_line")
    return before + [
        replace(line, card_seconds=0, list_minor=0, subsidy_minor=0)
        for line in standing.lines
        if line.number == made and line.number not in known
    ]
