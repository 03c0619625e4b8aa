"""Rules about warnings in a programme file: when the people of an award are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praya.core.programme.parts import Part

Share = Annotated[int, Field(ge=1, le=100)]
Days = Annotated[int, Field(ge=1, le=1000)]


class Warnings(Part):
    """When the lead and the managers of an award are told how it stands."""

    used_percent: list[Share] = Field(
        default=[50, 75, 90, 100],
        max_length=10,
        description="shares of what is committed; told once when each is used",
    )
    days_before_end: list[Days] = Field(
        default=[30, 7],
        max_length=10,
        description="days before an award's last day; told once at each",
    )
    run_out_days: int = Field(
        default=30,
        ge=0,
        le=1000,
        description="told once when, at the pace of the last four weeks, what is free is gone "
        "within so many days and before the award ends; 0 for never",
    )
