"""The audit line and the letter of a change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.awards.queries import title_of
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.changes.models import Change


def record_change(
    action: str, change: Change, *, by: Actor, now: datetime, reason: str = "", **facts: object
) -> None:
    """Write the audit line of a change, under its award."""
    record(
        action,
        subject=("award", change.award.code),
        by=by,
        now=now,
        programme_code=change.award.programme.code,
        change=change.pk,
        kind=change.kind,
        wish=change.wish,
        reason=reason,
        **facts,
    )


def tell_lead(kind: str, change: Change, *, reason: str = "") -> None:
    """Write to the lead of the award."""
    send_letter(
        kind,
        to=change.award.lead,
        award=change.award.code,
        title=title_of(change.award),
        change=change.pk,
        change_kind=change.kind,
        reason=reason or change.reason,
        agreement=change.agreement.number if change.agreement else 0,
        accepted=bool(change.agreement and change.agreement.accepted_at),
    )
