"""Awards are suspended and ended on a day that their leads know beforehand."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.access import may_run_desk
from praya.apps.awards.commands import end_award, suspend_by_notice
from praya.apps.awards.queries import (
    award_for_update,
    awards_visible_to,
    check_takes_part,
    title_of,
)
from praya.apps.awards.rules import AwardState
from praya.apps.changes import queries
from praya.apps.changes.access import may_agree_to_end
from praya.apps.changes.models import Notice
from praya.apps.changes.rules import Cause, NoticeKind, NoticeState
from praya.apps.changes.rules.ending import earliest_end
from praya.apps.changes.rules.refusals import (
    AlreadyNoticed,
    NoticeInThePast,
    NoticeNotOpen,
    NoticeTooShort,
    ReasonMissing,
    SameOfficer,
    WrongState,
)
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


@transaction.atomic
def give_notice(
    *,
    code: str,
    kind: NoticeKind,
    cause: Cause,
    reason: str,
    effective_on: date,
    by: Actor,
    now: datetime,
) -> Notice:
    """Tell a lead that the award is suspended or ended on a day to come.

    On that day Praya does it: no new job is admitted from its beginning, what runs may finish, and
    holds land. An early end is only asked for by this: the lead is told once another person agrees,
    see ``agree_notice``. Given again for the same day, it changes nothing. In this order:

    Raises:
        NotFound, NotAllowed: not an officer of the programme, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        WrongState: the award does not run, or is suspended already.
        ReasonMissing: no reason.
        AlreadyNoticed: there is one of this kind, for another day.
        NoticeInThePast: the day is not after today.
        NoticeTooShort: an end sooner than the rules' days of notice, or of putting the cause right.

    """
    award = award_for_update(code)
    if not may_run_desk(by, award):
        if not awards_visible_to(by).filter(pk=award.pk).exists():
            raise NotFound(kind="award", key=code)
        raise NotAllowed(action="award.give_notice", needs="officer")
    check_takes_part(by, award.application)
    if not _is_to_do(kind, award.state):
        raise WrongState(award=code, state=award.state, kind=kind.value)
    if not reason.strip():
        raise ReasonMissing(action="notice.give")
    known = queries.open_notices(award).filter(kind=kind.value).first()
    if known is not None:
        if known.effective_on == effective_on:
            return known
        raise AlreadyNoticed(kind=kind.value, effective_on=known.effective_on)
    _check_day(award, kind, cause, effective_on, now)
    assert by.person_id is not None  # who holds a role has signed in
    is_given = kind is not NoticeKind.END
    notice = Notice.objects.create(
        award=award,
        kind=kind.value,
        state=(NoticeState.GIVEN if is_given else NoticeState.ASKED).value,
        cause=cause.value,
        reason=reason.strip(),
        effective_on=effective_on,
        given_at=now,
        given_by_id=by.person_id,
    )
    if is_given:
        _tell("notice.given", notice)
    _record("notice.given" if is_given else "notice.asked", notice, by=by, now=now)
    return notice


@transaction.atomic
def agree_notice(*, notice_id: int, by: Actor, now: datetime) -> Notice:
    """Agree to an early end that somebody else asks for: notice is given, and the lead told.

    The days of notice count from now on. Repeating it changes nothing. In this order:

    Raises:
        NotFound, NotAllowed: it falls to somebody else by the rules, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NoticeNotOpen: it was taken back.
        SameOfficer: the actor asked for it.
        WrongState: the award does not run any more.
        NoticeInThePast, NoticeTooShort: by now its day is too soon; it is asked for anew.

    """
    seen = queries.notice_of(notice_id, by)
    award = award_for_update(seen.award.code)
    rules = rules_of(version_in_force(award.programme.code, today_in(award.programme, now)))
    if not may_agree_to_end(by, award, rules.changes):
        needs = rules.changes.notice_granted_by
        raise NotAllowed(action="award.agree_notice", needs=needs)
    check_takes_part(by, award.application)
    notice = queries.notice_for_update(notice_id)
    if notice.state == NoticeState.GIVEN.value:
        return notice
    if notice.state != NoticeState.ASKED.value:
        raise NoticeNotOpen(state=notice.state)
    if notice.given_by_id == by.person_id:
        raise SameOfficer(notice=notice.pk)
    kind, cause = NoticeKind(notice.kind), Cause(notice.cause)
    if not _is_to_do(kind, award.state):
        raise WrongState(award=award.code, state=award.state, kind=kind.value)
    _check_day(award, kind, cause, notice.effective_on, now)
    notice.state, notice.given_at = NoticeState.GIVEN.value, now
    notice.agreed_at, notice.agreed_by_id = now, by.person_id
    notice.save(update_fields=["state", "given_at", "agreed_at", "agreed_by"])
    _tell("notice.given", notice)
    _record("notice.given", notice, by=by, now=now)
    return notice


@transaction.atomic
def withdraw_notice(*, notice_id: int, reason: str, by: Actor, now: datetime) -> Notice:
    """Take a notice back before its day. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not an officer of the programme.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NoticeNotOpen: it was carried out.
        ReasonMissing: no reason.

    """
    notice = queries.notice_of(notice_id, by)
    award = award_for_update(notice.award.code)
    if not may_run_desk(by, award):
        raise NotAllowed(action="award.withdraw_notice", needs="officer")
    check_takes_part(by, award.application)
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    notice.award = award
    if notice.state == NoticeState.WITHDRAWN.value:
        return notice
    was_given = notice.state == NoticeState.GIVEN.value
    if not was_given and notice.state != NoticeState.ASKED.value:
        raise NoticeNotOpen(state=notice.state)
    if not reason.strip():
        raise ReasonMissing(action="notice.withdraw")
    _close(notice, NoticeState.WITHDRAWN, now)
    if was_given:  # else the lead knows nothing of it
        _tell("notice.withdrawn", notice, reason=reason.strip())
    _record("notice.withdrawn", notice, by=by, now=now, withdrawn_for=reason.strip())
    return notice


def carry_out_notices(*, by: Actor, now: datetime) -> list[str]:
    """Suspend and end what notices say, once their day has begun; codes of those awards.

    Each by itself, in the name of whoever gave it; repeatable. Where an award is not running any
    more, or nobody has agreed to its end by then, its notice is closed as overtaken.

    Raises:
        NotAllowed: only Praya's own rounds do this.

    """
    if not by.is_praya:
        raise NotAllowed(action="notice.carry_out", needs="praya")
    carry_out = partial(_carry_out, by=by, now=now)
    each = each_by_itself(queries.notices_due(now), carry_out, what="notice to carry out")
    return [code for _, code in each if code]


@transaction.atomic
def _carry_out(notice_id: int, *, by: Actor, now: datetime) -> str:
    notice = queries.notice_for_update(notice_id)
    is_asked = notice.state == NoticeState.ASKED.value
    if not is_asked and notice.state != NoticeState.GIVEN.value:
        return ""  # withdrawn since it was listed
    if is_asked or not _is_to_do(NoticeKind(notice.kind), notice.award.state):
        _close(notice, NoticeState.OVERTAKEN, now)
        _record("notice.overtaken", notice, by=by, now=now)
        return ""
    officer = queries.officer_behind(notice, now)
    act = suspend_by_notice if notice.kind == NoticeKind.SUSPENSION.value else end_award
    act(code=notice.award.code, reason=notice.reason, by=officer, now=now)
    _close(notice, NoticeState.CARRIED_OUT, now)
    _record("notice.carried_out", notice, by=by, now=now)
    return notice.award.code


def _check_day(
    award: Award, kind: NoticeKind, cause: Cause, effective_on: date, now: datetime
) -> None:
    """Refuse a day that is not ahead, or for an early end not far enough."""
    today = today_in(award.programme, now)
    if effective_on <= today:
        raise NoticeInThePast(effective_on=effective_on, today=today)
    if kind is not NoticeKind.END:
        return
    rules = rules_of(version_in_force(award.programme.code, today))
    earliest = earliest_end(rules.changes, cause, today)
    if effective_on < earliest:
        days = rules.changes.notice_days_for(cause)
        raise NoticeTooShort(earliest=earliest, notice_days=days)


def _is_to_do(kind: NoticeKind, state: str) -> bool:
    """Whether an award in a state can still be suspended, or ended."""
    if kind is NoticeKind.SUSPENSION:
        return state == AwardState.ACTIVE.value
    return state in {AwardState.ACTIVE.value, AwardState.SUSPENDED.value}


def _close(notice: Notice, state: NoticeState, now: datetime) -> None:
    notice.state, notice.closed_at = state.value, now
    notice.save(update_fields=["state", "closed_at"])


def _tell(kind: str, notice: Notice, *, reason: str = "") -> None:
    send_letter(
        kind,
        to=notice.award.lead,
        award=notice.award.code,
        title=title_of(notice.award),
        notice_kind=notice.kind,
        cause=notice.cause,
        effective_on=notice.effective_on,
        reason=reason or notice.reason,
    )


def _record(action: str, notice: Notice, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("award", notice.award.code),
        by=by,
        now=now,
        programme_code=notice.award.programme.code,
        kind=notice.kind,
        cause=notice.cause,
        effective_on=notice.effective_on.isoformat(),
        reason=notice.reason,
        **facts,
    )
