"""What can be asked about programmes, their rules, calls, rounds and appointments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet

from praya.apps.people.models import Person
from praya.apps.programmes.access import (
    check_may_apply_rules,
    check_may_appoint,
    check_may_make_programme,
    check_may_see_appointments,
)
from praya.apps.programmes.models import Appointment, Programme, Round, RuleVersion
from praya.apps.programmes.rules import (
    FIXED_FIELDS,
    EffectiveTooEarly,
    NoRulesInForce,
    PrefixTaken,
    ProgrammeFieldFixed,
    ProgrammeUnchanged,
    RoundState,
    check_calls_begun,
    check_fixed_fields,
    day_in,
    seal_of,
)
from praya.core.actor import EVERY_PROGRAMME, Actor, Role
from praya.core.programme.calls import CallWindow, next_window_after, window_on
from praya.core.programme.difference import Change, difference
from praya.core.programme.document import CallRule, ProgrammeRules
from praya.core.programme.findings import Finding
from praya.core.programme.reading import canonical_json, read_programme, rules_from_json
from praya.core.refusal import NotFound, Refusal, StaleForm

ONE_DAY = timedelta(days=1)
_HEAVY = ("source", "document", "changes")


@dataclass(frozen=True, slots=True)
class ProgrammeInForce:
    """A programme with the rules in force on a day; ``None`` where none are yet."""

    programme: Programme
    version: RuleVersion | None
    rules: ProgrammeRules | None


@dataclass(frozen=True, slots=True)
class CallStanding:
    """A call on a day: the window that takes applications then, and the next one to open."""

    call: CallRule
    window: CallWindow | None
    next_window: CallWindow | None


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that takes applications now, under which rules, in which window."""

    programme: Programme
    version: RuleVersion
    rules: ProgrammeRules
    call: CallRule
    window: CallWindow


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


def actor_for(person: Person | None, now: datetime) -> Actor:
    """The person as an actor, with the appointments in force now; anonymous for nobody."""
    if person is None or not person.is_active:
        return Actor.anonymous()
    held = Appointment.objects.filter(_in_force(now), person=person)
    appointments = {
        (code, Role(role)) for code, role in held.values_list("programme__code", "role")
    }
    if person.is_site_admin:
        appointments.add((EVERY_PROGRAMME, Role.ADMIN))
    return Actor(person_id=person.pk, name=str(person), appointments=frozenset(appointments))


def programme_of(code: str) -> Programme:
    """A programme; raises ``NotFound``."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise NotFound(kind="programme", key=code)
    return programme


def programme_for_update(code: str) -> Programme:
    """A programme, locked until the transaction ends; raises ``NotFound``."""
    programme = Programme.objects.select_for_update().filter(code=code).first()
    if programme is None:
        raise NotFound(kind="programme", key=code)
    return programme


def today_in(programme: Programme, now: datetime) -> date:
    """The day it is in the programme's time zone."""
    return day_in(programme.time_zone, now)


def version_in_force(programme_code: str, on: date) -> RuleVersion:
    """The rules in force on a day: the highest number that has become effective.

    Without its texts, which ``rules_of`` keeps; they are loaded when asked for.

    Raises:
        NotFound: there is no such programme.
        NoRulesInForce: its first version begins later.

    """
    version = _versions_effective(on).filter(programme__code=programme_code).first()
    if version is None:
        programme_of(programme_code)
        raise NoRulesInForce(programme_code=programme_code, on=on)
    return version


def latest_version(programme_code: str) -> RuleVersion | None:
    """The version with the highest number, in force or not yet."""
    return RuleVersion.objects.filter(programme__code=programme_code).first()


def rules_of(version: RuleVersion) -> ProgrammeRules:
    """What a version says; parsed once in the life of a process."""
    return _parsed(version.pk, version.sha256)


def versions_of(programme_code: str) -> list[RuleVersion]:
    """Every version of a programme, newest first, with who applied it; raises ``NotFound``."""
    versions = (
        RuleVersion.objects.filter(programme__code=programme_code)
        .select_related("applied_by", "programme")
        .defer("source", "document")
    )
    if not versions:
        raise NotFound(kind="programme", key=programme_code)
    return list(versions)


def version_of(programme_code: str, number: int) -> RuleVersion:
    """One version with its texts; raises ``NotFound``."""
    version = (
        RuleVersion.objects.filter(programme__code=programme_code, number=number)
        .select_related("applied_by", "programme")
        .first()
    )
    if version is None:
        raise NotFound(kind="rule-version", key=f"{programme_code}/{number}")
    return version


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


def changes_of(version: RuleVersion) -> list[Change]:
    """What a version changed in the one before it; one change at the empty path in the first."""
    before = RuleVersion.objects.filter(
        programme_id=version.programme_id, number=version.number - 1
    ).first()
    return difference(None if before is None else rules_of(before), rules_of(version))


