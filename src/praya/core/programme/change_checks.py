"""What the rules on changes of awards must say together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from praya.core.programme.changes import gaining_model, rates_on
from praya.core.programme.checks import At, Checks
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode
from praya.core.quantity import decimals_of

CHECKS = Checks()


@CHECKS.needs("device_models.*.code", "changes.rates.*.from", "changes.rates.*.to")
def _rates_are_of_known_models(rules: ProgrammeRules) -> Iterator[Fault]:
    known = [model.code for model in rules.device_models]
    for index, rate in enumerate(rules.changes.rates):
        at: At = ("changes", "rates", index)
        for name, given in (("from", rate.source), ("to", rate.target)):
            if given not in known:
                suggestion = nearest(given, known)
                facts = {"given": given, "known": tuple(known), "suggestion": suggestion}
                yield Fault(FindingCode.EXCHANGE_UNKNOWN_MODEL, (*at, name), facts)
        if rate.source == rate.target:
            yield Fault(FindingCode.EXCHANGE_SAME_MODEL, (*at, "to"), {"given": rate.target})


@CHECKS.needs("changes.rates.*.valid_from", "changes.rates.*.valid_to")
def _rates_end_after_they_begin(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, rate in enumerate(rules.changes.rates):
        if rate.valid_to is not None and rate.valid_to < rate.valid_from:
            facts = {"first": rate.valid_from, "last": rate.valid_to}
            yield Fault(FindingCode.EXCHANGE_ORDER, ("changes", "rates", index, "valid_to"), facts)


@CHECKS.needs("changes.rates")
def _no_round_of_exchanges_gains(rules: ProgrammeRules) -> Iterator[Fault]:
    changes = rules.changes
    for index, begins in enumerate(changes.rates):
        day = begins.valid_from
        exact = {}
        for rate in rates_on(changes.rates, day):
            in_force = changes.rate_on(rate.source, rate.target, day)
            if in_force is not None and rate.source != rate.target:
                exact[rate.source, rate.target] = in_force.exact
        model = gaining_model(exact)
        if model is not None:
            facts = {"device_model": model, "day": day}
            yield Fault(FindingCode.EXCHANGE_GAINS, ("changes", "rates", index, "rate"), facts)
            return  # once is enough: rates of one day would all be told


@CHECKS.needs("changes.recovery.finance_up_to", "currency")
def _write_off_is_in_minor_units(rules: ProgrammeRules) -> Iterator[Fault]:
    amount, decimals = rules.changes.recovery.finance_up_to, decimals_of(rules.currency)
    if amount != round(amount, decimals):
        facts = {"field": "finance_up_to", "given": str(amount), "decimals": decimals}
        at = ("changes", "recovery", "finance_up_to")
        yield Fault(FindingCode.VALUE_TOO_FINE, at, facts)


@CHECKS.needs("changes.cure.causes", "changes.end_at_once.causes")
def _what_can_be_cured_is_not_ended_at_once(rules: ProgrammeRules) -> Iterator[Fault]:
    cure, at_once = rules.changes.cure, rules.changes.end_at_once
    if cure is None or at_once is None:
        return
    for index, cause in enumerate(at_once.causes):
        if cause in cure.causes:
            at: At = ("changes", "end_at_once", "causes", index)
            yield Fault(FindingCode.END_CURABLE, at, {"given": cause})


@CHECKS.needs("changes.recovery.interest.*.valid_from")
def _interest_has_one_rate_a_day(rules: ProgrammeRules) -> Iterator[Fault]:
    seen: set[date] = set()
    for index, rate in enumerate(rules.changes.recovery.interest):
        if rate.valid_from in seen:
            at: At = ("changes", "recovery", "interest", index, "valid_from")
            yield Fault(FindingCode.INTEREST_TWICE, at, {"day": rate.valid_from})
        seen.add(rate.valid_from)
