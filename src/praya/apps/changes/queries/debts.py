"""Debts with their age and owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from praya.apps.awards.models import AwardLine
from praya.apps.books.models import Entry
from praya.apps.changes import access
from praya.apps.changes.models import Debt, DebtPayment
from praya.apps.people.models import Person
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.core.actor import Actor, Role
from praya.core.ledger import Interest, interest
from praya.core.programme.changes import Changes, Recovery
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound

AGES = ((30, "to-30"), (90, "to-90"), (365, "to-365"))
OLDEST = "over-365"
DEBT_AGES = (*(name for _, name in AGES), OLDEST)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DebtStanding:
    """A debt, how many days old it is, and whether its day has passed."""

    debt: Debt
    age_days: int
    age: str
    is_overdue: bool


def debts_of(programme_code: str, actor: Actor) -> QuerySet[Debt]:
    """The debts of a programme, the oldest first; without claims that were undone.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor is neither officer nor finance nor auditor of it.

    """
    programme_of(programme_code)
    if not access.may_see_debts(actor, programme_code):
        raise NotAllowed(action="debt.see", needs=Role.FINANCE.value)
    return _debts().filter(award__programme__code=programme_code, amount_minor__gt=0)


def entry_of_payment(payment: DebtPayment) -> int:
    """The number of the entry that put a payment of a debt into the pool."""
    entries = Entry.objects.filter(programme_code=payment.debt.award.programme.code)
    return entries.get(key=payment_key(payment.debt_id, payment.number)).number


def payment_key(debt_id: int, number: int) -> str:
    """The key of the entry of a payment."""
    return f"debt:{debt_id}:paid:{number}"


def may_see_debt(actor: Actor, debt: Debt) -> bool:
    """Who sees the programme's debts, and the lead who owes it."""
    sees_all = access.may_see_debts(actor, debt.award.programme.code)
    return sees_all or (actor.is_known and debt.award.lead_id == actor.person_id)


def debt_of(debt_id: int, actor: Actor) -> Debt:
    """A debt, for those who see the programme's debts, and for the lead who owes it.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    debt = _debts().filter(pk=debt_id).first()
    if debt is None or not may_see_debt(actor, debt):
        raise NotFound(kind="debt", key=str(debt_id))
    return debt


def debt_standing(debt: Debt, now: datetime) -> DebtStanding:
    """A debt with its age, counted in the programme's days."""
    programme = debt.award.programme
    today = today_in(programme, now)
    days = (today - today_in(programme, debt.made_at)).days
    return DebtStanding(debt, days, _age(days), is_overdue=bool(debt.owed) and debt.due_on < today)


def debts_of_age(programme_code: str, age: str, actor: Actor, now: datetime) -> list[Debt]:
    """The debts of an age on which something is owed, the oldest first; as ``debts_of``."""
    rows = debts_of(programme_code, actor).order_by("made_at", "pk")
    return [debt for debt in rows if debt.owed and debt_standing(debt, now).age == age]


def owed_by_age(programme: Programme, actor: Actor, now: datetime) -> dict[str, Money]:
    """What is owed by the age of the debts, the youngest first, empty ages too; as ``debts_of``."""
    today = today_in(programme, now)
    owed = F("amount_minor") + F("interest_minor") - F("paid_minor") - F("written_off_minor")
    rows = debts_of(programme.code, actor).annotate(left=owed).filter(left__gt=0)
    sums = dict.fromkeys(DEBT_AGES, 0)
    for made_at, left in rows.order_by().values_list("made_at", "left"):
        sums[_age((today - today_in(programme, made_at)).days)] += left
    return {age: Money(minor, programme.currency) for age, minor in sums.items()}


def changes_in_force(programme: Programme, now: datetime) -> Changes:
    """What the rules in force say of changes."""
    return rules_of(version_in_force(programme.code, today_in(programme, now))).changes


def recovery_in_force(programme: Programme, now: datetime) -> Recovery:
    """What the rules in force say of debts."""
    return changes_in_force(programme, now).recovery


def interest_to_come(debt: Debt, recovery: Recovery, now: datetime) -> Money:
    """Interest until yesterday that is not entered yet: what a payment today would add."""
    until = today_in(debt.award.programme, now) - ONE_DAY
    return Money(interest_on(debt, until, recovery).minor, debt.currency)


def interest_on(debt: Debt, until: date, recovery: Recovery) -> Interest:
    """Interest of a debt until a day, that one included, beyond what was entered before."""
    return interest(
        debt.principal_minor,
        after=debt.interest_until or debt.due_on,
        until=until,
        rate_bp_on=recovery.interest_bp_on,
        rest=debt.interest_rest,
    )


def debts_bearing_interest() -> list[Debt]:
    """Debts of which something of the claim itself is open."""
    is_open = Q(amount_minor__gt=F("paid_minor") + F("written_off_minor"))
    return list(_debts().filter(is_open).order_by("pk"))


def debts_due(actor: Actor) -> QuerySet[Debt]:
    """Open debts that the actor owns, as somebody of finance, the first due first."""
    programmes = actor.programmes_as(Role.FINANCE)
    open_debts = _debts().filter(
        award__programme__code__in=programmes,
        owner_id=actor.person_id,
        amount_minor__gt=F("paid_minor") + F("written_off_minor") - F("interest_minor"),
    )
    return open_debts.order_by("due_on", "id")


def debt_for_update(debt_id: int) -> Debt:
    """A debt, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    debt = _debts().select_for_update(of=("self",)).filter(pk=debt_id).first()
    if debt is None:
        raise NotFound(kind="debt", key=str(debt_id))
    return debt


def person_with_email(email: str) -> Person | None:
    """Who signs in with an address, if they may still sign in."""
    return Person.objects.filter(email__iexact=email.strip(), is_active=True).first()


def line_to_take_from(line_id: int) -> AwardLine:
    """An award line with its award, both locked until the transaction ends."""
    lines = AwardLine.objects.select_related("award__programme", "award__lead")
    return lines.select_for_update(of=("self", "award")).get(pk=line_id)


def _age(days: int) -> str:
    return next((name for most, name in AGES if days <= most), OLDEST)


def _debts() -> QuerySet[Debt]:
    return Debt.objects.select_related(
        "award__programme", "award__organisation", "award__lead", "owner", "change"
    )
