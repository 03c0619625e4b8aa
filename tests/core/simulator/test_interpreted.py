"""The kernels once as plain Python: there an index beyond an array is an error, not a neighbour."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

HERE = Path(__file__).parent
# Quick ones; both machines at work, and each policy on a long queue but the slow conservative.
CHOSEN = "starts_of or worked_examples or nobodys_head or (long_queues and not conservative)"
# Numbers by chance are made of products that wrap, of which only NumPy warns.
WRAPS = "ignore:overflow encountered in scalar:RuntimeWarning"


def test_kernels_do_the_same_where_nothing_is_compiled():
    files = ("test_flat.py", "cluster/test_worked_examples.py", "cluster/test_kernels_and_twin.py")

    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"),
            *("-W", WRAPS, "-k", CHOSEN, *(str(HERE / name) for name in files)),
        ],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3_000:] + ran.stderr[-1_000:]
