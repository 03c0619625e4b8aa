"""The site as a forecast's question: what stands now, and what awards will ask for.

A line of an award is an award of the simulator, since each line has cards and time of its own. The
work of other programmes on shared machines is one award without bounds, ``others``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import line_numbers
from praya.apps.clusters.queries import capacity_for
from praya.apps.forecasts.queries.machines import Machines, Span, machines_in
from praya.apps.forecasts.queries.policies import policy_on
from praya.apps.forecasts.queries.work import (
    DAY_S,
    OTHERS,
    JobRow,
    Promise,
    Work,
    demand_of,
    run_times,
    running_jobs,
    waiting_jobs,
    work_on,
)
from praya.apps.forecasts.rules import NoMachines, NothingToRun
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import HEAVY, programme_of
from praya.apps.usage.queries import days_of, leased_lines, zone_of
from praya.apps.usage.snapshot import site_day
from praya.core.ledger import FourNumbers
from praya.core.metering import instant_of
from praya.core.quantity import commodity_of_time
from praya.core.simulator.cluster.model import Award, Cluster, Policy
from praya.core.simulator.forecast.question import Demand, Device, Question, Standing

# An offer may be accepted any day, so what it promises will be asked for as well.
_PROMISED = (AwardState.OFFERED.value, AwardState.ACTIVE.value, AwardState.SUSPENDED.value)


def base_of(programme_code: str, now: datetime, *, days: int) -> Question:
    """The site now, as a question about so many days. A fixed number of queries.

    Raises:
        NotFound: there is no such programme.
        NoMachines: no slot serves it on any day of the forecast.
        NothingToRun: it has neither jobs nor awards with anything left.

    """
    programme = programme_of(programme_code)
    span = Span.of(now, days=days)
    capacities = capacity_for(programme_code, day=site_day(now))
    models = {one.partition.device_model.code for one in capacities}
    machines = machines_in(capacities, leased_lines(models, site_day(now)), span)
    if not machines.partitions:
        raise NoMachines(programme=programme_code)
    work = work_on([one.partition.pk for one in capacities], now)
    promises = _promises(_lines(programme, models), span)
    policy, policy_of = policy_on(machines)
    devices = {
        one.partition.device_model.code: one.partition.device_model
        for one in capacities
        if one.partition.pk in machines.names
    }
    question = replace(
        _question(programme, span, machines, work, promises),
        policy=policy,
        policy_of=policy_of,
        devices=tuple(
            Device(code, watts_busy=model.watts_busy, watts_idle=model.watts_idle)
            for code, model in sorted(devices.items())
        ),
        energy_percent=settings.PRAYA_NODE_PERCENT * settings.PRAYA_PUE_PERCENT // 100,
    )
    if not (question.demands or question.running or question.waiting or machines.leases):
        raise NothingToRun(programme=programme_code)
    return question


def _lines(programme: Programme, models: set[str]) -> list[AwardLine]:
    """Lines of awards in force or on offer on these device models."""
    lines = AwardLine.objects.filter(
        award__programme=programme, award__state__in=_PROMISED, device_model_code__in=models
    ).select_related("award__programme", "award__rule_version", "award__organisation")
    return list(
        lines.defer(*(f"award__rule_version__{one}" for one in HEAVY)).order_by(
            "award_id", "number"
        )
    )


def _promises(lines: Sequence[AwardLine], span: Span) -> list[tuple[AwardLine, Promise, int]]:
    """Each line with what is left of it, and what was used. One query."""
    numbers = line_numbers(line.code for line in lines)
    return [_promise(line, numbers[line.code], span) for line in lines]


def _promise(
    line: AwardLine, numbers: Sequence[FourNumbers], span: Span
) -> tuple[AwardLine, Promise, int]:
    zone = zone_of(line.award)
    commodity = commodity_of_time(line.device_model_code)
    time = next((one for one in numbers if one.commodity == commodity), None)
    begins = instant_of(line.first_on, zone)
    since = max(begins, line.award.accepted_at or span.now)
    promise = Promise(
        name=line.code,
        device_model=line.device_model_code,
        cards=line.cards,
        # What waits or runs holds its worst case, and gives back what it does not need. An offer
        # is not in the book yet.
        left_s=time.free + time.in_flight if time else line.card_seconds,
        begins_s=span.second(begins),
        ends_s=span.second(days_of(line).end_in(zone)),
        since_s=span.second(since),
    )
    return line, promise, time.settled if time else 0


def _question(
    programme: Programme,
    span: Span,
    machines: Machines,
    work: Work,
    promises: Sequence[tuple[AwardLine, Promise, int]],
) -> Question:
    names = {line.code for line, _, _ in promises}

    def award_of(row: JobRow) -> str | None:
        if row.line in names:
            return row.line
        return OTHERS if row.programme != programme.code else None

    ours = [row for row in work.past if row.programme == programme.code]
    theirs = [row for row in work.past if row.programme != programme.code]
    leased = {one.name for one in machines.leases}
    known = [
        _known(line, promise, used)
        for line, promise, used in promises
        if not _is_lease(line) or line.code in leased
    ]
    demands = [
        _demand(line, promise, work.past_of(line.code), ours, span)
        for line, promise, _ in promises
        if not _is_lease(line) or line.code in leased
    ]
    if theirs or leased - names or any(row.programme != programme.code for row in work.alive):
        known.append((Award(name=OTHERS), Standing(OTHERS)))
        demands += _others(theirs, machines, span)
    leases = [one if one.name in names else replace(one, award=OTHERS) for one in machines.leases]
    return Question(
        zero_on=span.zero_on,
        now_s=span.now_s,
        until_s=span.until_s,
        cluster=Cluster(
            partitions=machines.partitions,
            awards=tuple(award for award, _ in known),
            windows=machines.windows,
            leases=tuple(leases),
        ),
        policy=Policy(),
        devices=(),
        demands=tuple(one for one in demands if one is not None),
        running=tuple(running_jobs(work, machines, span, award_of)),
        waiting=tuple(waiting_jobs(work, machines, span, award_of)),
        run_times=tuple(run_times(work.past)),
        standings=tuple(standing for _, standing in known),
    )


def _is_lease(line: AwardLine) -> bool:
    return line.shape == LineShape.CARDS.value


def _known(line: AwardLine, promise: Promise, used: int) -> tuple[Award, Standing]:
    """The line as an award of the simulator; a lease is bounded by its cards alone."""
    is_lease = _is_lease(line)
    award = Award(
        name=line.code,
        cards_max=None if is_lease else line.cards,
        card_seconds=None if is_lease else promise.left_s,
        begins_at=promise.begins_s,
        ends_at=promise.ends_s,
        under=(line.award.code,),
    )
    return award, Standing(line.code, line.award.organisation.kind, 0 if is_lease else used)


def _demand(
    line: AwardLine,
    promise: Promise,
    past: Sequence[JobRow],
    like: Sequence[JobRow],
    span: Span,
) -> Demand | None:
    """What a line will ask for; a lease that nobody ran a job on asks for nothing."""
    if not _is_lease(line):
        return demand_of(promise, past, like, span, at=line.device_model_code)
    used = sum(row.cards * row.run_s for row in past)
    left_s = used * (promise.ends_s - span.now_s) // max(span.now_s - promise.since_s, DAY_S)
    return demand_of(replace(promise, left_s=left_s), past, past, span, at=line.code)


def _others(rows: Sequence[JobRow], machines: Machines, span: Span) -> Iterator[Demand]:
    """What other programmes will ask of shared partitions: as much as they did."""
    for partition_id, name in machines.names.items():
        here = [row for row in rows if row.partition == partition_id]
        if not here:
            continue
        [home] = [one for one in machines.partitions if one.name == name]
        first = min(row.submitted_at for row in here)
        used = sum(row.cards * row.run_s for row in here)
        seen_s = max(span.now_s - span.second(first), DAY_S)
        promise = Promise(
            name=OTHERS,
            device_model=home.device_model,
            cards=home.nodes,
            left_s=used * (span.until_s - span.now_s) // seen_s,
            begins_s=span.now_s,
            ends_s=span.until_s,
            since_s=span.second(first),
        )
        demand = demand_of(promise, here, here, span, at=name)
        if demand is not None:
            yield demand
