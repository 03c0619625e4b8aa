"""What the example jobs share: one thread of arithmetic, and how progress and results are printed.

Import ``np`` from here: the limits below only count if they are set before numpy is loaded.
"""

import json
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402 -- after the limits, see above

__all__ = ["np", "progress", "result"]


def progress(line: str) -> None:
    """Print a line at once, so that whoever follows the job sees it."""
    print(line, flush=True)


def result(**measured: object) -> None:
    """Print what was measured as the last line, as JSON, with the slots it was measured on."""
    where = {
        "device_model": os.environ.get("PRAYA_DEVICE_MODEL"),
        "cards": int(os.environ.get("PRAYA_CARDS") or 0),
    }
    print(json.dumps(where | measured, ensure_ascii=False, sort_keys=True), flush=True)
