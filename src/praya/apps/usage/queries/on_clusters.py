"""What can be asked about jobs that came in on clusters themselves, and what they used."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet, Sum

from praya.apps.awards.models import Award
from praya.apps.books.models import Hold
from praya.apps.books.rules import HoldState
from praya.apps.people.queries import unix_name_of
from praya.apps.usage.access import SEE_JOBS
from praya.apps.usage.models import Job, SetAside, UsageRecord
from praya.apps.usage.queries.jobs import answered_for
from praya.core.actor import Actor


def account_of(award_code: str) -> str:
    """What the account of an award is called on a cluster."""
    return award_code.lower()


def account_of_lease(line_code: str) -> str:
    """The account of a line in cards on a cluster.

    >>> account_of_lease("HCP-0007.2")
    'hcp-0007-2'
    """
    return line_code.lower().replace(".", "-")


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


def told_of_clusters(actor: Actor, *, programme: str) -> Q:
    """What of rows by award the pages of a cluster show: of programmes operated or audited.

    A site admin keeps the machines and is told of all. ``programme`` leads from a row to its own.
    """
    if actor.is_admin or actor.is_praya:
        return Q()
    return Q(**{f"{programme}__code__in": actor.programmes_as(*SEE_JOBS)})


def awards_told_of(actor: Actor) -> QuerySet[Award, str]:
    """The codes of the awards of which the pages of a cluster tell the actor."""
    told = Award.objects.filter(told_of_clusters(actor, programme="programme"))
    return told.values_list("code", flat=True)


def runs_visible_to(actor: Actor) -> QuerySet[UsageRecord]:
    """Charged runs of such jobs, as far as the actor may see them; the latest first."""
    runs = UsageRecord.objects.select_related("line__award").exclude(number="")
    return runs.filter(seen_on_clusters(actor, award="line__award"))


def held_for_jobs(cluster_code: str, line_codes: Iterable[str]) -> dict[str, int]:
    """Card-seconds held for what Praya itself submitted to a cluster, by line; one query."""
    alive = Job.objects.filter(partition__cluster__code=cluster_code, settled_at=None).order_by()
    rows = Hold.objects.filter(
        key__in=alive.values("code"), state=HoldState.OPEN.value, line__code__in=list(line_codes)
    ).order_by()
    return dict(rows.values_list("line__code").annotate(Sum("time_s")))


def jobs_by_run_key(cluster_code: str, keys: Iterable[str]) -> dict[str, int]:
    """The ids of Praya's own jobs on a cluster behind keys of runs; what is none is left out.

    Several attempts of one job have a key each.
    """
    codes = {key: key.rpartition(".")[0] for key in keys}
    rows = Job.objects.filter(code__in=set(codes.values()), partition__cluster__code=cluster_code)
    jobs = dict(rows.order_by().values_list("code", "pk"))
    return {key: jobs[code] for key, code in codes.items() if code in jobs}


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
