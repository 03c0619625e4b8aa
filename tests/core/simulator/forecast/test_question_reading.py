"""Questions that were kept: read back as they were, and refused where they were spoilt."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.core.simulator.forecast.questions import HOUR_S, busy

from praya.core.refusal import Refusal
from praya.core.simulator.cluster.model import Lease, Partition
from praya.core.simulator.forecast.plain import to_plain
from praya.core.simulator.forecast.question import ForecastQuestion, RunningJob, WaitingJob
from praya.core.simulator.forecast.question_reading import read_kept
from praya.core.simulator.forecast.refusals import QuestionUnreadable, ValueOutside

pytestmark = pytest.mark.once

VAST = to_plain(Partition("p", "H800", nodes=10**6, cards=11))


def asked() -> ForecastQuestion:
    base = busy(
        running=(RunningJob("r", "b", "p", (0,), 3, begun_s=-HOUR_S, limit_s=4 * HOUR_S),),
        waiting=(WaitingJob("w", "a", "H800", 4, submit_s=-60, limit_s=2 * HOUR_S, nodes=2),),
    )
    leases = (Lease("l", "a", "p", 4, 5 * HOUR_S, 9 * HOUR_S),)
    return ForecastQuestion(replace(base, cluster=replace(base.cluster, leases=leases)), seeds=(3,))


def test_a_kept_question_is_read_as_it_was():
    question = replace(asked(), variant=asked().base)

    assert read_kept(json.dumps(to_plain(question))) == question


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("base", "running", 0, "on"), [2], "value_outside"),
        (("base", "running", 0, "on"), [0, 0], "value_outside"),
        (("base", "running", 0, "cards"), 5, "value_outside"),
        (("base", "running", 0, "pool"), "q", "unknown_name"),
        (("base", "running", 0, "pool"), "l", "lease_of_another"),
        (("base", "demands", 1, "instead"), ["l"], "lease_of_another"),
        (("base", "waiting", 0, "nodes"), 3, "value_outside"),
        (("base", "waiting", 0, "at"), "T4", "unknown_name"),
        (("base", "waiting", 0, "quality"), "gold", "unknown_name"),
        (("base", "demands", 0, "award"), "c", "unknown_name"),
        (("base", "demands", 0, "card_seconds"), 1 << 60, "value_outside"),
        (("base", "demands", 0, "kinds", "run_s"), [1, 2], "value_outside"),
        (("base", "demands", 1, "rhythm"), [1.0], "value_outside"),
        (("base", "demands", 0, "begins_s"), -(10**15), "value_outside"),
        (("base", "demands", 1, "rhythm"), [-0.5, *[1.0] * 167], "value_outside"),
        (("base", "demands", 1, "rhythm"), [1e99] * 168, "value_outside"),
        (("base", "demands", 1, "rhythm"), [float("nan")] * 168, "question_unreadable"),
        (("base", "cluster", "leases", 0, "cards"), 9, "value_outside"),
        (("base", "cluster", "partitions", 0, "nodes"), 0, "value_outside"),
        (("base", "cluster", "partitions"), [VAST], "value_outside"),
        (("base", "until_s"), 0, "value_outside"),
        (("base", "now_s"), -1, "value_outside"),
        (("base", "zero_on"), "9999-12-30", "value_outside"),
        (("base", "until_s"), 1 << 63, "question_unreadable"),
        (("base", "zero_on"), "soon", "question_unreadable"),
        (("base",), None, "question_unreadable"),
        (("seeds",), [], "value_outside"),
        (("seeds",), [3, -1], "value_outside"),
        (("more",), 1, "question_unreadable"),
    ],
)
def test_a_question_that_was_spoilt_is_refused(path, value, code):
    spoilt = to_plain(asked())
    part = spoilt
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value

    with pytest.raises(Refusal) as refused:
        read_kept(json.dumps(spoilt))

    assert refused.value.code == f"forecast.{code}"


def test_brackets_without_an_end_are_no_question():
    with pytest.raises(QuestionUnreadable):
        read_kept("[" * 100_000)


def test_a_job_that_waits_for_more_than_the_parts_of_nodes_of_a_lease_is_refused():
    base = asked().base
    cluster = replace(base.cluster, leases=(Lease("l", "a", "p", 6, 5 * HOUR_S, 9 * HOUR_S),))
    waiting = WaitingJob("w", "a", "l", 3, submit_s=-60, limit_s=HOUR_S, nodes=2)

    def read(waiting):
        question = ForecastQuestion(replace(base, cluster=cluster, waiting=(waiting,)), seeds=(3,))
        return read_kept(json.dumps(to_plain(question)))

    assert read(replace(waiting, cards=2)).base.waiting[0].cards == 2
    with pytest.raises(ValueOutside) as refused:
        read(waiting)
    facts = {"field": "nodes", "given": 2, "least": 1, "most": 1}
    assert refused.value.facts == facts
