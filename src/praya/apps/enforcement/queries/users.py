"""Who is to be called something on the clusters: members of awards, and who has a name there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.awards.models import Member
from praya.apps.people.access import check_may_name
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role
from praya.core.refusal import NotFound


def people_to_name(actor: Actor) -> QuerySet[Person]:
    """Members of awards of the programmes that the actor operates; raises ``NotAllowed``.

    A site admin has the members of all awards, and whoever else has a name on clusters.
    """
    check_may_name(actor)
    membership = Member.objects.filter(person_id=OuterRef("pk"), until=None)
    found = Person.objects.select_related("unix").prefetch_related("unix_there")
    found = found.filter(is_active=True)
    found = found.annotate(is_nameless=Q(unix__isnull=True))
    if actor.is_admin or actor.is_praya:
        return found.filter(Exists(membership) | Q(unix__isnull=False))
    operated = actor.programmes_as(Role.OPERATOR)
    return found.filter(Exists(membership.filter(award__programme__code__in=operated)))


def person_to_name(actor: Actor, person_id: int) -> Person:
    """One of them; raises ``NotAllowed``, ``NotFound``."""
    person = people_to_name(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound(kind="person", key=str(person_id))
    return person
