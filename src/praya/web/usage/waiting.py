"""What waits for a reader on the first page, about jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.clusters.access import may_change_machines
from praya.apps.clusters.queries import silent_clusters
from praya.apps.enforcement.queries import silent_links, stale_of
from praya.apps.usage.heartbeat import last_round_at
from praya.apps.usage.queries import failed_since, lost_since
from praya.core.actor import Actor, Role
from praya.web.waiting import Waiting, kind_at, kind_of
from praya.words.enforcement import stale_sentence
from praya.words.jobs import instant, job_sentence

LOOK_BACK = timedelta(days=1)
QUIET_S_MAX = 180


@kind_at(lambda actor, now: failed_since(actor, now - LOOK_BACK))
def failed_jobs(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """The reader's own jobs that failed in the last day."""
    failed = list(rows)
    if len(failed) == 1:
        job = failed[0]
        title = _("Job %(code)s failed") % {"code": job.code}
        yield Waiting(title, job_sentence(job), reverse("web:job", args=[job.code]), _end(job, now))
    else:
        title = ngettext("%s of your jobs failed", "%s of your jobs failed", len(failed)) % len(
            failed
        )
        detail = _("Since yesterday; the last one is %(code)s.") % {"code": failed[0].code}
        url = f"{reverse('web:job-list')}?state=failed"
        yield Waiting(title, detail, url, _end(failed[-1], now))


@kind_at(lambda actor, now: lost_since(actor, now - LOOK_BACK), Role.OPERATOR)
def lost_jobs(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """For operators: jobs that an engine lost in the last day."""
    lost = list(rows)
    title = ngettext("%s job was lost", "%s jobs were lost", len(lost)) % len(lost)
    detail = _("Their engine stopped following them. Look at its machines and logs.")
    url = f"{reverse('web:job-list')}?state=lost"
    yield Waiting(title, detail, url, _end(lost[-1], now))


def quiet_worker(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """For operators: a worker that has gone quiet. Looks at its file, and asks no query."""
    if not actor.programmes_as(Role.OPERATOR):
        return
    seen_at = last_round_at()
    if seen_at is not None and (now - seen_at).total_seconds() > QUIET_S_MAX:
        title = _("The worker has gone quiet")
        detail = _("No job starts or is settled until it runs again. Start praya serve or worker.")
        yield Waiting(title, detail, reverse("web:job-list"), seen_at)


def _silent_clusters(actor: Actor) -> QuerySet[Any]:
    return silent_clusters() if may_change_machines(actor) else silent_clusters().none()


@kind_of(_silent_clusters)
def silent_engines(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """For operators and site admins: clusters whose engine does not answer."""
    del now
    for cluster in rows:
        since = cluster.silent_since
        assert since is not None, cluster
        title = _("%(cluster)s does not answer") % {"cluster": cluster.name}
        detail = _(
            "Its engine has not answered since %(at)s. No job begins there, and none that ended is "
            "settled, until it does. The worker's log says why."
        ) % {"at": instant(since)}
        yield Waiting(title, detail, reverse("web:cluster", args=[cluster.code]), since)


def _silent_links(actor: Actor) -> QuerySet[Any]:
    return silent_links() if may_change_machines(actor) else silent_links().none()


@kind_of(_silent_links)
def silent_clusters_held(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """For operators and site admins: clusters with users of their own that do not answer."""
    del now
    for link in rows:
        first = min(stale_of(link), key=lambda one: one.since)
        title = _("%(cluster)s does not answer") % {"cluster": first.name}
        url = reverse("web:cluster-held", args=[first.cluster])
        yield Waiting(title, stale_sentence(first), url, first.since)


def _end(job: object, now: datetime) -> datetime:
    ended_at: datetime | None = getattr(job, "ended_at", None)
    return ended_at or now
