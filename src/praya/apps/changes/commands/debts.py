"""Debts are paid, and given to another owner; advances are taken off later awards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from praya.apps.books.commands import reverse_entry, settle_debt
from praya.apps.changes import access, queries
from praya.apps.changes.commands.interest import bring_up_to, locked_debt
from praya.apps.changes.models import Debt, DebtPayment
from praya.apps.changes.rules.refusals import (
    OwnerUnfit,
    PaidBeforeDebt,
    PaidInFuture,
    ReasonMissing,
    SamePayer,
)
from praya.apps.people.commands import record
from praya.apps.programmes.queries import actor_for, today_in
from praya.core.actor import Actor, Role
from praya.core.ledger import DebtExhausted, EntryKind, check_amounts
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound

PRAYA = Actor.praya("advances")
ONE_DAY = timedelta(days=1)


@transaction.atomic
def record_debt_payment(
    *,
    debt_id: int,
    number: int,
    amount_minor: int,
    paid_on: date,
    reference: str,
    by: Actor,
    now: datetime,
) -> Debt:
    """Enter money that came in on a debt; it is in the pool again.

    Interest up to the day before it came in is entered first, and none is taken back for a day that
    has been entered. What comes in pays the claim itself, then interest.
    ``number`` counts the debt's payments from 1, so that a payment sent twice is entered once: the
    same number again changes nothing. In this order:

    Raises:
        NotFound: there is no such debt, or the actor may not know of it.
        NotAllowed: not of finance.
        AmountNotPositive, AmountTooLarge: nothing, less, or absurdly much.
        PaidInFuture, PaidBeforeDebt: the day cannot be.
        DebtExhausted: more than is owed on this debt.
        KeyReused: a payment of this number was entered with another amount.

    """
    found = queries.debt_of(debt_id, by)
    programme = found.award.programme
    if not access.may_keep_debts(by, programme.code):
        raise NotAllowed(action="debt.pay", needs=Role.FINANCE.value)
    check_amounts(amount_minor)
    _check_day(found, paid_on, now)
    debt = locked_debt(debt_id)
    amount = Money(amount_minor, debt.currency)
    is_known = debt.payments.filter(number=number).exists()
    if not is_known:
        bring_up_to(debt, paid_on - ONE_DAY, now=now)
    if not is_known and debt.owed < amount:
        raise DebtExhausted(award=debt.award.code, owed=debt.owed, asked=amount)
    settle_debt(
        kind=EntryKind.REPAY,
        programme_code=programme.code,
        award_code=debt.award.code,
        pool=debt.pool,
        amount=amount,
        key=queries.payment_key(debt.pk, number),
        by=by,
        now=now,
        facts={"debt": debt.pk, "paid_on": paid_on.isoformat(), "reference": reference.strip()},
    )
    if is_known:
        return debt
    assert by.person_id is not None  # who holds a role has signed in
    DebtPayment.objects.create(
        debt=debt,
        number=number,
        amount_minor=amount_minor,
        paid_on=paid_on,
        reference=reference.strip(),
        recorded_at=now,
        recorded_by_id=by.person_id,
    )
    debt.paid_minor += amount_minor
    debt.save(update_fields=["paid_minor"])
    _record("debt.paid", debt, by=by, now=now, amount_minor=amount_minor, number=number)
    return debt


@transaction.atomic
def take_back_debt_payment(
    *, debt_id: int, number: int, reason: str, by: Actor, now: datetime
) -> Debt:
    """Take back a payment that was none, or another's: it is owed again, and out of the pool.

    What was set off is on its line again, and is not set off against that line anew. Somebody else
    of finance than recorded it. Interest is not made up for days for which it was
    entered meanwhile. Repeating it changes nothing. In this order:

    Raises:
        NotFound: there is no such debt or payment, or the actor may not know of it.
        NotAllowed: not of finance.
        ReasonMissing: no reason.
        SamePayer: the actor recorded it.
        LineClosed: it was set off against a line that has been returned.
        CannotReverse: less is left in the pool than was paid.

    """
    programme = queries.debt_of(debt_id, by).award.programme
    if not access.may_keep_debts(by, programme.code):
        raise NotAllowed(action="debt.take_back", needs=Role.FINANCE.value)
    if not reason.strip():
        raise ReasonMissing(action="debt.take_back")
    debt = locked_debt(debt_id)
    payment = debt.payments.filter(number=number).first()
    if payment is None:
        raise NotFound(kind="payment", key=f"{debt_id}/{number}")
    if payment.taken_back_at is not None:
        return debt
    if payment.recorded_by_id == by.person_id:
        raise SamePayer(debt=debt_id, number=number)
    reverse_entry(
        programme_code=programme.code,
        number=queries.entry_of_payment(payment),
        key=f"{queries.payment_key(debt_id, number)}:back",
        by=by,
        now=now,
        reason=reason.strip(),
    )
    payment.taken_back_at, payment.taken_back_by_id = now, by.person_id
    payment.taken_back_reason = reason.strip()
    payment.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
    debt.paid_minor -= payment.amount_minor
    if payment.line_code:
        debt.set_off_minor -= payment.amount_minor
    debt.save(update_fields=["paid_minor", "set_off_minor"])
    facts = {"amount_minor": payment.amount_minor, "number": number, "reason": reason.strip()}
    _record("debt.payment_taken_back", debt, by=by, now=now, **facts)
    return debt


@transaction.atomic
def assign_debt(*, debt_id: int, email: str, by: Actor, now: datetime) -> Debt:
    """Give a debt to another owner, who is of finance too. Repeating it changes nothing.

    Raises:
        NotFound: there is no such debt, or the actor may not know of it.
        NotAllowed: not of finance.
        OwnerUnfit: nobody of finance signs in with this address.

    """
    queries.debt_of(debt_id, by)
    debt = queries.debt_for_update(debt_id)
    code = debt.award.programme.code
    if not access.may_keep_debts(by, code):
        raise NotAllowed(action="debt.assign", needs=Role.FINANCE.value)
    owner = queries.person_with_email(email)
    if owner is None or not actor_for(owner, now).holds(code, Role.FINANCE):
        raise OwnerUnfit(email=email.strip())
    if owner.pk == debt.owner_id:
        return debt
    debt.owner = owner
    debt.save(update_fields=["owner"])
    _record("debt.assigned", debt, by=by, now=now, owner=owner.pk)
    return debt


def _check_day(debt: Debt, paid_on: date, now: datetime) -> None:
    programme = debt.award.programme
    today, made_on = today_in(programme, now), today_in(programme, debt.made_at)
    if paid_on > today:
        raise PaidInFuture(paid_on=paid_on, today=today)
    if paid_on < made_on:
        raise PaidBeforeDebt(paid_on=paid_on, made_on=made_on)


def _record(action: str, debt: Debt, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("award", debt.award.code),
        by=by,
        now=now,
        programme_code=debt.award.programme.code,
        debt=debt.pk,
        **facts,
    )
