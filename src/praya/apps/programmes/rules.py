"""What holds for programmes on paper: days, codes, and what a later rule version may not change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from praya.core.programme.calls import CallWindow, next_window_after, window_on
from praya.core.programme.document import CallRule, ProgrammeRules
from praya.core.refusal import Refusal

# A wrong value here would change what numbers, amounts and days of the past meant.
FIXED_FIELDS = ("code", "prefix", "currency", "time_zone")
# These make the windows of a call; moved, a window already open would begin on another day.
FIXED_CALL_FIELDS = ("kind", "opens_on", "batch_every_months")


class RoundState(StrEnum):
    """A round gathers applications of one window of a call, then decides and releases them."""

    GATHERING = "gathering"
    DECIDING = "deciding"
    RELEASED = "released"


class ProgrammeHasFindings(Refusal):
    """The programme file has mistakes; ``findings`` holds every one of them."""

    code = "programme.has_findings"


class PrefixTaken(Refusal):
    """Another programme, ``programme_code``, numbers its awards with ``prefix``."""

    code = "programme.prefix_taken"


class ProgrammeFieldFixed(Refusal):
    """``field`` stays ``old`` for the life of the programme; the file says ``new``."""

    code = "programme.field_fixed"


class ProgrammeUnchanged(Refusal):
    """The file says what version ``number`` says."""

    code = "programme.unchanged"


class EffectiveTooEarly(Refusal):
    """The rules would begin on ``effective_on``, before today, ``earliest_on``."""

    code = "programme.effective_too_early"


class CallBegun(Refusal):
    """``call_code`` has opened; ``field`` of it stays, and ``code`` means that the call does."""

    code = "programme.call_begun"


class ClassDropped(Refusal):
    """No price names the class of service ``service_class`` any more; ``known`` are named."""

    code = "programme.class_dropped"


class NoRulesInForce(Refusal):
    """The programme ``programme_code`` has no rules in force on the day ``on``."""

    code = "programme.no_rules_in_force"


class UnknownPurpose(Refusal):
    """The rules name no purpose ``given``, so nothing is put into its pool; ``known`` are named."""

    code = "programme.unknown_purpose"


class CallClosed(Refusal):
    """The call takes no applications on the day; it opens next on ``opens_on``, if ever."""

    code = "call.closed"


class RoleNotInProgramme(Refusal):
    """``role`` is for the whole site; nobody is appointed to it in a programme."""

    code = "appointment.role_not_in_programme"


class PersonInactive(Refusal):
    """The person's account is closed, so they cannot be appointed."""

    code = "appointment.person_inactive"


def day_in(time_zone: str, now: datetime) -> date:
    """The day that ``now`` falls on in a programme's time zone."""
    assert now.tzinfo is not None, now
    return now.astimezone(ZoneInfo(time_zone)).date()


def application_code(prefix: str, number: int) -> str:
    """How an application is called: ``HCP-A0012``."""
    return f"{prefix}-A{number:04d}"


def award_code(prefix: str, number: int) -> str:
    """How an award is called: ``HCP-0007``."""
    return f"{prefix}-{number:04d}"


def seal_of(canonical: str) -> str:
    """SHA-256 of rules in their canonical JSON: two versions say the same when it is the same."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def windows_begun(call: CallRule, *, since: date, today: date) -> list[CallWindow]:
    """Windows of a call that have opened by ``today`` and had not closed before ``since``."""
    windows = []
    window = window_on(call, call.opens_on) or next_window_after(call, call.opens_on)
    while window is not None and window.opens <= today:
        if window.closes >= since:
            windows.append(window)
        window = next_window_after(call, window.opens)
    return windows


def check_purpose(given: str, rules: ProgrammeRules) -> None:
    """Refuse a purpose, which a pool is called by, that the rules do not name.

    Raises:
        UnknownPurpose: money in its pool could be given to nobody.

    """
    known = tuple(one.code for one in rules.envelope.purposes)
    if given not in known:
        raise UnknownPurpose(given=given, known=known)


def check_fixed_fields(*, fixed: Mapping[str, str], rules: ProgrammeRules) -> None:
    """Refuse a version that renames its programme; ``fixed`` holds the fields as they stand."""
    for field in FIXED_FIELDS:
        if getattr(rules, field) != fixed[field]:
            raise ProgrammeFieldFixed(field=field, old=fixed[field], new=getattr(rules, field))


def check_calls_begun(
    *, before: ProgrammeRules, rules: ProgrammeRules, begun: frozenset[str]
) -> None:
    """Refuse a version that moves or drops a call which has opened (``begun`` holds their codes).

    Its last day, its days to decide and its limits may change; to stop it, let it close.
    """
    later = {call.code: call for call in rules.calls}
    for call in before.calls:
        if call.code not in begun:
            continue
        if call.code not in later:
            raise CallBegun(call_code=call.code, field="code")
        for field in FIXED_CALL_FIELDS:
            if getattr(later[call.code], field) != getattr(call, field):
                raise CallBegun(call_code=call.code, field=field)


def check_classes_kept(*, before: ProgrammeRules, rules: ProgrammeRules) -> None:
    """Refuse a version whose prices forget a class of service: lines asked for in it have no price.

    A class is renamed by naming the new one beside it.
    """
    known = rules.priced_classes
    for service_class in before.priced_classes:
        if service_class not in known:
            raise ClassDropped(service_class=service_class, known=known)
