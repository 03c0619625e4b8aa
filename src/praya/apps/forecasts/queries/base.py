"""The site as a forecast's question: what stands now, and what awards will ask for.

A line of an award is an award of the simulator, since each line has cards and time of its own. The
work of other programmes on shared machines is one award without bounds, ``others``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import F

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import line_numbers
from praya.apps.clusters.queries import capacity_for
from praya.apps.enforcement.queries import class_of, links
from praya.apps.forecasts.queries.demands import (
    DAY_S,
    Habits,
    Promise,
    busy_permille,
    demand_of,
    leased_demand,
    planned,
    shape_of,
)
from praya.apps.forecasts.queries.grants import time_of
from praya.apps.forecasts.queries.job_rows import JobRow
from praya.apps.forecasts.queries.machines import Leased, Machines, Span, machines_in
from praya.apps.forecasts.queries.policies import in_classes, policy_on, qualities_on
from praya.apps.forecasts.queries.work import (
    JOBS_MIN,
    OTHERS,
    Work,
    run_times,
    running_jobs,
    waiting_jobs,
    work_on,
)
from praya.apps.forecasts.rules import NoMachines, NothingToRun
from praya.apps.life.queries import with_plans
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import HEAVY, programme_of
from praya.apps.usage.queries import days_of, leased_lines, zone_of
from praya.apps.usage.snapshot import site_day
from praya.core.ledger import FourNumbers
from praya.core.metering import instant_of
from praya.core.simulator.cluster.model import Award, Cluster, Lease, Policy
from praya.core.simulator.forecast.question import Demand, Device, Question, Standing

Promised = tuple[AwardLine, Promise, int]  # what is left of a line, and what was used
# An offer may be accepted any day, so what it promises will be asked for as well.
_PROMISED = (
    AwardState.OFFERED.value,
    AwardState.WAITING.value,
    AwardState.ACTIVE.value,
    AwardState.SUSPENDED.value,
)


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a question, and what awards to come are taken to do there."""

    question: Question
    habits: Habits


def base_of(programme_code: str, now: datetime, *, days: int) -> Question:
    """The question of ``site_of``, which says what is refused."""
    return site_of(programme_code, now, days=days).question


