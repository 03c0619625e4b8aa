"""Telling the people of an award how it stands, once for each thing there is to tell."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.notices import queries
from praya.apps.notices.commands.letters import put_letter
from praya.apps.notices.rules.warnings import DueWarning, due_warnings
from praya.apps.programmes.queries import programmes_in_force, today_in
from praya.core.programme.warnings import Warnings

if TYPE_CHECKING:
    from praya.apps.people.models import Person


def put_warnings(*, now: datetime) -> int:
    """Put what is due today into the outbox; how many letters. Repeatable: each is told once.

    Nobody is asked who they are: only Praya's own rounds warn.
    """
    return sum(
        _warn(each.programme.code, each.rules.warnings, now)
        for each in programmes_in_force(now)
        if each.rules is not None
    )


def _warn(programme_code: str, rules: Warnings, now: datetime) -> int:
    awards = queries.running_awards(programme_code)
    if not awards:
        return 0
    today = today_in(awards[0].programme, now)
    due = [
        warning
        for outlook in queries.outlooks_of(awards, today)
        for warning in due_warnings(rules, outlook, today)
    ]
    people = queries.told_of(awards)
    letters = {
        _key(warning, person): (warning, person)
        for warning in due
        for person in people[warning.award]
    }
    before = queries.told_before(letters)
    return sum(
        _put(key, warning, person)
        for key, (warning, person) in letters.items()
        if key not in before
    )


def _key(warning: DueWarning, person: Person) -> str:
    return f"{warning.key}:{person.pk}"


@transaction.atomic
def _put(key: str, warning: DueWarning, person: Person) -> bool:
    return put_letter(warning.kind, to=person, facts=warning.facts, key=key) is not None
