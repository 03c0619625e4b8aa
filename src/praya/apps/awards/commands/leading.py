"""Another person leads an award: asked for, agreed to, granted, and undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.commands import hand_over
from praya.apps.awards import access, queries
from praya.apps.awards.commands.agreeing import amend_award
from praya.apps.awards.commands.telling import record_award, tell
from praya.apps.awards.models import Award, LeadChange, Member
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.awards.rules.leading import (
    OPEN_LEAD,
    LeadAlready,
    LeadChangeOpen,
    LeadMovedOn,
    LeadNotOpen,
    LeadOfOtherHouse,
    LeadOwnMatter,
    LeadState,
    LeadStaysByRule,
)
from praya.apps.awards.rules.refusals import NoSuchPerson, NotActive, ReasonMissing
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.people.models import Person


@transaction.atomic
def ask_lead(*, code: str, email: str, reason: str, by: Actor, now: datetime) -> LeadChange:
    """Ask that somebody else leads an award; they hear of it, and so does the lead.

    Asked again of the same person while it is open, it is the same. Checked in this order:

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: neither the lead nor a manager of the organisation.
        LeadStaysByRule: the rules in force know no other lead.
        NotActive: the award is over, or was never accepted.
        ReasonMissing, NoSuchPerson, LeadAlready, LeadOfOtherHouse: who, and why.
        LeadChangeOpen: somebody else was asked and it is open.

    """
    award = queries.award_to_lead(code, by)
    if not access.may_ask_lead(by, award):
        raise NotAllowed(action="award.ask_lead", needs=("lead", "manager"))
    if queries.lead_rule(award, now) is None:
        raise LeadStaysByRule(award=code)
    _check_running(award)
    if not reason.strip():
        raise ReasonMissing(action="award.ask_lead")
    person = queries.person_with(email)
    if person is None:
        raise NoSuchPerson(email=email.strip())
    if person.pk == award.lead_id:
        raise LeadAlready(award=code, email=person.email)
    _check_belongs(person, award)
    known = queries.open_lead_change(award)
    if known is not None:
        if known.person_id == person.pk:
            return known
        raise LeadChangeOpen(award=code, change=known.pk)
    assert by.person_id is not None  # a lead or a manager has signed in
    change = LeadChange.objects.create(
        award=award,
        former_id=award.lead_id,
        person=person,
        reason=reason.strip(),
        asked_at=now,
        asked_by_id=by.person_id,
        state=LeadState.ASKED.value,
    )
    _tell("award.lead_asked", person, change)
    if by.person_id != award.lead_id:
        _tell("award.lead_asked_of", award.lead, change)
    _record("award.lead_asked", change, by=by, now=now, reason=change.reason)
    return change


@transaction.atomic
def answer_lead(*, change_id: int, agrees: bool, by: Actor, now: datetime) -> LeadChange:
    """The person says whether they would lead the award, under its agreement as it stands.

    Repeating the answer changes nothing.

    Raises:
        NotFound: there is no such change, or the actor may not know of it.
        NotAllowed: not the person.
        LeadNotOpen: it was withdrawn, answered otherwise or decided.

    """
    change = queries.lead_change_for_update(change_id, by)
    if by.person_id != change.person_id:
        raise NotAllowed(action="award.answer_lead", needs="self")
    wanted = LeadState.AGREED if agrees else LeadState.DECLINED
    if change.state == wanted.value:
        return change
    if change.state != LeadState.ASKED.value:
        raise LeadNotOpen(state=change.state)
    change.state, change.agreed_at = wanted.value, now if agrees else None
    change.save(update_fields=["state", "agreed_at"])
    _tell("award.lead_agreed" if agrees else "award.lead_declined", change.asked_by, change)
    _record(f"award.lead_{wanted.value}", change, by=by, now=now)
    return change


@transaction.atomic
def decide_lead(
    *, change_id: int, grants: bool, reason: str, by: Actor, now: datetime
) -> LeadChange:
    """Grant or refuse another lead; granted, rights, letters and the agreement follow at once.

    The former lead stays a member. Repeating the decision changes nothing. In this order:

    Raises:
        NotFound: there is no such change, or the actor may not know of it.
        NotAllowed: not who grants it by the rules in force.
        LeadOwnMatter: the actor asked for it, or is named in it.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        LeadNotOpen: the person has not agreed, or it is settled.
        ReasonMissing: a refusal is explained.
        NotActive, LeadMovedOn, LeadOfOtherHouse: it cannot be any more.

    """
    change = queries.lead_change_for_update(change_id, by)
    _check_decides(change, by, now, action="award.decide_lead")
    wanted = LeadState.GRANTED if grants else LeadState.REFUSED
    if change.state == wanted.value:
        return change
    if change.state != LeadState.AGREED.value:
        raise LeadNotOpen(state=change.state)
    if not grants and not reason.strip():
        raise ReasonMissing(action="award.decide_lead")
    change.state, change.decided_at, change.decided_by_id = wanted.value, now, by.person_id
    change.decision_reason = reason.strip()
    if grants:
        _check_running(change.award)
        _check_leads(change.award, change.former_id)
        _check_belongs(change.person, change.award)
        latest = queries.latest_agreement(change.award)
        assert change.agreed_at is not None, change
        # They agreed to what stood then; what came since waits to be acknowledged.
        accepted = latest.accepted_at is not None and latest.made_at <= change.agreed_at
        _hand_over(change, change.former, change.person, accepted=accepted, now=now)
    change.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    for person in (change.person, change.former):
        _tell(f"award.lead_{wanted.value}", person, change)
    _record(f"award.lead_{wanted.value}", change, by=by, now=now, reason=change.decision_reason)
    return change


@transaction.atomic
def withdraw_lead(*, change_id: int, by: Actor, now: datetime) -> LeadChange:
    """Ask no longer for another lead. Repeating it changes nothing.

    Raises:
        NotFound: there is no such change, or the actor may not know of it.
        NotAllowed: neither the lead nor a manager of the organisation.
        LeadNotOpen: it is settled.

    """
    change = queries.lead_change_for_update(change_id, by)
    if not access.may_ask_lead(by, change.award):
        raise NotAllowed(action="award.withdraw_lead", needs=("lead", "manager"))
    if change.state == LeadState.WITHDRAWN.value:
        return change
    if LeadState(change.state) not in OPEN_LEAD:
        raise LeadNotOpen(state=change.state)
    change.state = LeadState.WITHDRAWN.value
    change.save(update_fields=["state"])
    _tell("award.lead_withdrawn", change.person, change)
    _record("award.lead_withdrawn", change, by=by, now=now)
    return change


@transaction.atomic
def undo_lead(*, change_id: int, reason: str, by: Actor, now: datetime) -> LeadChange:
    """Let the former lead lead again; their agreement waits to be acknowledged.

    Repeating it changes nothing. In this order:

    Raises:
        NotFound, NotAllowed, LeadOwnMatter: as for ``decide_lead``.
        LeadNotOpen: it was not granted.
        ReasonMissing: both want to know why.
        NotActive, LeadMovedOn, LeadOfOtherHouse: it cannot be any more.

    """
    change = queries.lead_change_for_update(change_id, by)
    _check_decides(change, by, now, action="award.undo_lead")
    if change.state == LeadState.UNDONE.value:
        return change
    if change.state != LeadState.GRANTED.value:
        raise LeadNotOpen(state=change.state)
    if not reason.strip():
        raise ReasonMissing(action="award.undo_lead")
    _check_running(change.award)
    _check_leads(change.award, change.person_id)
    _check_belongs(change.former, change.award)
    change.state, change.undone_at, change.undone_by_id = LeadState.UNDONE.value, now, by.person_id
    change.decision_reason = reason.strip()
    _hand_over(change, change.person, change.former, accepted=False, now=now)
    change.save(update_fields=["state", "undone_at", "undone_by", "decision_reason"])
    for person in (change.person, change.former):
        _tell("award.lead_undone", person, change)
    _record("award.lead_undone", change, by=by, now=now, reason=change.decision_reason)
    return change


def _hand_over(
    change: LeadChange, was: Person, becomes: Person, *, accepted: bool, now: datetime
) -> None:
    """The lead of the award, of its case and among its members; the next agreement says so.

    An open offer of a new period is theirs to answer, too.
    """
    award = change.award
    award.lead = becomes
    award.save(update_fields=["lead"])
    offers = award.application.awards.filter(lead=was, state=AwardState.OFFERED.value)
    offers.update(lead=becomes)
    hand_over(application=award.application, was=was, becomes=becomes)
    current = award.members.filter(until=None, person__in=[was, becomes])
    current.update(until=now)
    members = [Member(award=award, person=becomes, role=MemberRole.LEAD.value, since=now)]
    if was.is_active:
        members.append(Member(award=award, person=was, role=MemberRole.MEMBER.value, since=now))
    Member.objects.bulk_create(members)
    amend_award(
        code=award.code,
        lines=(),
        change={"kind": "lead", "lead": becomes.recorded_name, "former": was.recorded_name},
        accepted_by=becomes.pk if accepted else None,
        now=now,
    )


def _check_decides(change: LeadChange, by: Actor, now: datetime, *, action: str) -> None:
    rule = queries.lead_rule(change.award, now)
    if not access.holds_lead_rule(by, change.award, rule):
        raise NotAllowed(action=action, needs=rule or "committee")
    if not access.may_decide_lead(by, change, rule):
        raise LeadOwnMatter(change=change.pk)
    queries.check_takes_part(by, change.award.application)


def _check_running(award: Award) -> None:
    if award.state not in queries.LEADABLE:
        raise NotActive(award=award.code, state=award.state)


def _check_leads(award: Award, person_id: int) -> None:
    if award.lead_id != person_id:
        raise LeadMovedOn(award=award.code)


def _check_belongs(person: Person, award: Award) -> None:
    if not queries.belongs(person, award.organisation):
        raise LeadOfOtherHouse(
            award=award.code, email=person.email, organisation=str(award.organisation)
        )


def _tell(kind: str, to: Person, change: LeadChange) -> None:
    tell(
        kind,
        change.award,
        to=to,
        lead_change=change.pk,
        person=change.person.recorded_name,
        former=change.former.recorded_name,
        reason=change.decision_reason or change.reason,
    )


def _record(action: str, change: LeadChange, *, by: Actor, now: datetime, **facts: object) -> None:
    record_award(
        action,
        change.award,
        by=by,
        now=now,
        lead_change=change.pk,
        person=change.person_id,
        former=change.former_id,
        **facts,
    )
