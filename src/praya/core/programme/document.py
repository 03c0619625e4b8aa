"""The nouns of a programme file, as frozen values. What a field means is in its description."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from praya.core.programme.agreement import AgreementRule
from praya.core.programme.changes import Changes
from praya.core.programme.life import Life, Waiver
from praya.core.programme.money import Claims, Invoicing, Price, Subsidy
from praya.core.programme.parts import Amount, Code, OrganisationKind, Part, Percent, Place, Words
from praya.core.programme.warnings import Warnings
from praya.core.quantity import Money


class Purpose(Part):
    """A fenced share of the envelope; each is closed to the others."""

    code: Code = Field(description="unique among the purposes")
    name: Words = Field(description="as people read it")
    amount: Amount = Field(gt=0, description="in the programme's currency, major units")
    pays_subsidy: bool = Field(default=False, description="awards are committed from this share")


class Vote(Part):
    """What is voted for a year of the programme, or another span, out of one purpose."""

    first: date = Field(alias="from", description="first day")
    last: date = Field(alias="to", description="last day")
    voted: Amount = Field(
        gt=0, description="in major units; a later version of the rules revises it"
    )
    purpose: Code | None = Field(
        default=None, description="purpose it is voted for; left out, the one that pays the subsidy"
    )
    lapses: bool = Field(
        default=True, description="what was funded in it and not committed is lost after it"
    )
    waived_by: Waiver | None = Field(
        default=None,
        description="who may let the rest of this year stay in the pool, with a reason; left out, "
        "nobody",
    )
    warn_days_before: list[Annotated[int, Field(ge=1, le=1000)]] = Field(
        default=[60, 14], description="days before the last day on which finance is told"
    )
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Envelope(Part):
    """What the programme may spend."""

    amount: Amount = Field(gt=0, description="in the programme's currency, major units")
    purposes: list[Purpose] = Field(
        min_length=1, description="shares that add up to the amount; exactly one pays the subsidy"
    )
    years: list[Vote] = Field(
        default=[], description="what is voted year by year; nothing lapses if left out"
    )

    @property
    def paying(self) -> str:
        """The purpose that awards are committed from."""
        return next(purpose.code for purpose in self.purposes if purpose.pays_subsidy)


class Period(Part):
    """First and last day, both included."""

    first: date = Field(alias="from", description="first day")
    last: date = Field(alias="to", description="last day")
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class EligibilityRule(Part):
    """One rule about the applicant: all of its predicates must hold, and it needs at least one.

    The predicates are ``kinds``, ``places``, ``registry_number`` and ``question``.
    """

    code: Code = Field(description="unique among the rules; answers are kept under it")
    text: Words = Field(description="the rule in plain words")
    kinds: list[OrganisationKind] = Field(
        default=[], description="the organisation is one of these"
    )
    places: list[Place] = Field(
        default=[], description="registered in one of these, ISO 3166: HK, CN, or CN-GD for a part"
    )
    registry_number: bool = Field(
        default=False, description="the organisation has a registry number"
    )
    question: Words | None = Field(default=None, description="asked of the applicant, yes or no")
    want: bool = Field(default=True, description="the answer to ``question`` that meets the rule")
    only_kinds: list[OrganisationKind] = Field(
        default=[], description="the rule is for these kinds only; others meet it"
    )
    otherwise: Literal["no", "human"] = Field(
        default="no", description="the verdict if the rule is not met; human: an officer looks"
    )


class Limits(Part):
    """Floor and ceiling of one application; a limit left out does not bind."""

    card_hours_min: int | None = Field(
        default=None, ge=1, le=10**9, description="least card-hours, all lines together"
    )
    card_hours_max: int | None = Field(
        default=None, ge=1, le=10**9, description="most card-hours, all lines together"
    )
    cards_max: int | None = Field(
        default=None, ge=1, le=10**6, description="cards of one model at once"
    )
    months_max: int | None = Field(
        default=None, ge=1, le=600, description="calendar months from the first day to the last"
    )
    list_value_min: Amount | None = Field(
        default=None, ge=0, description="least list value, major units"
    )
    list_value_max: Amount | None = Field(
        default=None, gt=0, description="most list value, major units"
    )
    shapes: list[Literal["cards", "card-hours"]] = Field(
        default=["cards", "card-hours"], min_length=1, description="how compute may be asked for"
    )


class Peak(Part):
    """Dense peak of one unit at one precision, with where the figure was read."""

    precision: Literal["fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "int8"] = Field(
        description="number format; each at most once per device model"
    )
    dense_tflops: Decimal = Field(
        gt=0, le=10**6, description="dense, in TFLOPS (TOPS for int8); never with sparsity"
    )
    source: str = Field(min_length=1, max_length=400, description="the data sheet, by name")


class Power(Part):
    """What one unit draws, with where the figure was read; node and building come on top."""

    watts: int = Field(gt=0, le=10**5, description="at work, as the data sheet's board power")
    idle_watts: int | None = Field(
        default=None, ge=0, le=10**5, description="at rest; not counted where it is not told"
    )
    source: str = Field(min_length=1, max_length=400, description="the data sheet, by name")


class DeviceModelRule(Part):
    """A device model the programme lends, and what is counted as one."""

    code: Code = Field(description="unique; prices and request lines refer to it")
    vendor: str = Field(min_length=1, max_length=80, description="who makes it")
    name: str = Field(min_length=1, max_length=80, description="as the vendor writes it")
    unit: Literal["card", "module", "die", "slice"] = Field(
        default="card", description="what is counted as one"
    )
    memory_gib: int = Field(gt=0, le=10**6, description="memory of one unit")
    peak: list[Peak] = Field(min_length=1, description="peak figures of one unit")
    power: Power | None = Field(
        default=None, description="what one unit draws; without it no energy is told"
    )


class Criterion(Part):
    """One criterion with its weight in percent and the prompts a reviewer sees."""

    code: Code = Field(description="unique among the criteria")
    name: Words = Field(description="as reviewers and applicants read it")
    weight: Percent = Field(description="in percent; the weights add up to 100")
    prompts: list[Words] = Field(default=[], description="what a reviewer should look at")
    threshold: Decimal | None = Field(
        default=None, ge=0, description="least mean mark, on the scale; below it fails"
    )


class Scoring(Part):
    """How reviewers mark and how marks become a rank."""

    lowest: int = Field(default=0, ge=0, le=100, description="lowest mark")
    highest: int = Field(default=5, ge=1, le=100, description="highest mark")
    anchors: dict[int, Words] = Field(default={}, description="what a mark means, by mark")
    reviews_needed: int = Field(
        default=2, ge=1, le=20, description="reviews before a case is ranked"
    )
    pass_percent: Percent = Field(
        default=Decimal(0), description="least weighted score, in percent of the most possible"
    )
    spread_percent: Percent = Field(
        default=Decimal(40), description="reviews further apart than this want a further review"
    )
    criteria: list[Criterion] = Field(min_length=1, description="in the order of the form")


class StageKind(StrEnum):
    """What happens in a stage; the order and the target days are the programme's."""

    COMPLETENESS = "completeness"
    ELIGIBILITY = "eligibility"
    REVIEW = "review"
    DECISION = "decision"
    AGREEMENT = "agreement"


