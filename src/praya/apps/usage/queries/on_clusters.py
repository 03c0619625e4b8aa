"""What can be asked about jobs that came in on clusters themselves, and what they used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet, Sum

from praya.apps.awards.models import Award
from praya.apps.books.models import Hold
from praya.apps.books.rules import HoldState
from praya.apps.people.queries import NamesOf, names_of
from praya.apps.usage.access import SEE_JOBS
from praya.apps.usage.models import Job, SetAside, UsageRecord
from praya.apps.usage.queries.jobs import answered_for
from praya.apps.usage.rules import run_key_of
from praya.core.actor import Actor


def seen_on_clusters(actor: Actor, *, award: str, cluster: str, names: NamesOf | None = None) -> Q:
    """What the actor may see of rows about such jobs: the same as of jobs, see ``jobs_visible_to``.

    ``award`` and ``cluster`` lead from a row to its award and to the code of its cluster. Whose a
    job is, the user's name on the cluster tells: their own are those under awards of which the
    person is or was a member, by the name that they have there now. Who gets another there no
    longer sees what ran under the one before. ``names`` are theirs, where they are known already.
    """
    if actor.is_praya:
        return Q()
    if actor.person_id is None:
        return Q(pk__in=())
    seen = answered_for(actor, award)
    names = names or names_of(actor.person_id)
    mine = [Q(**{"member": name, cluster: code}) for code, name in names.there.items() if name]
    if names.everywhere:
        mine.append(Q(member=names.everywhere) & ~Q(**{f"{cluster}__in": [*names.there]}))
    if not mine:
        return seen
    joined = Award.objects.filter(members__person_id=actor.person_id).values("pk")
    return seen | (reduce(or_, mine) & Q(**{f"{award}__in": joined}))


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


def runs_visible_to(actor: Actor, *, names: NamesOf | None = None) -> QuerySet[UsageRecord]:
    """Charged runs of such jobs, as far as the actor may see them; the latest first."""
    runs = UsageRecord.objects.select_related("line__award").exclude(number="")
    where = {"award": "line__award", "cluster": "cluster_code"}
    return runs.filter(seen_on_clusters(actor, **where, names=names))


def held_for_jobs(cluster_code: str, line_codes: Iterable[str]) -> dict[str, int]:
    """Card-seconds held for what Praya itself submitted to a cluster, by line; one query."""
    alive = Job.objects.filter(partition__cluster__code=cluster_code, settled_at=None).order_by()
    rows = Hold.objects.filter(
        key__in=alive.values("code"), state=HoldState.OPEN.value, line__code__in=list(line_codes)
    ).order_by()
    return dict(rows.values_list("line__code").annotate(Sum("time_s")))


def run_there(cluster_code: str, number: str, actor: Actor) -> UsageRecord | SetAside | None:
    """The latest run of a job on a cluster, charged or set aside, as far as it may be seen.

    The number of an array stands for the task of it that ended last.
    """
    runs = runs_visible_to(actor).filter(cluster_code=cluster_code)
    aside = SetAside.objects.select_related("award").filter(cluster_code=cluster_code)
    aside = aside.filter(seen_on_clusters(actor, award="award", cluster="cluster_code"))
    return (
        _latest_charged(runs.filter(number=number))
        or aside.filter(job_id=number).first()
        or _latest_charged(runs.filter(number__startswith=f"{number}_"))
    )


def _latest_charged(runs: QuerySet[UsageRecord]) -> UsageRecord | None:
    """The first of some runs whose charge stands, where they come latest first."""
    undone: Counter[str] = Counter()
    for run in runs.iterator(chunk_size=100):
        key = run_key_of(run.key)
        if run.card_seconds < 0:
            undone[key] += 1
        elif undone[key]:
            undone[key] -= 1
        else:
            return run
    return None
