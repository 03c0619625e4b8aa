"""Acts that begin at the same instant, each in a process of its own.

They are forked from one process, so that Django is loaded once, however many there are.

    assert at_once((issue, 1), (issue, 2)) == [..., ...]
    def issue(number):
        ...               # whatever can be read before
        at_the_start()    # all of them stand here, then all go on
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from django.db import connections

_WAIT_S_MAX = 120
_start: Barrier | None = None


def pressed(program: Path, number: int, database_url: str, home: Path) -> Any:
    """What a program says that presses so many times at once, on a database of its own."""
    said = subprocess.run(
        [sys.executable, str(program), str(number)],
        env={**os.environ, "DATABASE_URL": database_url, "PRAYA_HOME": str(home)},
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return json.loads(said)


def at_once(*acts: tuple[Any, ...]) -> list[Any]:
    """What each act, a function with what it is given, has answered."""
    connections.close_all()  # no process may go on with another's
    context = get_context("fork")
    begun = context.Barrier(len(acts))
    with ProcessPoolExecutor(len(acts), context, _stand_at, (begun,)) as processes:
        answers = [processes.submit(_act, *act) for act in acts]
        return [answer.result() for answer in answers]


def at_the_start() -> None:
    """Wait until all others stand here, too."""
    assert _start is not None
    _start.wait(_WAIT_S_MAX)


def _stand_at(start: Barrier) -> None:
    global _start  # noqa: PLW0603 -- of this process, set once
    _start = start


def _act(act: Callable[..., Any], *given: Any) -> Any:
    try:
        return act(*given)
    finally:
        connections.close_all()
