"""Why a figure is as it is: its parts, which add up to it, and what they rest on."""

from praya.apps.reports.queries.why.balances import NUMBERS, why_balance
from praya.apps.reports.queries.why.chain import (
    LIMIT,
    LIMIT_MAX,
    Ground,
    GroundKind,
    Why,
    WhyCode,
    Window,
)
from praya.apps.reports.queries.why.charges import why_charge
from praya.apps.reports.queries.why.figures import why_figure
from praya.apps.reports.queries.why.jobs import JobWhy, why_job
from praya.apps.reports.queries.why.statements import SUMS, why_statement

__all__ = [
    "LIMIT",
    "LIMIT_MAX",
    "NUMBERS",
    "SUMS",
    "Ground",
    "GroundKind",
    "JobWhy",
    "Why",
    "WhyCode",
    "Window",
    "why_balance",
    "why_charge",
    "why_figure",
    "why_job",
    "why_statement",
]
