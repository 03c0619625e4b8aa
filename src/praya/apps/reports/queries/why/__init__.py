"""Why a figure is as it is: its parts, which add up to it, and what they rest on."""

from praya.apps.reports.queries.why.accounts import ALL_COMMITTED, OF_LEADS, why_account
from praya.apps.reports.queries.why.ages import AGED, why_age
from praya.apps.reports.queries.why.balances import NUMBERS, why_balance
from praya.apps.reports.queries.why.behind import Figure, Question, question_behind
from praya.apps.reports.queries.why.ceilings import CEILINGS, why_ceiling
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
from praya.apps.reports.queries.why.entries import why_entry
from praya.apps.reports.queries.why.figures import why_figure
from praya.apps.reports.queries.why.jobs import JobWhy, why_job
from praya.apps.reports.queries.why.opened import why_open
from praya.apps.reports.queries.why.outlooks import OUTLOOKS, why_outlook
from praya.apps.reports.queries.why.periods import why_period
from praya.apps.reports.queries.why.setting_off import why_set_off
from praya.apps.reports.queries.why.statements import SUMS, why_statement
from praya.apps.reports.queries.why.uses import MEASURES, why_day, why_use
from praya.apps.reports.queries.why.years import OF_YEAR, why_year

__all__ = [
    "AGED",
    "ALL_COMMITTED",
    "CEILINGS",
    "LIMIT",
    "LIMIT_MAX",
    "MEASURES",
    "NUMBERS",
    "OF_LEADS",
    "OF_YEAR",
    "OUTLOOKS",
    "SUMS",
    "Figure",
    "Ground",
    "GroundKind",
    "JobWhy",
    "Question",
    "Why",
    "WhyCode",
    "Window",
    "question_behind",
    "why_account",
    "why_age",
    "why_balance",
    "why_ceiling",
    "why_charge",
    "why_day",
    "why_entry",
    "why_figure",
    "why_job",
    "why_open",
    "why_outlook",
    "why_period",
    "why_set_off",
    "why_statement",
    "why_use",
    "why_year",
]
