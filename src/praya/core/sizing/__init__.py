"""What a team will run, and the accelerator time that comes of it: the sheet behind an ask."""

from praya.core.sizing.needs import (
    BYTES_PER_PARAMETER,
    GIB,
    Memory,
    Needs,
    Verdict,
    needs_of,
    percent_of_need,
    verdict_of,
)
from praya.core.sizing.work import Device, Training, Work, work_from

__all__ = [
    "BYTES_PER_PARAMETER",
    "GIB",
    "Device",
    "Memory",
    "Needs",
    "Training",
    "Verdict",
    "Work",
    "needs_of",
    "percent_of_need",
    "verdict_of",
    "work_from",
]
