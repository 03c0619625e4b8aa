"""A question that was kept, read back: what a site answered can be answered again by anybody.

It may have been changed by hand, and kernels check no bounds, so what does not fit is refused.
"""

from __future__ import annotations

import json
from datetime import date
from typing import NoReturn

from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.leasing import room_for
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.changes.checking import (
    CARDS_MAX,
    check_between,
    check_known,
    check_open,
)
from praya.core.simulator.forecast.file_checks import JOBS_MOST
from praya.core.simulator.forecast.places import places_of
from praya.core.simulator.forecast.plain import from_plain
from praya.core.simulator.forecast.question import (
    DAY_S,
    Demand,
    ForecastQuestion,
    Question,
    RunningJob,
    WaitingJob,
)
from praya.core.simulator.forecast.refusals import NodeTooSmall, QuestionUnreadable
from praya.core.simulator.generator import WEEK_H
from praya.core.simulator.scenario_checks import CARDS_MOST

# What reading stumbles over; RecursionError, where brackets stand in brackets without an end.
_UNFIT = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
_DAYS_MAX, _SEEDS_MAX, _SPAN_MAX, _WEIGHT_MAX = 3_660, 10_000, 10**10, 10**9


def read_kept(text: str | bytes) -> ForecastQuestion:
    """The question that a file holds as ``GET /forecasts/CODE/question`` gives it.

    Raises:
        QuestionUnreadable: it is none.
        UnknownName: something is named that is not there.
        LeaseOfAnother: a job is asked of a lease that is not its award's.
        ValueOutside: a number is too small or too large.

    """
    try:
        found = from_plain(
            ForecastQuestion, json.loads(text, parse_int=_whole, parse_constant=_no_number)
        )
    except _UNFIT as error:
        raise QuestionUnreadable(why=str(error)) from error
    check_between("seeds", len(set(found.seeds)), 1, _SEEDS_MAX)
    check_between("seeds", min(found.seeds), 0, NEVER)
    for side in (found.base, found.variant):
        if side is not None:
            _check(side)
    return found


def _whole(digits: str) -> int:
    number = int(digits)
    if not ALWAYS <= number <= NEVER:
        raise ValueError(digits)
    return number


def _no_number(written: str) -> NoReturn:
    """``NaN`` and ``Infinity``, which Python's JSON takes and JSON has not."""
    raise ValueError(written)


def _check(question: Question) -> None:
    check_between("now_s", question.now_s, 0, NEVER)
    check_between("until_s", question.until_s, 1, (date.max - question.zero_on).days * DAY_S)
    check_between("until_s", question.until_s - question.now_s, 1, _DAYS_MAX * DAY_S)
    _check_machines(question)
    places, cluster = places_of(question), question.cluster
    awards = [one.name for one in cluster.awards]
    asking: list[Demand | WaitingJob] = [*question.demands, *question.waiting]
    for asked in asking:
        check_known("award", asked.award, awards)
        for place in (asked.at, *asked.instead):
            check_known("at", place, list(places))
            check_open(question.cluster, place, asked.award)
    check_waiting(question)
    _check_kinds(question)
    _check_running(question, awards)
    qualities = ["", *(one.name for one in cluster.qualities)]
    for quality in {name for one in question.demands for name in one.kinds.quality}:
        check_known("quality", quality, qualities)
    known: list[RunningJob | WaitingJob] = [*question.running, *question.waiting]
    for here in known:
        check_known("quality", here.quality, qualities)
        check_between("limit_s", here.limit_s, 1, _SPAN_MAX)


def check_waiting(question: Question) -> None:
    """Each job that waits fits on a place of its own, empty; a change may have moved its lease.

    Raises:
        ValueOutside: one does not.

    """
    places = places_of(question)
    for job in question.waiting:
        homes = [home for name in (job.at, *job.instead) for home in places[name]]
        most = max(cards for home in homes for cards, _ in home.nodes)
        check_between("cards", job.cards, 1, most)
        room = max(home.with_cards(job.cards) for home in homes)
        check_between("nodes", job.nodes, 1, room)


