"""Praya's own history as a trace."""

from __future__ import annotations

import pytest

from praya.traces.refusals import TraceEmpty
from praya.traces.site import trace_of_site

pytestmark = pytest.mark.once


def job(code, submitted, started, ended):
    return {
        "code": code,
        "member": "ann@north.example",
        "cards": 4,
        "device_model": "H800",
        "time_limit_s": 7_200,
        "submitted_at": submitted,
        "started_at": started,
        "ended_at": ended,
    }


def test_jobs_that_ran_are_a_trace_in_the_order_of_submission():
    listed = [
        job("J-3", "2027-03-01T10:00:09Z", None, None),
        job("J-2", "2027-03-01T10:00:05Z", "2027-03-01T10:01:00Z", "2027-03-01T11:01:00Z"),
        job("J-1", "2027-03-01T10:00:05Z", "2027-03-01T10:00:06Z", "2027-03-01T10:00:36Z"),
    ]

    trace = trace_of_site(listed)

    assert trace.jobs.to_dict(as_series=False) == {
        "id": ["J-1", "J-2"],
        "submit_s": [1803895205, 1803895205],
        "run_s": [30, 3600],
        "limit_s": [7200, 7200],
        "slots": [4, 4],
        "start_s": [1803895206, 1803895260],
        "user": ["ann@north.example"] * 2,
        "queue": ["H800"] * 2,
    }


def test_runs_of_clusters_are_among_them_each_once_and_as_told_last():
    def run(usage, seconds, ended, submitted="2027-03-01T10:00:05Z"):
        began = "2027-03-01T10:01:00Z"
        facts = {"began_at": began, "card_seconds": seconds, "usage": usage}
        return job("harbour/27", submitted, None, ended) | facts

    first, anew = "2027-03-01T11:01:00Z", "2027-03-01T12:01:00Z"
    runs = [
        run("harbour:27:1", 4, first),
        run("harbour:27:1~1-", -4, first),
        run("harbour:27:1~1", 8, anew),
        run("harbour:28:1", 4, first, submitted=None),  # received before that was kept
    ]

    trace = trace_of_site([], runs)

    assert trace.jobs.select("id", "run_s", "start_s").rows() == [("harbour/27", 7200, 1803895260)]


def test_history_without_jobs_is_refused():
    with pytest.raises(TraceEmpty):
        trace_of_site([job("J-3", "2027-03-01T10:00:09Z", None, None)])
