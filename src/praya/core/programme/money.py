"""Rules about money in a programme file: the subsidy and the price list."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from praya.core.programme.parts import Amount, Code, Part, Percent, Words


class ExceptionalRate(Part):
    """A higher subsidy rate, who may grant it, always with a written reason."""

    percent: Percent = Field(description="most that may be granted; above the ordinary rate")
    granted_by: Literal["officer", "committee"] = Field(
        description="who may grant it; the committee may also grant what an officer may"
    )
    ground: Words = Field(description="what makes a case exceptional")


class Subsidy(Part):
    """The share of the list price that the programme bears."""

    percent: Percent = Field(description="the ordinary rate, at most")
    exceptional: ExceptionalRate | None = Field(
        default=None, description="a higher rate; left out, there is none"
    )


class Price(Part):
    """List price of one unit held for one hour, from a day on."""

    device_model: Code = Field(description="code of a device model of this file")
    per_card_hour: Amount = Field(ge=0, description="in the programme's currency, major units")
    valid_from: date = Field(description="first day; a later price takes over from an open one")
    valid_to: date | None = Field(default=None, description="last day; open when left out")
