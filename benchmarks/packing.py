"""Packing: which part of the cards of the openb trace each rule of placement gives out.

Tasks are drawn again until they ask for 130 % of 6,212 cards and come in an order by chance; the
trace is looked for where ``PRAYA_TEST_DATA`` says. Seeds 0 to 9.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from tests.core.simulator.packing.openb import PUBLISHED, given_out_on_openb
from tests.core.simulator.shared_data import FOLDER

from benchmarks import sites
from praya.core.simulator.packing.model import PackingRule

SEEDS = range(10)
LISTS = {"default": "plain", "gpuspec33": "a third choosy"}


def measure() -> dict[str, Any]:
    """Per cent of the cards given out: mean, least and most of ten orders of arrival."""
    if not (FOLDER / "openb").exists():
        sites.say(f"{FOLDER / 'openb'} is missing: nothing is packed.")
        return {}
    figures = {}
    for pods, told in LISTS.items():
        for rule in PackingRule:
            given_out_on_openb(pods, rule, [0])
            begun = time.process_time()
            found = given_out_on_openb(pods, rule, SEEDS)
            figures[f"{told}, {rule.name.lower().replace('_', ' ')}"] = {
                "mean": round(float(np.mean(found)), 2),
                "least": round(min(found), 2),
                "most": round(max(found), 2),
                "published": PUBLISHED.get((pods, rule)),
                "cpu_s": round(time.process_time() - begun, 1),
            }
    return figures
