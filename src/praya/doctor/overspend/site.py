"""The scratch book of a trial: one award line, granted half of what will be asked."""

from __future__ import annotations

from datetime import UTC, datetime

from praya.apps.books.commands import approve_funding, ask_funding, commit_award
from praya.apps.people.commands import add_person
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money

PROGRAMME = "doctor"
POOL = "trial"
LINE = "DOC-0001.1"
BEGINS_AT = datetime(2026, 1, 1, tzinfo=UTC)
DOCTOR = Actor.praya("doctor")


def card_time(seconds: int) -> CardTime:
    """Time of the line's device model."""
    return CardTime(seconds, "trial-card")


def money(minor: int) -> Money:
    """Money of the line's currency."""
    return Money(minor, "HKD")


def open_book(granted_s: int) -> None:
    """Fund the pool and commit the award; a second of a card is subsidised with one cent."""
    officer, finance = (_somebody(role) for role in (Role.OFFICER, Role.FINANCE))
    asked = ask_funding(
        programme_code=PROGRAMME,
        pool=POOL,
        amount=money(granted_s),
        reason="trial",
        by=officer,
        now=BEGINS_AT,
    )
    approve_funding(request_id=asked.pk, by=finance, now=BEGINS_AT)
    commit_award(
        programme_code=PROGRAMME,
        award_code="DOC-0001",
        pool=POOL,
        lines=[LineGrant(LINE, card_time(granted_s), money(granted_s))],
        key="grant",
        by=officer,
        now=BEGINS_AT,
    )


def _somebody(role: Role) -> Actor:
    email = f"{role.value}@doctor.example"
    person = add_person(email=email, name=role.value, by=DOCTOR, now=BEGINS_AT)
    return Actor(person.pk, role.value, frozenset({(PROGRAMME, role)}))