class Stage(Part):
    """One step of a case, with the days it should take.

    The clock stops while the applicant is asked.
    """

    kind: StageKind = Field(description="what happens in it")
    name: Words = Field(description="as people read it")
    target_days: int = Field(ge=1, le=1000, description="days it should take")


class Delegation(Part):
    """Who decides an application up to a list value; the last row has no ceiling."""

    up_to_list_value: Amount | None = Field(
        default=None, gt=0, description="ceiling, included, major units; none in the last row"
    )
    decided_by: Literal["officer", "committee"] = Field(description="who decides")
    stages: list[StageKind] = Field(
        default=[], description="stages such a case goes through; all if empty"
    )


class FormField(Part):
    """A question of the application form."""

    code: Code = Field(description="unique in the form; answers are kept under it")
    label: Words = Field(description="the question")
    help: Words | None = Field(default=None, description="what a good answer says")
    kind: Literal["line", "text", "number", "date", "choice", "yes-no"] = Field(
        default="line", description="what is typed or picked"
    )
    required: bool = Field(default=True, description="whether it must be answered to submit")
    characters_max: int = Field(default=2000, ge=1, le=20_000, description="for line and text")
    choices: dict[Code, Words] = Field(
        default={}, description="by code; for choice fields, and only there"
    )
    section: Literal["project", "compute", "results"] = Field(
        default="project", description="the step of the form it stands in"
    )


class AttachmentRule(Part):
    """A document that goes with an application."""

    code: Code = Field(description="unique among the attachments")
    name: Words = Field(description="what to attach")
    required: bool = Field(default=False, description="whether it must be there to submit")
    only_kinds: list[OrganisationKind] = Field(
        default=[], description="asked of these kinds only; of all if empty"
    )


class Declaration(Part):
    """A sentence the applicant must confirm."""

    code: Code = Field(description="unique among the declarations")
    text: Words = Field(description="the sentence")


class MonthlyWindow(Part):
    """Applications are gathered from day to day of a month and decided by a day of the next."""

    gather_from_day: int = Field(ge=1, le=28, description="first day of the month")
    gather_to_day: int = Field(ge=1, le=28, description="last day, of the same month")
    decide_by_day: int = Field(ge=1, le=28, description="day of the next month")


