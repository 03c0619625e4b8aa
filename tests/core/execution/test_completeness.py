"""Sums of a cluster beside what was charged: every difference is explained, and adds up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from praya.core.execution.completeness import (
    ChargedRun,
    Reason,
    ReasonKind,
    Records,
    Span,
    Told,
    by_model,
    compare,
)

DAY = Span(86_400, 172_800)
AT = DAY.since + 3600
RUN = Told("t:1:1", "aw-1", "1", "mei", "h800", 2, AT, AT + 1000, 2000, 2000, is_over=True)
CHARGED = ChargedRun("t:1:1", "aw-1", "1", "mei", "h800", 2, AT, AT + 1000, 2000)
ALIVE = replace(RUN, is_over=False)
CELL = ("aw-1", "h800")


def explained(*, sums=2000, told=(RUN,), charged=(CHARGED,), aside=(), held_since=0):
    """The reasons of the only row, as kind, seconds and job."""
    records = Records(
        told, {one.key: one for one in charged}, dict(aside), {RUN.account: held_since}
    )
    rows = compare(DAY, {CELL: sums, ("aw-1", ""): sums} if sums else {}, records)
    assert len(rows) <= 1, rows
    return [(one.kind.value, one.card_seconds, one.job_id) for row in rows for one in row.reasons]


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, []),
        ({"told": [ALIVE], "charged": []}, [("running", 2000, "1")]),
        (
            {"told": [ALIVE], "charged": [], "aside": {"t:1:1": ("runaway", False)}},
            [("runaway", 2000, "1")],
        ),
        ({"charged": [], "aside": {"t:1:1": ("node-failed", True)}}, [("refunded", 2000, "1")]),
        ({"charged": [], "aside": {"t:1:1": ("usage.no_line", False)}}, [("set-aside", 2000, "1")]),
        ({"charged": [], "held_since": AT + 2000}, [("before", 2000, "1")]),
        ({"charged": []}, [("missing", 2000, "1")]),
        ({"told": [], "sums": 0}, [("gone", -2000, "1")]),
        (
            {"told": [replace(RUN, card_seconds=2400, ended_at=AT + 1200)], "sums": 2400},
            [("beyond-limit", 400, "1")],
        ),
        (
            {
                "told": [replace(RUN, card_seconds=600, charged_s=600, ended_at=AT + 300)],
                "sums": 600,
            },
            [("changed", -1400, "1")],
        ),
        (
            {
                "charged": [
                    replace(CHARGED, ended_at=AT + 998, card_seconds=1996, is_measured_here=True)
                ]
            },
            [("measured", 4, "1")],
        ),
        ({"sums": 2003}, [("rounding", 3, "")]),
        ({"sums": 2900}, [("unexplained", 900, "")]),
        ({"told": [], "charged": []}, [("unexplained", 2000, "")]),
    ],
)
def test_each_difference_has_its_reason_and_its_job(facts, reasons):
    assert explained(**facts) == reasons


def test_a_run_over_midnight_counts_on_both_days_and_adds_up():
    run = replace(RUN, began_at=DAY.since - 600, ended_at=DAY.since + 400)
    charged = replace(CHARGED, began_at=run.began_at, ended_at=run.ended_at)
    assert explained(sums=800, told=[run], charged=[charged]) == []
    before = Span(0, DAY.since)
    assert before.share(run.began_at, run.ended_at, 2, 2000) == 1200


def test_time_suspended_about_midnight_is_put_to_the_run():
    run = replace(RUN, began_at=DAY.since - 600, ended_at=DAY.since + 600)  # 400 s of it suspended
    charged = replace(CHARGED, began_at=run.began_at, ended_at=run.ended_at)
    # Praya takes it for used from the begin on; the cluster knows that it was suspended before.
    assert explained(sums=1200, told=[run], charged=[charged]) == [("suspended", 400, "1")]


def test_the_same_run_under_another_account_is_missing_there_and_gone_here():
    moved = replace(RUN, account="aw-2")
    records = Records([moved], {CHARGED.key: CHARGED}, {}, {})
    rows = compare(DAY, {("aw-2", "h800"): 2000}, records)
    assert [(row.account, row.reasons[0].kind) for row in rows] == [
        ("aw-1", ReasonKind.GONE),
        ("aw-2", ReasonKind.MISSING),
    ]


def test_cards_asked_for_without_a_model_count_to_the_one_whose_records_have_more():
    sums = {("a", ""): 900, ("a", "h800"): 300, ("a", "910b"): 100}
    told = {("a", "h800"): 700, ("a", "910b"): 100}
    assert by_model(sums, told) == {("a", "h800"): 700, ("a", "910b"): 100, ("a", ""): 100}


def test_only_what_nobody_can_explain_is_to_be_looked_at():
    looked_at = {kind.value for kind in ReasonKind if kind.needs_a_look}
    assert looked_at == {"runaway", "changed", "missing", "gone", "unexplained"}
    assert Reason(ReasonKind.GONE, -1).kind.needs_a_look
