"""The audit line and the letters of an award."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.awards import queries
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.apps.people.models import Person


def record_award(action: str, award: Award, *, by: Actor, now: datetime, **facts: object) -> None:
    """Write the audit line of an award."""
    record(
        action,
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=award.programme.code,
        **facts,
    )


def tell_lead(kind: str, award: Award, **facts: object) -> None:
    """Write to the lead of an award."""
    tell(kind, award, to=award.lead, **facts)


def tell(kind: str, award: Award, *, to: Person, **facts: object) -> None:
    """Write to somebody about an award."""
    send_letter(kind, to=to, award=award.code, title=queries.title_of(award), **facts)
