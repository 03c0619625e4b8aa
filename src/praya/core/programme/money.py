"""Rules about money in a programme file: subsidy, caps, prices, invoices, claims.

The ordinary subsidy rate of a case is that of the first row of ``rates`` that fits it on the day of
its decision, and ``percent`` where none does. An award keeps the rate it was decided with. So a
programme that pays 70 %, 40 % of private results until the end of 2027 and 90 % for start-ups says
the row that should win first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import gcd
from typing import Annotated, Literal

from pydantic import Field

from praya.core.programme.parts import Amount, Code, OrganisationKind, Part, Percent, Words
from praya.core.quantity import BASIS_POINTS

# A share is a fraction, since two thirds are no number of percent.
FRACTION = r"^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$"
Fraction = Annotated[str, Field(pattern=FRACTION)]
WHOLE = "1/1"


class ExceptionalRate(Part):
    """A higher subsidy rate, who may grant it, always with a written reason."""

    percent: Percent = Field(description="most that may be granted; above the ordinary rate")
    granted_by: Literal["officer", "committee"] = Field(
        description="who may grant it; the committee may also grant what an officer may"
    )
    ground: Words = Field(description="what makes a case exceptional")


class RateAnswer(Part):
    """An answer of the application form on which a rate depends."""

    field: Code = Field(description="code of a choice field of the form")
    choice: Code = Field(description="code of one of its choices")


class RateRow(Part):
    """An ordinary rate for some cases: all that the row says must fit."""

    code: Code = Field(description="unique among the rates")
    name: Words = Field(description="as people read it")
    percent: Percent = Field(description="the ordinary rate of these cases, at most")
    kinds: list[OrganisationKind] = Field(
        default=[], description="for organisations of these kinds; of any if empty"
    )
    answers: list[RateAnswer] = Field(
        default=[],
        description="for cases with these answers, as the kind of project or public results",
    )
    first_on: date | None = Field(
        default=None, description="first day of decision; open when left out"
    )
    last_on: date | None = Field(
        default=None, description="last day of decision: the sunset; open when left out"
    )

    def fits(self, case: Case) -> bool:
        """Whether a case falls under it."""
        return (
            (not self.kinds or case.kind in self.kinds)
            and all(case.answers.get(asked.field) == asked.choice for asked in self.answers)
            and (self.first_on is None or self.first_on <= case.on)
            and (self.last_on is None or case.on <= self.last_on)
        )


class Caps(Part):
    """Most subsidy that may be granted, each where it is given."""

    per_award: Amount | None = Field(default=None, gt=0, description="to one award, major units")
    per_organisation_a_year: Amount | None = Field(
        default=None, gt=0, description="to one organisation in a calendar year, major units"
    )
    programme: Amount | None = Field(
        default=None, gt=0, description="to all awards of the programme, major units"
    )


class Window(Part):
    """Most subsidy to one organisation in the last years, over every programme of the site.

    Programmes in another currency are shown beside it and not counted.
    """

    years: int = Field(ge=1, le=20, description="length of the window, to the day of decision")
    ceiling: Amount = Field(gt=0, description="most subsidy in the window, major units")
    act: Literal["refuse", "warn"] = Field(
        default="refuse", description="what happens to a decision that passes the ceiling"
    )


class Subsidy(Part):
    """The share of the list price that the programme bears."""

    percent: Percent = Field(description="the ordinary rate, at most")
    exceptional: ExceptionalRate | None = Field(
        default=None, description="a higher rate; left out, there is none"
    )
    rates: list[RateRow] = Field(
        default=[], description="ordinary rates of some cases; the first that fits counts"
    )
    caps: Caps | None = Field(default=None, description="most subsidy; none if left out")
    window: Window | None = Field(
        default=None, description="most subsidy over the years; none if left out"
    )

    def row_for(self, case: Case) -> RateRow | None:
        """The row a case falls under; ``None`` where the programme's own rate counts."""
        return next((row for row in self.rates if row.fits(case)), None)


