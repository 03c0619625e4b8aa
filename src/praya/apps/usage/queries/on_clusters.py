"""What can be asked about jobs that came in on clusters themselves, and what they used."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from praya.apps.awards.models import Award
from praya.apps.people.queries import unix_name_of
from praya.apps.usage.models import SetAside, UsageRecord
from praya.apps.usage.queries.jobs import answered_for
from praya.core.actor import Actor


def seen_on_clusters(actor: Actor, *, award: str) -> Q:
    """What the actor may see of rows about such jobs: the same as of jobs, see ``jobs_visible_to``.

    ``award`` leads from a row to its award. Whose a job is, the user's name on the cluster tells:
    their own are those under awards of which the person is or was a member.
    """
    if actor.is_praya:
        return Q()
    if actor.person_id is None:
        return Q(pk__in=())
    seen = answered_for(actor, award)
    name = unix_name_of(actor.person_id)
    if not name:
        return seen
    joined = Award.objects.filter(members__person_id=actor.person_id).values("pk")
    return seen | Q(**{"member": name, f"{award}__in": joined})


def runs_visible_to(actor: Actor) -> QuerySet[UsageRecord]:
    """Charged runs of such jobs, as far as the actor may see them; the latest first."""
    runs = UsageRecord.objects.select_related("line__award").exclude(number="")
    return runs.filter(seen_on_clusters(actor, award="line__award"))


def run_there(cluster_code: str, number: str, actor: Actor) -> UsageRecord | SetAside | None:
    """The latest run of a job on a cluster, charged or set aside, as far as it may be seen.

    The number of an array stands for the task of it that ended last.
    """
    runs = runs_visible_to(actor).filter(cluster_code=cluster_code)
    aside = SetAside.objects.select_related("award").filter(cluster_code=cluster_code)
    aside = aside.filter(seen_on_clusters(actor, award="award"))
    return (
        runs.filter(number=number).first()
        or aside.filter(job_id=number).first()
        or runs.filter(number__startswith=f"{number}_").first()
    )
