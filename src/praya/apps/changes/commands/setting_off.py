"""Overdue debts are paid out of what the same organisation was awarded later."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.queries import title_of
from praya.apps.books.commands import set_off_debt
from praya.apps.changes import queries
from praya.apps.changes.commands.interest import bring_up_to, locked_debt
from praya.apps.changes.models import DebtPayment
from praya.apps.changes.rules.setting_off import cut_for
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import today_in
from praya.core.actor import Actor
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.changes.models import Debt
    from praya.core.ledger import Grant

PRAYA = Actor.praya("debts")
ONE_DAY = timedelta(days=1)


def set_off_debts(*, now: datetime) -> list[str]:
    """Set overdue debts off against lines of newer awards; codes of the lines.

    A line bears a debt once, as far as the rules and what is free on it allow. What its lead has
    not been told of in time waits, and what is waived is left alone. Interest until yesterday is
    entered first, where something is set off. Each by itself; repeatable.
    """
    each = each_by_itself(
        queries.set_offs_due(now),
        lambda one: _set_off(one.debt.pk, one.line.pk, now=now),
        name_of=lambda one: f"{one.matter} on {one.line.code}",
        what="debt to set off",
    )
    return [code for _, code in each if code]


@transaction.atomic
def _set_off(debt_id: int, line_id: int, *, now: datetime) -> str:
    line = queries.line_to_take_from(line_id)
    debt = locked_debt(debt_id)
    programme = line.award.programme
    stands = queries.book_lines([line.code])[line.code]
    rule = queries.recovery_in_force(programme, now).set_off
    if rule is None or stands.is_closed or _is_let_off(line, debt):
        return ""
    borne = queries.set_off_on(line.code)
    bears = partial(
        cut_for,
        rule,
        granted=Money(line.subsidy_minor, debt.currency),
        borne=Money(borne, debt.currency),
        free=stands.free,
    )
    bounds = {
        "percent_max": str(rule.percent_max),
        "granted_minor": line.subsidy_minor,
        "borne_minor": borne,
        "free_minor": stands.free.subsidy.minor,
    }
    if bears(owed=debt.owed) is None:  # nor with interest, which would be entered day by day
        return ""
    bring_up_to(debt, today_in(programme, now) - ONE_DAY, now=now)
    cut = bears(owed=debt.owed)
    assert cut is not None, debt  # more is owed than before
    number = debt.payments.count() + 1
    entry = set_off_debt(
        programme_code=programme.code,
        line_code=line.code,
        award_code=debt.award.code,
        pool=debt.pool,
        cut=cut,
        key=queries.payment_key(debt.pk, number),
        by=PRAYA,
        now=now,
        facts={"debt": debt.pk, "owed_minor": debt.owed.minor, **bounds},
    )
    DebtPayment.objects.create(
        debt=debt,
        number=number,
        amount_minor=cut.subsidy.minor,
        paid_on=today_in(programme, now),
        recorded_at=now,
        line_code=line.code,
        card_seconds=cut.time.seconds,
    )
    debt.paid_minor += cut.subsidy.minor
    debt.set_off_minor += cut.subsidy.minor
    debt.save(update_fields=["paid_minor", "set_off_minor"])
    _tell(debt, line, cut, entry.number, now=now)
    return line.code


def _tell(debt: Debt, line: AwardLine, cut: Grant, entry: int, *, now: datetime) -> None:
    """A letter to the lead of the newer award, and the line of the trail."""
    facts = {
        "line": line.code,
        "card_seconds": cut.time.seconds,
        "amount_minor": cut.subsidy.minor,
    }
    send_letter(
        "debt.set_off",
        to=line.award.lead,
        award=line.award.code,
        title=title_of(line.award),
        debt_of=debt.award.code,
        currency=debt.currency,
        **facts,
    )
    record(
        "debt.set_off",
        subject=("award", debt.award.code),
        by=PRAYA,
        now=now,
        programme_code=debt.award.programme.code,
        debt=debt.pk,
        entry=entry,
        **facts,
    )


def _is_let_off(line: AwardLine, debt: Debt) -> bool:
    """Whether a line has borne a debt before, or is spared it."""
    has_borne = debt.payments.filter(line_code=line.code).exists()
    return has_borne or queries.is_spared(queries.matter_of_debt(debt.pk), line)
