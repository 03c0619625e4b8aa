"""The round that looks at the jobs alive under awards' accounts, whoever submitted them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from praya.apps.enforcement.commands.following import answers_again, engine_of, note_silent
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import ClusterJob, Link
from praya.apps.enforcement.queries import award_ids_held, link_of
from praya.apps.enforcement.rules import WATCH_EVERY_S, Asked
from praya.apps.usage.queries.own import own_jobs
from praya.core.execution.port import EngineUnavailable
from praya.core.execution.waiting import Alive

_CHANGING = (
    *("award_id", "job_id", "member", "partition", "device_model_code", "cards", "time_limit_s"),
    *(
        "began_at",
        "expected_at",
        "reason",
        "holds",
        "whose",
        "ahead",
        "account",
        "nodes",
        "cards_asked",
    ),
)


def watch_jobs(*, code: str, now: datetime) -> int | None:
    """Keep what waits and runs on a cluster under awards' accounts as it is there now.

    Answers how many jobs there are; ``None`` where it is not yet time. Safe to repeat.

    Raises:
        EngineUnavailable: the cluster did not answer; what was read before stands.

    """
    link = link_of(code)
    if link.enforced_since is None or not _is_due(link, now):
        return None
    try:
        found = engine_of(link).alive()
        own = own_jobs(code, found, user=own_user())
    except EngineUnavailable as outage:
        note_silent(link, Asked.JOBS, outage, now=now)
        raise
    awards = award_ids_held(link)
    ours = [job for job in found if job.account in awards]
    _keep(link, ours, awards, own, now=now)
    return len(ours)


@transaction.atomic
def _keep(
    link: Link,
    found: Iterable[Alive],
    awards: dict[str, int],
    own: Mapping[tuple[str, str], int],
    *,
    now: datetime,
) -> None:
    """Add, change and take away rows where they differ; most often none does."""
    wanted = {}
    for job in found:
        behind = own.get((job.run_key, job.job_id))
        facts = _facts(job) | {"award_id": awards[job.account], "job_id": behind}
        wanted[facts["number"], facts["submitted_at"]] = facts
    known = {(row.number, row.submitted_at): row for row in link.jobs.all()}
    gone = [row.pk for key, row in known.items() if key not in wanted]
    ClusterJob.objects.filter(pk__in=gone).delete()
    new = [ClusterJob(link=link, **wanted[key]) for key in wanted if key not in known]
    ClusterJob.objects.bulk_create(new, batch_size=2000)
    changed = [
        row
        for key, row in known.items()
        if key in wanted and any(getattr(row, name) != wanted[key][name] for name in _CHANGING)
    ]
    for row in changed:
        for name in _CHANGING:
            setattr(row, name, wanted[row.number, row.submitted_at][name])
    ClusterJob.objects.bulk_update(changed, _CHANGING, batch_size=500)
    Link.objects.filter(pk=link.pk).update(jobs_at=now, **answers_again(Asked.JOBS))


def _facts(job: Alive) -> dict[str, Any]:
    return {
        "number": job.job_id[:60],
        "member": job.member[:40],
        "partition": job.partition[:60],
        "device_model_code": job.device_model[:40],
        "cards": job.cards,
        "time_limit_s": job.time_limit_s,
        "submitted_at": _instant(job.submitted_at),
        "began_at": _instant(job.began_at),
        "expected_at": _instant(job.expected_at),
        "reason": job.reason[:60],
        "holds": job.holds.value,
        "whose": job.whose,
        "ahead": job.ahead,
        "account": job.account[:100],
        "nodes": job.nodes,
        "cards_asked": job.cards_asked,
    }


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _is_due(link: Link, now: datetime) -> bool:
    return link.jobs_at is None or abs((now - link.jobs_at).total_seconds()) >= WATCH_EVERY_S
