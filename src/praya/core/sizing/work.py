"""The work of a request line as its team tells it: jobs of a known length, or a training.

Both are so many jobs on so many cards each. The length of a job is either told in hours, or follows
from what is trained; ``needs`` computes it. A work holds every figure that it rests on, those of
the device model too, so that it comes to the same when the programme's rules have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Device:
    """Figures of one card: dense peak at the precision of the training, and memory."""

    peak_tflops: Decimal
    memory_gib: int


@dataclass(frozen=True, slots=True)
class Training:
    """One pass after another over so many tokens; ``mfu_percent`` of the peak is reached."""

    parameters: int
    tokens: int
    epochs: int
    precision: str
    mfu_percent: Decimal
    device: Device


@dataclass(frozen=True, slots=True)
class Work:
    """``jobs`` jobs on ``job_cards`` cards each; so many per cent of their time more is run again.

    Exactly one of ``job_hours`` and ``training`` is there: the training is shared out evenly.
    """

    jobs: int
    job_cards: int
    repeat_percent: Decimal = Decimal(0)
    job_hours: Decimal | None = None
    training: Training | None = None

    def __post_init__(self) -> None:
        """Assert what reading a form has made sure of."""
        assert (self.job_hours is None) != (self.training is None), self
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
        assert self.training is not None, self
        training = self.training
        return {
            **told,
            "parameters": training.parameters,
            "tokens": training.tokens,
            "epochs": training.epochs,
            "precision": training.precision,
            "mfu_percent": _text(training.mfu_percent),
            "peak_tflops": _text(training.device.peak_tflops),
            "memory_gib": training.device.memory_gib,
        }


def work_from(told: Mapping[str, Any] | None) -> Work | None:
    """The work that was kept as ``plain``; of nothing, none."""
    if told is None:
        return None
    training = None
    if "parameters" in told:
        training = Training(
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
        job_hours=None if training else Decimal(told["job_hours"]),
        training=training,
    )


def _text(value: Decimal) -> str:
    """A number without trailing noughts and without an exponent."""
    return f"{value.normalize():f}"
