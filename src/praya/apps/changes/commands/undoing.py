"""A granted change is turned round: the book, the terms and the agreement, all together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from praya.apps.applications.commands import exclude_organisation
from praya.apps.awards.commands import amend_award, withdraw_offer
from praya.apps.awards.queries import award_for_update
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.books.commands import reverse_entry
from praya.apps.changes import queries
from praya.apps.changes.commands.interest import ONE_DAY, locked_debt
from praya.apps.changes.commands.reviving import revive
from praya.apps.changes.commands.taking_up import take_up
from praya.apps.changes.commands.telling import record_change, tell_lead
from praya.apps.changes.models import Change
from praya.apps.changes.rules import ChangeKind, ChangeState
from praya.apps.changes.rules.refusals import (
    CardsBegun,
    DebtSettled,
    EndedSince,
    LineOver,
    NotLatest,
    NotUndoable,
    OfferAnswered,
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
    acknowledges; what an advance took off later awards is on them again; a claim is none, and what
    was given up is owed. The offer of a new period is taken back, an exclusion is what it was
    before, an ended award runs again. All of it or nothing. Undoing again what was undone changes
    nothing. In this order:

    Raises:
        NotFound: there is no such request, or the actor may not know of it.
        NotAllowed: it falls to somebody else.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotUndoable: it was not granted.
        ReasonMissing: no reason.
        SamePerson: the actor granted it.
        DebtSettled: something was paid or given up on the debt that it made.
        OfferAnswered: the lead has answered the offer that it made, or it has lapsed.
        NotLatest: a later change altered the award, or excluded the organisation.
        EndedSince: the award was ended and taken up again since.
        AwardOver, NoPrice, PoolExhausted: see ``reviving.revive``, of an early end.
        LineOver: a line would have ended already.
        CardsBegun: a lease has its other cards already.
        CannotReverse, LineClosed: what it moved has been used or returned.

    """
    change, standing = take_up(change_id, action="change.undo", by=by, now=now)
    if change.state == ChangeState.UNDONE.value:
        return change
    if change.state != ChangeState.GRANTED.value:
        raise NotUndoable(kind=change.kind, state=change.state)
    if not reason.strip():
        raise ReasonMissing(action="change.undo")
    if change.decided_by_id == by.person_id:
        raise SamePerson(change=change.pk)
    match ChangeKind(change.kind):
        case ChangeKind.RENEWAL:
            _undo_offer(change, reason.strip(), by=by, now=now)
        case ChangeKind.EXCLUSION:
            _undo_exclusion(change, standing, now=now)
        case ChangeKind.END:
            _undo_end(change, standing, reason.strip(), by=by, now=now)
        case _ if change.agreement is None:
            _undo_debt(change)
            change.entries = _turn_round(change, reason, now=now)
        case _:
            _undo_terms(change, standing, reason.strip(), now=now)
    change.state = ChangeState.UNDONE.value
    change.save()
    tell_lead("change.undone", change, reason=reason.strip())
    record_change("change.undone", change, by=by, now=now, reason=reason.strip())
    return change


def _undo_offer(change: Change, reason: str, *, by: Actor, now: datetime) -> None:
    """Take the offer of a new period back, as long as nobody has answered it."""
    assert change.offered is not None, change
    offer = withdraw_offer(code=change.offered.code, reason=reason, by=by, now=now)
    if offer.state != AwardState.WITHDRAWN.value:
        raise OfferAnswered(award=offer.code, state=offer.state)


def _undo_exclusion(change: Change, standing: Standing, *, now: datetime) -> None:
    """Let the exclusion before count again; without one, the organisation may apply."""
    latest, *before = queries.exclusions_beside(change)
    if latest.pk != change.pk:
        raise NotLatest(number=latest.pk)
    again = before[0] if before else change
    until = again.wished.last_on if before else standing.today - ONE_DAY
    assert until is not None, again
    exclude_organisation(
        programme=change.award.programme,
        organisation_id=change.award.organisation_id,
        until=until,
        award_code=again.award.code,
        change_number=again.pk,
        now=now,
    )


