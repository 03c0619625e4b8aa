"""What is kept of compiled kernels."""

from __future__ import annotations

import os

import pytest

from praya.core.simulator.kernels import forget_stale

pytestmark = pytest.mark.once


def test_kernels_older_than_any_source_are_compiled_anew(tmp_path):
    kept = tmp_path / "__pycache__"
    kept.mkdir()
    for name, at in (("a.py", 100), ("b.py", 200)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (at, at))
    for name, at in (("a.old.nbi", 150), ("a.new.nbi", 250), ("a.pyc", 150)):
        (kept / name).touch()
        os.utime(kept / name, (at, at))

    forget_stale(tmp_path)

    assert sorted(one.name for one in kept.iterdir()) == ["a.new.nbi", "a.pyc"]
