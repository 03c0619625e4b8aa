"""Debts with their age and owner, and advances that are not taken off yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.changes import access
from praya.apps.changes.models import AdvanceTakenOff, Change, Debt
from praya.apps.changes.rules import ChangeKind, ChangeState
from praya.apps.people.models import Person
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.core.actor import Actor, Role
from praya.core.ledger import Interest, interest
from praya.core.programme.changes import Recovery
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound

AGES = ((30, "to-30"), (90, "to-90"), (365, "to-365"))
OLDEST = "over-365"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DebtStanding:
    """A debt, how many days old it is, and whether its day has passed."""

    debt: Debt
    age_days: int
    age: str
    is_overdue: bool


def debts_of(programme_code: str, actor: Actor) -> QuerySet[Debt]:
    """The debts of a programme, the oldest first.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor is neither officer nor finance nor auditor of it.

    """
    programme_of(programme_code)
    if not access.may_see_debts(actor, programme_code):
        raise NotAllowed(action="debt.see", needs=Role.FINANCE.value)
    return _debts().filter(award__programme__code=programme_code)


def debt_of(debt_id: int, actor: Actor) -> Debt:
    """A debt, for those who see the programme's debts, and for the lead who owes it.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    debt = _debts().filter(pk=debt_id).first()
    if debt is None or not (
        access.may_see_debts(actor, debt.award.programme.code)
        or (actor.is_known and debt.award.lead_id == actor.person_id)
    ):
        raise NotFound(kind="debt", key=str(debt_id))
    return debt


def debt_standing(debt: Debt, now: datetime) -> DebtStanding:
    """A debt with its age, counted in the programme's days."""
    programme = debt.award.programme
    today = today_in(programme, now)
    days = (today - today_in(programme, debt.made_at)).days
    return DebtStanding(debt, days, _age(days), is_overdue=bool(debt.owed) and debt.due_on < today)


def recovery_in_force(programme: Programme, now: datetime) -> Recovery:
    """What the rules in force say of debts."""
    return rules_of(version_in_force(programme.code, today_in(programme, now))).changes.recovery


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


@dataclass(frozen=True, slots=True)
class AdvanceLeft:
    """What of an advance is not taken off yet, and a line of a later award it can be taken off."""

    advance: Change
    line: AwardLine
    card_seconds: int


def advances_to_take_off() -> Iterator[AdvanceLeft]:
    """Advances with something left, each with the lines that can bear it.

    Those are lines in card-hours of the same device model, of running awards that the same lead
    accepted in the same programme after the advance was granted. Two queries while there is none.
    """
    granted = Change.objects.filter(
        kind=ChangeKind.ADVANCE.value, state=ChangeState.GRANTED.value
    ).select_related("award__programme")
    taken = dict(
        AdvanceTakenOff.objects.order_by().values_list("advance_id").annotate(Sum("card_seconds"))
    )
    for advance in granted.order_by("decided_at", "id"):
        left = advance.facts["card_seconds"] - taken.get(advance.pk, 0)
        if left <= 0:
            continue
        for line in _later_lines(advance):
            yield AdvanceLeft(advance, line, left)


def line_to_take_from(line_id: int) -> AwardLine:
    """An award line with its award, both locked until the transaction ends."""
    lines = AwardLine.objects.select_related("award__programme", "award__lead")
    return lines.select_for_update(of=("self", "award")).get(pk=line_id)


def left_of_advance(advance: Change) -> int:
    """Seconds of an advance that are not taken off yet."""
    taken = advance.taken_off.aggregate(sum=Sum("card_seconds"))["sum"] or 0
    return int(advance.facts["card_seconds"]) - taken


def _later_lines(advance: Change) -> QuerySet[AwardLine]:
    award = advance.award
    return AwardLine.objects.filter(
        shape=LineShape.CARD_HOURS.value,
        device_model_code=advance.facts["device_model"],
        award__programme_id=award.programme_id,
        award__lead_id=award.lead_id,
        award__state=AwardState.ACTIVE.value,
        award__accepted_at__gt=advance.decided_at,
    ).order_by("award_id", "number")


def _age(days: int) -> str:
    return next((name for most, name in AGES if days <= most), OLDEST)


def _debts() -> QuerySet[Debt]:
    return Debt.objects.select_related(
        "award__programme", "award__organisation", "award__lead", "owner", "change"
    )
