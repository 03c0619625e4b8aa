"""Who is to be called something on the clusters: members of awards, and who has a name there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.awards.models import Member
from praya.apps.people.access import check_may_name
from praya.apps.people.models import Person
from praya.core.actor import Actor
from praya.core.refusal import NotFound


def people_to_name(actor: Actor) -> QuerySet[Person]:
    """Members of awards and all who have a name on clusters; raises ``NotAllowed``."""
    check_may_name(actor)
    membership = Member.objects.filter(person_id=OuterRef("pk"), until=None)
    found = Person.objects.select_related("unix").filter(is_active=True)
    found = found.alias(is_member=Exists(membership))
    return found.annotate(is_nameless=Q(unix__isnull=True)).filter(
        Q(is_member=True) | Q(unix__isnull=False)
    )


def person_to_name(actor: Actor, person_id: int) -> Person:
    """One of them; raises ``NotAllowed``, ``NotFound``."""
    person = people_to_name(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound(kind="person", key=str(person_id))
    return person
