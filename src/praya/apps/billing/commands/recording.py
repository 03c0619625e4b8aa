"""The audit line of a claim."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.people.commands import record
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.billing.models import Claim


def record_claim(action: str, claim: Claim, *, by: Actor, now: datetime, **facts: object) -> None:
    """Write the audit line of a claim, under its programme."""
    record(
        action,
        subject=("claim", claim.code),
        by=by,
        now=now,
        programme_code=claim.programme.code,
        award=claim.award.code,
        **facts,
    )
