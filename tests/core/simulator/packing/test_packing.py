"""Packing: the kernels beside their twin, and the published figures of the openb trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.simulator.packing.openb import (
    OTHERWISE_ON_CORES,
    PUBLISHED,
    column,
    given_out_on_openb,
)

from praya.core.simulator.packing import twin
from praya.core.simulator.packing.model import PackingNodes, PackingRule, Tasks, mix_of
from praya.core.simulator.packing.study import placed

pytestmark = [pytest.mark.once, pytest.mark.slow]


@st.composite
def studies(draw):
    nodes = draw(
        st.lists(st.tuples(*map(st.integers, (1, 1, 0), (9, 9, 3))), min_size=1, max_size=4)
    )
    kinds = [(0, 0), (1, 1000), (1, 300), (1, 500), (2, 1000)]
    task = st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.sampled_from(kinds), st.sampled_from([0, 1, 2, 3])
    )
    tasks = draw(st.lists(task, min_size=1, max_size=25))
    models = [draw(st.sampled_from([1, 2])) if cards else 0 for _, _, cards in nodes]
    cpu, memory, cards = zip(*nodes, strict=True)
    return (
        PackingNodes(
            column(one * 1000 for one in cpu), column(memory), column(cards), column(models)
        ),
        Tasks(
            column(one[0] * 1000 for one in tasks),
            column(one[1] for one in tasks),
            column(one[2][0] for one in tasks),
            column(one[2][1] for one in tasks),
            column(one[3] if one[2][0] else 0 for one in tasks),
        ),
    )


@given(studies(), st.sampled_from([rule for rule in PackingRule if rule is not PackingRule.RANDOM]))
@settings(max_examples=200, deadline=None)
def test_the_kernels_place_as_the_rules_say(study, rule):
    nodes, tasks = study
    mix = mix_of(tasks, rows=3, length=4)
    assert placed(nodes, tasks, rule, mix, seed=0).tolist() == twin.placed(nodes, tasks, rule, mix)


@pytest.mark.parametrize(
    ("pods", "rule"), [key for key in PUBLISHED if key[1] not in OTHERWISE_ON_CORES]
)
def test_the_published_figures_come_out_again(pods, rule):
    seeds = 10 if rule in {PackingRule.RANDOM, PackingRule.DOT_PRODUCT} else 3
    found = np.mean(given_out_on_openb(pods, rule, range(seeds)))
    assert found == pytest.approx(PUBLISHED[pods, rule], abs=0.5)


@pytest.mark.parametrize("pods", ["default", "gpuspec33"])
def test_looking_ahead_gives_out_more_than_the_gradient_on_every_order(pods):
    gradient = given_out_on_openb(pods, PackingRule.GRADIENT, range(3))
    ahead = given_out_on_openb(pods, PackingRule.LOOK_AHEAD, range(3))
    assert all(ours > theirs + 0.2 for ours, theirs in zip(ahead, gradient, strict=True))
