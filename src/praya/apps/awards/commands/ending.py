"""Awards are suspended, resumed, ended, and taken up again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from praya.apps.applications.rules import LineShape
from praya.apps.awards import access, queries
from praya.apps.awards.commands.telling import record_award, tell_lead
from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import NotActive, NotSuspended, ReasonMissing
from praya.apps.books.commands import return_line
from praya.apps.each import each_by_itself
from praya.apps.programmes.queries import today_in
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound


@transaction.atomic
def suspend_award(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """Admit no more jobs under an award for now; its grant stays. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not an officer of the programme.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotActive: it is not active.
        ReasonMissing: no reason.

    """
    return _suspend(_for_desk(code, by, action="award.suspend"), reason, by=by, now=now)


@transaction.atomic
def suspend_by_notice(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """Suspend an award as a notice said whose day has come, in the name of whoever gave it.

    Their word stands, whatever they have become since. Repeating it changes nothing.

    Raises:
        NotActive: it is not active.

    """
    return _suspend(queries.award_for_update(code), reason, by=by, now=now)


@transaction.atomic
def resume_award(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """Admit jobs again. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not an officer of the programme.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotSuspended: it is not suspended.
        ReasonMissing: no reason.

    """
    award = _for_desk(code, by, action="award.resume")
    if award.state == AwardState.ACTIVE.value:
        return award
    if award.state != AwardState.SUSPENDED.value:
        raise NotSuspended(award=award.code, state=award.state)
    _check_reason(reason, action="award.resume")
    for pair in award.suspensions:
        pair[1] = pair[1] or today_in(award.programme, now).isoformat()
    return _turn(award, AwardState.ACTIVE, "award.resumed", reason, by=by, now=now)


@transaction.atomic
def end_award(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """End an award before its time: what is free goes back to the pool, what runs may finish.

    What is free on a lease stays until its days up to now are charged; the worker's next round
    charges and returns it (``usage.commands.return_leases``). Repeating it changes nothing.

    Whether it may end, when, and who says so is for ``changes`` to have seen to: by a notice whose
    day has come, or by a request that somebody else granted.

    Raises:
        NotActive: it was never accepted.

    """
    award = queries.award_for_update(code)
    if award.state == AwardState.ENDED.value:
        return award
    if award.state != AwardState.SUSPENDED.value:
        _check_active(award)
    return _end(award, reason.strip(), by=by, now=now)


@transaction.atomic
def revive_award(*, award: Award, reason: str, by: Actor, now: datetime) -> Award:
    """Let an award that was ended before its time run again, or be suspended if it was.

    The caller sees to who may, and gives back what went to the pool.
    """
    assert award.state == AwardState.ENDED.value, award.state
    state = AwardState(award.ended_from or AwardState.ACTIVE.value)
    award.ended_at, award.ended_from = None, ""
    return _turn(award, state, "award.revived", reason, by=by, now=now)


def end_due_awards(*, by: Actor, now: datetime) -> list[str]:
    """End every award whose last day has passed; codes of those. Each by itself; repeatable.

    Raises:
        NotAllowed: only Praya's own rounds do this.

    """
    if not by.is_praya:
        raise NotAllowed(action="award.end_due", needs="praya")
    end = partial(_end_due, by=by, now=now)
    each = each_by_itself(queries.due_awards(now), end, what="award to end")
    return [code for code, is_done in each if is_done]


@transaction.atomic
def _end_due(code: str, *, by: Actor, now: datetime) -> bool:
    award = queries.award_for_update(code)
    if award.state not in {AwardState.ACTIVE.value, AwardState.SUSPENDED.value}:
        return False  # ended since it was listed
    _end(award, "", by=by, now=now)
    return True


def end_unstarted(award: Award, *, by: Actor, now: datetime) -> Award:
    """End an award whose conditions were not met in time; all that was its own goes back.

    The caller has it locked, and sees to it that its day has passed.
    """
    return _end(award, "", action="award.not_started", by=by, now=now)


def _end(
    award: Award, reason: str, *, by: Actor, now: datetime, action: str = "award.ended"
) -> Award:
    # In the order of their codes, as every writer takes them. Open holds land by themselves later,
    # and what they leave goes to the pool: the book sees to that once a line is closed. A lease may
    # owe days that no round has charged yet, so its line stays open until they are.
    award.ended_at, award.ended_from = now, award.state
    for line in award.lines.filter(shape=LineShape.CARD_HOURS.value):
        return_line(
            programme_code=award.programme.code,
            line_code=line.code,
            key=award.key_of_end(line.code),
            reason=reason or "due",
            by=by,
            now=now,
        )
    return _turn(award, AwardState.ENDED, action, reason, by=by, now=now)


def _suspend(award: Award, reason: str, *, by: Actor, now: datetime) -> Award:
    if award.state == AwardState.SUSPENDED.value:
        return award
    _check_active(award)
    _check_reason(reason, action="award.suspend")
    award.suspensions.append([today_in(award.programme, now).isoformat(), None])
    return _turn(award, AwardState.SUSPENDED, "award.suspended", reason, by=by, now=now)


def _turn(
    award: Award, state: AwardState, action: str, reason: str, *, by: Actor, now: datetime
) -> Award:
    award.state = state.value
    award.save(update_fields=["state", "suspensions", "ended_at", "ended_from"])
    if state is not AwardState.WAITING:  # then the letter that names the new day tells
        tell_lead(action, award, reason=reason.strip())
    record_award(action, award, by=by, now=now, reason=reason.strip())
    return award


def _for_desk(code: str, by: Actor, *, action: str) -> Award:
    award = queries.award_for_update(code)
    if not access.may_run_desk(by, award):
        if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
            raise NotFound(kind="award", key=code)
        raise NotAllowed(action=action, needs="officer")
    queries.check_takes_part(by, award.application)
    return award


def _check_active(award: Award) -> None:
    if award.state != AwardState.ACTIVE.value:
        raise NotActive(award=award.code, state=award.state)


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise ReasonMissing(action=action)
