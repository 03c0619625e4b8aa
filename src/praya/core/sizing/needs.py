"""The card time, jobs and memory that a work needs, and how an ask compares.

A training takes ``6 * parameters * tokens`` floating-point operations for each pass over its data:
two for each parameter and token forward, four backward (Kaplan et al. 2020, "Scaling Laws for
Neural Language Models", 2.1; used so by Hoffmann et al. 2022, "Training Compute-Optimal Large
Language Models", appendix F). One that is only used takes ``2 * parameters * tokens``: there is no
way backward. Attention and what is recomputed come on top and are part of why a team reaches less
than the peak; writing token by token waits for memory, and reaches far less of it than reading does
(Pope et al. 2022, "Efficiently Scaling Transformer Inference").

Weights, gradients and optimiser states of a training take 16 bytes for each parameter: in mixed
precision two for the weight, two for the gradient and twelve for Adam's copy and two moments, all
in 32 bits (Rajbhandari et al. 2020, "ZeRO", 3.1); in 32 bits four, four and eight; in 64 bits twice
that. A model that is only used takes the bytes of its weights. Activations come on top, and the
keys and values of what was read: so what fits may still not run, and what does not fit cannot
without leaving the cards' memory.

All is exact: the length of a job is rounded up to the second, the card time with what is run again
to the card-second, and nothing else is rounded.

Worked example: 7e9 parameters, 140e9 tokens, one pass: ``6 * 7e9 * 140e9 = 5.88e21`` operations. On
64 cards of 989 TFLOPS at 40 % a job does ``64 * 395.6e12`` a second, so it runs 232,243 seconds and
takes 14,863,552 card-seconds, 4,128.8 card-hours. Its states take 112e9 bytes, 104.3 GiB of the
5,120 GiB that 64 cards of 80 GiB have.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from praya.core.quantity import HOUR_S
from praya.core.sizing.work import Passes, Use, Work

FLOPS_PER_PARAMETER_AND_TOKEN = MappingProxyType({Use.TRAINING: 6, Use.INFERENCE: 2})
BYTES_PER_PARAMETER = MappingProxyType(
    {
        Use.TRAINING: MappingProxyType(
            {"fp8": 16, "fp16": 16, "bf16": 16, "tf32": 16, "fp32": 16, "fp64": 32}
        ),
        Use.INFERENCE: MappingProxyType(
            {"int8": 1, "fp8": 1, "fp16": 2, "bf16": 2, "tf32": 4, "fp32": 4, "fp64": 8}
        ),
    }
)
GIB = 2**30
TERA = 10**12
# An ask within a tenth of the need is about as much.
LESS_BELOW_PERCENT = 90
MORE_ABOVE_PERCENT = 110


class Verdict(StrEnum):
    """How an ask compares with what the work needs."""

    LESS = "less"
    ABOUT = "about"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of what the model keeps there, and those of the cards of one job."""

    needed: int
    held: int

    @property
    def fits(self) -> bool:
        """Whether it finds room, spread over the cards of a job."""
        return self.needed <= self.held


@dataclass(frozen=True, slots=True)
class Needs:
    """``jobs`` of ``job_cards`` cards and ``job_s`` seconds, and ``again_percent`` run again."""

    jobs: int
    job_cards: int
    job_s: int
    again_percent: Decimal = Decimal(0)
    flops: int | None = None
    memory: Memory | None = None

    @property
    def card_seconds(self) -> int:
        """Of all jobs together, with what is run again."""
        return ceil(self.jobs * self.job_cards * self.job_s * (1 + _hundredths(self.again_percent)))


def needs_of(work: Work) -> Needs:
    """What a work needs on the device model that it was told for."""
    if work.passes is None:
        assert work.job_hours is not None, work
        job_s = ceil(Fraction(work.job_hours) * HOUR_S)
        return Needs(work.jobs, work.job_cards, job_s, work.repeat_percent)
    flops = flops_of(work.passes)
    return Needs(
        jobs=work.jobs,
        job_cards=work.job_cards,
        job_s=ceil(flops / (work.jobs * work.job_cards * _flops_a_second(work.passes))),
        again_percent=work.repeat_percent,
        flops=flops,
        memory=Memory(
            needed=work.passes.parameters * bytes_each(work.passes),
            held=work.job_cards * work.passes.device.memory_gib * GIB,
        ),
    )


def flops_of(passes: Passes) -> int:
    """The floating-point operations of all passes."""
    each = FLOPS_PER_PARAMETER_AND_TOKEN[passes.use]
    return each * passes.parameters * passes.tokens * passes.epochs


def bytes_each(passes: Passes) -> int:
    """The bytes that each parameter takes of the cards' memory."""
    return BYTES_PER_PARAMETER[passes.use][passes.precision]


def verdict_of(needs: Needs, asked_card_seconds: int) -> Verdict:
    """Whether an ask is less than the need, about as much, or more."""
    asked = 100 * asked_card_seconds
    if asked < LESS_BELOW_PERCENT * needs.card_seconds:
        return Verdict.LESS
    if asked > MORE_ABOVE_PERCENT * needs.card_seconds:
        return Verdict.MORE
    return Verdict.ABOUT


def percent_of_need(needs: Needs, asked_card_seconds: int) -> int:
    """The ask in per cent of the need, rounded down."""
    return 100 * asked_card_seconds // needs.card_seconds


def _flops_a_second(passes: Passes) -> Fraction:
    """What one card really does in a second."""
    return Fraction(passes.device.peak_tflops) * TERA * _hundredths(passes.mfu_percent)


def _hundredths(percent: Decimal) -> Fraction:
    return Fraction(percent) / 100
