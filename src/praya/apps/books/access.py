"""Who may act on a book directly. Holds and awards are guarded by the apps that own them."""

from __future__ import annotations

from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


def check_may_ask_funding(by: Actor, programme_code: str) -> None:
    """An officer asks."""
    if not by.holds(programme_code, Role.OFFICER):
        raise NotAllowed(action="funding.ask", needs=Role.OFFICER.value)


def check_may_decide_funding(by: Actor, programme_code: str) -> None:
    """Finance decides."""
    if not by.holds(programme_code, Role.FINANCE):
        raise NotAllowed(action="funding.decide", needs=Role.FINANCE.value)


def check_may_reverse(by: Actor, programme_code: str) -> None:
    """Finance corrects the book; Praya itself does when a usage record is corrected."""
    if not (by.is_praya or by.holds(programme_code, Role.FINANCE)):
        raise NotAllowed(action="book.reverse", needs=Role.FINANCE.value)


def check_may_correct(by: Actor, programme_code: str) -> None:
    """Finance asks that the book be corrected, and finance decides: two people of it."""
    if not by.holds(programme_code, Role.FINANCE):
        raise NotAllowed(action="book.correct", needs=Role.FINANCE.value)


def may_see_corrections(by: Actor, programme_code: str) -> bool:
    """Whether the actor may see what was asked to be put right: finance and auditors."""
    return by.holds(programme_code, Role.FINANCE, Role.AUDITOR)


def check_may_see_corrections(by: Actor, programme_code: str) -> None:
    """Refuse to show corrections to others."""
    if not may_see_corrections(by, programme_code):
        needs = (Role.FINANCE.value, Role.AUDITOR.value)
        raise NotAllowed(action="book.see_corrections", needs=needs)


def may_see_funding(by: Actor, programme_code: str) -> bool:
    """Whether the actor may see who asked for money and who decided: officer, finance, auditor."""
    return by.holds(programme_code, Role.OFFICER, Role.FINANCE, Role.AUDITOR)


def check_may_see_funding(by: Actor, programme_code: str) -> None:
    """Refuse to show funding requests to others."""
    if not may_see_funding(by, programme_code):
        raise NotAllowed(action="funding.see", needs=Role.FINANCE.value)


def may_prove_book(by: Actor, programme_code: str) -> bool:
    """Whether the actor may have a whole book computed again, which takes a minute."""
    return by.holds(programme_code, Role.FINANCE, Role.AUDITOR)


def check_may_prove_book(by: Actor, programme_code: str) -> None:
    """Finance and auditors."""
    if not may_prove_book(by, programme_code):
        raise NotAllowed(action="book.prove", needs=(Role.FINANCE.value, Role.AUDITOR.value))


def may_read_book(by: Actor, programme_code: str) -> bool:
    """Whether the actor may see a whole book: its accounts and entries."""
    readers = (Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.COMMITTEE)
    return by.is_praya or by.holds(programme_code, *readers)
