"""What a team will run, as the form asks for it beneath a request line: read, or refused.

A line need not say it. One that does tells so many jobs of so many cards, and either how long one
is or what a model is given; ``core.sizing`` makes card time of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from praya.core.programme.asking import DAY_H, DAY_S, AskedLine
from praya.core.programme.document import DeviceModelRule
from praya.core.quantity import HOUR_S
from praya.core.sizing import BYTES_PER_PARAMETER, Device, Passes, Use, Work, needs_of

MODEL_FIELDS = ("use", "parameters", "tokens", "epochs", "precision", "mfu_percent")
WORK_FIELDS = ("jobs", "job_cards", "job_hours", "repeat_percent", *MODEL_FIELDS)
JOBS_MAX = 10**6
REPEAT_PERCENT_MAX = 1000
PARAMETERS_MAX = 10**15
TOKENS_MAX = 10**18
EPOCHS_MAX = 10**4
PERCENT_MAX = 100
WORK_CARD_HOURS_MAX = 10**9
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,9})?([eE]\+?[0-9]{1,2})?")

PartFault = tuple[str, str, dict[str, Any]]  # the part of the line, a code, its facts


def precisions_of(device: DeviceModelRule, use: Use) -> list[str]:
    """The precisions at which such a use of a device model can be sized."""
    return [one.precision for one in device.peak if one.precision in BYTES_PER_PARAMETER[use]]


def work_in(
    row: Mapping[str, str], *, line: AskedLine, device: DeviceModelRule
) -> tuple[Work | None, list[PartFault]]:
    """The work of a line from its row of text, or all that is wrong; of an empty one neither."""
    if not any(row.get(name) for name in WORK_FIELDS):
        return None, []
    if line.days < 1 or line.cards < 1:
        return None, []  # the line itself is wrong, and that is told
    read = _Reading(row)
    jobs = read.whole("jobs", most=JOBS_MAX)
    job_cards = read.whole("job_cards", most=line.cards, over="work-more-cards")
    has_model = any(row.get(name) for name in MODEL_FIELDS)
    hours = None
    if not has_model:
        hours = read.number("job_hours", most=line.days * DAY_H, over="work-longer")
    elif row.get("job_hours"):
        read.fault("job_hours", "work-both")
    repeat = read.number("repeat_percent", most=REPEAT_PERCENT_MAX, least=0, usual=0)
    passes = _passes(read, device) if has_model else None
    if read.faults:
        return None, read.faults
    work = Work(jobs, job_cards, repeat, job_hours=hours, passes=passes)
    fault = _beyond(work, line)
    return (None, [fault]) if fault else (work, [])


def _passes(read: _Reading, device: DeviceModelRule) -> Passes:
    """What a model is given; only of use where nothing was at fault."""
    use = read.use()
    parameters = read.whole("parameters", most=PARAMETERS_MAX)
    tokens = read.whole("tokens", most=TOKENS_MAX)
    epochs = read.whole("epochs", most=EPOCHS_MAX, usual=1)
    precision = read.row.get("precision", "")
    known = precisions_of(device, use)
    if not known:
        read.fault("precision", "work-no-peak")
    elif not precision:
        read.fault("precision", "missing")
    elif precision not in known:
        read.fault("precision", "work-precision", known=", ".join(known))
    peaks: dict[str, Decimal] = {one.precision: one.dense_tflops for one in device.peak}
    return Passes(
        use=use,
        parameters=parameters,
        tokens=tokens,
        epochs=epochs,
        precision=precision,
        mfu_percent=read.number("mfu_percent", most=PERCENT_MAX),
        device=Device(peaks.get(precision, Decimal(1)), device.memory_gib),
    )


def _beyond(work: Work, line: AskedLine) -> PartFault | None:
    """A job that outlasts its line, or more card time than anybody could ask for."""
    needs = needs_of(work)
    if needs.job_s > line.days * DAY_S:
        facts = {"hours": -(-needs.job_s // HOUR_S), "most": line.days * DAY_H}
        return ("jobs", "work-outlasts", facts)
    if needs.card_seconds > WORK_CARD_HOURS_MAX * HOUR_S:
        return ("jobs", "too-large", {})
    return None


class _Reading:
    """A row being read, with what was wrong so far; a part at fault reads as 1."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.row = row
        self.faults: list[PartFault] = []

    def fault(self, part: str, code: str, **facts: object) -> None:
        self.faults.append((part, code, facts))

    def number(
        self,
        part: str,
        *,
        most: int,
        over: str = "too-large",
        least: int | None = None,
        usual: int | None = None,
    ) -> Decimal:
        """A number above 0, or not below ``least``; of an empty part, what is usual."""
        plain = self.row.get(part, "").replace(",", "").replace(" ", "")
        if not plain and usual is not None:
            return Decimal(usual)
        code = _fault_in(plain, most=most, over=over, least=least)
        if code is None:
            return Decimal(plain)
        self.fault(part, code, most=most)
        return Decimal(1)

    def use(self) -> Use:
        """What the model is given its tokens for: training, where nothing is said."""
        plain = self.row.get("use") or Use.TRAINING
        if plain in tuple(Use):
            return Use(plain)
        self.fault("use", "not-a-choice")
        return Use.TRAINING

    def whole(
        self, part: str, *, most: int, over: str = "too-large", usual: int | None = None
    ) -> int:
        """The same for a whole number."""
        number = self.number(part, most=most, over=over, usual=usual)
        if number != int(number):
            self.fault(part, "work-not-whole")
        return int(number)


def _fault_in(plain: str, *, most: int, over: str, least: int | None) -> str | None:
    if not plain:
        return "missing"
    if not _NUMBER.fullmatch(plain):
        return "work-not-a-number"
    number = Decimal(plain)
    if number < 0 if least == 0 else number <= 0:
        return "work-not-above"
    return over if number > most else None
