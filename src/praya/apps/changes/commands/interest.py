"""Interest on debts, entered month by month, and before what is owed gets less."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from praya.apps.books.commands import lock_book, recover_money
from praya.apps.changes import queries
from praya.apps.changes.models import Debt
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.programmes.queries import today_in
from praya.core.actor import Actor
from praya.core.programme.changes import Recovery
from praya.core.quantity import Money

PRAYA = Actor.praya("interest")
ONE_DAY = timedelta(days=1)


def enter_interest(*, now: datetime) -> list[str]:
    """Enter the interest of every overdue debt up to the last month's end; codes of its awards.

    One transaction a debt, repeatable. The rates are those of the rules in force today.
    """
    rules: dict[str, Recovery] = {}

    def enter(debt: Debt) -> bool:
        programme = debt.award.programme
        until = today_in(programme, now).replace(day=1) - ONE_DAY
        if until <= (debt.interest_until or debt.due_on):
            return False
        if programme.code not in rules:
            rules[programme.code] = queries.recovery_in_force(programme, now)
        return bool(rules[programme.code].interest) and _enter(debt.pk, until, now=now)

    each = each_by_itself(
        queries.debts_bearing_interest(),
        enter,
        name_of=lambda debt: debt.pk,
        what="interest of debt",
    )
    return [debt.award.code for debt, is_entered in each if is_entered]


def bring_up_to(debt: Debt, until: date, *, now: datetime) -> bool:
    """Enter a locked debt's interest until a day, in its book, locked too; whether there was any.

    What was entered for later days is not taken back.
    """
    programme = debt.award.programme
    if until <= (debt.interest_until or debt.due_on):
        return False
    recovery = queries.recovery_in_force(programme, now)
    if not recovery.interest:
        return False
    found = queries.interest_on(debt, until, recovery)
    since = debt.interest_until or debt.due_on
    debt.interest_until, debt.interest_rest = until, found.rest
    debt.interest_minor += found.minor
    debt.save(update_fields=["interest_until", "interest_rest", "interest_minor"])
    if not found.minor:
        return False
    facts = {
        "debt": debt.pk,
        "interest_after": since.isoformat(),
        "interest_until": until.isoformat(),
        "principal_minor": debt.principal_minor,
    }
    entry = recover_money(
        programme_code=programme.code,
        award_code=debt.award.code,
        pool=debt.pool,
        amount=Money(found.minor, debt.currency),
        key=f"debt:{debt.pk}:interest:{until}",
        by=PRAYA,
        now=now,
        facts=facts,
    )
    record(
        "debt.interest",
        subject=("award", debt.award.code),
        by=PRAYA,
        now=now,
        programme_code=programme.code,
        amount_minor=found.minor,
        entry=entry.number,
        **facts,
    )
    return True


def locked_debt(debt_id: int) -> Debt:
    """A debt, locked until the transaction ends, and before it the book of its programme.

    Raises:
        NotFound: there is none.

    """
    codes = Debt.objects.filter(pk=debt_id).values_list("award__programme__code", flat=True)
    for code in codes:
        lock_book(code)
    return queries.debt_for_update(debt_id)


@transaction.atomic
def _enter(debt_id: int, until: date, *, now: datetime) -> bool:
    return bring_up_to(locked_debt(debt_id), until, now=now)
