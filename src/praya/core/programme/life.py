"""Rules about the life of an award in a programme file.

What a cut rule takes is worked out in ``core.life``, with examples in numbers.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from praya.core.programme.parts import Code, Part, Percent, Words

Days = Annotated[int, Field(ge=1, le=1000)]
Months = Annotated[int, Field(ge=0, le=12)]


Waiver = Literal["officer", "committee", "finance"]


class CutRule(Part):
    """What every rule has that takes back unused card-hours."""

    code: Code = Field(description="unique among the rules on the life of an award")
    name: Words = Field(description="as people read it")
    warn_days_before: list[Days] = Field(
        default=[30], description="days before a check on which the lead is told; untold if empty"
    )
    spare_days: int = Field(
        default=0, ge=0, le=1000, description="first days of a line in which the rule does not look"
    )
    to_pool: Code | None = Field(
        default=None, description="purpose that gets the subsidy back; left out, the line's own"
    )
    waived_by: Waiver | None = Field(
        default=None, description="who may waive a check, with a reason; left out, nobody"
    )


class Tier(Part):
    """One row of a rule: used too little, and what that costs."""

    used_below_percent: Percent = Field(description="share used; less calls the row")
    cut_percent: Percent = Field(description="share that is given back")


class StepCut(CutRule):
    """On a day: too little use of what stands on a line costs part of its unused rest.

    The row with the lowest share that calls counts. The rule looks on days, after a share of a
    line's days, or both.
    """

    on_days: list[date] = Field(default=[], description="days on which the rule looks")
    after_percent: Percent | None = Field(
        default=None, description="share of a line's days gone, after which the rule looks"
    )
    tiers: list[Tier] = Field(
        min_length=1, description="shares of what stands on the line; cuts of its unused rest"
    )


class StraightLine(CutRule):
    """Every so many days a line keeps no more than its remaining days' share of the grant."""

    every_days: Days = Field(description="days from check to check, from a line's first day")
    slack_percent: Percent = Field(
        default=Decimal(0),
        description="share of the grant that may remain above the line",
    )


class OwnPlan(CutRule):
    """At a month's beginning: use behind the team's own plan costs a share of what was planned.

    Cuts count up and do not compound: what the rule took before is subtracted. The application's
    form asks for the plan; a line without one is held against an even use.
    """

    every_months: int = Field(ge=1, le=12, description="months from check to check")
    plan_required: bool = Field(
        default=False, description="whether an application must plan its card-hours by month"
    )
    tiers: list[Tier] = Field(
        min_length=1, description="shares of what was planned by then; cuts of the same"
    )


class SlidingWindow(CutRule):
    """Each month has its share of a grant by days; leftovers lapse, and later months can wait.

    Who may waive a check may also waive, by itself, that later months wait.
    """

    carry_months: Months = Field(default=1, description="months for which a leftover is kept")
    borrow_months: Months = Field(
        default=1, description="months ahead whose share may be used; jobs beyond are refused"
    )


class Expiry(CutRule):
    """All that is unused so many days after a line's first day is given back."""

    after_days: int = Field(
        ge=1,
        le=10_000,
        description="days from a line's first day; of a line that an exchange began, from that of "
        "the line it came from",
    )


class Tranche(Part):
    """A part of a grant, and what opens it."""

    code: Code = Field(description="unique among the parts")
    percent: Percent = Field(gt=0, description="share of the grant")
    report: Words | None = Field(
        default=None, description="the report that opens it once an officer accepts it"
    )


class Tranches(Part):
    """A grant in parts: each but the first is opened by an accepted report."""

    code: Code = Field(description="unique among the rules on the life of an award")
    name: Words = Field(description="as people read it")
    parts: list[Tranche] = Field(
        min_length=1, description="in order; the shares add up to 100, and only the first is open"
    )
    waived_by: Waiver | None = Field(
        default=None,
        description="who may open a part of a line without its report; left out, nobody",
    )


class PaidAhead(Part):
    """The own share is paid before card-hours can be used: all of it, or part by part."""

    parts: int = Field(
        default=1,
        ge=1,
        le=12,
        description="equal parts in which it is asked for; each, once paid, opens as much of each "
        "line",
    )
    refund_unused: bool = Field(
        default=True,
        description="what an ended award did not use of it is paid back; else the centre keeps it",
    )


RefundedEnd = Literal[
    "node-failed", "not-launched", "preempted", "requeued", "cancelled-by-another"
]
CENTRE_FAULTS: tuple[RefundedEnd, ...] = ("node-failed", "not-launched")


class FreeUse(Part):
    """Jobs that the rest of a line cannot hold run all the same: charged to nobody, and last.

    Such a job begins when nothing that is paid for could, and is stopped when that needs its cards.
    It takes nothing from the grant. Leases, and lines on a cluster that keeps limits of its own,
    have none of it.
    """

    percent_max: Annotated[int, Field(ge=1, le=10_000)] = Field(
        description="most of it, as a share of what stands on a line: 100 stops at twice as much"
    )
    month_percent_max: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None,
        description="most of it in a calendar month, as a share of that month's days of the line",
    )


class Life(Part):
    """What happens to card-hours between acceptance and end, by itself. Leases are not touched.

    Rules that look at a line on the same day take the largest of their cuts, not the sum.
    """

    steps: list[StepCut] = Field(default=[], description="cuts on a day")
    straight_line: StraightLine | None = Field(default=None, description="ageing along a line")
    own_plan: OwnPlan | None = Field(default=None, description="cuts against the team's own plan")
    window: SlidingWindow | None = Field(default=None, description="a share for each month")
    expiry: Expiry | None = Field(default=None, description="a last day before the award's own")
    tranches: Tranches | None = Field(default=None, description="parts opened by reports")
    paid_ahead: PaidAhead | None = Field(
        default=None, description="own share paid before use; left out, it is invoiced after use"
    )
    free_use: FreeUse | None = Field(
        default=None,
        description="what a job may do that its line cannot hold; left out, it is refused",
    )
    grace_days: int = Field(
        default=0, ge=0, le=1000, description="days after an award's last in which jobs may run"
    )
    refunds: list[RefundedEnd] = Field(
        default=list(CENTRE_FAULTS),
        description="ends of a run on a cluster that are not charged, and may be used again",
    )

    @property
    def opens_in_parts(self) -> bool:
        """Whether less than a whole line may be open to use."""
        return any(rule is not None for rule in (self.window, self.tranches, self.paid_ahead))

    @property
    def acts(self) -> bool:
        """Whether a rule takes something back, or keeps it back."""
        return bool(self.cut_rules) or self.opens_in_parts

    @property
    def cut_rules(self) -> list[StepCut | StraightLine | OwnPlan | SlidingWindow | Expiry]:
        """Every rule that takes something back, in the order of the file."""
        single = (self.straight_line, self.own_plan, self.window, self.expiry)
        return [*self.steps, *(rule for rule in single if rule is not None)]
