"""What a team will run, and the accelerator time that comes of it: the sheet behind an ask."""

from praya.core.sizing.needs import (
    BYTES_PER_PARAMETER,
    FLOPS_PER_PARAMETER_AND_TOKEN,
    GIB,
    Memory,
    Needs,
    Verdict,
    bytes_each,
    needs_of,
    percent_of_need,
    verdict_of,
)
from praya.core.sizing.work import Device, Passes, Use, Work, work_from

__all__ = [
    "BYTES_PER_PARAMETER",
    "FLOPS_PER_PARAMETER_AND_TOKEN",
    "GIB",
    "Device",
    "Memory",
    "Needs",
    "Passes",
    "Use",
    "Verdict",
    "Work",
    "bytes_each",
    "needs_of",
    "percent_of_need",
    "verdict_of",
    "work_from",
]
