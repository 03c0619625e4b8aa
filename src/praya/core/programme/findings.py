"""What can be wrong with a programme file: a code for each mistake, where it stands, the facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class FindingCode(StrEnum):
    """One kind of mistake; ``meaning`` is its line in the reference."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """Make a code with its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    FILE_TOO_LARGE = "file.too_large", "the file is larger than 512 KiB; it was not read"
    FILE_NOT_TEXT = "file.not_text", "the file is not UTF-8 text, or holds control characters"
    FILE_EMPTY = "file.empty", "the file says nothing"
    FILE_NOT_MAPPING = "file.not_mapping", "the file is not a list of `name: value` lines"
    YAML_SYNTAX = "yaml.syntax", "the file cannot be read as YAML from here on"
    YAML_TAB = "yaml.tab", "a tab indents a line; YAML wants spaces"
    YAML_ALIAS = "yaml.alias", "an anchor or alias (`&name`, `*name`); each thing is written out"
    YAML_TAG = "yaml.tag", "a tag (`!name`); fields know their types themselves"
    YAML_KEY = "yaml.key", "a key that is not plain text"
    YAML_DEPTH = "yaml.depth", "parts inside parts, deeper than any field goes"
    YAML_DOCUMENTS = "yaml.documents", "a second document (`---`) in one file"
    FIELD_TWICE = "field.twice", "the same field twice in one part"
    FIELD_UNKNOWN = "field.unknown", "no such field here"
    FIELD_MISSING = "field.missing", "a field that must be there"
    VALUE_EMPTY = "value.empty", "a field without a value"
    VALUE_TEXT = "value.text", "text was expected"
    VALUE_NUMBER = "value.number", "a number was expected"
    VALUE_WHOLE_NUMBER = "value.whole_number", "a whole number was expected"
    VALUE_DATE = "value.date", "a date was expected, written 2026-03-31"
    VALUE_YES_NO = "value.yes_no", "true or false was expected"
    VALUE_LIST = "value.list", "a list was expected"
    VALUE_PART = "value.part", "`name: value` lines were expected"
    VALUE_CHOICE = "value.choice", "not one of the words allowed here"
    VALUE_TOO_SMALL = "value.too_small", "less than the least allowed"
    VALUE_TOO_LARGE = "value.too_large", "more than the most allowed"
    VALUE_TOO_FINE = "value.too_fine", "more digits after the point than are kept"
    VALUE_TOO_LONG = "value.too_long", "longer than allowed"
    VALUE_TOO_SHORT = "value.too_short", "shorter than allowed, or empty"
    VALUE_WRONG = "value.wrong", "not a value for this field"
    CODE_WRONG = "code.wrong", "a code is small letters, digits and hyphens, at most 40"
    CODE_TWICE = "code.twice", "the same code twice in one list"
    PREFIX_WRONG = "prefix.wrong", "a prefix is 2 to 6 capital letters"
    CURRENCY_WRONG = "currency.wrong", "a currency is 3 to 6 capital letters"
    PLACE_WRONG = "place.wrong", "a place is an ISO 3166 code such as HK or CN-GD"
    TIME_ZONE_UNKNOWN = "time_zone.unknown", "no such time zone"
    PERIOD_ORDER = "period.order", "the period ends before it begins"
    EFFECTIVE_AFTER_END = "effective_on.after_end", "the rules begin after the period has ended"
    ENVELOPE_SUM = "envelope.sum", "the purposes do not add up to the envelope"
    ENVELOPE_PAYS_SUBSIDY = "envelope.pays_subsidy", "not exactly one purpose pays the subsidy"
    VOTE_ORDER = "vote.order", "a year that ends before it begins"
    VOTE_UNKNOWN_PURPOSE = "vote.unknown_purpose", "a vote for a purpose the file does not have"
    VOTE_OVERLAP = "vote.overlap", "two votes of one purpose for the same day"
    VOTE_SUM = "vote.sum", "more voted over the years than the purpose has"
    ELIGIBILITY_NO_PREDICATE = "eligibility.no_predicate", "a rule that asks nothing"
    LIMITS_ORDER = "limits.order", "a floor above its ceiling"
    SUBSIDY_EXCEPTIONAL = "subsidy.exceptional", "the exceptional rate is not above the ordinary"
    RATE_ORDER = "rate.order", "a rate or share ends before it begins"
    RATE_UNKNOWN_FIELD = "rate.unknown_field", "a rate on an answer the form does not ask for"
    RATE_UNKNOWN_CHOICE = "rate.unknown_choice", "a rate on a choice the field does not have"
    CLAIMS_MISSING = "claims.missing", "holders claim back, and nothing says what"
    CLAIMS_UNWANTED = "claims.unwanted", "what may be claimed, in a programme that invoices"
    SHARE_ABOVE_WHOLE = "share.above_whole", "a share of more than the whole cost"
    SHARE_OVERLAP = "share.overlap", "two shares of one origin for the same day"
    PEAK_TWICE = "peak.twice", "the same precision twice for one device model"
    PRICE_UNKNOWN_MODEL = "price.unknown_model", "a price of a device model the file does not have"
    PRICE_ORDER = "price.order", "a price ends before it begins"
    PRICE_OVERLAP = "price.overlap", "two prices of one device model for the same day"
    PRICE_GAP = "price.gap", "a day inside the period without a price"
    PRICE_NONE_AT_START = "price.none_at_start", "no price on the first day of the period"
    PRICE_FACTOR = "price.factor", "a class whose price is no whole amount, or too large a one"
    CLASS_UNPRICED = "price.class_unpriced", "a class without a factor, where others have one"
    CRITERIA_SUM = "criteria.sum", "the weights do not add up to 100"
    SCALE_ORDER = "scale.order", "the highest mark is not above the lowest"
    ANCHOR_OUTSIDE = "anchor.outside", "an anchor for a mark outside the scale"
    THRESHOLD_OUTSIDE = "threshold.outside", "a threshold outside the scale"
    STAGE_ORDER = "stage.order", "a stage before one that it follows"
    STAGE_TWICE = "stage.twice", "a stage twice"
    STAGE_NEEDED = "stage.needed", "decision and agreement must be among the stages"
    DELEGATION_ORDER = "delegation.order", "a ceiling not above the one before"
    DELEGATION_LAST = (
        "delegation.last",
        "the last row has a ceiling",
    )
    DELEGATION_OPEN = "delegation.open", "a row without a ceiling before the last"
    DELEGATION_STAGE = "delegation.stage", "a stage the programme does not have"
    DELEGATION_STAGE_NEEDED = (
        "delegation.stage_needed",
        "a row without decision or agreement",
    )
    CALL_ORDER = "call.order", "a call closes before it opens, or a month's window is reversed"
    CALL_OUTSIDE_PERIOD = "call.outside_period", "a day of a call outside the period"
    CALL_CLOSES_ON_MISSING = "call.closes_on_missing", "a window call without its last day"
    CALL_MONTHLY_MISSING = "call.monthly_missing", "a monthly call without its days of the month"
    CALL_MONTHLY_UNWANTED = "call.monthly_unwanted", "days of the month for a call of another kind"
    LIFE_NO_DAY = "life.no_day", "a cut without a day on which to look"
    LIFE_UNKNOWN_POOL = "life.unknown_pool", "what is cut goes to a purpose the file does not have"
    TIER_TWICE = "tier.twice", "two rows for the same share of use"
    TIER_ORDER = "tier.order", "a row for less use that costs less"
    TRANCHE_SUM = "tranche.sum", "the parts of a grant do not add up to 100"
    PAID_AHEAD_UNFIT = "paid_ahead.unfit", "paid ahead, where claims are paid or cards are leased"
    TRANCHE_REPORT = "tranche.report", "a report for the first part, or none for a later one"
    EXCHANGE_UNKNOWN_MODEL = "exchange.unknown_model", "a rate of an unknown device model"
    EXCHANGE_SAME_MODEL = "exchange.same_model", "a rate from a device model to itself"
    EXCHANGE_ORDER = "exchange.order", "a rate of exchange ends before it begins"
    EXCHANGE_GAINS = "exchange.gains", "rates by which time grows on the way round"
    END_CURABLE = "end.curable", "a cause that can be put right, and ends an award at once"
    INTEREST_TWICE = "interest.twice", "two rates of interest from the same day"
    FORM_CHOICES_MISSING = "form.choices_missing", "a choice field without choices"
    FORM_CHOICES_UNWANTED = "form.choices_unwanted", "choices for a field of another kind"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. ``line`` and ``column`` count from 1; a path reads ``prices[2].valid_from``."""

    file: str
    line: int
    column: int
    code: FindingCode
    path: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it stands, as editors and terminals understand it: ``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake that is not located yet: ``at`` leads through keys and positions to the value."""

    code: FindingCode
    at: tuple[str | int, ...]
    facts: dict[str, Any] = field(default_factory=dict)
