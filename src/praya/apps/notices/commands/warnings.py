"""Telling the people of an award how it stands, once for each thing there is to tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from praya.apps.billing.queries import years_of
from praya.apps.each import each_by_itself
from praya.apps.notices import queries
from praya.apps.notices.commands.letters import put_letter
from praya.apps.notices.rules.warnings import DueWarning, due_warnings
from praya.apps.programmes.queries import people_holding, programmes_in_force, today_in
from praya.core.actor import Role
from praya.core.programme.warnings import Warnings

if TYPE_CHECKING:
    from praya.apps.people.models import Person
    from praya.apps.programmes.models import Programme
    from praya.apps.programmes.queries import ProgrammeInForce
    from praya.core.programme.document import ProgrammeRules


def put_warnings(*, now: datetime) -> int:
    """Put what is due today into the outbox; how many letters. Repeatable: each is told once.

    Nobody is asked who they are: only Praya's own rounds warn.
    """

    def warn(one: ProgrammeInForce) -> int:
        if one.rules is None:
            return 0
        told = _warn(one.programme.code, one.rules.warnings, now)
        return told + _warn_of_years(one.programme, one.rules, now)

    each = each_by_itself(
        programmes_in_force(now),
        warn,
        name_of=lambda one: one.programme.code,
        what="warnings of",
    )
    return sum(told for _, told in each)


def _warn_of_years(programme: Programme, rules: ProgrammeRules, now: datetime) -> int:
    """Tell finance of what years will leave, once for each number of days before their end."""
    told = 0
    for year in years_of(programme, rules, now):
        days = (year.vote.last - today_in(programme, now)).days
        due = min((each for each in year.vote.warn_days_before if days <= each), default=None)
        stays = year.waiver is not None or not year.vote.lapses
        if due is None or days < 0 or stays or not year.left:
            continue
        facts = {
            "programme": programme.code,
            "purpose": year.purpose,
            "last_on": year.vote.last,
            "amount_minor": year.left.minor,
            "currency": year.left.currency,
        }
        for person in people_holding(programme.code, Role.FINANCE, now):
            key = f"{year.key}:{due}:{person.pk}"
            told += _put_once("warning.year_lapses", person, facts, f"{programme.code}:{key}")
    return told


def _warn(programme_code: str, rules: Warnings, now: datetime) -> int:
    awards = queries.running_awards(programme_code)
    if not awards:
        return 0
    today = today_in(awards[0].programme, now)
    due = [
        warning
        for outlook in queries.outlooks_of(awards, now)
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


def _put(key: str, warning: DueWarning, person: Person) -> bool:
    return _put_once(warning.kind, person, warning.facts, key)


@transaction.atomic
def _put_once(kind: str, person: Person, facts: Mapping[str, Any], key: str) -> bool:
    return put_letter(kind, to=person, facts=facts, key=key) is not None
