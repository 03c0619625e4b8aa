"""What became of what forecasts said: when jobs started, what awards used, how full machines were.

Use is counted from jobs, to the second, from when the forecast was asked until it was due; what a
job still running has held until then counts, and so do jobs that came in on clusters themselves.
Free use counts nowhere: no forecast tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from praya.apps.clusters.models import Partition
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries.on_clusters import Held, Places, began_there, held_on
from praya.apps.forecasts.rules import Measure
from praya.apps.usage.models import Job
from praya.core.simulator.forecast.plain import from_plain
from praya.core.simulator.forecast.question import Question

_WHOLE_BP = 10_000


def truths_of(due: Sequence[Expectation], now: datetime) -> dict[int, int | None]:
    """What became of each, by its id; nothing where it never came about."""
    found: dict[int, int | None] = _starts(
        [one for one in due if one.measure == Measure.START.value]
    )
    others = [one for one in due if one.measure in (Measure.USE.value, Measure.UTILISATION.value)]
    by_forecast: dict[int, list[Expectation]] = {}
    for one in others:
        by_forecast.setdefault(one.forecast_id, []).append(one)
    for rows in by_forecast.values():
        found |= _use(rows[0].forecast, rows, now)
    return found


def _starts(due: Sequence[Expectation]) -> dict[int, int | None]:
    codes = {one.subject for one in due}
    rows = Job.objects.filter(code__in=codes, started_at__isnull=False)
    started = dict(rows.values_list("code", "started_at"))
    begun = began_there({(one.subject, one.forecast.asked_at) for one in due if "/" in one.subject})
    found = {
        one.pk: started.get(one.subject) or begun.get((one.subject, one.forecast.asked_at))
        for one in due
    }
    return {pk: int(at.timestamp()) if at else None for pk, at in found.items()}


def _use(forecast: Forecast, rows: Iterable[Expectation], now: datetime) -> dict[int, int | None]:
    """For all that one forecast said: its question, and what was held on its machines."""
    plain = Forecast.objects.values_list("question", flat=True).get(pk=forecast.pk)
    if plain is None:
        return {one.pk: None for one in rows}
    question = from_plain(Question, plain["base"])
    names = [one.name for one in question.cluster.partitions]
    here = Q()
    for name in names:
        cluster, _, code = name.partition("/")
        here |= Q(cluster__code=cluster, code=code)
    partitions = list(Partition.objects.filter(here).select_related("cluster", "device_model"))
    since = forecast.asked_at
    last = max(one.due_at for one in rows)
    jobs = Job.objects.filter(
        partition__in=partitions, started_at__lt=last, is_free_use=False
    ).filter(Q(ended_at=None) | Q(ended_at__gt=since))
    fields = ("line__code", "cards", "started_at", "ended_at")
    held: list[Held] = [
        (line, cards, began, ended)
        for line, cards, began, ended in jobs.values_list(*fields)
        if began is not None
    ]
    held += held_on(Places(partitions), since, last, now)
    return {one.pk: _truth(one, question, held, since, now) for one in rows}


def _truth(
    one: Expectation, question: Question, held: Sequence[Held], since: datetime, now: datetime
) -> int | None:
    if one.measure == Measure.USE.value:
        mine = [row for row in held if row[0] == one.subject]
        return _held_s(mine, since, one.due_at, now)
    begins = since if one.subject == "whole" else one.due_at - timedelta(days=1)
    there = in_service_s(question, begins, one.due_at)
    return _held_s(held, begins, one.due_at, now) * _WHOLE_BP // there if there else None


def _held_s(rows: Iterable[Held], begins: datetime, ends: datetime, now: datetime) -> int:
    total = 0.0
    for _, cards, started, ended in rows:
        until = min(ended or now, ends)
        total += cards * max((until - max(started, begins)).total_seconds(), 0)
    return int(total)


def in_service_s(question: Question, begins: datetime, ends: datetime) -> int:
    """Card-seconds in service as the forecast knew them."""
    zero = datetime.combine(question.zero_on, datetime.min.time(), UTC)
    first, last = (int((at - zero).total_seconds()) for at in (begins, ends))
    total = 0
    for partition in question.cluster.partitions:
        closed = sum(
            one.nodes * max(min(one.ends_at, last) - max(one.begins_at, first), 0)
            for one in question.cluster.windows
            if one.partition == partition.name
        )
        total += (partition.nodes * (last - first) - closed) * partition.cards
    return total
