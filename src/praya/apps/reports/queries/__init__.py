"""What is asked of reports: statements, public figures and their series."""

from praya.apps.reports.queries.figures import figures_of, latest_snapshot
from praya.apps.reports.queries.statement import (
    Statement,
    StatementLine,
    months_of,
    months_of_programme,
    statement,
)

__all__ = [
    "Statement",
    "StatementLine",
    "figures_of",
    "latest_snapshot",
    "months_of",
    "months_of_programme",
    "statement",
]
