"""A letter that waits and a web hook of the programme, for the walk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.access.people import PEOPLE
from tests.factories import make_person

from praya.apps.notices.commands import add_hook
from praya.apps.notices.models import Letter
from praya.apps.notices.rules import KINDS, LetterState
from praya.apps.programmes.queries import actor_for

WISHES = {
    **{kind: "topic" for kinds in KINDS.values() for kind in kinds},
    "warning.used": "digest",
    "application": "now",
    "award": "digest",
    "use": "off",
    "dates": "now",
    "money": "now",
    "desk": "now",
}


def noticed(now: datetime) -> dict[str, dict[str, Any]]:
    """The things: the oldest letter that waits, and a hook that finance made."""
    waiting = Letter.objects.filter(programme_code="pier", state=LetterState.WAITING.value)
    hook, _secret = add_hook(
        programme_code="pier",
        url="https://ledger.example/praya",
        from_start=True,
        by=actor_for(make_person(PEOPLE["fina"]), now),
        now=now,
    )
    hook.position = 1
    hook.save()
    return {"letter": {"letter_id": waiting.earliest("id").pk}, "hook": {"hook_id": hook.pk}}
