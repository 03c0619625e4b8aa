"""Who may see and do what with invoices, claims and closed months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.apps.awards.access import is_lead
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.core.programme.document import Vote

READERS = (Role.OFFICER, Role.FINANCE, Role.AUDITOR)


def may_read_billing(by: Actor, programme_code: str) -> bool:
    """Officer, finance and auditor see every invoice, claim and close of a programme."""
    return by.holds(programme_code, *READERS)


def check_may_read_billing(by: Actor, programme_code: str) -> None:
    """Refuse the lists of a programme to others."""
    if not may_read_billing(by, programme_code):
        raise NotAllowed(action="billing.read", needs=Role.FINANCE.value)


def may_bill(by: Actor, programme_code: str) -> bool:
    """Finance issues, records, assesses, pays and closes."""
    return by.holds(programme_code, Role.FINANCE)


def check_may_bill(by: Actor, programme_code: str, *, action: str) -> None:
    """Refuse what only finance does."""
    if not may_bill(by, programme_code):
        raise NotAllowed(action=action, needs=Role.FINANCE.value)


def may_waive_year(by: Actor, programme_code: str, vote: Vote) -> bool:
    """The role that the rules name for the year."""
    return vote.waived_by is not None and by.holds(programme_code, Role(vote.waived_by))


def may_see_of_award(by: Actor, award: Award) -> bool:
    """Who sees an award's invoices and claims: its lead, and the readers of its programme."""
    return is_lead(by, award) or may_read_billing(by, award.programme.code)


def check_is_lead(by: Actor, award: Award, *, action: str) -> None:
    """Refuse what only the lead does."""
    if not is_lead(by, award):
        raise NotAllowed(action=action, needs="lead")
