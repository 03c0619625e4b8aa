"""A question answered: each seed runs base and variant in one process, and many seeds at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from praya.core import scheduling, simulator
from praya.core.simulator.forecast.answer import ForecastAnswer
from praya.core.simulator.forecast.bands import forecast_of
from praya.core.simulator.forecast.differing import difference_of
from praya.core.simulator.forecast.plain import to_plain
from praya.core.simulator.forecast.question import ForecastQuestion
from praya.core.simulator.forecast.question_reading import check_running, check_waiting
from praya.core.simulator.sweep import Answer, Spread, fingerprint, fingerprint_of, sweep


@dataclass(frozen=True, slots=True)
class OneSeed:
    """The figures of one seed, on both sides; what a process is sent."""

    question: ForecastQuestion

    def __call__(self, seed: int) -> Answer:
        """Run it."""
        # Numba is loaded in the processes that simulate, not in those that only ask them.
        from praya.core.simulator.cluster.simulate import warm  # noqa: PLC0415 -- as said
        from praya.core.simulator.forecast.figures import run  # noqa: PLC0415 -- as said

        warm()
        base, variant = self.question.base, self.question.variant
        found = {"base": run(base, seed)}
        if variant is not None:
            found["variant"] = run(variant, seed)
        return found


def inputs_of(question: ForecastQuestion) -> str:
    """What tells the runs of a question from those of another, or of another Praya."""
    return fingerprint(_simulator() + json.dumps(to_plain((question.base, question.variant))))


@cache
def _simulator() -> str:
    """What tells this simulator, and the rules that it goes by, from older ones."""
    return fingerprint_of(*(Path(one.__path__[0]) for one in (simulator, scheduling)))


def ask(
    question: ForecastQuestion,
    *,
    processes: int = 1,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    spread: Spread | None = None,
) -> ForecastAnswer:
    """The answer. The same question has the same answer, whatever runs it, and where.

    With a ``folder`` the figures of each seed are kept there as soon as they are known, so that an
    interrupted question goes on where it was; figures of another question are not taken.
    ``progress`` is told how many seeds are done, and of how many; it may raise to stop. ``spread``
    says who runs the seeds, in place of so many local ``processes``.

    Raises:
        ValueOutside: a job that waits fits on none of its places, as a change made them.
        NodeTooSmall: a job that runs has no room left on its nodes.

    """
    assert question.seeds, "without a seed there is nothing to run"
    for side in (question.base, question.variant):
        if side is not None:
            check_waiting(side)
            check_running(side)
    found = sweep(
        OneSeed(question),
        question.seeds,
        folder=folder,
        inputs=inputs_of(question),
        processes=processes,
        progress=progress,
        spread=spread,
    )
    seeds = tuple(found)
    ours = [found[seed]["base"] for seed in seeds]
    base = forecast_of(question.base, seeds, ours)
    if question.variant is None:
        return ForecastAnswer(base)
    theirs = [found[seed]["variant"] for seed in seeds]
    return ForecastAnswer(
        base,
        forecast_of(question.variant, seeds, theirs),
        difference_of((question.base, ours), (question.variant, theirs)),
    )
