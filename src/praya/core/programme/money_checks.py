"""What the money fields of a programme file must say together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from praya.core.programme.checks import At, Checks
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode
from praya.core.programme.money import ClaimShare, Price, RateRow
from praya.core.programme.parts import AMOUNT_MAX
from praya.core.quantity import decimals_of

ONE_DAY = timedelta(days=1)
CHECKS = Checks()
_needs = CHECKS.needs


@_needs(
    "currency",
    "envelope.amount",
    "envelope.purposes.*.amount",
    "envelope.years.*.voted",
    "prices.*.per_card_hour",
    "limits.list_value_min",
    "limits.list_value_max",
    "delegation.*.up_to_list_value",
    "subsidy.caps",
    "subsidy.window",
)
def _amounts_are_whole_minor_units(rules: ProgrammeRules) -> Iterator[Fault]:
    decimals = decimals_of(rules.currency)
    amounts: list[tuple[At, Decimal | None]] = [
        (("envelope", "amount"), rules.envelope.amount),
        (("limits", "list_value_min"), rules.limits.list_value_min),
        (("limits", "list_value_max"), rules.limits.list_value_max),
    ]
    if rules.subsidy.caps is not None:
        amounts += [(("subsidy", "caps", name), amount) for name, amount in rules.subsidy.caps]
    if rules.subsidy.window is not None:
        amounts.append((("subsidy", "window", "ceiling"), rules.subsidy.window.ceiling))
    for index, purpose in enumerate(rules.envelope.purposes):
        amounts.append((("envelope", "purposes", index, "amount"), purpose.amount))
    for index, vote in enumerate(rules.envelope.years):
        amounts.append((("envelope", "years", index, "voted"), vote.voted))
    for index, price in enumerate(rules.prices):
        amounts.append((("prices", index, "per_card_hour"), price.per_card_hour))
    for index, row in enumerate(rules.delegation):
        amounts.append((("delegation", index, "up_to_list_value"), row.up_to_list_value))
    for at, amount in amounts:
        if amount is not None and amount != round(amount, decimals):
            facts = {"field": str(at[-1]), "given": str(amount), "decimals": decimals}
            yield Fault(FindingCode.VALUE_TOO_FINE, at, facts)


@_needs("subsidy.percent", "subsidy.exceptional.percent", "subsidy.exceptional")
def _exceptional_is_higher(rules: ProgrammeRules) -> Iterator[Fault]:
    exceptional = rules.subsidy.exceptional
    if exceptional is not None and exceptional.percent <= rules.subsidy.percent:
        facts = {"percent": exceptional.percent, "ordinary": rules.subsidy.percent}
        yield Fault(FindingCode.SUBSIDY_EXCEPTIONAL, ("subsidy", "exceptional", "percent"), facts)


@_needs("device_models.*.code", "prices.*.device_model")
def _prices_are_of_known_models(rules: ProgrammeRules) -> Iterator[Fault]:
    known = [model.code for model in rules.device_models]
    for index, price in enumerate(rules.prices):
        if price.device_model not in known:
            suggestion = nearest(price.device_model, known)
            facts = {"given": price.device_model, "known": tuple(known), "suggestion": suggestion}
            at = ("prices", index, "device_model")
            yield Fault(FindingCode.PRICE_UNKNOWN_MODEL, at, facts)


@_needs("prices.*.device_model", "prices.*.valid_from", "prices.*.valid_to")
def _prices_do_not_overlap(rules: ProgrammeRules) -> Iterator[Fault]:
    by_model: dict[str, list[tuple[int, Price]]] = {}
    for index, price in enumerate(rules.prices):
        by_model.setdefault(price.device_model, []).append((index, price))
        if price.valid_to is not None and price.valid_to < price.valid_from:
            facts = {"first": price.valid_from, "last": price.valid_to}
            yield Fault(FindingCode.PRICE_ORDER, ("prices", index, "valid_to"), facts)
    for device_model, priced in by_model.items():
        priced.sort(key=lambda pair: pair[1].valid_from)
        for (_, earlier), (index, later) in pairwise(priced):
            # An open price ends where the next begins; one with a last day must keep to it.
            ends = earlier.valid_to or later.valid_from - ONE_DAY
            if later.valid_from <= max(ends, earlier.valid_from):
                at = ("prices", index, "valid_from")
                told = {"device_model": device_model, "day": later.valid_from}
                yield Fault(FindingCode.PRICE_OVERLAP, at, told)


@_needs(
    "period",
    "device_models.*.code",
    "prices.*.device_model",
    "prices.*.valid_from",
    "prices.*.valid_to",
)
def _every_day_has_a_price(rules: ProgrammeRules) -> Iterator[Fault]:
    first, last = rules.period.first, rules.period.last
    for index, model in enumerate(rules.device_models):
        if rules.price_on(model.code, first) is None:
            at = ("device_models", index, "code")
            facts: dict[str, object] = {"device_model": model.code, "day": first}
            yield Fault(FindingCode.PRICE_NONE_AT_START, at, facts)
        for place, price in enumerate(rules.prices):
            if price.device_model != model.code or price.valid_to is None:
                continue
            # A day without a price can only begin where a price ends.
            day = price.valid_to + ONE_DAY
            if first < day <= last and rules.price_on(model.code, day) is None:
                facts = {"device_model": model.code, "day": day}
                yield Fault(FindingCode.PRICE_GAP, ("prices", place, "valid_to"), facts)


@_needs("currency", "prices.*.per_card_hour", "prices.*.factors")
def _classes_cost_whole_amounts(rules: ProgrammeRules) -> Iterator[Fault]:
    decimals = decimals_of(rules.currency)
    for index, price in enumerate(rules.prices):
        for name, factor in price.factors.items():
            per_hour = price.per_hour_in(name)
            if per_hour != round(per_hour, decimals) or per_hour > AMOUNT_MAX:
                facts = {"given": factor, "price": f"{price.per_card_hour:f}", "class": name}
                at: At = ("prices", index, "factors", name)
                yield Fault(FindingCode.PRICE_FACTOR, at, facts)


@_needs("prices.*.factors", "calls.*.service_class")
def _every_class_is_priced(rules: ProgrammeRules) -> Iterator[Fault]:
    """A class that a price forgets, or a call misspells, would cost the ordinary price."""
    known = rules.priced_classes
    for index, price in enumerate(rules.prices):
        for name in known:
            if name not in price.factors:
                at: At = ("prices", index, "factors")
                yield Fault(FindingCode.CLASS_UNPRICED, at, _among(name, known))
    for index, call in enumerate(rules.calls if known else ()):
        if call.service_class is not None and call.service_class not in known:
            at = ("calls", index, "service_class")
            yield Fault(FindingCode.CLASS_UNPRICED, at, _among(call.service_class, known))


@_needs("subsidy.rates.*.first_on", "subsidy.rates.*.last_on")
def _rates_run_forward(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, row in enumerate(rules.subsidy.rates):
        yield from _runs_forward(("subsidy", "rates", index), row)


@_needs("subsidy.rates.*.answers", "form.*.code", "form.*.kind", "form.*.choices")
def _rates_ask_what_the_form_asks(rules: ProgrammeRules) -> Iterator[Fault]:
    choices = {field.code: list(field.choices) for field in rules.form if field.kind == "choice"}
    for index, row in enumerate(rules.subsidy.rates):
        for place, asked in enumerate(row.answers):
            at: At = ("subsidy", "rates", index, "answers", place)
            if asked.field not in choices:
                facts = _among(asked.field, list(choices))
                yield Fault(FindingCode.RATE_UNKNOWN_FIELD, (*at, "field"), facts)
            elif asked.choice not in choices[asked.field]:
                facts = _among(asked.choice, choices[asked.field])
                yield Fault(FindingCode.RATE_UNKNOWN_CHOICE, (*at, "choice"), facts)


@_needs("payment", "claims")
def _claims_go_with_their_payment(rules: ProgrammeRules) -> Iterator[Fault]:
    if rules.payment == "claim" and rules.claims is None:
        yield Fault(FindingCode.CLAIMS_MISSING, ("payment",))
    if rules.payment != "claim" and rules.claims is not None:
        yield Fault(FindingCode.CLAIMS_UNWANTED, ("claims",))


@_needs("claims.costs.*.code", "claims.costs")
def _costs_are_told_once(rules: ProgrammeRules) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, cost in enumerate(rules.claims.costs if rules.claims else ()):
        if cost.code in seen:
            at = ("claims", "costs", index, "code")
            yield Fault(FindingCode.CODE_TWICE, at, {"given": cost.code})
        seen.add(cost.code)


@_needs("claims.shares", "claims.shares.*.share")
def _shares_are_of_the_whole(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, row in enumerate(rules.claims.shares if rules.claims else ()):
        over, under = row.parts
        if over > under:
            at = ("claims", "shares", index, "share")
            yield Fault(FindingCode.SHARE_ABOVE_WHOLE, at, {"given": row.share})


@_needs("claims.shares", "claims.shares.*.origin", "claims.shares.*.first_on")
def _shares_do_not_overlap(rules: ProgrammeRules) -> Iterator[Fault]:
    by_origin: dict[str, list[tuple[int, ClaimShare]]] = {}
    for index, row in enumerate(rules.claims.shares if rules.claims else ()):
        by_origin.setdefault(row.origin, []).append((index, row))
        yield from _runs_forward(("claims", "shares", index), row)
    for origin, rows in by_origin.items():
        rows.sort(key=lambda pair: pair[1].first_on or date.min)
        for (_, earlier), (index, later) in pairwise(rows):
            if earlier.last_on is None or (later.first_on or date.min) <= earlier.last_on:
                at = ("claims", "shares", index, "origin")
                yield Fault(FindingCode.SHARE_OVERLAP, at, {"origin": origin})


def _runs_forward(at: At, row: RateRow | ClaimShare) -> Iterator[Fault]:
    if row.first_on is not None and row.last_on is not None and row.last_on < row.first_on:
        facts = {"first": row.first_on, "last": row.last_on}
        yield Fault(FindingCode.RATE_ORDER, (*at, "last_on"), facts)


def _among(given: str, known: list[str]) -> dict[str, object]:
    return {"given": given, "known": tuple(known), "suggestion": nearest(given, known)}
