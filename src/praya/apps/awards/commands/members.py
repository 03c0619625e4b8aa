"""Who may run jobs under an award."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.awards import access, queries
from praya.apps.awards.commands.telling import record_award, tell
from praya.apps.awards.models import Award, Member
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.awards.rules.refusals import (
    AlreadyMember,
    LeadStays,
    NoMember,
    NoSuchPerson,
    NotActive,
    OneLead,
)
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound


@transaction.atomic
def add_member(*, code: str, email: str, role: MemberRole, by: Actor, now: datetime) -> Member:
    """Let a person run jobs under an award. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: neither the lead nor a manager; in this order.
        NotActive: the award is neither active nor waiting for its conditions.
        OneLead: nobody is made a lead this way.
        NoSuchPerson: nobody signs in with this address.
        AlreadyMember: the person is one already, in another role.

    """
    award = _for_keeper(code, by, action="award.add_member")
    if award.state not in {AwardState.ACTIVE.value, AwardState.WAITING.value}:
        raise NotActive(award=award.code, state=award.state)
    if role is MemberRole.LEAD:
        raise OneLead(award=award.code)
    person = queries.person_with(email)
    if person is None:
        raise NoSuchPerson(email=email.strip())
    known = award.members.filter(person=person, until=None).first()
    if known is not None:
        if known.role != role.value:
            raise AlreadyMember(email=person.email, role=known.role)
        return known
    member = Member.objects.create(
        award=award, person=person, role=role.value, since=now, added_by_id=by.person_id
    )
    tell("award.member_added", award, to=person)
    record_award("award.member_added", award, by=by, now=now, person=person.pk, role=role.value)
    return member


@transaction.atomic
def remove_member(*, member_id: int, by: Actor, now: datetime) -> Member:
    """End a membership; jobs under way go on. A member may leave by themselves.

    Raises:
        NotFound, NotAllowed: neither the lead, nor a manager, nor the member.
        LeadStays: the lead stays as long as the award.
        NoMember: it ended before.

    """
    award = queries.award_for_update(queries.award_code_of_member(member_id))
    member = award.members.select_related("person").get(pk=member_id)
    if not access.may_remove(by, award, member):
        _check_keeper(award, by, action="award.remove_member")
    if member.role == MemberRole.LEAD.value:
        raise LeadStays(award=award.code)
    if member.until is not None:
        raise NoMember(award=award.code)
    member.until = now
    member.save(update_fields=["until"])
    record_award("award.member_removed", award, by=by, now=now, person=member.person_id)
    return member


def _for_keeper(code: str, by: Actor, *, action: str) -> Award:
    award = queries.award_for_update(code)
    _check_keeper(award, by, action=action)
    return award


def _check_keeper(award: Award, by: Actor, *, action: str) -> None:
    if access.may_keep_members(by, award):
        return
    if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
        raise NotFound(kind="award", key=award.code)
    raise NotAllowed(action=action, needs="lead")
