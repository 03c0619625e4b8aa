"""The work of a request line as its team tells it: jobs of a known length, or passes of a model.

Both are so many jobs on so many cards each. The length of a job is either told in hours, or follows
from what a model is given; ``needs`` computes it. A work holds every figure that it rests on, those
of the device model too, so that it comes to the same when the programme's rules have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Device:
    """Figures of one card: dense peak at the precision of the work, and memory."""

    peak_tflops: Decimal
    memory_gib: int


class Use(StrEnum):
    """What a model is given its tokens for."""

    TRAINING = "training"
    INFERENCE = "inference"


@dataclass(frozen=True, slots=True)
class Passes:
    """One pass of a model after another over so many tokens, to train it or to use it.

    ``mfu_percent`` of the peak is reached. What a model reads and what it writes are both tokens.
    """

    use: Use
    parameters: int
    tokens: int
    epochs: int
    precision: str
    mfu_percent: Decimal
    device: Device


@dataclass(frozen=True, slots=True)
class Work:
    """``jobs`` jobs on ``job_cards`` cards each; so many per cent of their time more is run again.

    Exactly one of ``job_hours`` and ``passes`` is there: the passes are shared out evenly.
    """

    jobs: int
    job_cards: int
    repeat_percent: Decimal = Decimal(0)
    job_hours: Decimal | None = None
    passes: Passes | None = None

    def __post_init__(self) -> None:
        """Assert what reading a form has made sure of."""
        assert (self.job_hours is None) != (self.passes is None), self
        assert self.jobs > 0, self
        assert self.job_cards > 0, self
        assert self.repeat_percent >= 0, self

    def plain(self) -> dict[str, Any]:
        """What ``work_from`` reads: whole numbers, and the others as text, in plain JSON."""
        told: dict[str, Any] = {
            "jobs": self.jobs,
            "job_cards": self.job_cards,
            "repeat_percent": _text(self.repeat_percent),
        }
        if self.job_hours is not None:
            return {**told, "job_hours": _text(self.job_hours)}
        assert self.passes is not None, self
        passes = self.passes
        return {
            **told,
            "use": passes.use.value,
            "parameters": passes.parameters,
            "tokens": passes.tokens,
            "epochs": passes.epochs,
            "precision": passes.precision,
            "mfu_percent": _text(passes.mfu_percent),
            "peak_tflops": _text(passes.device.peak_tflops),
            "memory_gib": passes.device.memory_gib,
        }


def work_from(told: Mapping[str, Any] | None) -> Work | None:
    """The work that was kept as ``plain``; of nothing, none."""
    if told is None:
        return None
    passes = None
    if "parameters" in told:
        passes = Passes(
            # Of works that were kept while there were no others, none says so.
            use=Use(told.get("use", Use.TRAINING)),
            parameters=told["parameters"],
            tokens=told["tokens"],
            epochs=told["epochs"],
            precision=told["precision"],
            mfu_percent=Decimal(told["mfu_percent"]),
            device=Device(Decimal(told["peak_tflops"]), told["memory_gib"]),
        )
    return Work(
        jobs=told["jobs"],
        job_cards=told["job_cards"],
        repeat_percent=Decimal(told["repeat_percent"]),
        job_hours=None if passes else Decimal(told["job_hours"]),
        passes=passes,
    )


def _text(value: Decimal) -> str:
    """A number without trailing noughts and without an exponent."""
    return f"{value.normalize():f}"
