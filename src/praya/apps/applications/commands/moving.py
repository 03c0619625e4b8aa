"""How a case moves through its stages, and what the apps above move.

The functions for the apps above run inside those apps' commands: the access check and the audit
line stand there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.models import Application, Question
from praya.apps.applications.queries import (
    application_for_update,
    clock_of,
    first_stages,
    latest_submission,
    open_stay,
)
from praya.apps.applications.rules import (
    CLOSED_STATES,
    DECIDABLE,
    CaseState,
    QuestionState,
    StageOutcome,
    WrongState,
    state_in,
)
from praya.apps.programmes.queries import rules_of, today_in
from praya.core.actor import Actor
from praya.core.programme.document import ProgrammeRules, Stage, StageKind
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.people.models import Person
    from praya.apps.programmes.models import Round

OUTCOMES = CLOSED_STATES - {CaseState.WITHDRAWN}


@transaction.atomic
def finish_review(*, code: str, note: str, by: Actor, now: datetime) -> Application:
    """The reviews are closed: the case goes on to the stage after. For the app above.

    Raises:
        NotFound: there is no such case.
        WrongState: it is not in review (or the applicant is being asked).

    """
    application = application_for_update(code)
    if CaseState(application.state) is not CaseState.IN_REVIEW:
        raise WrongState(state=application.state, action="finish-review")
    enter_next_stage(application, note=note, by=by, now=now)
    return application


@transaction.atomic
def hand_over(*, application: Application, was: Person, becomes: Person) -> None:
    """The case has its award's lead; one that another leads is left alone. For the app above."""
    rows = Application.objects.filter(pk=application.pk, lead=was)
    rows.update(lead=becomes)


@transaction.atomic
def mark_decided(*, application: Application, by: Actor, now: datetime) -> Application:
    """A decision was taken and is held until its round is released. For the app above.

    A case that waits or was put off may be decided again.

    Raises:
        WrongState: there is nothing to decide.

    """
    application = application_for_update(application.code)
    if CaseState(application.state) not in DECIDABLE:
        raise WrongState(state=application.state, action="decide")
    leave_stage(application, outcome=StageOutcome.DECIDED, note="", by=by, now=now)
    application.state = CaseState.DECIDED.value
    application.closed_at = None
    application.turn_since = now
    application.save(update_fields=["state", "target_on", "turn_since", "closed_at"])
    return application


@transaction.atomic
def mark_outcome(
    *, application: Application, state: CaseState, by: Actor, now: datetime
) -> Application:
    """The decision is released: the case ends in its outcome. For the app above; repeatable.

    An awarded case enters the stage in which the agreement is made. A case on the waiting list can
    be awarded without being decided anew.

    Raises:
        WrongState: the case is not decided, and does not wait either.

    """
    assert state in OUTCOMES, state
    del by  # the one who releases is on the releasing command's line
    application = application_for_update(application.code)
    if application.state == state:
        return application
    if CaseState(application.state) not in {CaseState.DECIDED, CaseState.WAIT_LISTED}:
        raise WrongState(state=application.state, action="release")
    application.state = state.value
    application.turn_since = application.closed_at = now
    if state is CaseState.AWARDED:
        agreement = next(
            (each for each in stages_of(application) if each.kind is StageKind.AGREEMENT), None
        )
        if agreement is not None:
            _begin_stay(application, agreement, now)
    application.save(update_fields=["state", "stage", "target_on", "turn_since", "closed_at"])
    return application


def take_up(application: Application, round_: Round, now: datetime) -> None:
    """Put a case that was decided before back to its decision, in another round."""
    decision = next(one for one in stages_of(application) if one.kind is StageKind.DECISION)
    application.round, application.closed_at = round_, None
    application.save(update_fields=["round", "closed_at"])
    enter_stage(application, decision, now)


@transaction.atomic
def finish_agreement(
    *, application: Application, outcome: StageOutcome, by: Actor, now: datetime
) -> Application:
    """The agreement was accepted, declined or left to lapse: its clock stops. Repeatable."""
    application = application_for_update(application.code)
    assert CaseState(application.state) is CaseState.AWARDED, application.state
    leave_stage(application, outcome=outcome, note="", by=by, now=now)
    application.save(update_fields=["target_on"])
    return application


def rules_for(application: Application) -> ProgrammeRules:
    """The rules of the latest submission."""
    submission = latest_submission(application)
    assert submission is not None, application.code
    return rules_of(submission.rule_version)


def stages_of(application: Application) -> list[Stage]:
    """The stages that the case goes through, by the size of its latest submission."""
    rules = rules_for(application)
    return first_stages(rules, Money(application.list_value_minor, rules.currency))


def enter_next_stage(application: Application, *, note: str, by: Actor, now: datetime) -> Stage:
    """Leave the stage as passed and enter the one after; there is one before the agreement."""
    stages = stages_of(application)
    order = list(StageKind)
    here = order.index(StageKind(application.stage))
    following = next(stage for stage in stages if order.index(stage.kind) > here)
    leave_stage(application, outcome=StageOutcome.PASSED, note=note, by=by, now=now)
    enter_stage(application, following, now)
    return following


def enter_stage(application: Application, stage: Stage, now: datetime) -> None:
    """Begin a stage before or at the decision: a new clock, and the turn of whoever works in it."""
    _begin_stay(application, stage, now)
    application.state = state_in(stage.kind).value
    application.turn_since = now
    application.save(update_fields=["state", "stage", "target_on", "turn_since"])


def leave_stage(
    application: Application, *, outcome: StageOutcome, note: str, by: Actor, now: datetime
) -> None:
    """End the open stay, if any; an open pause is counted to now. The caller saves the case."""
    stay = open_stay(application)
    application.target_on = None
    if stay is None:
        return
    stay.paused_s += clock_of(stay).pause_s(now)
    stay.paused_since = None
    stay.left_at, stay.outcome, stay.note, stay.left_by_id = now, outcome.value, note, by.person_id
    stay.save()


def pause(application: Application, state: CaseState, now: datetime) -> None:
    """Stop the clock and hand the turn to the applicant; a clock that stands still goes on so."""
    stay = open_stay(application)
    assert stay is not None, application.code
    if stay.paused_since is None:
        stay.paused_since = now
        stay.save(update_fields=["paused_since"])
    application.state = state.value
    application.turn_since = now
    application.target_on = None
    application.save(update_fields=["state", "turn_since", "target_on"])


def resume(application: Application, now: datetime) -> None:
    """Let the clock run again and put the case back where it was."""
    stay = open_stay(application)
    assert stay is not None, application.code
    stay.paused_s += clock_of(stay).pause_s(now)
    stay.paused_since = None
    stay.save(update_fields=["paused_s", "paused_since"])
    application.state = state_in(StageKind(application.stage)).value
    application.turn_since = now
    application.target_on = today_in(application.programme, clock_of(stay).target_at)
    application.save(update_fields=["state", "turn_since", "target_on"])


def lapse_questions(application: Application) -> None:
    """Questions still open are not to be answered any more."""
    Question.objects.filter(application=application, state=QuestionState.OPEN.value).update(
        state=QuestionState.LAPSED.value
    )


def _begin_stay(application: Application, stage: Stage, now: datetime) -> None:
    assert open_stay(application) is None, application.code
    stay = application.stays.create(
        stage=stage.kind.value, target_days=stage.target_days, entered_at=now
    )
    application.stage = stage.kind.value
    application.target_on = today_in(application.programme, clock_of(stay).target_at)
