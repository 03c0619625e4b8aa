"""A lead contests what was decided; somebody who did not decide it upholds or rejects."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.commands import reopen_contested
from praya.apps.awards.commands import withdraw_offer
from praya.apps.awards.queries import check_takes_part, for_update
from praya.apps.awards.rules import AwardState
from praya.apps.changes import queries
from praya.apps.changes.commands.noticing import withdraw_notice
from praya.apps.changes.commands.reviving import undo_notice
from praya.apps.changes.commands.undoing import undo_change
from praya.apps.changes.models import Appeal
from praya.apps.changes.rules import NoticeState
from praya.apps.changes.rules.appealing import (
    Against,
    AlreadyAppealed,
    AppealNotOpen,
    AppealState,
    Ground,
    NoAppeal,
    NothingContested,
    Overtaken,
    SameDecider,
    TooLate,
)
from praya.apps.changes.rules.refusals import ReasonMissing
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import people_holding, programme_for_update, today_in
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.core.actor import Actor


@transaction.atomic
def make_appeal(
    *, against: Against, key: str, ground: Ground, text: str, by: Actor, now: datetime
) -> Appeal:
    """Contest a decision. Nothing changes before it is answered; who may answer is told.

    ``key`` is the code of a case, or the number of a change or a notice. Made again with the same
    ground and text, it changes nothing. In this order:

    Raises:
        NotFound: there is no such thing, or the actor may not know of it.
        NotAllowed: not the lead.
        NoAppeal: the rules know none.
        NothingContested: it is not decided, or not by somebody else, or an award was accepted.
        AlreadyAppealed: it was contested before.
        TooLate: the days to contest it are over.
        ReasonMissing: no text.

    """
    thing = queries.thing_named(against, key, by)
    programme = programme_for_update(thing.application.programme.code)
    application = for_update(thing.application.code)
    if thing.lead_id != by.person_id:
        raise NotAllowed(action="appeal.make", needs="lead")
    rule = queries.appeal_rule(programme, now)
    if rule is None:
        raise NoAppeal
    found = queries.contested_by(queries.thing_named(against, key, by), now)
    if found is None:
        raise NothingContested(against=against.value, key=key)
    known = queries.appeals_against(found.key).first()
    if known is not None:
        if (known.ground, known.text) == (ground.value, text.strip()):
            return known
        raise AlreadyAppealed(state=known.state)
    today = today_in(programme, now)
    if today > found.until:
        raise TooLate(until=found.until)
    if not text.strip():
        raise ReasonMissing(action="appeal.make")
    appeal = Appeal.objects.create(
        application=application,
        against=against.value,
        contested=found.key,
        change=thing.change,
        notice=thing.notice,
        decided_at=found.told_at,
        decided_by_id=found.decided_by_id,
        ground=ground.value,
        text=text.strip(),
        made_at=now,
        made_by_id=thing.lead_id,
        due_on=today + timedelta(days=rule.answer_within_days),
    )
    _tell_answerers(appeal, now)
    _record("appeal.made", appeal, by=by, now=now, ground=ground.value)
    return appeal


@transaction.atomic
def withdraw_appeal(*, appeal_id: int, by: Actor, now: datetime) -> Appeal:
    """Take an appeal back before it is answered. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not the one who made it.
        AppealNotOpen: it was answered before.

    """
    queries.appeal_of(appeal_id, by)
    appeal = queries.appeal_for_update(appeal_id)
    if appeal.made_by_id != by.person_id:
        raise NotAllowed(action="appeal.withdraw", needs="lead")
    if appeal.state == AppealState.WITHDRAWN.value:
        return appeal
    _check_open(appeal)
    appeal.state, appeal.answered_at = AppealState.WITHDRAWN.value, now
    appeal.save(update_fields=["state", "answered_at"])
    _record("appeal.withdrawn", appeal, by=by, now=now)
    return appeal


@transaction.atomic
def uphold_appeal(*, appeal_id: int, reason: str, by: Actor, now: datetime) -> Appeal:
    """Agree with the lead: a case is decided anew, a change is undone, a notice taken back.

    An offer that came of the decision is taken back; the case goes into the round that is open, or
    stays in its own, and a case that failed at the desk is checked there again. The new decision
    is released like any other. All of it or nothing; repeating it changes nothing. In this order:

    Raises:
        NotFound: there is no such appeal, or the actor may not know of it.
        NotAllowed: it falls to somebody else.
        Recused, OwnOrganisation: the actor takes no part in the case.
        AppealNotOpen: it was answered or withdrawn.
        SameDecider: the actor decided what it contests, or asked for it.
        ReasonMissing: no reason.
        Overtaken: what it contests does not stand any more.
        And what undoing the change or the notice refuses.

    """
    appeal = _taken_up(appeal_id, AppealState.UPHELD, reason, by=by, now=now)
    if appeal.state != AppealState.OPEN.value:
        return appeal
    found = queries.decision_behind(queries.thing_of(appeal))
    if found is None or found[0] != appeal.contested:
        raise Overtaken(appeal=appeal.pk)
    _turn_round(appeal, reason.strip(), by=by, now=now)
    return _answer(appeal, AppealState.UPHELD, reason, by=by, now=now)


@transaction.atomic
def reject_appeal(*, appeal_id: int, reason: str, by: Actor, now: datetime) -> Appeal:
    """Let the decision stand, with the reason that the lead reads. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed, Recused, OwnOrganisation, AppealNotOpen, SameDecider, ReasonMissing:
            as for upholding.

    """
    appeal = _taken_up(appeal_id, AppealState.REJECTED, reason, by=by, now=now)
    if appeal.state != AppealState.OPEN.value:
        return appeal
    return _answer(appeal, AppealState.REJECTED, reason, by=by, now=now)


def _taken_up(
    appeal_id: int, wanted: AppealState, reason: str, *, by: Actor, now: datetime
) -> Appeal:
    """The appeal, locked, if the actor may answer it; or as it is, if it was answered so before."""
    seen = queries.appeal_of(appeal_id, by)
    programme = programme_for_update(seen.application.programme.code)
    for_update(seen.application.code)
    appeal = queries.appeal_for_update(appeal_id)
    roles = queries.answering_roles(appeal, now)
    if not by.holds(programme.code, *roles):
        needs = tuple(role.value for role in roles)
        raise NotAllowed(action="appeal.answer", needs=needs)
    check_takes_part(by, appeal.application)
    if appeal.state == wanted.value:
        return appeal
    _check_open(appeal)
    if by.person_id in queries.decided_together(appeal):
        raise SameDecider(appeal=appeal.pk)
    if not reason.strip():
        raise ReasonMissing(action="appeal.answer")
    return appeal


def _check_open(appeal: Appeal) -> None:
    if appeal.state != AppealState.OPEN.value:
        raise AppealNotOpen(state=appeal.state)


def _turn_round(appeal: Appeal, reason: str, *, by: Actor, now: datetime) -> None:
    if appeal.change is not None:
        undo_change(change_id=appeal.change.pk, reason=reason, by=by, now=now)
    elif appeal.notice is not None:
        is_open = appeal.notice.state == NoticeState.GIVEN.value
        act = withdraw_notice if is_open else undo_notice
        act(notice_id=appeal.notice.pk, reason=reason, by=by, now=now)
    else:
        offers = appeal.application.awards.filter(state=AwardState.OFFERED.value)
        for code in offers.values_list("code", flat=True):
            withdraw_offer(code=code, reason=reason, by=by, now=now)
        reopen_contested(code=appeal.application.code, by=by, now=now)


def _answer(appeal: Appeal, state: AppealState, reason: str, *, by: Actor, now: datetime) -> Appeal:
    appeal.state, appeal.answer = state.value, reason.strip()
    appeal.answered_at, appeal.answered_by_id = now, by.person_id
    appeal.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    send_letter(f"appeal.{state.value}", to=appeal.made_by, **_facts(appeal), reason=appeal.answer)
    _record(f"appeal.{state.value}", appeal, by=by, now=now, reason=appeal.answer)
    return appeal


def _tell_answerers(appeal: Appeal, now: datetime) -> None:
    code = appeal.application.programme.code
    aside = {appeal.decided_by_id, appeal.made_by_id}
    told = {
        person.pk: person
        for role in queries.answering_roles(appeal, now)
        for person in people_holding(code, role, now)
        if person.pk not in aside
    }
    for person in told.values():
        send_letter("appeal.made", to=person, **_facts(appeal), due_on=appeal.due_on)


def _facts(appeal: Appeal) -> dict[str, object]:
    application = appeal.application
    return {
        "application": application.code,
        "title": application.title or application.title_zh,
        "appeal": appeal.pk,
        "against": appeal.against,
    }


def _record(action: str, appeal: Appeal, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("application", appeal.application.code),
        by=by,
        now=now,
        programme_code=appeal.application.programme.code,
        appeal=appeal.pk,
        contested=appeal.contested,
        **facts,
    )
