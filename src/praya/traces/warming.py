"""Compiles every kernel, so that nobody waits for it later: ``python -m praya.traces.warming``.

Set-up does so in the background, after everything else: some 60 CPU-seconds, most of them for the
full model, and nothing to speak of once it is done.
"""

from __future__ import annotations

import signal

import numpy as np

from praya.core.simulator.cluster import simulate
from praya.core.simulator.flat import FlatPolicy, warm
from praya.traces import swf_kernel


def main() -> None:
    """Run each kernel on next to nothing."""
    for policy in FlatPolicy:
        warm(policy)
    # What is read from a file is read-only, and a kernel is compiled for each kind of array.
    text = np.frombuffer(b"1 0 0 1 1 -1 -1 1 1 -1 1 1 1 1 1 -1 -1 -1\n", np.uint8)
    table = np.empty((len(swf_kernel.KEPT), 1), np.int64)
    swf_kernel.parse(text, table, np.empty((2, 1), np.int64))
    simulate.warm()


if __name__ == "__main__":
    # What a script begins in the background ignores Ctrl-C, and would go on after it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main()
