"""Rules about the life of an award in a programme file."""

from __future__ import annotations

from pydantic import Field

from praya.core.programme.parts import Part, Percent


class UnusedRule(Part):
    """Use it or lose it: after a share of the time, too little use costs part of the rest."""

    check_after_percent: Percent = Field(description="share of the award's days gone")
    used_below_percent: Percent = Field(description="share of the grant used; less calls the rule")
    cut_percent_of_unused: Percent = Field(
        description="share of the unused rest that is given back"
    )
    warn_days_before: int = Field(
        default=30, ge=0, le=1000, description="days before the check that the lead is told"
    )
