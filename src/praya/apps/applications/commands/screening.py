"""What the desk does with a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.applications.access import check_may_screen
from praya.apps.applications.commands.moving import (
    enter_next_stage,
    enter_stage,
    lapse_questions,
    leave_stage,
    pause,
    stages_of,
    take_up,
)
from praya.apps.applications.models import Application
from praya.apps.applications.queries import application_for_update, application_named, failed_stay
from praya.apps.applications.rules import (
    CLOSED_STATES,
    DESK_STAGES,
    REOPENABLE,
    CaseState,
    ReasonMissing,
    StageMoved,
    StageOutcome,
    TextTooLong,
    WrongState,
)
from praya.apps.applications.rules.draft import storable
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.commands import open_round_for
from praya.apps.programmes.queries import programme_for_update
from praya.apps.programmes.rules import CallClosed
from praya.core.actor import Actor
from praya.core.programme.document import StageKind

TEXT_CHARACTERS_MAX = 10_000
_RETURNABLE = frozenset({CaseState.SUBMITTED, CaseState.ASKED})
# An applicant who answers nothing keeps no case open for ever.
_REJECTABLE = _RETURNABLE | {CaseState.RETURNED}


@transaction.atomic
def pass_stage(
    *, code: str, note: str, by: Actor, now: datetime, stage: StageKind | None = None
) -> Application:
    """Pass a case on from completeness or eligibility to the stage after.

    ``stage`` is the stage that the officer looked at: with it, a second click is refused instead of
    passing the next stage too. The review stage ends by closing the reviews. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case is not with the desk.
        StageMoved: it has left ``stage``.
        TextTooLong

    """
    application = _on_desk(code, by, action="pass", stage=stage)
    text = written(note)
    passed = application.stage
    enter_next_stage(application, note=text, by=by, now=now)
    recorded("application.stage_passed", application, by=by, now=now, stage=passed, note=text)
    return application


@transaction.atomic
def fail_stage(
    *,
    code: str,
    reason: str,
    by: Actor,
    now: datetime,
    stage: StageKind | None = None,
    state: CaseState | None = None,
) -> Application:
    """Reject a case at the desk, with the reason that the applicant will read.

    Also one whose applicant was asked, or had it back for changes: open questions lapse. ``state``
    is that which the officer looked at: with it, a case whose applicant has answered meanwhile is
    not rejected for silence. Refuses in the order of ``pass_stage``, then:

    Raises:
        ReasonMissing: no reason is given.
        TextTooLong

    """
    states = _REJECTABLE if state is None else _REJECTABLE & {state}
    application = _on_desk(code, by, action="fail", stage=stage, states=states)
    text = written(reason, needed_for="fail")
    lapse_questions(application)
    leave_stage(application, outcome=StageOutcome.FAILED, note=text, by=by, now=now)
    application.state = CaseState.REJECTED.value
    application.turn_since = application.closed_at = now
    application.save(update_fields=["state", "target_on", "turn_since", "closed_at"])
    tell_lead("application_failed", application, reason=text)
    recorded(
        "application.stage_failed",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
    )
    return application


@transaction.atomic
def return_application(*, code: str, reason: str, by: Actor, now: datetime) -> Application:
    """Give a case back for changes; the clock stands still until it is submitted again.

    Questions still open lapse: the applicant changes the form instead. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case is not with the desk.
        ReasonMissing, TextTooLong

    """
    application = _on_desk(code, by, action="return", stage=None, states=_RETURNABLE)
    text = written(reason, needed_for="return")
    lapse_questions(application)
    # The revision that was submitted stays that submission's: as it is, it can be sent again.
    application.draft_revision += 1
    application.save(update_fields=["draft_revision"])
    pause(application, CaseState.RETURNED, now)
    tell_lead("application_returned", application, reason=text)
    recorded(
        "application.returned",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
    )
    return application


@transaction.atomic
def reopen_case(*, code: str, reason: str, by: Actor, now: datetime) -> Application:
    """Take up a wait-listed or deferred case again: it is to be decided in the round open now.

    Its last submission is what is decided on; earlier decisions stay, and the new one is released
    by somebody else, as ever. Not repeatable: the second is refused. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case neither waits nor was put off.
        ReasonMissing, TextTooLong
        CallClosed: its call takes no applications now, so no round is open.

    """
    application = application_named(code, by)
    check_may_screen(by, application, action="application.reopen")
    programme_for_update(application.programme.code)  # before the case, as whoever decides does
    application = application_for_update(code)
    if CaseState(application.state) not in REOPENABLE:
        raise WrongState(state=application.state, action="reopen")
    text = written(reason, needed_for="reopen")
    round_ = open_round_for(
        programme_code=application.programme.code,
        call_code=application.call_code,
        by=by,
        now=now,
    )
    take_up(application, round_, now)
    tell_lead("application_reopened", application, reason=text)
    recorded(
        "application.reopened",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
        round=round_.code,
    )
    return application


@transaction.atomic
def reopen_contested(*, code: str, by: Actor, now: datetime) -> Application:
    """Let a case that was closed be decided anew, since what closed it was wrong.

    It goes to its decision, in the round that is open now or, where none is, in its own; a case
    that was rejected at the desk is checked there again. For the app above, which sees to who may
    and writes the audit line and the letter.

    Raises:
        WrongState: the case is not closed, or was withdrawn.

    """
    application = application_for_update(code)
    state = CaseState(application.state)
    if state not in CLOSED_STATES or state is CaseState.WITHDRAWN:
        raise WrongState(state=application.state, action="reopen")
    failed = failed_stay(application)
    if failed is not None:
        stage = next(one for one in stages_of(application) if one.kind == failed.stage)
        application.closed_at = None
        application.save(update_fields=["closed_at"])
        enter_stage(application, stage, now)
        return application
    try:
        round_ = open_round_for(
            programme_code=application.programme.code,
            call_code=application.call_code,
            by=by,
            now=now,
        )
    except CallClosed:  # no later rules drop a call that has opened
        assert application.round is not None, code
        round_ = application.round
    take_up(application, round_, now)
    return application


def for_officer(code: str, by: Actor, *, action: str) -> Application:
    """A case, locked, for who may screen it; raises ``NotFound``, ``NotAllowed``."""
    application_named(code, by)
    application = application_for_update(code)
    check_may_screen(by, application, action=f"application.{action}")
    return application


def _on_desk(
    code: str,
    by: Actor,
    *,
    action: str,
    stage: StageKind | None,
    states: frozenset[CaseState] = frozenset({CaseState.SUBMITTED}),
) -> Application:
    application = for_officer(code, by, action=action)
    is_at_desk = application.stage in {one.value for one in DESK_STAGES}
    if CaseState(application.state) not in states or not is_at_desk:
        raise WrongState(state=application.state, action=action)
    if stage is not None and application.stage != stage:
        raise StageMoved(looked_at=stage.value, stage=application.stage)
    return application


def written(given: str, *, needed_for: str = "") -> str:
    """What somebody wrote, as it is kept; raises ``ReasonMissing``, ``TextTooLong``."""
    text = storable(given).strip()
    if needed_for and not text:
        raise ReasonMissing(action=needed_for)
    if len(text) > TEXT_CHARACTERS_MAX:
        raise TextTooLong(length=len(text), limit=TEXT_CHARACTERS_MAX)
    return text


def tell_lead(kind: str, application: Application, **facts: object) -> None:
    """A letter to the lead of a case."""
    send_letter(
        kind,
        to=application.lead,
        application=application.code,
        title=application.title or application.title_zh,
        **facts,
    )


def recorded(
    action: str,
    application: Application,
    *,
    by: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 -- facts are of every plain type
) -> None:
    """A line on the trail about a case."""
    record(
        action,
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        **facts,
    )
