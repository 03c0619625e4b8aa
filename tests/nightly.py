"""How much a proof does: little in every run, all of it where ``PRAYA_NIGHTLY=1`` is set."""

from __future__ import annotations

import os

NIGHTLY = bool(os.environ.get("PRAYA_NIGHTLY"))


def size(*, always: int, nightly: int) -> int:
    """The one number or the other."""
    return nightly if NIGHTLY else always
