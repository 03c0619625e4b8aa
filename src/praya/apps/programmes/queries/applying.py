"""A programme file before it is applied: what it says, changes, and would be refused for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from praya.apps.programmes.access import (
    check_may_apply_rules,
    check_may_make_programme,
)
from praya.apps.programmes.models import Programme, RuleVersion
from praya.apps.programmes.queries.versions import latest_version, programme_of, rules_of, today_in
from praya.apps.programmes.rules import (
    FIXED_FIELDS,
    EffectiveTooEarly,
    PrefixTaken,
    ProgrammeFieldFixed,
    ProgrammeUnchanged,
    check_calls_begun,
    check_classes_kept,
    check_fixed_fields,
    seal_of,
)
from praya.core.actor import Actor
from praya.core.programme.difference import Change, difference
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import Finding
from praya.core.programme.reading import canonical_json, read_programme
from praya.core.refusal import Refusal, StaleForm


@dataclass(frozen=True, slots=True)
class Applicable:
    """A programme file on its way to be applied: as ``Preview``, and what would refuse it now.

    ``after_number`` is the latest version, with which it was compared; 0 where there is none.
    """

    rules: ProgrammeRules | None
    findings: list[Finding]
    changes: list[Change]
    refusal: Refusal | None
    after_number: int


class Preview(NamedTuple):
    """A programme file before it is applied: its rules, or what is wrong; and what would change."""

    rules: ProgrammeRules | None
    findings: list[Finding]
    changes: list[Change]


def preview_programme(source: str | bytes, *, file: str = "programme.yaml") -> Preview:
    """Read a programme file and compare it with the latest version; nothing is stored.

    The changes are empty where there are findings, and where the file says the same.
    """
    rules, findings = read_programme(source, file=file)
    if rules is None:
        return Preview(None, findings, [])
    latest = latest_version(rules.code)
    before = None if latest is None else rules_of(latest)
    return Preview(rules, findings, difference(before, rules))


def check_programme(
    source: str | bytes,
    *,
    by: Actor,
    now: datetime,
    file: str = "programme.yaml",
    programme_code: str | None = None,
) -> Applicable:
    """What ``apply_programme`` would answer to a file, without storing anything."""
    rules, findings, changes = preview_programme(source, file=file)
    if rules is None:
        return Applicable(None, findings, [], None, 0)
    latest = latest_version(rules.code)
    number = 0 if latest is None else latest.number
    try:
        if programme_code not in {None, rules.code}:
            raise ProgrammeFieldFixed(field="code", old=programme_code, new=rules.code)
        if latest is None:
            check_new_programme(rules=rules, by=by)
        else:
            check_may_apply_rules(by, rules.code)
            programme = programme_of(rules.code)
            check_next_version(programme=programme, before=latest, rules=rules, now=now)
    except Refusal as refusal:
        return Applicable(rules, [], changes, refusal, number)
    return Applicable(rules, [], changes, None, number)


def check_new_programme(*, rules: ProgrammeRules, by: Actor) -> None:
    """Refuse a first version that may not be; ``commands.apply_programme`` tells the order."""
    check_may_make_programme(by)
    other = Programme.objects.filter(prefix=rules.prefix).first()
    if other is not None:
        raise PrefixTaken(prefix=rules.prefix, programme_code=other.code)


def check_next_version(
    *,
    programme: Programme,
    before: RuleVersion,
    rules: ProgrammeRules,
    now: datetime,
    after_number: int | None = None,
) -> None:
    """Refuse a later version that may not follow; ``commands.apply_programme`` tells the order."""
    check_fixed_fields(
        fixed={field: getattr(programme, field) for field in FIXED_FIELDS}, rules=rules
    )
    if seal_of(canonical_json(rules)) == before.sha256:
        raise ProgrammeUnchanged(number=before.number)
    if after_number not in {None, before.number}:
        raise StaleForm(theirs=before.number, yours=after_number)
    if programme.applications_made == 0:
        return
    today = today_in(programme, now)
    if rules.effective_on < today:
        raise EffectiveTooEarly(effective_on=rules.effective_on, earliest_on=today)
    begun = frozenset(programme.rounds.values_list("call_code", flat=True))
    check_calls_begun(before=rules_of(before), rules=rules, begun=begun)
    check_classes_kept(before=rules_of(before), rules=rules)
