"""What rounds do with many things: one that fails is logged, and leaves the others alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from django.db import Error, connection

from praya.core.execution.port import EngineUnavailable

log = logging.getLogger("praya.rounds")

Thing = TypeVar("Thing")
Done = TypeVar("Done")


def each_by_itself(
    things: Iterable[Thing],
    do: Callable[[Thing], Done],
    *,
    what: str,
    name_of: Callable[[Thing], object] = str,
) -> Iterator[tuple[Thing, Done]]:
    """Do something with each thing; answers those that it could be done with, and what came of it.

    Where it fails it leaves nothing half done, and a round is repeated, so it comes again. An
    engine or a database that is away concerns them all, and is for whoever asked.

    Raises:
        EngineUnavailable, Error: the engine, or the database, is away.

    """
    for thing in things:
        try:
            done = do(thing)
        except EngineUnavailable:
            raise
        except Exception as error:  # a fault in one must not leave the others undone
            if isinstance(error, Error) and not connection.is_usable():
                raise
            log.exception("%s %s: failed; it comes again", what, name_of(thing))
        else:
            yield thing, done
