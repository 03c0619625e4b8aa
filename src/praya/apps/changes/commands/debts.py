"""Debts are paid, and given to another owner; advances are taken off later awards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from praya.apps.awards.queries import title_of
from praya.apps.books.commands import lock_book, reduce_line, settle_debt
from praya.apps.changes import access, queries
from praya.apps.changes.commands.interest import bring_up_to, locked_debt
from praya.apps.changes.models import AdvanceTakenOff, Debt, DebtPayment
from praya.apps.changes.rules.refusals import OwnerUnfit, PaidBeforeDebt, PaidInFuture
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import actor_for, today_in
from praya.core.actor import Actor, Role
from praya.core.ledger import DebtExhausted, EntryKind, check_amounts, share_of_free
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed

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
        key=f"debt:{debt.pk}:paid:{number}",
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


def take_off_advances(*, now: datetime) -> list[str]:
    """Take advances off what the same leads were awarded later; codes of the lines.

    Time and its share of the subsidy go back to the line's pool, as far as they are free: what is
    left of the advance waits for the next round, or the next award. Each by itself; repeatable.
    """
    return [
        line.line.code
        for line in queries.advances_to_take_off()
        if _take_off(line.advance.pk, line.line.pk, now=now)
    ]


@transaction.atomic
def _take_off(advance_id: int, line_id: int, *, now: datetime) -> bool:
    line = queries.line_to_take_from(line_id)
    advance = queries.change_for_update(advance_id)
    programme = line.award.programme
    lock_book(programme.code)
    stands = queries.book_lines([line.code])[line.code]
    seconds = min(queries.left_of_advance(advance), stands.free.time.seconds)
    if seconds <= 0 or stands.is_closed:
        return False
    time = CardTime(seconds, line.device_model_code)
    subsidy = share_of_free(stands, time)
    number = advance.taken_off.count() + 1
    entry = reduce_line(
        programme_code=programme.code,
        line_code=line.code,
        key=f"advance:{advance.pk}:{number}",
        time=time,
        subsidy=subsidy,
        pool=stands.pool,
        reason=f"advance on {advance.award.code}",
        by=PRAYA,
        now=now,
        facts={"change": advance.pk},
    )
    AdvanceTakenOff.objects.create(
        advance=advance,
        award=line.award,
        line_code=line.code,
        card_seconds=seconds,
        subsidy_minor=subsidy.minor,
        entry=entry.number,
        at=now,
    )
    send_letter(
        "advance.taken_off",
        to=line.award.lead,
        award=line.award.code,
        title=title_of(line.award),
        line=line.code,
        card_seconds=seconds,
        advance_of=advance.award.code,
    )
    record(
        "advance.taken_off",
        subject=("award-line", line.code),
        by=PRAYA,
        now=now,
        programme_code=programme.code,
        advance=advance.pk,
        card_seconds=seconds,
        subsidy_minor=subsidy.minor,
        entry=entry.number,
    )
    return True


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
