"""Where the runs of a forecast lie until all are done, and how long."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import typer
from platformdirs import user_cache_path

from praya.cli.words import _
from praya.words import clock

_INTERRUPTED = 130
# What nobody went on with for so long is removed: of an older Praya nobody can.
KEPT_DAYS = 30


@contextmanager
def kept_runs(folder: Path | None, inputs: str) -> Iterator[Path | None]:
    """Where runs are kept: in the folder, else in this person's cache until all are done.

    Interrupted by Ctrl-C, it says that the same command goes on from there. What other forecasts
    left in the cache goes once nothing was added to it for ``KEPT_DAYS``.
    """
    cache = user_cache_path("praya") / "forecasts"
    place = folder or cache / inputs
    # Without a cache nothing is kept; a folder that was asked for must be one.
    with suppress(OSError) if folder is None else nullcontext():
        place.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        _forget_old(cache, but=place)
    try:
        yield place if folder or os.access(place, os.W_OK) else None
    except KeyboardInterrupt:
        said = _("Stopped. The same command goes on from the runs that are done: %s")
        typer.echo("\n" + said % place, err=True)
        raise typer.Exit(_INTERRUPTED) from None
    if folder is None:
        shutil.rmtree(place, ignore_errors=True)


def _forget_old(cache: Path, *, but: Path) -> None:
    oldest = clock.now().timestamp() - KEPT_DAYS * 86_400
    for one in list(cache.iterdir()):
        if one != but and one.stat().st_mtime < oldest:
            shutil.rmtree(one, ignore_errors=True)
