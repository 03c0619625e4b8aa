"""What changes programmes: rule versions, rounds, appointments and the numbers given out."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from pydantic_core import to_jsonable_python

from praya.apps.clusters.commands import register_device_models
from praya.apps.people.commands import record
from praya.apps.programmes.access import (
    check_may_apply_rules,
    check_may_appoint,
    check_may_open_rounds,
)
from praya.apps.programmes.models import Appointment, Programme, Round, RuleVersion
from praya.apps.programmes.queries import (
    appointment_of,
    check_new_programme,
    check_next_version,
    latest_version,
    person_of,
    programme_for_update,
    round_of,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.programmes.rules import (
    FIXED_FIELDS,
    CallClosed,
    PersonInactive,
    ProgrammeFieldFixed,
    ProgrammeHasFindings,
    RoleNotInProgramme,
    RoundState,
    application_code,
    award_code,
    seal_of,
    windows_begun,
)
from praya.core.actor import Actor, Role
from praya.core.programme.calls import CallWindow, next_window_after, window_on
from praya.core.programme.difference import Change, difference
from praya.core.programme.document import CallRule, ProgrammeRules
from praya.core.programme.reading import canonical_json, read_programme
from praya.core.refusal import NotFound, StaleForm


@transaction.atomic
def apply_programme(
    *,
    source: str | bytes,
    by: Actor,
    now: datetime,
    file: str = "programme.yaml",
    programme_code: str | None = None,
    after_number: int | None = None,
) -> RuleVersion:
    """Store a programme file as the next rule version; the first one makes the programme.

    ``programme_code`` says which programme the file is meant for, and ``after_number`` the version
    it was compared with (0 for none), where those are known. ``file`` is only named in findings.

    Device models are registered, and calls that have begun get their rounds. A later version may
    begin before today, or move a call that has opened, only while no application has been begun:
    then nothing rests on the rules before, and rounds are opened anew.

    Raises, in this order:
        ProgrammeHasFindings: the file has mistakes.
        ProgrammeFieldFixed: the file is of another programme than ``programme_code``.
        NotAllowed: site admins make programmes, officers of a programme apply later versions.
        PrefixTaken: the prefix belongs to another programme.
        ProgrammeFieldFixed: the prefix, currency or time zone would change.
        ProgrammeUnchanged: the latest version says the same.
        StaleForm: there is a later version than ``after_number``, or somebody else makes the
            programme at this very instant.
        EffectiveTooEarly, CallBegun, ClassDropped: what people rely on would change behind their
            back.
        UnitFixed: a device model on a partition would be counted in another unit.

    """
    rules, findings = read_programme(source, file=file)
    if rules is None:
        raise ProgrammeHasFindings(findings=findings)
    if programme_code not in {None, rules.code}:
        raise ProgrammeFieldFixed(field="code", old=programme_code, new=rules.code)
    before = latest_version(rules.code)
    if before is None:
        check_new_programme(rules=rules, by=by)
        programme = _make_programme(rules, now)
    else:
        check_may_apply_rules(by, rules.code)
        programme = programme_for_update(rules.code)
        before = latest_version(rules.code)
        assert before is not None, "versions are never deleted"
        check_next_version(
            programme=programme, before=before, rules=rules, now=now, after_number=after_number
        )
    version = _store_version(programme, before, rules, source=source, by=by, now=now)
    register_device_models(rules=rules, by=by, now=now)
    if programme.applications_made == 0:
        programme.rounds.all().delete()
    _refresh(programme, now)
    record(
        "programme.applied",
        subject=("programme", programme.code),
        by=by,
        now=now,
        programme_code=programme.code,
        number=version.number,
        effective_on=version.effective_on.isoformat(),
        sha256=version.sha256,
    )
    return version


@transaction.atomic
def open_rounds(*, programme_code: str, by: Actor, now: datetime) -> list[Round]:
    """Open a round for every window that has begun, and end the gathering of those that closed.

    Rounds follow the rules in force. Repeating it changes nothing; it returns the new rounds.

    Raises:
        NotAllowed, NotFound, NoRulesInForce

    """
    check_may_open_rounds(by, programme_code)
    programme = programme_for_update(programme_code)
    version_in_force(programme_code, today_in(programme, now))
    opened = _refresh(programme, now)
    if opened:
        record(
            "rounds.opened",
            subject=("programme", programme_code),
            by=by,
            now=now,
            programme_code=programme_code,
            rounds=[f"{each.call_code}/{each.code}" for each in opened],
        )
    return opened


@transaction.atomic
def open_round_for(*, programme_code: str, call_code: str, by: Actor, now: datetime) -> Round:
    """The round that takes applications of a call now, opened if it is the first to ask.

    Part of another command, whose access check stands before it.

    Raises:
        NotFound: there is no such programme or call.
        NoRulesInForce, CallClosed

    """
    programme = programme_for_update(programme_code)
    today = today_in(programme, now)
    rules = rules_of(version_in_force(programme_code, today))
    call = next((call for call in rules.calls if call.code == call_code), None)
    if call is None:
        raise NotFound(kind="call", key=f"{programme_code}/{call_code}")
    window = window_on(call, today)
    if window is None:
        later = next_window_after(call, today)
        raise CallClosed(call_code=call_code, opens_on=later.opens if later else None)
    found, is_new = _round_of_window(programme, call, window)
    if is_new:
        record(
            "rounds.opened",
            subject=("programme", programme_code),
            by=by,
            now=now,
            programme_code=programme_code,
            rounds=[f"{call_code}/{window.code}"],
        )
    return found


@transaction.atomic
def mark_round_released(*, round_id: int, by: Actor, now: datetime) -> Round:
    """Note that the decisions of a round are out. Repeating it changes nothing.

    Part of releasing decisions, whose access check and audit line stand there.
    """
    del by  # the one who releases is on the releasing command's line
    found = Round.objects.select_for_update().get(pk=round_of(round_id).pk)
    if found.state != RoundState.RELEASED.value:
        found.state = RoundState.RELEASED.value
        found.released_at = now
        found.save(update_fields=["state", "released_at"])
    return found


def next_application_code(programme: Programme) -> str:
    """Give out the next application's number; part of another command's transaction."""
    assert transaction.get_connection().in_atomic_block
    Programme.objects.filter(pk=programme.pk).update(applications_made=F("applications_made") + 1)
    programme.refresh_from_db(fields=["applications_made"])
    return application_code(programme.prefix, programme.applications_made)


def next_award_code(programme: Programme) -> str:
    """Give out the next award's number; part of another command's transaction."""
    assert transaction.get_connection().in_atomic_block
    Programme.objects.filter(pk=programme.pk).update(awards_made=F("awards_made") + 1)
    programme.refresh_from_db(fields=["awards_made"])
    return award_code(programme.prefix, programme.awards_made)


@transaction.atomic
def appoint(
    *, programme_code: str, person_id: int, role: Role, by: Actor, now: datetime
) -> Appointment:
    """Appoint a person to a role from now on. Repeating it returns the appointment in force.

    Raises, in this order:
        NotAllowed, NotFound (programme, person), PersonInactive
        RoleNotInProgramme: the role is for the whole site.

    """
    check_may_appoint(by)
    # The lock keeps a second appointment out until this one stands.
    programme = programme_for_update(programme_code)
    person = person_of(person_id)
    if not person.is_active:
        raise PersonInactive(person=str(person))
    if role is Role.ADMIN:
        raise RoleNotInProgramme(role=role.value)
    appointment, is_new = Appointment.objects.get_or_create(
        programme=programme,
        person=person,
        role=role.value,
        until=None,
        defaults={"since": now},
    )
    if is_new:
        record(
            "appointment.made",
            subject=("appointment", str(appointment.pk)),
            by=by,
            now=now,
            programme_code=programme_code,
            person=person.email,
            role=role.value,
        )
    return appointment


@transaction.atomic
def end_appointment(*, appointment_id: int, by: Actor, now: datetime) -> Appointment:
    """End an appointment now. Repeating it changes nothing.

    Raises, in this order:
        NotAllowed, NotFound

    """
    check_may_appoint(by)
    appointment = appointment_of(appointment_id)
    programme_for_update(appointment.programme.code)
    appointment.refresh_from_db(fields=["until"])
    if appointment.until is not None:
        return appointment
    appointment.until = now
    appointment.save(update_fields=["until"])
    record(
        "appointment.ended",
        subject=("appointment", str(appointment.pk)),
        by=by,
        now=now,
        programme_code=appointment.programme.code,
        person=appointment.person.email,
        role=appointment.role,
    )
    return appointment


def _make_programme(rules: ProgrammeRules, now: datetime) -> Programme:
    """The row of a new programme; stale where another hand was faster."""
    try:
        with transaction.atomic():
            return Programme.objects.create(
                **{field: getattr(rules, field) for field in FIXED_FIELDS},
                name=rules.name.model_dump(),
                summary=rules.summary.model_dump(),
                made_at=now,
            )
    except IntegrityError:
        raise StaleForm(theirs=1, yours=0) from None


def _store_version(
    programme: Programme,
    before: RuleVersion | None,
    rules: ProgrammeRules,
    *,
    source: str | bytes,
    by: Actor,
    now: datetime,
) -> RuleVersion:
    """The next version's row."""
    text = canonical_json(rules)
    return RuleVersion.objects.create(
        programme=programme,
        number=1 if before is None else before.number + 1,
        effective_on=rules.effective_on,
        source=source if isinstance(source, str) else source.decode(),
        document=json.loads(text),
        sha256=seal_of(text),
        changes=_plain(difference(None if before is None else rules_of(before), rules)),
        applied_at=now,
        applied_by_id=by.person_id,
    )


