"""Who may see, run and stop jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.apps.awards.rules import MemberRole
from praya.apps.usage.rules import NotAMember
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.apps.usage.models import Job

SEE_AWARDS = (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.OPERATOR, Role.AUDITOR)
SEE_JOBS = (Role.OPERATOR, Role.AUDITOR)
LEADING = (MemberRole.LEAD.value, MemberRole.MANAGER.value)


def check_may_submit(actor: Actor, award: Award) -> None:
    """Members run jobs; who may not know of the award is told nothing about it.

    Raises:
        NotFound: the actor may not know of the award.
        NotAMember: the actor may see the award, and is not a member of it.

    """
    if is_member(actor, award):
        return
    if not actor.holds(award.programme.code, *SEE_AWARDS):
        raise NotFound(kind="award", key=award.code)
    raise NotAMember(award=award.code, lead=str(award.lead))


def is_member(actor: Actor, award: Award) -> bool:
    """Whether the actor is a member of the award now."""
    if actor.person_id is None:
        return False
    return award.members.filter(person_id=actor.person_id, until=None).exists()


def leads(actor: Actor, award: Award) -> bool:
    """Whether the actor leads the award or manages its members now."""
    if actor.person_id is None:
        return False
    leading = award.members.filter(person_id=actor.person_id, until=None, role__in=LEADING)
    return award.lead_id == actor.person_id or leading.exists()


def sees_jobs_of(actor: Actor, award: Award) -> bool:
    """Who sees every job of an award: who leads it, operators and auditors of the programme."""
    return actor.holds(award.programme.code, *SEE_JOBS) or leads(actor, award)


def may_see_output(actor: Actor, job: Job) -> bool:
    """Its member and who leads the award: what a job prints is the team's own."""
    return (actor.is_known and job.member_id == actor.person_id) or leads(actor, job.award)


def may_cancel(actor: Actor, job: Job) -> bool:
    """Its member, who leads the award, and operators."""
    return (
        actor.is_praya
        or may_see_output(actor, job)
        or actor.holds(job.award.programme.code, Role.OPERATOR)
    )


def check_may_see_output(actor: Actor, job: Job) -> None:
    """Refuse to show what a job prints; raises ``NotAllowed``."""
    if not may_see_output(actor, job):
        raise NotAllowed(action="job.output", needs=("member", "lead"))


def check_may_cancel(actor: Actor, job: Job) -> None:
    """Refuse to stop a job; raises ``NotAllowed``."""
    if not may_cancel(actor, job):
        raise NotAllowed(action="job.cancel", needs=("member", "lead", Role.OPERATOR.value))
