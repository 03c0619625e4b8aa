"""Kernels of the full model: tables and state in, the state moved on. Their twin is ``twin``."""

from __future__ import annotations

from pathlib import Path

from praya.core.simulator.kernels import forget_stale

_ROOM = Path(__file__).parent.parent
# Kernels hold the numbers of these two, and the columns of their rows.
forget_stale(Path(__file__).parent, _ROOM / "state.py", _ROOM / "tables.py")
