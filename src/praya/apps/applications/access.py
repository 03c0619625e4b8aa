"""Who may see and change applications.

Reviews and recusals hang on a case from apps above this one. They are read by the names of their
foreign keys and never imported: whoever may see a case must be answered in one place, and in one
query.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from praya.apps.applications.models import Application
from praya.apps.applications.rules import BEFORE_THE_COMMITTEE, Recused
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed

STAFF = (Role.OFFICER, Role.AUDITOR)
_SEEN_BY_COMMITTEE = tuple(state.value for state in BEFORE_THE_COMMITTEE)
_REVIEW_OPEN = ("open", "submitted")


def visible_to(actor: Actor) -> Q:
    """Which applications the actor may see.

    The lead and managers of the organisation see theirs; officers and auditors what was submitted
    in their programme; the committee what it is to decide or has decided, if not recused; reviewers
    what they have denied a conflict with, for as long as they are appointed.
    """
    if not actor.is_known:
        return Q(pk__in=[])
    of_staff = Q(programme__code__in=actor.programmes_as(*STAFF), submitted_at__isnull=False)
    return applicants(actor) | of_staff | _committees(actor) | _reviewers(actor)


def is_applicant(actor: Actor, application: Application) -> bool:
    """Whether the actor sees the case from the applicant's side: its lead, or a manager."""
    if not actor.is_known:
        return False
    return (
        application.lead_id == actor.person_id
        or Application.objects.filter(applicants(actor), pk=application.pk).exists()
    )


def is_of_applicants(person_id: int | None, application: Application) -> bool:
    """Whether a person leads the application, or belongs to its organisation in any role."""
    of_organisation = Q(
        organisation__affiliations__person_id=person_id,
        organisation__affiliations__state="active",
    )
    return application.lead_id == person_id or (
        person_id is not None
        and Application.objects.filter(of_organisation, pk=application.pk).exists()
    )


def may_edit(actor: Actor, application: Application) -> bool:
    """The lead writes, submits, answers and withdraws."""
    return actor.is_known and application.lead_id == actor.person_id


def may_screen(actor: Actor, application: Application) -> bool:
    """Officers of the programme screen, ask and return; not in a case of their own.

    Who recused themselves is asked apart: ``is_recused``, or ``recused`` beside the row.
    """
    return (
        actor.holds(application.programme.code, Role.OFFICER)
        and application.lead_id != actor.person_id
    )


def may_see_desk(actor: Actor, programme_code: str) -> bool:
    """Officers and auditors of the programme see its queue."""
    return actor.holds(programme_code, *STAFF)


def sits_at_a_desk(actor: Actor) -> bool:
    """Whether the actor sees the queue of any programme."""
    return bool(actor.programmes_as(*STAFF))


def is_recused(actor: Actor, application_id: int) -> bool:
    """Whether the actor said that they take no part in the case."""
    return Application.objects.filter(recused(actor), pk=application_id).exists()


def recused(actor: Actor, application: str = "pk") -> Exists:
    """The same of each row in a query of applications, or of rows that name theirs so."""
    # Nobody has the id 0.
    mine = Q(recusals__person_id=actor.person_id or 0)
    return Exists(Application.objects.filter(mine, pk=OuterRef(application)))


def person_id_of(actor: Actor) -> int:
    """The person who acts; commands come here after an access check that only people pass."""
    assert actor.person_id is not None, actor.name
    return actor.person_id


def check_may_edit(actor: Actor, application: Application, *, action: str) -> None:
    """Refuse the applicant's part to others."""
    if not may_edit(actor, application):
        raise NotAllowed(action=action, needs="lead")


def check_may_screen(actor: Actor, application: Application, *, action: str) -> None:
    """Refuse the desk's part to others, then to who recused themselves."""
    if not may_screen(actor, application):
        raise NotAllowed(action=action, needs="officer")
    check_not_recused(actor, application)


def check_not_recused(actor: Actor, application: Application) -> None:
    """Refuse who said that they take no part in the case."""
    if is_recused(actor, application.pk):
        raise Recused(application=application.code)


def check_may_see_desk(actor: Actor, programme_code: str) -> None:
    """Refuse the queue to others."""
    if not may_see_desk(actor, programme_code):
        raise NotAllowed(action="application.desk", needs="officer")


def applicants(actor: Actor) -> Q:
    """Cases that the actor sees from the applicant's side."""
    managed = Application.objects.filter(
        pk=OuterRef("pk"),
        organisation__affiliations__person_id=person_id_of(actor),
        organisation__affiliations__state="active",
        organisation__affiliations__is_manager=True,
    )
    return Q(lead_id=actor.person_id) | Q(Exists(managed))


def _committees(actor: Actor) -> Q:
    return Q(
        ~recused(actor),
        programme__code__in=actor.programmes_as(Role.COMMITTEE),
        state__in=_SEEN_BY_COMMITTEE,
    )


def _reviewers(actor: Actor) -> Q:
    reviewed = Application.objects.filter(
        pk=OuterRef("pk"),
        reviews__reviewer_id=actor.person_id,
        reviews__state__in=_REVIEW_OPEN,
    )
    return Q(Exists(reviewed), programme__code__in=actor.programmes_as(Role.REVIEWER))