class CallRule(Part):
    """A call: rolling with batches, one window, or a window every month."""

    code: Code = Field(description="unique among the calls")
    title: Words = Field(description="as people read it")
    kind: Literal["rolling", "window", "monthly"] = Field(
        description="always open in batches, open once, or open every month"
    )
    opens_on: date = Field(description="first day, inside the period")
    closes_on: date | None = Field(
        default=None, description="last day, inside the period; a window call must have one"
    )
    monthly: MonthlyWindow | None = Field(
        default=None, description="for monthly calls, and only there"
    )
    batch_every_months: int = Field(default=3, ge=1, le=12, description="for rolling calls")
    decide_within_days: int | None = Field(
        default=None, ge=1, le=1000, description="days from the close of a window or batch"
    )
    awards_max: int | None = Field(
        default=None, ge=1, le=10**6, description="most awards of one window or batch"
    )
    service_class: Code | None = Field(
        default=None,
        description="class of service of its awards on a cluster that has such, a QOS of Slurm; "
        "left out, what the cluster gives",
    )


class ProgrammeRules(Part):
    """A whole programme file."""

    code: Code = Field(description="unique on the site; stands in addresses and never changes")
    prefix: str = Field(pattern=r"^[A-Z]{2,6}$", description="codes read PREFIX-0007, PREFIX-A0012")
    name: Words = Field(description="as people read it")
    summary: Words = Field(description="what the programme is for, in two or three sentences")
    owner: Words = Field(description="the body whose money it is")
    operator: Words = Field(description="the body that runs the machines and the desk")
    currency: str = Field(
        pattern=r"^[A-Z]{3,6}$",
        description="ISO 4217 code, or CREDIT for a programme without money",
    )
    effective_on: date = Field(description="first day of this version of the rules")
    period: Period = Field(description="days in which the programme spends")
    time_zone: str = Field(
        default="Asia/Hong_Kong", description="IANA name; days are counted in it"
    )
    envelope: Envelope = Field(description="the budget and its fenced shares")
    eligibility: list[EligibilityRule] = Field(min_length=1, description="who may apply")
    limits: Limits = Field(description="floor and ceiling of one application")
    subsidy: Subsidy = Field(description="the share the programme bears")
    device_models: list[DeviceModelRule] = Field(min_length=1, description="what may be asked for")
    prices: list[Price] = Field(min_length=1, description="the price list, with dates")
    price_of_awards: Literal["keep", "follow"] = Field(
        default="keep",
        description="an award keeps these prices, or follows later rules where those are lower",
    )
    payment: Literal["invoice", "claim"] = Field(
        default="invoice",
        description="the own share is invoiced, or holders pay their suppliers and claim back",
    )
    invoicing: Invoicing | None = Field(
        default=None, description="how the own share is asked for; due in 30 days if left out"
    )
    claims: Claims | None = Field(
        default=None, description="what may be claimed; for the payment ``claim``, and only there"
    )
    scoring: Scoring = Field(description="how cases are marked and ranked")
    stages: list[Stage] = Field(min_length=1, description="the way of a case, in order")
    delegation: list[Delegation] = Field(min_length=1, description="who decides, by rising size")
    calls: list[CallRule] = Field(min_length=1, description="when applications are taken")
    form: list[FormField] = Field(default=[], description="questions beside the fixed parts")
    attachments: list[AttachmentRule] = Field(default=[], description="documents to attach")
    declarations: list[Declaration] = Field(min_length=1, description="what applicants confirm")
    agreement: AgreementRule = Field(description="what a lead accepts")
    life: Life = Field(
        default=Life(),
        description="what happens to card-hours that are not used; nothing by itself",
    )
    warnings: Warnings = Field(
        default=Warnings(), description="when the people of an award are told how it stands"
    )
    changes: Changes = Field(
        default=Changes(), description="changes of awards that may be asked for; none if left out"
    )

    def price_on(self, device_model: str, day: date) -> Price | None:
        """The list price in force on a day: the latest that has begun and not ended."""
        in_force = [
            price
            for price in self.prices
            if price.device_model == device_model
            and price.valid_from <= day
            and (price.valid_to is None or day <= price.valid_to)
        ]
        return max(in_force, key=lambda price: price.valid_from, default=None)

    @property
    def priced_classes(self) -> list[str]:
        """The classes of service that the price list names, by code."""
        return sorted({name for price in self.prices for name in price.factors})

    def service_class_of(self, call_code: str) -> str:
        """The class of service of a call's awards; empty where it names none."""
        named = (call.service_class for call in self.calls if call.code == call_code)
        return next(named, None) or ""

    def money(self, major: Decimal) -> Money:
        """An amount of the file, in minor units of the programme's currency."""
        return Money.parse(str(major), self.currency)
