"""What is put right in a book: entries turned round, and amounts moved by hand.

People's corrections take two of them: ``ask_reversal`` or ``ask_adjustment`` by one person of
finance, ``post_correction`` once another approves it. ``reverse_entry`` is a step of a larger act,
which another app guards, or Praya's own: a change is undone, a cut by rule is given back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from praya.apps.books.access import check_may_correct, check_may_reverse
from praya.apps.books.models import Correction, Entry, Line
from praya.apps.books.naming import in_book_of, naming_its_book
from praya.apps.books.posting import OpenBook, Request
from praya.apps.books.queries import core_entry, records_of
from praya.apps.books.rules import (
    CorrectionState,
    ReasonMissing,
    check_stands_alone,
    check_two_people,
    check_undecided,
)
from praya.apps.people.commands import record
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Move, check_amounts
from praya.core.refusal import NotFound


@naming_its_book
@transaction.atomic
def ask_reversal(
    *, programme_code: str, number: int, reason: str, by: Actor, now: datetime
) -> Correction:
    """Ask that an entry be turned round. Nothing is posted yet. Each call asks once more.

    Raises:
        NotAllowed: the actor does not hold finance in the programme.
        ReasonMissing: no reason.
        UnknownEntry: the book has no such entry.
        AlreadyReversed: it was reversed before.
        CannotReverse: a charge of it was undone, as when a cluster corrected the record.
        PartOfEnd: it returned what was free when an award ended.
        PartOfClaim: it approved or paid a claim, whose state would not follow.
        PartOfChange: a change of an award or a debt posted it, and would not follow.
        PartOfAward: it granted an award what its agreement says, and would not follow.

    """
    check_may_correct(by, programme_code)
    _check_reason(reason)
    _check_may_stand_alone(programme_code, number)
    return _ask(Correction(programme_code=programme_code, number=number), reason, by=by, now=now)


@naming_its_book
@transaction.atomic
def ask_adjustment(
    *,
    programme_code: str,
    source: str,
    target: str,
    commodity: str,
    amount: int,
    reason: str,
    by: Actor,
    now: datetime,
) -> Correction:
    """Ask that an amount be moved between two accounts. Nothing is posted yet.

    Each call asks once more. What stands on the accounts is looked at now and when it is posted.

    Raises:
        NotAllowed: the actor does not hold finance in the programme.
        ReasonMissing: no reason.
        AmountNotPositive: nothing, or less, is to be moved.
        AmountTooLarge: more than any programme could mean.
        NotAdjustable: what is in flight belongs to holds, what is owed back to a debt, what is open
            to an invoice or a claim; or both accounts are one.
        UnknownAccount: nothing ever stood on one of them in the commodity.
        LineClosed: it would be free on a line whose rest has been returned.
        AccountShort: less stands on a guarded source than is to be taken.

    """
    check_may_correct(by, programme_code)
    _check_reason(reason)
    check_amounts(amount)
    move = Move(source, target, commodity, amount)
    book = OpenBook.lock(programme_code)
    lines = book.lines(_line_codes((source, target))).values()
    ledger.adjust(move, book.standing, [line for _, line in lines])
    asked = Correction(
        programme_code=programme_code,
        source=source,
        target=target,
        commodity=commodity,
        amount=amount,
    )
    return _ask(asked, reason, by=by, now=now)


@transaction.atomic
def post_correction(*, correction_id: int, by: Actor, now: datetime) -> Correction:
    """Approve what somebody else asked for, and post it.

    A step of ``usage.commands.approve_correction``, which takes back the charges of the entry as
    well. Repeated, it is refused as decided, and nothing is posted twice.

    Raises:
        NotFound: nothing of the kind was asked.
        NotAllowed: the actor does not hold finance in the programme.
        AlreadyDecided: it was approved or refused before.
        SamePerson: the actor asked for it.
        PeriodClosed: ``now`` lies in a period that was closed.
        And what ``ask_reversal``, ``reverse_entry`` or ``ask_adjustment`` refuse.

    """
    programme_code = _programme_of(correction_id)
    check_may_correct(by, programme_code)
    book = OpenBook.lock(programme_code)
    asked = Correction.objects.select_for_update().get(pk=correction_id)
    check_undecided(CorrectionState(asked.state))
    check_two_people(asked_by=asked.asked_by_id, decided_by=by.person_id)
    book.check_period(now)
    key = f"correction:{correction_id}"
    facts = {"correction": correction_id, "asked_by": asked.asked_by_id, "reason": asked.reason}
    with in_book_of(programme_code):
        if asked.number is not None:
            _check_may_stand_alone(programme_code, asked.number)
            request = Request(EntryKind.REVERSE, key, (asked.number,))
            asked.entry = _reverse(book, request, asked.number, facts=facts, by=by, now=now)
        else:
            asked.entry = _adjust(book, asked, key, facts=facts, by=by, now=now)
    _decide(asked, CorrectionState.APPROVED, by=by, now=now)
    _record("correction.approved", asked, by=by, now=now)
    return asked


@transaction.atomic
def refuse_correction(*, correction_id: int, reason: str, by: Actor, now: datetime) -> Correction:
    """Refuse a correction; the reason stands in the audit trail. Repeated, refused as decided.

    Who asked may take it back by this.

    Raises:
        NotFound: nothing of the kind was asked.
        NotAllowed: the actor does not hold finance in the programme.
        AlreadyDecided: it was approved or refused before.

    """
    check_may_correct(by, _programme_of(correction_id))
    asked = Correction.objects.select_for_update().get(pk=correction_id)
    check_undecided(CorrectionState(asked.state))
    _decide(asked, CorrectionState.REFUSED, by=by, now=now)
    _record("correction.refused", asked, by=by, now=now, reason=reason)
    return asked


@naming_its_book
@transaction.atomic
def reverse_entry(
    *, programme_code: str, number: int, key: str, by: Actor, now: datetime, reason: str
) -> Entry:
    """Turn an entry round, so that it is as if it had never been; both stay in the book.

    A reversed settlement does not revive its hold: what it had used is free again. A reversed
    return opens the line again. Content of the key: number.

    Raises:
        NotAllowed: the actor does not hold finance in the programme.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownEntry: the book has no such entry.
        AlreadyReversed: it was reversed before.
        CannotReverse: a charge of it was undone, as when a cluster corrected the record.
        NotReversible: a hold, a release, a reversal or an adjustment.
        LineClosed: a grant or cut on a line whose rest has been returned.
        CannotReverse: what it moved has moved on.

    """
    check_may_reverse(by, programme_code)
    request = Request(EntryKind.REVERSE, key, (number,))
    book = OpenBook.lock(programme_code, key=key)
    if (first := book.answered(request)) is not None:
        return first
    reversal = _reverse(book, request, number, facts={"reason": reason}, by=by, now=now)
    record(
        "book.entry_reversed",
        subject=("entry", f"{programme_code}#{number}"),
        by=by,
        now=now,
        programme_code=programme_code,
        reversal=reversal.number,
        reason=reason,
    )
    return reversal


def _reverse(
    book: OpenBook,
    request: Request,
    number: int,
    *,
    facts: dict[str, object],
    by: Actor,
    now: datetime,
) -> Entry:
    book.check_period(now)
    entry = _check_reversible(book.programme_code, number)
    original = core_entry(entry)
    touched = book.lines(_line_codes(posting.account for posting in original.postings))
    reversal = book.post(
        request,
        ledger.reverse(original, [line for _, line in touched.values()], book.balance),
        subject=entry.subject,
        by=by,
        now=now,
        facts={"reverses": number, **facts},
        lines=[row for row, _ in touched.values()],
        reverses=number,
    )
    if original.kind is EntryKind.RETURN:
        lines = Line.objects.filter(programme_code=book.programme_code, code=entry.subject)
        lines.update(closed_at=None)
    return reversal


def _adjust(
    book: OpenBook,
    asked: Correction,
    key: str,
    *,
    facts: dict[str, object],
    by: Actor,
    now: datetime,
) -> Entry:
    move = Move(asked.source, asked.target, asked.commodity, asked.amount)
    codes = sorted(_line_codes((move.source, move.target)))
    touched = book.lines(codes)
    return book.post(
        Request(EntryKind.ADJUST, key, (move.source, move.target, move.commodity, move.amount)),
        ledger.adjust(move, book.standing, [line for _, line in touched.values()]),
        subject=codes[0] if codes else move.source[:80],
        by=by,
        now=now,
        facts=facts,
        lines=[row for row, _ in touched.values()],
    )


def _check_reversible(programme_code: str, number: int) -> Entry:
    entries = Entry.objects.filter(programme_code=programme_code)
    entry = entries.filter(number=number).first()
    if entry is None:
        raise ledger.UnknownEntry(number=number)
    if entries.filter(reverses=number).exists():
        raise ledger.AlreadyReversed(number=number)
    if EntryKind(entry.kind) in {EntryKind.SETTLE, EntryKind.CHARGE}:
        _check_not_undone(entry)
    return entry


def _check_not_undone(entry: Entry) -> None:
    """Refuse to give back what went back already, when one of the entry's charges was undone."""
    later = Entry.objects.filter(
        programme_code=entry.programme_code,
        subject=entry.subject,
        kind=EntryKind.UNCHARGE.value,
        number__gt=entry.number,
    )
    undone = {one.facts["undoes"]: one for one in later}
    records = records_of(entry).filter(key__in=list(undone))
    for key in [entry.key, *records.values_list("key", flat=True)]:
        if key not in undone:
            continue
        taken = undone[key].postings.filter(account__startswith="award/", amount__lt=0).first()
        assert taken is not None, key
        raise ledger.CannotReverse(
            account=taken.account, commodity=taken.commodity, short=-taken.amount
        )


