"""Sweeps on the real Ray: runs where the optional extra is installed, with Ray's own processes."""

from __future__ import annotations

import sys

import pytest

from praya.core.simulator.on_ray import RayMissing, in_ray
from praya.core.simulator.sweep import sweep

pytestmark = pytest.mark.once


def doubled(seed):
    return {"twice": 2 * seed}


def test_without_ray_it_is_said_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(RayMissing):
        in_ray()


@pytest.mark.filterwarnings("default")
def test_ray_answers_as_local_processes_do(tmp_path):
    pytest.importorskip("ray", reason="the optional extra praya[ray] is not installed")
    told = []

    found = sweep(
        doubled,
        [3, 1, 2],
        folder=tmp_path,
        spread=in_ray(),
        progress=lambda done, of: told.append((done, of)),
    )

    assert found == sweep(doubled, [3, 1, 2]) == {3: {"twice": 6}, 1: {"twice": 2}, 2: {"twice": 4}}
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
