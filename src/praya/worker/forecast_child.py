"""Answers one forecast in a process of its own: ``python -m praya.worker.forecast_child FOLDER``.

It knows no database. ``question.json`` in the folder says what to run; the figures of each seed are
kept there, so one that was killed goes on where it was; ``answer.json`` is written last, whole or
not at all. When the worker that began it is gone, so is it, with all its processes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

QUESTION, ANSWER, PROGRESS = "question.json", "answer.json", "progress.json"
_NICE = 10  # pages and rounds go first, on whatever processor they come


def main(folder: Path) -> int:
    """Answer the question of a folder; what goes wrong is told on standard error."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(_NICE)
    from praya.core.simulator.forecast.asking import ask  # noqa: PLC0415 -- in the child alone
    from praya.core.simulator.forecast.plain import (  # noqa: PLC0415 -- as above
        from_plain,
        to_plain,
    )
    from praya.core.simulator.forecast.question import ForecastQuestion  # noqa: PLC0415 -- as above
    from praya.worker.forecast_schedule import schedules_of  # noqa: PLC0415 -- as above

    question = from_plain(ForecastQuestion, json.loads((folder / QUESTION).read_text("utf-8")))
    answer = ask(
        question,
        processes=len(os.sched_getaffinity(0)),
        folder=folder / "seeds",
        progress=lambda done, number: _write(folder / PROGRESS, [done, number]),
    )
    _write(folder / ANSWER, {"answer": to_plain(answer), "schedules": schedules_of(question)})
    return 0


def _write(path: Path, value: object) -> None:
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(value), "utf-8")
    beside.replace(path)


def _end_with_parent() -> None:
    """Standard input ends when the worker does; then the whole group is killed."""
    while os.read(0, 1):  # not by a buffer, which a thread may not hold at the end
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
