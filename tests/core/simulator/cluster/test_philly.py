"""A known answer: one virtual cluster of Philly in October and November 2017."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.simulator.cluster.report import report
from praya.core.simulator.cluster.simulate import simulate
from praya.core.simulator.scenario_reading import read_scenario
from praya.traces.scenarios import log_of

pytestmark = [pytest.mark.once, pytest.mark.slow]
EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "scenarios" / "philly-6c71a0.yaml"


def test_philly_6c71a0_first_come_first_served_on_eight_nodes():
    log = partial(log_of, beside=EXAMPLE.parent, instead=shared_file("philly_jobs.csv"))

    scenario, findings = read_scenario(EXAMPLE.read_bytes(), log_of=log)

    assert scenario is not None, findings
    outcome = simulate(scenario.cluster, scenario.jobs, scenario.policy)
    found = report(scenario.cluster, scenario.jobs, outcome)
    assert (found["jobs"], scenario.dropped, scenario.lines_skipped) == (9390, {}, 1)
    assert round(found["waits"]["mean_s"], 2) == 452_476.85
    assert found["waits"]["max_s"] == 828_328
    assert round(found["utilisation"], 4) == 0.5860
