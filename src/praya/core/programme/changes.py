"""Rules of a programme file about the changes that people ask for while an award runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from praya.core.programme.life import Waiver
from praya.core.programme.parts import Amount, Code, Part, Percent

Hand = Literal["officer", "committee"]
Months = Annotated[int, Field(ge=1, le=600)]
BP_PER_PERCENT = 100
Times = Annotated[int, Field(ge=1, le=100)]


class GrantedChange(Part):
    """What every change has that a lead may ask for."""

    granted_by: Hand = Field(
        default="officer",
        description="who grants it; the committee may also grant what an officer may",
    )
    times_max: Times = Field(default=1, description="how often in the life of one award")


class Extension(GrantedChange):
    """A later last day for the card-hours of an award; no compute and no money is added."""

    months_max: Months = Field(description="most months that one extension adds")


class Supplement(GrantedChange):
    """More card-hours on a line; no day moves."""

    percent_max: Percent = Field(
        gt=0, description="most that is added, as a share of what the line has been given"
    )


class Borne(Part):
    """What a newer award bears of an older one: told before, and waivable line by line."""

    warn_days: int = Field(
        default=30,
        ge=0,
        le=1000,
        description="days from telling the lead of it to the cut; told afterwards only if 0",
    )
    waived_by: Waiver | None = Field(
        default=None, description="who may spare a line of it, with a reason; left out, nobody"
    )


class Advance(Supplement, Borne):
    """More card-hours now, taken off what the same lead is awarded later."""


class Transfer(GrantedChange):
    """Free card-hours from one line of an award to another of the same device model."""


class Exchange(GrantedChange):
    """Free card-hours of one device model become card-hours of another, at a rate of this file."""


class Renewal(GrantedChange):
    """A new period, with the amounts of the last award or others, as an offer of its own."""

    months_max: Months = Field(description="most months of the new period")
    used_percent_min: Percent = Field(
        default=Decimal(0), description="least share of the time that must have been used"
    )
    amount_percent_max: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=2)] = Field(
        default=Decimal(100), description="most of a line's amount in the new period, as a share"
    )


class OtherCards(GrantedChange):
    """Other cards on a lease from a day to come; what was charged until then stays."""

    percent_max: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=2)] = Field(
        default=Decimal(100), description="most cards, as a share of those the lease has"
    )


class ExchangeRate(Part):
    """What one card-hour becomes in another device model, from a day on, and why."""

    source: Code = Field(alias="from", description="device model that is given")
    target: Code = Field(alias="to", description="device model that is taken")
    rate: Decimal = Field(
        gt=0, le=10**6, decimal_places=6, description="card-hours taken for one card-hour given"
    )
    valid_from: date = Field(description="first day; a later rate takes over")
    valid_to: date | None = Field(default=None, description="last day; open when left out")
    evidence: str = Field(
        min_length=1, max_length=400, description="the measurement or contract it rests on"
    )
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def exact(self) -> Fraction:
        """The rate as a ratio of whole numbers."""
        return Fraction(self.rate)


class InterestRate(Part):
    """Interest on debts from a day on."""

    percent_a_year: Percent = Field(description="simple, on what is overdue; a year has 365 days")
    valid_from: date = Field(description="first day; a later rate takes over")


class SetOff(Borne):
    """Overdue debts are paid out of what the same organisation is awarded later."""

    percent_max: Percent = Field(
        gt=0, description="most of a line's subsidy that goes to debts; its time goes with it"
    )


class Recovery(Part):
    """What a holder who broke the terms has to pay back, and who may give it up."""

    formulas: list[Literal["unspent", "since-breach", "all", "rate-difference"]] = Field(
        default=["unspent", "since-breach", "all"],
        min_length=1,
        description="amounts that may be claimed back; ``rate-difference`` is what the award's "
        "rate of subsidy paid above another rate of its rules",
    )
    due_days: int = Field(default=30, ge=1, le=1000, description="days in which it is to be paid")
    interest: list[InterestRate] = Field(
        default=[], description="from the day after a debt was due; none if left out"
    )
    set_off: SetOff | None = Field(
        default=None, description="of overdue debts against new awards; there is none if left out"
    )
    written_off_by: Literal["finance", "committee"] = Field(
        default="committee", description="who may give a debt up, at the asking of finance"
    )
    finance_up_to: Amount = Field(
        default=Decimal(0),
        ge=0,
        description="up to this amount somebody else of finance may, in major units",
    )

    def interest_bp_on(self, day: date) -> int:
        """The rate of interest a year on a day, in ten-thousandths; nought before the first."""
        begun = [rate for rate in self.interest if rate.valid_from <= day]
        latest = max(begun, key=lambda rate: rate.valid_from, default=None)
        return int(latest.percent_a_year * BP_PER_PERCENT) if latest else 0


class Exclusion(Part):
    """An organisation that broke the terms of an award may not apply for a time."""

    granted_by: Hand = Field(
        default="committee", description="who grants it, at the asking of an officer"
    )
    months_max: Months = Field(description="most months from the day on which it is granted")


EndCause = Literal[
    "false-statement",
    "wrong-purpose",
    "no-report",
    "double-subsidy",
    "resale",
    "sanctions",
    "insolvency",
    "own-wish",
    "other",
]


class EndAtOnce(Part):
    """An award is ended without notice, by two people, for some causes only."""

    causes: list[EndCause] = Field(min_length=1, description="why; for any other, notice is given")
    granted_by: Hand = Field(
        default="committee", description="who grants it, at the asking of an officer"
    )


class OtherLead(Part):
    """Somebody else leads an award; they agree before it is granted."""

    granted_by: Hand = Field(
        default="officer",
        description="who grants it; the committee may also grant what an officer may",
    )


class Cure(Part):
    """Time in which a lead may put right what an early end is noticed for."""

    causes: list[EndCause] = Field(min_length=1, description="what may be put right")
    days: int = Field(ge=1, le=1000, description="least days from the notice to the end")


class Appeal(Part):
    """A lead may contest what was decided; somebody who did not decide it answers."""

    within_days: int = Field(
        ge=1, le=365, description="days after it was told in which a decision may be contested"
    )
    decided_by: Hand = Field(
        default="committee",
        description="who answers on a case; about a change, who may grant such a one",
    )
    answer_within_days: int = Field(
        default=30, ge=1, le=365, description="days in which an appeal should be answered"
    )


class Changes(Part):
    """The changes a programme allows; one that is left out is not allowed."""

    extension: Extension | None = Field(default=None, description="a later last day")
    supplement: Supplement | None = Field(default=None, description="more card-hours")
    transfer: Transfer | None = Field(default=None, description="between two lines")
    exchange: Exchange | None = Field(default=None, description="into another device model")
    rates: list[ExchangeRate] = Field(default=[], description="dated rates of exchange")
    advance: Advance | None = Field(default=None, description="now instead of later")
    renewal: Renewal | None = Field(default=None, description="a new period")
    cards: OtherCards | None = Field(default=None, description="other cards on a lease")
    lead: OtherLead | None = Field(
        default=None, description="another person as lead; the lead stays if left out"
    )
    recovery: Recovery = Field(
        default=Recovery(), description="money to be paid back; as below if left out"
    )
    exclusion: Exclusion | None = Field(
        default=None, description="of an organisation, for a time; there is none if left out"
    )
    notice_days: int = Field(
        default=0, ge=0, le=1000, description="least days from telling a lead to an early end"
    )
    notice_granted_by: Hand = Field(
        default="officer",
        description="who agrees to a notice of an early end that an officer asks for",
    )
    cure: Cure | None = Field(
        default=None, description="longer notice for what can be put right; none if left out"
    )
    end_at_once: EndAtOnce | None = Field(
        default=None, description="an early end without notice; there is none if left out"
    )
    appeal: Appeal | None = Field(
        default=None, description="against what was decided; there is none if left out"
    )

    def notice_days_for(self, cause: str) -> int:
        """Least days from telling a lead to an early end for a cause."""
        if self.cure is None or cause not in self.cure.causes:
            return self.notice_days
        return max(self.notice_days, self.cure.days)

    def granted(self) -> list[tuple[str, GrantedChange]]:
        """The changes that a lead may ask for, by name."""
        named = {
            "extension": self.extension,
            "supplement": self.supplement,
            "transfer": self.transfer,
            "exchange": self.exchange,
            "advance": self.advance,
            "renewal": self.renewal,
            "cards": self.cards,
        }
        return [(name, rule) for name, rule in named.items() if rule is not None]

    def rate_on(self, source: str, target: str, day: date) -> ExchangeRate | None:
        """The rate in force on a day: the latest that has begun and not ended."""
        in_force = [
            rate
            for rate in rates_on(self.rates, day)
            if rate.source == source and rate.target == target
        ]
        return max(in_force, key=lambda rate: rate.valid_from, default=None)


def rates_on(rates: Iterable[ExchangeRate], day: date) -> list[ExchangeRate]:
    """The rates that have begun and not ended on a day."""
    return [
        rate
        for rate in rates
        if rate.valid_from <= day and (rate.valid_to is None or day <= rate.valid_to)
    ]


def gaining_model(rates: Mapping[tuple[str, str], Fraction]) -> str | None:
    """A device model whose time grows by exchanging it round and back again; ``None`` if none does.

    The best product of rates between each two models is found by going through every third.
    """
    best = dict(rates)
    models = sorted({model for pair in rates for model in pair})
    for through in models:
        for source in models:
            for target in models:
                first, second = best.get((source, through)), best.get((through, target))
                if first is not None and second is not None:
                    product = first * second
                    best[source, target] = max(best.get((source, target), product), product)
        for model in models:
            # Stop at the first, before the products of a gaining round grow without end.
            if best.get((model, model), Fraction(0)) > 1:
                return model
    return None
