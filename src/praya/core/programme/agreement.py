"""What a programme file says of the agreement on an award."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from praya.core.programme.life import Waiver
from praya.core.programme.parts import Code, OrganisationKind, Part, Words


class StartCondition(Part):
    """What must hold before an award may be used. The lead signs before, and sees it there."""

    code: Code = Field(description="unique among the conditions")
    text: Words = Field(description="what must hold, as the lead reads it")
    confirmed_by: Literal["officer", "finance", "operator", "committee"] = Field(
        default="officer", description="role that confirms it; never the award's own lead"
    )
    evidence: bool = Field(
        default=True, description="whether it must be said where the evidence is"
    )
    only_kinds: list[OrganisationKind] = Field(
        default=[], description="asked of these kinds of organisation only; of all if empty"
    )
    waived_by: Waiver | None = Field(
        default=None,
        description="who may waive it for one award, with a reason; left out, nobody",
    )


class AgreementRule(Part):
    """What a lead accepts."""

    text: Words = Field(description="the terms")
    before_start: list[StartCondition] = Field(
        default=[], description="what must hold before a signed award may be used"
    )
    meet_within_days: int = Field(
        default=60,
        ge=1,
        le=1000,
        description="days from the signature to meet what must hold before the start; then the "
        "award ends",
    )
    meet_by_moved_by: Literal["officer", "committee"] = Field(
        default="officer",
        description="who may set a later day for one award, with a reason, and take an award up "
        "again that ended on it",
    )
    accept_within_days: int = Field(
        default=28, ge=1, le=1000, description="days from the offer; then it lapses"
    )
    late_end_allowed: bool = Field(
        default=False, description="whether an award may end after the programme's period"
    )
