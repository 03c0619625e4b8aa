"""Compiled loops of the simulator: arrays and numbers in, arrays and numbers out.

Numba compiles each at its first call, some seconds, and keeps what it made beside the source or,
where that may not be written, in the user's cache folder.

State is kept in a few arrays whose rows have names, and rows are indexed, not cut out: a tuple of
arrays or a view of one is counted in and out at every use, which took three quarters of the time.
What is called for each job is inlined for the same reason.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def forget_stale(folder: Path, *others: Path) -> None:
    """Remove compiled kernels that are older than any source in their folder, or than others.

    Numba looks at a kernel's own file only: one that calls a changed one would stay as it was.
    """
    newest = max(source.stat().st_mtime for source in (*folder.glob("*.py"), *others))
    with suppress(OSError):
        for kept in (folder / "__pycache__").glob("*.nbi"):
            if kept.stat().st_mtime < newest:
                kept.unlink(missing_ok=True)


forget_stale(Path(__file__).parent)