def programmes_in_force(now: datetime) -> list[ProgrammeInForce]:
    """Every programme with the rules in force now, by code."""
    # Days differ between time zones, so tomorrow is asked for and each programme looks again.
    effective: dict[int, list[RuleVersion]] = {}
    for version in _versions_effective(now.date() + ONE_DAY):
        effective.setdefault(version.programme_id, []).append(version)
    answer = []
    for programme in Programme.objects.all():
        today = today_in(programme, now)
        begun = (each for each in effective.get(programme.pk, []) if each.effective_on <= today)
        latest = next(begun, None)
        rules = None if latest is None else rules_of(latest)
        answer.append(ProgrammeInForce(programme, latest, rules))
    return answer


def programme_in_force(code: str, now: datetime) -> ProgrammeInForce:
    """A programme with the rules in force now, or none yet; raises ``NotFound``."""
    programme = programme_of(code)
    version = (
        _versions_effective(today_in(programme, now)).filter(programme_id=programme.pk).first()
    )
    return ProgrammeInForce(programme, version, None if version is None else rules_of(version))


def calls_on(rules: ProgrammeRules, day: date) -> list[CallStanding]:
    """Every call of the rules as it stands on a day, in the order of the file."""
    return [
        CallStanding(call, window_on(call, day), next_window_after(call, day))
        for call in rules.calls
    ]


def open_calls(now: datetime) -> list[OpenCall]:
    """Every call of the site that takes applications now."""
    answer = []
    for each in programmes_in_force(now):
        if each.rules is None or each.version is None:
            continue
        answer += [
            OpenCall(each.programme, each.version, each.rules, standing.call, standing.window)
            for standing in calls_on(each.rules, today_in(each.programme, now))
            if standing.window is not None
        ]
    return answer


def round_for(programme_code: str, call_code: str, on: date) -> Round | None:
    """The round whose window holds a day; ``None`` when the call is closed, or not opened yet.

    A command that needs the round of today uses ``commands.open_round_for``, which opens it.
    """
    return (
        Round.objects.filter(
            Q(closes_on=None) | Q(closes_on__gte=on),
            programme__code=programme_code,
            call_code=call_code,
            opens_on__lte=on,
        )
        .select_related("programme")
        .first()
    )


def round_of(round_id: int) -> Round:
    """A round with its programme; raises ``NotFound``."""
    found = Round.objects.filter(pk=round_id).select_related("programme").first()
    if found is None:
        raise NotFound(kind="round", key=str(round_id))
    return found


def rounds_of(programme_code: str) -> list[Round]:
    """Every round of a programme, the latest first."""
    return list(Round.objects.filter(programme__code=programme_code).select_related("programme"))


def rounds_overdue(programme_codes: Iterable[str], on: date) -> list[Round]:
    """Rounds not released although their day for the decision has passed, the oldest first."""
    return list(
        Round.objects.filter(programme__code__in=list(programme_codes), decide_by__lt=on)
        .exclude(state=RoundState.RELEASED.value)
        .select_related("programme")
        .order_by("decide_by", "id")
    )


def people_holding(programme_code: str, role: Role, now: datetime | None = None) -> list[Person]:
    """Active people who hold a role in a programme: at ``now``, or not ended at all."""
    in_force = Q(until=None) if now is None else _in_force(now)
    held = Appointment.objects.filter(in_force, programme__code=programme_code, role=role.value)
    return list(Person.objects.filter(is_active=True, pk__in=held.values("person_id")))


def appointments_visible_to(
    actor: Actor, programme_code: str, *, now: datetime
) -> list[Appointment]:
    """Appointments in force, by role and name; raises ``NotAllowed``, ``NotFound``."""
    programme = programme_of(programme_code)
    check_may_see_appointments(actor, programme_code)
    return list(
        programme.appointments.filter(_in_force(now))
        .select_related("person")
        .order_by("role", "person__name", "person__email", "id")
    )


def appointment_of(appointment_id: int) -> Appointment:
    """An appointment with its person and programme; raises ``NotFound``."""
    found = (
        Appointment.objects.select_related("person", "programme").filter(pk=appointment_id).first()
    )
    if found is None:
        raise NotFound(kind="appointment", key=str(appointment_id))
    return found


def person_of(person_id: int) -> Person:
    """A person, for a command that appoints them; raises ``NotFound``."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound(kind="person", key=str(person_id))
    return person


def person_to_appoint(actor: Actor, email: str) -> Person:
    """The person with an e-mail address, told to who may appoint.

    Raises:
        NotAllowed, NotFound

    """
    check_may_appoint(actor)
    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise NotFound(kind="person", key=email.strip())
    return person


def _in_force(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))


def _versions_effective(on: date) -> QuerySet[RuleVersion]:
    """Versions that have begun by a day, the highest number of each programme first."""
    return RuleVersion.objects.filter(effective_on__lte=on).defer(*_HEAVY)


@lru_cache(maxsize=64)
def _parsed(version_id: int, sha256: str) -> ProgrammeRules:
    # The checksum is in the key, for tests give the same number to different versions.
    del sha256
    document = RuleVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return rules_from_json(json.dumps(document))