def _refresh(programme: Programme, now: datetime) -> list[Round]:
    """Bring name, summary and rounds up to the rules in force, if any are; the rounds opened."""
    today = today_in(programme, now)
    version = programme.rule_versions.filter(effective_on__lte=today).first()
    if version is None:
        return []
    rules = rules_of(version)
    words = {"name": rules.name.model_dump(), "summary": rules.summary.model_dump()}
    if (programme.name, programme.summary) != (words["name"], words["summary"]):
        programme.name, programme.summary = words["name"], words["summary"]
        programme.save(update_fields=["name", "summary"])
    made_on = today_in(programme, programme.made_at)
    opened = []
    for call in rules.calls:
        for window in windows_begun(call, since=made_on, today=today):
            found, is_new = _round_of_window(programme, call, window)
            if is_new:
                opened.append(found)
    _end_gathering(programme, today)
    return opened


def _round_of_window(
    programme: Programme, call: CallRule, window: CallWindow
) -> tuple[Round, bool]:
    """The round of a window, and whether it is new. While it gathers, its days follow the rules."""
    days = {
        "opens_on": window.opens,
        "closes_on": window.closes,
        "decide_by": window.decide_by,
    }
    found, is_new = Round.objects.get_or_create(
        programme=programme, call_code=call.code, code=window.code, defaults=days
    )
    is_gathering = found.state == RoundState.GATHERING.value
    if is_gathering and any(getattr(found, name) != day for name, day in days.items()):
        for name, day in days.items():
            setattr(found, name, day)
        found.save(update_fields=list(days))
    return found, is_new


def _end_gathering(programme: Programme, today: date) -> None:
    """Rounds whose last day has passed are to be decided."""
    programme.rounds.filter(state=RoundState.GATHERING.value, closes_on__lt=today).update(
        state=RoundState.DECIDING.value
    )


def _plain(changes: list[Change]) -> list[dict[str, Any]]:
    """Changes as they are stored; a first version changes nothing, it is all there is."""
    return [
        {
            "path": change.path,
            "kind": change.kind.value,
            "old": to_jsonable_python(change.old),
            "new": to_jsonable_python(change.new),
        }
        for change in changes
        if change.path
    ]
