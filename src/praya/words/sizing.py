"""A sizing in words: the formula step by step with its figures, and how the ask compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.core.quantity import CardTime
from praya.core.sizing import (
    FLOPS_PER_PARAMETER_AND_TOKEN,
    GIB,
    Memory,
    Needs,
    Passes,
    Use,
    Verdict,
    Work,
    bytes_each,
    needs_of,
    percent_of_need,
    verdict_of,
)
from praya.words.quantities import card_hours, number

_WRITTEN_OUT = 10**9
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_VERDICTS: dict[Verdict, Promise] = {
    Verdict.LESS: gettext_lazy(
        "The line asks for %(asked)s, %(percent)s %% of what the work needs: less than it needs."
    ),
    Verdict.ABOUT: gettext_lazy(
        "The line asks for %(asked)s, %(percent)s %% of what the work needs: about as much."
    ),
    Verdict.MORE: gettext_lazy(
        "The line asks for %(asked)s, %(percent)s %% of what the work needs: more than it needs."
    ),
}
_SOURCES: dict[Use, Promise] = {
    Use.TRAINING: gettext_lazy("Kaplan et al. 2020; Hoffmann et al. 2022"),
    Use.INFERENCE: gettext_lazy("Kaplan et al. 2020"),
}
_KEPT: dict[Use, Promise] = {
    Use.TRAINING: gettext_lazy(
        "Weights, gradients and optimiser states = parameters × bytes of each = %(parameters)s × "
        "%(bytes)s = %(needed)s GiB (Rajbhandari et al. 2020)."
    ),
    Use.INFERENCE: gettext_lazy(
        "Weights = parameters × bytes of each = %(parameters)s × %(bytes)s = %(needed)s GiB."
    ),
}
_FITS: dict[Use, Promise] = {
    Use.TRAINING: gettext_lazy(
        "They fit into cards × GiB of each = %(cards)s × %(each)s = %(held)s GiB; activations come "
        "on top."
    ),
    Use.INFERENCE: gettext_lazy(
        "They fit into cards × GiB of each = %(cards)s × %(each)s = %(held)s GiB; keys and values "
        "of what was read come on top."
    ),
}
_DO_NOT_FIT = gettext_lazy(
    "They do not fit into cards × GiB of each = %(cards)s × %(each)s = %(held)s GiB."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sizing of a line as it is read: ``sentence`` is the verdict, ``steps`` lead there."""

    needs: Needs
    percent: int
    verdict: Verdict
    sentence: str
    steps: Sequence[str]


def sheet_of(work: Work, asked: CardTime) -> Sheet:
    """The sheet of a work beside what its line asks for."""
    needs = needs_of(work)
    verdict = verdict_of(needs, asked.seconds)
    percent = percent_of_need(needs, asked.seconds)
    facts = {"asked": card_hours(asked), "percent": number(percent)}
    return Sheet(
        needs=needs,
        percent=percent,
        verdict=verdict,
        sentence=str(_VERDICTS[verdict]) % facts,
        steps=_steps(work, needs, asked.device_model),
    )


def _steps(work: Work, needs: Needs, device_model: str) -> list[str]:
    steps = _passes_steps(work, work.passes, needs) if work.passes else []
    facts = {
        "jobs": number(needs.jobs),
        "cards": number(needs.job_cards),
        "seconds": number(needs.job_s),
        "again": _plain(100 + needs.again_percent),
        "hours": card_hours(CardTime(needs.card_seconds, device_model)),
    }
    if needs.again_percent:
        told = _(
            "Card time = jobs × cards × seconds, with what is run again = %(jobs)s × %(cards)s × "
            "%(seconds)s × %(again)s %% = %(hours)s."
        )
    else:
        told = _(
            "Card time = jobs × cards × seconds = %(jobs)s × %(cards)s × %(seconds)s = %(hours)s."
        )
    steps.append(told % facts)
    if work.passes and needs.memory:
        steps += _memory_steps(work, work.passes, needs.memory)
    return steps


def _passes_steps(work: Work, passes: Passes, needs: Needs) -> list[str]:
    assert needs.flops is not None, needs
    return [
        _(
            "Operations = %(each)s × parameters × tokens × passes = %(each)s × %(parameters)s × "
            "%(tokens)s × %(epochs)s = %(flops)s (%(source)s)."
        )
        % {
            "each": FLOPS_PER_PARAMETER_AND_TOKEN[passes.use],
            "source": _SOURCES[passes.use],
            "parameters": power(passes.parameters),
            "tokens": power(passes.tokens),
            "epochs": number(passes.epochs),
            "flops": power(needs.flops),
        },
        _(
            "Seconds of a job = operations ÷ (jobs × cards × peak at %(precision)s × part of it "
            "reached) = %(flops)s ÷ (%(jobs)s × %(cards)s × %(peak)s × 10¹² × %(mfu)s %%) = "
            "%(seconds)s, rounded up."
        )
        % {
            "flops": power(needs.flops),
            "jobs": number(work.jobs),
            "cards": number(work.job_cards),
            "peak": _plain(passes.device.peak_tflops),
            "precision": passes.precision,
            "mfu": _plain(passes.mfu_percent),
            "seconds": number(needs.job_s),
        },
    ]


def _memory_steps(work: Work, passes: Passes, memory: Memory) -> list[str]:
    facts = {
        "parameters": power(passes.parameters),
        "bytes": bytes_each(passes),
        "needed": _gib(memory.needed),
        "cards": number(work.job_cards),
        "each": number(passes.device.memory_gib),
        "held": _gib(memory.held),
    }
    found = _FITS[passes.use] if memory.fits else _DO_NOT_FIT
    return [str(_KEPT[passes.use]) % facts, str(found) % facts]


def power(value: int) -> str:
    """``7 × 10⁹`` for what is large, to four digits; written out where it is not.

    >>> power(7_000_000_000), power(5_880_000_000_000_000_000_000)
    ('7 × 10⁹', '5.88 × 10²¹')
    """
    if value < _WRITTEN_OUT:
        return number(value)
    digits, exponent = f"{Decimal(value):.3e}".split("e")
    return f"{_plain(Decimal(digits))} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def _gib(size: int) -> str:
    return number((Decimal(size) / GIB).quantize(Decimal("0.1"), ROUND_HALF_UP), 1)


def _plain(value: Decimal) -> str:
    """A number with no more decimals than it has."""
    decimals = max(0, -int(value.normalize().as_tuple().exponent)) if value else 0
    return number(value, decimals)