def _undo_end(change: Change, standing: Standing, reason: str, *, by: Actor, now: datetime) -> None:
    """Let the award run again."""
    award = award_for_update(change.award.code)
    key = f"change:{change.pk}:undone"
    facts = {"change": change.pk, "kind": change.kind, "reason": reason}
    change.entries, change.agreement = revive(award, standing, key=key, facts=facts, by=by, now=now)
    change.award = award


def _undo_terms(change: Change, standing: Standing, reason: str, *, now: datetime) -> None:
    """Give the lines the terms they had, and what moved back."""
    later = queries.later_change(change)
    if later is not None:
        raise NotLatest(number=later)
    if queries.revived_since(change):
        raise EndedSince(award=change.award.code)
    lines = _terms_before(change, standing)
    dropped = _lease_made(change, standing)
    change.entries = _turn_round(change, reason, now=now)
    try:
        change.agreement = amend_award(
            code=change.award.code,
            lines=lines,
            dropped=dropped,
            change={"kind": change.kind, "number": change.pk, "undone": reason},
            accepted_by=None,
            now=now,
        )
    except ProtectedError as kept:  # somebody decided something about the line meanwhile
        raise NotUndoable(kind=change.kind, state=change.state) from kept


def _turn_round(change: Change, reason: str, *, now: datetime) -> list[int]:
    """Reverse what a change has posted, the latest first; the numbers of all its entries."""
    entries = list(change.entries)
    for number in _posted(change):
        entry = reverse_entry(
            programme_code=change.award.programme.code,
            number=number,
            key=f"change:{change.pk}:undone:{number}",
            by=PRAYA,
            now=now,
            reason=reason.strip(),
        )
        entries.append(entry.number)
    return entries


def _posted(change: Change) -> Iterator[int]:
    """The numbers of a change's entries, with those that rounds have posted for it since."""
    yield from queries.interest_entries(change)
    yield from change.taken_off.order_by("-id").values_list("entry", flat=True)
    yield from reversed(change.entries)


def _undo_debt(change: Change) -> None:
    """A debt that the change made is none; what it gave up of one is owed again.

    Interest that was entered goes with its claim. For days on which less was owed, none is made up.

    Raises:
        DebtSettled: something was paid or given up on the debt that it made.

    """
    if change.kind == ChangeKind.WRITE_OFF.value:
        assert change.wished.debt is not None, change
        debt = locked_debt(change.wished.debt)
        debt.written_off_minor -= change.facts["amount_minor"]
        debt.save(update_fields=["written_off_minor"])
    elif (claimed := queries.debt_made(change)) is not None:
        debt = locked_debt(claimed.pk)
        if debt.paid_minor or debt.written_off_minor:
            raise DebtSettled(
                debt=debt.pk, paid=debt.paid_minor, written_off=debt.written_off_minor
            )
        debt.amount_minor = debt.interest_minor = 0
        debt.save(update_fields=["amount_minor", "interest_minor"])


def _terms_before(change: Change, standing: Standing) -> list[LineTerms]:
    """The terms of the change's lines before it.

    A line in card-hours that it made stays, with nothing on it.
    """
    before = [LineTerms.from_json(stored) for stored in change.before]
    for line in before:
        if line.last_on < standing.today:
            raise LineOver(line=line.code, last_on=line.last_on)
    made = _line_made(change, standing)
    if made is None or made.shape == "cards":
        return before
    return [*before, replace(made, card_seconds=0, list_minor=0, subsidy_minor=0)]


def _lease_made(change: Change, standing: Standing) -> tuple[int, ...]:
    """The number of a lease that the change made, which goes: it would be charged, day by day."""
    made = _line_made(change, standing)
    if made is None or made.shape != "cards":
        return ()
    if made.first_on <= standing.today:
        raise CardsBegun(line=made.code, first_on=made.first_on)
    return (made.number,)


def _line_made(change: Change, standing: Standing) -> LineTerms | None:
    known = {stored["number"] for stored in change.before}
    number = change.facts.get("made_line")
    return None if number in known else standing.line(number)