def _check_may_stand_alone(programme_code: str, number: int) -> None:
    entry = _check_reversible(programme_code, number)
    check_stands_alone(number, EntryKind(entry.kind), entry.facts)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def _programme_of(correction_id: int) -> str:
    asked = Correction.objects.filter(pk=correction_id).first()
    if asked is None:
        raise NotFound(kind="correction", key=str(correction_id))
    return asked.programme_code


def _ask(asked: Correction, reason: str, *, by: Actor, now: datetime) -> Correction:
    assert by.person_id is not None, "who holds a role is somebody"
    asked.reason, asked.asked_by_id, asked.asked_at = reason.strip(), by.person_id, now
    asked.save()
    _record("correction.asked", asked, by=by, now=now)
    return asked


def _decide(asked: Correction, state: CorrectionState, *, by: Actor, now: datetime) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state.value, by.person_id, now
    asked.save(update_fields=["state", "decided_by", "decided_at", "entry"])


def _record(action: str, asked: Correction, *, by: Actor, now: datetime, reason: str = "") -> None:
    record(
        action,
        subject=("correction", str(asked.pk)),
        by=by,
        now=now,
        programme_code=asked.programme_code,
        number=asked.number,
        source=asked.source,
        target=asked.target,
        commodity=asked.commodity,
        amount=asked.amount,
        reason=reason or asked.reason,
    )


def _line_codes(accounts: Iterable[str]) -> set[str]:
    parts = (account.split("/") for account in accounts)
    return {part[1] for part in parts if part[0] == "award" and len(part) > 1}
