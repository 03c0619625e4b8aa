"""Money for a pool: asked for by one person, approved by another; lapsed after its year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.books.access import check_may_ask_funding, check_may_decide_funding
from praya.apps.books.models import Entry, FundingRequest
from praya.apps.books.naming import naming_its_book
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.apps.books.rules import FundingState, check_two_people, check_undecided
from praya.apps.people.commands import record
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, check_amounts
from praya.core.quantity import Money
from praya.core.refusal import NotFound


@transaction.atomic
def ask_funding(
    *, programme_code: str, pool: str, amount: Money, reason: str, by: Actor, now: datetime
) -> FundingRequest:
    """Ask that a pool be funded. Nothing is posted yet. Not repeatable: each call asks once more.

    The caller sees that the programme's rules name the pool and count in the currency.

    Raises:
        NotAllowed: the actor is no officer of the programme.
        AmountNotPositive: nothing, or less, is asked.
        AmountTooLarge: more than any programme could mean.

    """
    check_may_ask_funding(by, programme_code)
    check_amounts(amount.minor)
    assert by.person_id is not None, "who holds a role is somebody"
    request = FundingRequest.objects.create(
        programme_code=programme_code,
        pool=pool,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        asked_by_id=by.person_id,
        asked_at=now,
    )
    _record("funding.asked", request, by=by, now=now)
    return request


@transaction.atomic
def approve_funding(*, request_id: int, by: Actor, now: datetime) -> FundingRequest:
    """Approve a request and post it: from outside into the pool.

    Repeated, it is refused as decided, and nothing is posted twice.

    Raises:
        NotFound: there is no such request.
        NotAllowed: the actor does not hold finance in the programme.
        AlreadyDecided: it was approved or refused before.
        SamePerson: the actor asked for it.

    """
    programme_code = _programme_of(request_id)
    check_may_decide_funding(by, programme_code)
    book = OpenBook.lock(programme_code)
    request = FundingRequest.objects.select_for_update().get(pk=request_id)
    check_undecided(FundingState(request.state))
    check_two_people(asked_by=request.asked_by_id, decided_by=by.person_id)
    book.post(
        Request(EntryKind.FUND, f"funding:{request_id}", (request_id,)),
        ledger.fund(request.pool, request.amount),
        subject=ledger.pool_account(request.pool),
        by=by,
        now=now,
        facts={"request": request_id, "asked_by": request.asked_by_id, "reason": request.reason},
    )
    _decide(request, FundingState.APPROVED, by=by, now=now)
    _record("funding.approved", request, by=by, now=now)
    return request


@transaction.atomic
def refuse_funding(*, request_id: int, reason: str, by: Actor, now: datetime) -> FundingRequest:
    """Refuse a request; the reason stands in the audit trail. Repeated, it is refused as decided.

    Raises:
        NotFound: there is no such request.
        NotAllowed: the actor does not hold finance in the programme.
        AlreadyDecided: it was approved or refused before.

    """
    check_may_decide_funding(by, _programme_of(request_id))
    request = FundingRequest.objects.select_for_update().get(pk=request_id)
    check_undecided(FundingState(request.state))
    _decide(request, FundingState.REFUSED, by=by, now=now)
    _record("funding.refused", request, by=by, now=now, reason=reason)
    return request


@naming_its_book
@transaction.atomic
def lapse_vote(
    *,
    programme_code: str,
    pool: str,
    amount: Money,
    key: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Take what a year left in a pool back to where it was voted.

    The caller works the amount out under the book's lock, and writes the audit line. Content of the
    key: pool and amount.

    Raises:
        AmountNotPositive, AmountTooLarge: nothing, less, or more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        PoolExhausted: more than the pool has left.

    """
    check_amounts(amount.minor)
    request = Request(EntryKind.LAPSE, key, (pool, amount.currency, amount.minor))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    account = ledger.pool_account(pool)
    free = Money(book.balance(account, amount.currency), amount.currency)
    postings = ledger.lapse(pool, free, amount)
    return book.post(request, postings, subject=account, by=by, now=now, facts=facts)


def _programme_of(request_id: int) -> str:
    found = FundingRequest.objects.filter(pk=request_id).values_list("programme_code", flat=True)
    code = found.first()
    if code is None:
        raise NotFound(kind="funding", key=str(request_id))
    return code


def _decide(request: FundingRequest, state: FundingState, *, by: Actor, now: datetime) -> None:
    request.state = state.value
    request.decided_by_id = by.person_id
    request.decided_at = now
    request.save(update_fields=["state", "decided_by", "decided_at"])


def _record(
    action: str, request: FundingRequest, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    record(
        action,
        subject=("funding", str(request.pk)),
        by=by,
        now=now,
        programme_code=request.programme_code,
        pool=request.pool,
        amount_minor=request.amount_minor,
        currency=request.currency,
        reason=reason or request.reason,
    )