def site_of(
    programme_code: str, now: datetime, *, days: int, to_come: Sequence[Leased] = ()
) -> Site:
    """The site now, as a question about so many days. A fixed number of queries.

    Leases ``to_come`` are not in it, but find machines on which their jobs can run.

    Raises:
        NotFound: there is no such programme.
        NoMachines: no slot serves it on any day of the forecast.
        NothingToRun: it has neither jobs nor awards with anything left.

    """
    programme = programme_of(programme_code)
    span = Span.of(now, days=days)
    capacities = capacity_for(programme_code, day=site_day(now))
    models = {one.partition.device_model.code for one in capacities}
    known = links()
    leased = leased_lines(models, site_day(now))
    machines = machines_in(capacities, leased, span, known, to_come)
    if not machines.partitions:
        raise NoMachines(programme=programme_code)
    work = work_on([one.partition for one in capacities], now)
    promises = _promises(_lines(programme, models), machines, span)
    habits = _habits(programme, work, promises, span)
    policy, policy_of = policy_on(machines, known)
    devices = {
        one.partition.device_model.code: one.partition.device_model
        for one in capacities
        if one.partition.pk in machines.names
    }
    plain = _question(programme, machines, work, promises, habits)
    plain = replace(plain, cluster=replace(plain.cluster, qualities=qualities_on(policy_of, known)))
    question = replace(
        in_classes(plain, _classes(promises) if len(plain.cluster.qualities) > 1 else {}),
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
    return Site(question, habits)


def _habits(programme: Programme, work: Work, promises: Sequence[Promised], span: Span) -> Habits:
    """Past jobs of the programme; of all on its machines where it has too few."""
    ours = [row for row in work.past if row.programme == programme.code]
    leases = [(one, work.past_of(line.code)) for line, one, _ in promises if _is_lease(line)]
    return Habits(span, ours if len(ours) >= JOBS_MIN else work.past, busy_permille(leases, span))


def _lines(programme: Programme, models: set[str]) -> list[AwardLine]:
    """Lines of awards in force or on offer on these device models, with their teams' last plans."""
    lines = AwardLine.objects.filter(
        award__programme=programme, award__state__in=_PROMISED, device_model_code__in=models
    ).select_related("award__programme", "award__rule_version", "award__organisation")
    return list(
        with_plans(lines)
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .annotate(call_code=F("award__application__call_code"))
        .order_by("award_id", "number")
    )


def _classes(promises: Sequence[Promised]) -> dict[str, str]:
    """The class of service that each line's award is held in, as far as the programme names one."""
    return {line.code: name for line, _, _ in promises if (name := class_of(line))}


def _promises(lines: Sequence[AwardLine], machines: Machines, span: Span) -> list[Promised]:
    """Each line with what is left of it, and what was used. One query."""
    numbers = line_numbers(line.code for line in lines)
    return [
        _promise(line, numbers[line.code], machines.node_cards.get(line.device_model_code, 1), span)
        for line in lines
    ]


def _promise(
    line: AwardLine, numbers: Sequence[FourNumbers], node_cards: int, span: Span
) -> Promised:
    zone = zone_of(line.award)
    left_s, used_s = time_of(line, numbers)
    begins = instant_of(line.first_on, zone)
    since = max(begins, line.award.started_at or span.now)
    # What the team said on the award takes the place of what the application said.
    said: Mapping[str, int] | None = getattr(line, "said_months", None)
    plan = line.plan if said is None else said
    promise = Promise(
        name=line.code,
        device_model=line.device_model_code,
        cards=line.cards,
        left_s=left_s,
        begins_s=span.unbounded(begins),
        ends_s=span.second(days_of(line).end_in(zone)),
        since_s=span.second(since),
        plan=planned(plan, line.first_on, line.last_on, zone, span),
        node_cards=node_cards,
        shape=shape_of(line.sizing),
    )
    return line, promise, used_s


def _question(
    programme: Programme,
    machines: Machines,
    work: Work,
    promises: Sequence[Promised],
    habits: Habits,
) -> Question:
    names, span = {line.code for line, _, _ in promises}, habits.span

    def award_of(row: JobRow) -> str | None:
        if row.line in names:
            return row.line
        return OTHERS if row.programme != programme.code else None

    leased = {one.name: one for one in machines.leases}
    here = [one for one in promises if not _is_lease(one[0]) or one[0].code in leased]
    known = [_known(line, promise, used) for line, promise, used in here]
    demands = [
        leased_demand(replace(promise, cards=leased[line.code].cards), past, habits)
        if _is_lease(line)
        else demand_of(promise, past, habits.past, span, at=line.device_model_code)
        for line, promise, _ in here
        for past in [work.past_of(line.code)]
    ]
    theirs = [one for one in machines.leases if one.name not in names]
    strangers = [row for row in work.past if row.programme != programme.code]
    if strangers or theirs or any(row.programme != programme.code for row in work.alive):
        known.append((Award(name=OTHERS), Standing(OTHERS)))
        demands += _others(strangers, machines, span)
        demands += [_of_their_lease(one, work, machines, habits) for one in theirs]
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
    kind = line.award.organisation.kind
    return award, Standing(line.code, kind, 0 if is_lease else used, promise.plan)


def _of_their_lease(lease: Lease, work: Work, machines: Machines, habits: Habits) -> Demand | None:
    """What another programme's lease will be asked for."""
    [home] = [one for one in machines.partitions if one.name == lease.partition]
    promise = Promise(
        name=lease.name,
        device_model="",
        cards=lease.cards,
        left_s=0,
        begins_s=lease.begins_at,
        ends_s=lease.ends_at,
        since_s=lease.begins_at,
        node_cards=home.cards,
    )
    demand = leased_demand(promise, work.past_of(lease.name), habits)
    return demand and replace(demand, award=OTHERS)


def _others(rows: Sequence[JobRow], machines: Machines, span: Span) -> Iterator[Demand]:
    """What other programmes will ask of shared partitions beside leases: as much as they did."""
    for partition_id, name in machines.names.items():
        here = [
            row
            for row in rows
            if row.partition == partition_id and row.shape != LineShape.CARDS.value
        ]
        if not here:
            continue
        [home] = [one for one in machines.partitions if one.name == name]
        first = min(row.submitted_at for row in here)
        used = sum(row.cards * row.run_s for row in here)
        seen_s = max(span.now_s - span.second(first), DAY_S)
        promise = Promise(
            name=OTHERS,
            device_model=home.device_model,
            cards=home.nodes * home.cards,
            left_s=used * (span.until_s - span.now_s) // seen_s,
            begins_s=span.now_s,
            ends_s=span.until_s,
            since_s=span.second(first),
            node_cards=home.cards,
        )
        demand = demand_of(promise, here, here, span, at=name)
        if demand is not None:
            yield demand
