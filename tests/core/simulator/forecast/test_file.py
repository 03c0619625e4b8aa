"""Forecast files: what they say, what a log adds, and where each mistake is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from praya.core.simulator.forecast.file import read_question
from praya.core.simulator.forecast.history import past_of
from praya.core.simulator.forecast.question import RunTimes
from praya.core.simulator.generator import fit

pytestmark = pytest.mark.once

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "scenarios" / "committee.yaml"
TEXT = EXAMPLE.read_text("utf-8")


def log():
    """Forty jobs of two users, who ran all and half of their limits."""
    number = 40
    user = np.arange(number) % 2
    run = np.full(number, 1800)
    shape = fit(
        submit=np.arange(number) * 600,
        run=run,
        estimate=run * (1 + user),
        slots=np.where(user == 0, 1, 12),
        user=user,
        begins_s=0,
    )
    return past_of(shape, {0: "ada", 1: "ben"})


def test_the_example_is_sound():
    question, findings = read_question(TEXT)

    assert findings == []
    assert [one.award for one in question.demands] == ["speech", "weather", "proteins"]
    assert len(question.demands[0].kinds.run_s) == 12
    assert question.running[0].begun_s == -40_000
    assert str(question.day(question.until_s)) == "2027-07-01"


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("at: A100\n    card_hours: 20000", "at: A200\n    card_hours: 20000", "value.choice"),
        ("instead: [A100]", "instead: [A101]", "value.choice"),
        ("- award: speech", "- award: speeches", "value.choice"),
        ("begins_on: 2027-01-01", "begins_on: soon", "value.date"),
        ("days: 181", "days: 0", "value.too_small"),
        ("name: april", "name: train-8", "code.twice"),
        ("pool: h800", "pool: h900", "value.choice"),
        ("    ends_s: 10368000\n", "    ends_s: 10\n", "value.too_small"),
        ("device_model: A100", "device_model: A102", "value.choice"),
        ("days: 181", "dayz: 181", "field.unknown"),
    ],
)
def test_a_mistake_is_told_where_it_stands(right, wrong, code):
    assert TEXT.count(right) == 1
    line = TEXT[: TEXT.index(right)].count("\n") + 1

    question, findings = read_question(TEXT.replace(right, wrong))

    assert question is None
    assert code in [one.code.value for one in findings]
    assert all(
        line <= one.line <= line + 2 or one.code.value == "field.missing" for one in findings
    )


QUALITIES = "qualities: [{name: gold, priority: 10}]\ndemands:"
LEASED = "leases: [{name: lot, award: speech, partition: a100, cards: 6, begins_s: 0, ends_s: 9}]\n"
ON = "pool: h800, on: [0, 1, 2, 3, 4, 5, 6], cards: 8"
TWICE = f"running:\n  - {{name: x, award: speech, {ON}, has_run_s: 1, limit_s: 2}}\n"
# What would have run into an assertion, a name that is not there, or past the end of an array.
UNFIT = {
    "waits, larger than any node": (
        ("at: H800, cards: 4, has", "at: H800, cards: 9, has"),
        ("cards", "9", "8"),
    ),
    "waits, on too many nodes": (
        ("at: H800, nodes: 2", "at: H800, nodes: 9"),
        ("nodes", "9", "8"),
    ),
    "waits, at cards that no machine has": (
        ("weather, at: H800, cards: 4, has", "weather, at: T4, cards: 4, has"),
        ("at", "T4", None),
    ),
    "waits, on more of a lease than it has": (
        ("at: H800, nodes: 2, cards: 8", "at: lot, nodes: 2, cards: 4"),
        ("nodes", "2", "1"),
    ),
    "waits at a lease of another": (
        ("weather, at: H800, cards: 4, has", "weather, at: lot, cards: 4, has"),
        ("at", "lot", None),
    ),
    "runs on a lease of another": (
        (f"speech, {ON}", "weather, pool: lot, on: [0], cards: 4"),
        ("pool", "lot", None),
    ),
    "would take a lease of another instead": (
        ("instead: [A100]", "instead: [lot]"),
        ("instead", "lot", None),
    ),
    "has run for all of its limit": (
        ("has_run_s: 40000", "has_run_s: 172800"),
        ("has_run_s", "172800", "172799"),
    ),
    "goes on after the last day there is": (
        ("begins_on: 2027-01-01", "begins_on: 9999-12-31"),
        ("begins_on", "9999-12-31", "9999-07-03"),
    ),
    "runs on a node that is not there": ((ON, ON.replace("6]", "99]")), ("on", "99", "7")),
    "runs twice on one": ((ON, ON.replace("6]", "0]")), ("on", "0", None)),
    "runs where all cards are taken": (("running:\n", TWICE), ("cards", "8", "0")),
    "runs on cards that are leased": (
        (ON, "pool: a100, on: [3], cards: 1"),
        ("cards", "1", "0"),
    ),
    "a kind that fits nowhere": (
        ("{cards: 1, run_s: 50000", "{cards: 5, run_s: 50000"),
        ("cards", "5", "4"),
    ),
    "a kind of a quality that nobody named": (
        ("run_s: 50000, limit_s: 86400", "run_s: 50000, limit_s: 86400, quality: silver"),
        ("quality", "silver", None),
    ),
    "more jobs than memory has room for": (
        ("card_hours: 20000\n", "card_hours: 100000000000\n"),
        ("card_hours", "100000000000", "138888888"),
    ),
}


@pytest.mark.parametrize(("change", "told"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_run_is_told_before_anything_is_simulated(change, told):
    text = TEXT.replace("demands:", LEASED + QUALITIES)
    text = text.replace("energy_percent", "  - code: T4\nenergy_percent")
    assert read_question(text)[1] == []
    assert text.count(change[0]) == 1
    text = text.replace(*change)

    question, findings = read_question(text)

    assert question is None
    [finding] = findings
    assert (finding.facts["field"], finding.facts["given"], finding.facts.get("limit")) == told
    assert f"{told[0]}: " in text.splitlines()[finding.line - 1]
    assert finding.column > 1


def without_kinds():
    lines = TEXT.splitlines(keepends=True)
    first = lines.index("    card_hours: 20000\n")
    kinds = lines.index("    kinds:\n", first)
    return "".join([*lines[:kinds], *lines[kinds + 2 :]])


def test_a_demand_without_kinds_needs_a_log():
    question, findings = read_question(without_kinds())

    assert question is None
    assert [(one.code.value, one.facts["field"]) for one in findings] == [
        ("field.missing", "kinds")
    ]


def test_a_log_gives_kinds_rhythm_and_lengths():
    question, findings = read_question(without_kinds(), past=log())

    assert findings == []
    [demand] = [one for one in question.demands if one.award == "proteins"]
    # The nodes of that model have four cards: twelve slots are three whole nodes.
    found = set(zip(demand.kinds.nodes, demand.kinds.cards, demand.kinds.limit_s, strict=True))
    assert found == {(1, 1, 1800), (3, 4, 3600)}
    assert len(demand.rhythm) == 168
    assert question.run_times[1:] == (
        RunTimes("ada", (1000,) * 20),
        RunTimes("ben", (500,) * 20),
    )
    assert question.demands[0].rhythm == ()