class Price(Part):
    """List price of one unit held for one hour, from a day on."""

    device_model: Code = Field(description="code of a device model of this file")
    per_card_hour: Amount = Field(ge=0, description="in the programme's currency, major units")
    valid_from: date = Field(description="first day; a later price takes over from an open one")
    valid_to: date | None = Field(default=None, description="last day; open when left out")
    factors: dict[Code, Fraction] = Field(
        default={},
        description="what a card-hour costs in a class of service, as 3/2 of this price; every "
        "price names every class",
    )

    def factor_of(self, service_class: str) -> str:
        """The factor of a class of service, as it is written: 3/2."""
        return self.factors.get(service_class, WHOLE)

    def per_hour_in(self, service_class: str) -> Decimal:
        """A card-hour in a class of service, in major units; whole minor units, by its check."""
        over, under = parts_of(self.factor_of(service_class))
        return self.per_card_hour * over / under


def passed_on(own: Price | None, later: Price | None) -> Price | None:
    """A later price as an award has it that has another by its own rules; ``None`` if it stays.

    Never a higher one, since the grant was reckoned at the award's own. And only where each class
    of service that its own price names has the same factor: then it is lower in every class. Its
    classes stay its own: those that later rules added are not in the award's rules.
    """
    if own is None or later is None or later.per_card_hour >= own.per_card_hour:
        return None
    if bool(own.factors) != bool(later.factors):
        return None
    if any(
        name not in later.factors or _ratio(later.factors[name]) != _ratio(factor)
        for name, factor in own.factors.items()
    ):
        return None
    return later.model_copy(update={"factors": own.factors})


def _ratio(factor: str) -> tuple[int, int]:
    over, under = parts_of(factor)
    common = gcd(over, under)
    return over // common, under // common


class Invoicing(Part):
    """How the own share is asked for."""

    due_days: int = Field(default=30, ge=1, le=365, description="days from issue to the due day")
    pay_to: Words | None = Field(default=None, description="how to pay; printed on each invoice")


class ClaimCost(Part):
    """A kind of cost that may be claimed."""

    code: Code = Field(description="unique among the costs")
    name: Words = Field(description="as people read it")


class ClaimShare(Part):
    """The share of a cost that is reimbursed, by where the supply comes from."""

    origin: Code = Field(description="as domestic or foreign; may return in later rows")
    name: Words = Field(description="as people read it")
    share: Fraction = Field(description="a fraction, as 2/3; at most 1/1")
    first_on: date | None = Field(
        default=None, description="first day on which a cost was paid; open when left out"
    )
    last_on: date | None = Field(
        default=None, description="last day on which a cost was paid; open when left out"
    )

    @property
    def parts(self) -> tuple[int, int]:
        """Numerator and denominator."""
        return parts_of(self.share)

    def holds_on(self, day: date) -> bool:
        """Whether the share is for costs paid on a day."""
        begun = self.first_on is None or self.first_on <= day
        return begun and (self.last_on is None or day <= self.last_on)


class Claims(Part):
    """What may be claimed back, and how much of it."""

    costs: list[ClaimCost] = Field(min_length=1, description="the eligible kinds of cost")
    shares: list[ClaimShare] = Field(min_length=1, description="the share by origin, with dates")

    def share_for(self, origin: str, day: date) -> ClaimShare | None:
        """The share of a cost of this origin that was paid on a day."""
        holding = (row for row in self.shares if row.origin == origin and row.holds_on(day))
        return next(holding, None)


@dataclass(frozen=True, slots=True)
class Case:
    """What a rate looks at: the kind of organisation, the form's answers, the day of decision."""

    kind: OrganisationKind
    answers: Mapping[str, object]
    on: date


def parts_of(fraction: str) -> tuple[int, int]:
    """Numerator and denominator of a fraction of the file."""
    over, under = fraction.split("/")
    return int(over), int(under)


def bp_of(percent: Percent) -> int:
    """A rate of the file in ten-thousandths."""
    return int(percent * (BASIS_POINTS // 100))