def check_running(question: Question) -> None:
    """Each job that runs has room on its nodes; a change of another award may have taken it.

    A lease stands on what others leave of nodes, so it may come to stand on other parts of them.

    Raises:
        NodeTooSmall: one has not.

    """
    free = _cards_by_node(question)
    for job in question.running:
        left = free[job.pool]
        for place in job.on:
            most = left[place] if place < len(left) else 0
            if job.cards > most:
                raise NodeTooSmall(job=job.name, pool=job.pool, cards=job.cards, most=most)
            left[place] -= job.cards


def _check_machines(question: Question) -> None:
    cluster = question.cluster
    homes = {one.name: one for one in cluster.partitions}
    for home in cluster.partitions:
        check_between("nodes", home.nodes, 1, CARDS_MAX)
        check_between("cards", home.cards, 1, CARDS_MAX)
    check_between("cards", cluster.cards, 1, CARDS_MOST)
    for device in question.devices:
        check_between("speed_percent", device.speed_percent, 1, CARDS_MAX)
    for window in cluster.windows:
        check_known("partition", window.partition, list(homes))
        check_between("first_node", window.first_node, 0, homes[window.partition].nodes - 1)
        left = homes[window.partition].nodes - window.first_node
        check_between("nodes", window.nodes, 1, left)
    for lease in cluster.leases:
        check_known("partition", lease.partition, list(homes))
        check_known("award", lease.award, [one.name for one in cluster.awards])
        home = homes[lease.partition]
        beside = [one for one in cluster.leases if one is not lease]
        room = room_for(home, beside, begins_at=lease.begins_at, ends_at=lease.ends_at)
        check_between("cards", lease.cards, 1, room)


def _check_kinds(question: Question) -> None:
    for one in question.demands:
        kinds = one.kinds
        columns = (kinds.nodes, kinds.cards, kinds.run_s, kinds.limit_s)
        rows = len(kinds.nodes)
        check_between("kinds", rows, 1, CARDS_MAX)
        for column in (*columns, kinds.quality or kinds.nodes):
            check_between("kinds", len(column), rows, rows)
        for column in columns:
            check_between("kinds", min(column), 1, _SPAN_MAX)
        spent = sum(nodes * cards * run for nodes, cards, run in zip(*columns[:3], strict=True))
        check_between("card_seconds", one.card_seconds, 0, JOBS_MOST * spent // rows)
        check_between("begins_s", one.begins_s, -_SPAN_MAX, _SPAN_MAX)
        check_between("ends_s", one.ends_s, one.begins_s + 1, 2 * _SPAN_MAX)
        check_between("rhythm", len(one.rhythm or range(WEEK_H)), WEEK_H, WEEK_H)
        for weight in one.rhythm:
            check_between("rhythm", weight, 0, _WEIGHT_MAX)
        check_between("session_jobs", min(one.session_jobs, default=0), 1, CARDS_MAX)
        check_between("pauses_s", min(one.pauses_s, default=-1), 0, _SPAN_MAX)


def _check_running(question: Question, awards: list[str]) -> None:
    """What runs is on nodes that are there, with no more cards of each than it has."""
    free = _cards_by_node(question)
    for job in question.running:
        check_known("award", job.award, awards)
        check_known("pool", job.pool, list(free))
        check_open(question.cluster, job.pool, job.award)
        check_between("on", len(set(job.on)), max(len(job.on), 1), len(job.on))
        left = free[job.pool]
        for place in job.on:
            check_between("on", place, 0, len(left) - 1)
            check_between("cards", job.cards, 1, left[place])
            left[place] -= job.cards


def _cards_by_node(question: Question) -> dict[str, list[int]]:
    """The cards of each node, by the name of its pool."""
    found: dict[str, list[int]] = {name: [] for name in question.cluster.pools}
    for node in pool_nodes(question.cluster):
        found[question.cluster.pools[node.pool]].append(node.cards)
    return found
