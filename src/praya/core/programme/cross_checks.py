"""What the fields of a programme file must say together.

What is said about money stands in ``money_checks``, about the life of an award in ``life_checks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from praya.core.programme import change_checks, life_checks, money_checks
from praya.core.programme.checks import At, Checks
from praya.core.programme.document import CallRule, ProgrammeRules, StageKind, Vote
from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode

HUNDRED = Decimal(100)
NEEDED_STAGES = (StageKind.DECISION, StageKind.AGREEMENT)
CODED_LISTS: tuple[At, ...] = (
    ("envelope", "purposes"),
    ("eligibility",),
    ("device_models",),
    ("scoring", "criteria"),
    ("calls",),
    ("form",),
    ("attachments",),
    ("declarations",),
    ("agreement", "before_start"),
    ("subsidy", "rates"),
)


_CHECKS = Checks()
_needs = _CHECKS.needs


def cross_faults(rules: ProgrammeRules, wrong: Sequence[At]) -> list[Fault]:
    """Every fault of fields together. ``wrong`` lists the fields that are missing or wrong.

    ``rules`` may be a loose twin, whose wrong fields are ``None``.
    """
    return [
        fault
        for check in (
            *_CHECKS,
            *money_checks.CHECKS,
            *life_checks.CHECKS,
            *change_checks.CHECKS,
        )
        if not check.needs_any(wrong)
        for fault in check.check(rules)
    ]


def _enter_unique_codes(path: At) -> None:
    """Enter the check that no code stands twice in one list."""

    @_needs(".".join([*map(str, path), "*", "code"]))
    def unique_codes(rules: ProgrammeRules) -> Iterator[Fault]:
        items: Any = rules
        for step in path:
            items = getattr(items, str(step))
        seen: set[str] = set()
        for index, item in enumerate(items):
            if item.code in seen:
                yield Fault(FindingCode.CODE_TWICE, (*path, index, "code"), {"given": item.code})
            seen.add(item.code)


for _path in CODED_LISTS:
    _enter_unique_codes(_path)


@_needs("envelope.amount", "envelope.purposes.*.amount")
def _purposes_make_the_envelope(rules: ProgrammeRules) -> Iterator[Fault]:
    total = sum((purpose.amount for purpose in rules.envelope.purposes), Decimal(0))
    if total != rules.envelope.amount:
        facts = {"sum": total, "amount": rules.envelope.amount}
        yield Fault(FindingCode.ENVELOPE_SUM, ("envelope", "purposes"), facts)


@_needs("envelope.purposes.*.pays_subsidy")
def _one_purpose_pays(rules: ProgrammeRules) -> Iterator[Fault]:
    count = sum(purpose.pays_subsidy for purpose in rules.envelope.purposes)
    if count != 1:
        at = ("envelope", "purposes")
        yield Fault(FindingCode.ENVELOPE_PAYS_SUBSIDY, at, {"count": count})


@_needs(
    "envelope.purposes.*.code",
    "envelope.purposes.*.amount",
    "envelope.purposes.*.pays_subsidy",
    "envelope.years",
)
def _votes_are_of_purposes_and_years_apart(rules: ProgrammeRules) -> Iterator[Fault]:
    amounts = {purpose.code: purpose.amount for purpose in rules.envelope.purposes}
    paying = next((one.code for one in rules.envelope.purposes if one.pays_subsidy), "")
    voted: dict[str, list[Vote]] = {}
    for index, vote in enumerate(rules.envelope.years):
        at: At = ("envelope", "years", index)
        facts: dict[str, object]
        if vote.last < vote.first:
            facts = {"first": vote.first, "last": vote.last}
            yield Fault(FindingCode.VOTE_ORDER, (*at, "to"), facts)
        purpose = vote.purpose or paying
        if purpose not in amounts:
            known = tuple(amounts)
            suggestion = nearest(purpose, list(amounts))
            facts = {"given": purpose, "known": known, "suggestion": suggestion}
            yield Fault(FindingCode.VOTE_UNKNOWN_PURPOSE, (*at, "purpose"), facts)
            continue
        before = voted.setdefault(purpose, [])
        if any(vote.first <= other.last and other.first <= vote.last for other in before):
            yield Fault(FindingCode.VOTE_OVERLAP, (*at, "from"), {"first": vote.first})
        before.append(vote)
        total = sum((each.voted for each in before), Decimal(0))
        if total > amounts[purpose] >= total - vote.voted:
            facts = {"sum": total, "amount": amounts[purpose], "purpose": purpose}
            yield Fault(FindingCode.VOTE_SUM, (*at, "voted"), facts)


@_needs("period")
def _period_runs_forward(rules: ProgrammeRules) -> Iterator[Fault]:
    if rules.period.last < rules.period.first:
        facts = {"first": rules.period.first, "last": rules.period.last}
        yield Fault(FindingCode.PERIOD_ORDER, ("period", "to"), facts)


@_needs("period", "effective_on")
def _rules_begin_in_time(rules: ProgrammeRules) -> Iterator[Fault]:
    if rules.period.last < rules.effective_on:
        facts = {"effective_on": rules.effective_on, "last": rules.period.last}
        yield Fault(FindingCode.EFFECTIVE_AFTER_END, ("effective_on",), facts)


@_needs("time_zone")
def _time_zone_is_known(rules: ProgrammeRules) -> Iterator[Fault]:
    try:
        ZoneInfo(rules.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        suggestion = nearest(rules.time_zone, sorted(available_timezones()))
        facts = {"given": rules.time_zone, "suggestion": suggestion}
        yield Fault(FindingCode.TIME_ZONE_UNKNOWN, ("time_zone",), facts)


@_needs(
    "eligibility.*.kinds",
    "eligibility.*.places",
    "eligibility.*.registry_number",
    "eligibility.*.question",
)
def _eligibility_rules_ask(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, rule in enumerate(rules.eligibility):
        if not (rule.kinds or rule.places or rule.registry_number or rule.question):
            yield Fault(FindingCode.ELIGIBILITY_NO_PREDICATE, ("eligibility", index))


@_needs("limits.card_hours_min", "limits.card_hours_max")
def _card_hours_floor_is_below_ceiling(rules: ProgrammeRules) -> Iterator[Fault]:
    limits = rules.limits
    yield from _floor_below_ceiling("card_hours", limits.card_hours_min, limits.card_hours_max)


@_needs("limits.list_value_min", "limits.list_value_max")
def _list_value_floor_is_below_ceiling(rules: ProgrammeRules) -> Iterator[Fault]:
    limits = rules.limits
    yield from _floor_below_ceiling("list_value", limits.list_value_min, limits.list_value_max)


def _floor_below_ceiling(
    name: str, floor: Decimal | int | None, ceiling: Decimal | int | None
) -> Iterator[Fault]:
    if floor is not None and ceiling is not None and ceiling < floor:
        facts = {"name": name, "floor": floor, "ceiling": ceiling}
        yield Fault(FindingCode.LIMITS_ORDER, ("limits", f"{name}_min"), facts)


@_needs("device_models.*.peak.*.precision")
def _peaks_are_told_once(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, model in enumerate(rules.device_models):
        seen: set[str] = set()
        for place, peak in enumerate(model.peak):
            if peak.precision in seen:
                at = ("device_models", index, "peak", place, "precision")
                yield Fault(FindingCode.PEAK_TWICE, at, {"given": peak.precision})
            seen.add(peak.precision)


@_needs("scoring.criteria.*.weight")
def _weights_make_a_hundred(rules: ProgrammeRules) -> Iterator[Fault]:
    total = sum((criterion.weight for criterion in rules.scoring.criteria), Decimal(0))
    if total != HUNDRED:
        yield Fault(FindingCode.CRITERIA_SUM, ("scoring", "criteria"), {"sum": total})


@_needs("scoring.lowest", "scoring.highest", "scoring.anchors", "scoring.criteria.*.threshold")
def _marks_are_on_the_scale(rules: ProgrammeRules) -> Iterator[Fault]:
    lowest, highest = rules.scoring.lowest, rules.scoring.highest
    facts = {"lowest": lowest, "highest": highest}
    if highest <= lowest:
        yield Fault(FindingCode.SCALE_ORDER, ("scoring", "highest"), facts)
        return
    for mark in rules.scoring.anchors:
        if not lowest <= mark <= highest:
            at: At = ("scoring", "anchors", str(mark))
            yield Fault(FindingCode.ANCHOR_OUTSIDE, at, facts | {"given": mark})
    for index, criterion in enumerate(rules.scoring.criteria):
        threshold = criterion.threshold
        if threshold is not None and not lowest <= threshold <= highest:
            at = ("scoring", "criteria", index, "threshold")
            yield Fault(FindingCode.THRESHOLD_OUTSIDE, at, facts | {"given": threshold})


@_needs("stages.*.kind")
def _stages_follow_each_other(rules: ProgrammeRules) -> Iterator[Fault]:
    order = list(StageKind)
    seen: list[StageKind] = []
    for index, stage in enumerate(rules.stages):
        at = ("stages", index, "kind")
        if stage.kind in seen:
            yield Fault(FindingCode.STAGE_TWICE, at, {"stage": stage.kind.value})
        elif seen and order.index(stage.kind) < max(map(order.index, seen)):
            facts = {"stage": stage.kind.value, "order": tuple(kind.value for kind in order)}
            yield Fault(FindingCode.STAGE_ORDER, at, facts)
        seen.append(stage.kind)
    for kind in NEEDED_STAGES:
        if kind not in seen:
            yield Fault(FindingCode.STAGE_NEEDED, ("stages",), {"stage": kind.value})


@_needs("delegation.*.up_to_list_value")
def _delegation_rises(rules: ProgrammeRules) -> Iterator[Fault]:
    ceiling = Decimal(0)
    last = len(rules.delegation) - 1
    for index, row in enumerate(rules.delegation):
        at = ("delegation", index)
        if row.up_to_list_value is None:
            if index < last:
                yield Fault(FindingCode.DELEGATION_OPEN, at)
            continue
        if row.up_to_list_value <= ceiling:
            facts = {"given": row.up_to_list_value, "before": ceiling}
            yield Fault(FindingCode.DELEGATION_ORDER, (*at, "up_to_list_value"), facts)
        ceiling = row.up_to_list_value
        if index == last:
            facts = {"given": ceiling}
            yield Fault(FindingCode.DELEGATION_LAST, (*at, "up_to_list_value"), facts)


@_needs("stages.*.kind", "delegation.*.stages")
def _delegation_names_stages(rules: ProgrammeRules) -> Iterator[Fault]:
    known = [stage.kind for stage in rules.stages]
    for index, row in enumerate(rules.delegation):
        at: At = ("delegation", index, "stages")
        for place, kind in enumerate(row.stages):
            if kind not in known:
                facts = {"stage": kind.value, "known": tuple(stage.value for stage in known)}
                yield Fault(FindingCode.DELEGATION_STAGE, (*at, place), facts)
        for kind in NEEDED_STAGES:
            if row.stages and kind not in row.stages:
                yield Fault(FindingCode.DELEGATION_STAGE_NEEDED, at, {"stage": kind.value})


@_needs("period", "calls.*.opens_on", "calls.*.closes_on")
def _calls_are_inside_the_period(rules: ProgrammeRules) -> Iterator[Fault]:
    first, last = rules.period.first, rules.period.last
    for index, call in enumerate(rules.calls):
        for name, day in (("opens_on", call.opens_on), ("closes_on", call.closes_on)):
            if day is not None and not first <= day <= last and first <= last:
                facts = {"field": name, "day": day, "first": first, "last": last}
                yield Fault(FindingCode.CALL_OUTSIDE_PERIOD, ("calls", index, name), facts)
        if call.closes_on is not None and call.closes_on < call.opens_on:
            yield _call_order(index, "closes_on", call.opens_on, call.closes_on)


@_needs("calls.*.kind", "calls.*.closes_on", "calls.*.monthly")
def _calls_have_what_their_kind_needs(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, call in enumerate(rules.calls):
        at = ("calls", index)
        if call.kind == "window" and call.closes_on is None:
            yield Fault(FindingCode.CALL_CLOSES_ON_MISSING, at, {"call": call.code})
        yield from _monthly_faults(at, index, call)


def _monthly_faults(at: At, index: int, call: CallRule) -> Iterator[Fault]:
    if call.kind == "monthly" and call.monthly is None:
        yield Fault(FindingCode.CALL_MONTHLY_MISSING, at, {"call": call.code})
    if call.kind != "monthly" and call.monthly is not None:
        facts = {"call": call.code, "kind": call.kind}
        yield Fault(FindingCode.CALL_MONTHLY_UNWANTED, (*at, "monthly"), facts)
    if call.monthly is not None and call.monthly.gather_to_day < call.monthly.gather_from_day:
        opens, closes = call.monthly.gather_from_day, call.monthly.gather_to_day
        yield _call_order(index, "monthly", opens, closes)


def _call_order(index: int, name: str, opens: date | int, closes: date | int) -> Fault:
    at: At = (
        ("calls", index, name) if name == "closes_on" else ("calls", index, name, "gather_to_day")
    )
    return Fault(FindingCode.CALL_ORDER, at, {"opens": opens, "closes": closes})


@_needs("form.*.kind", "form.*.choices")
def _choice_fields_have_choices(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, question in enumerate(rules.form):
        if question.kind == "choice" and not question.choices:
            yield Fault(FindingCode.FORM_CHOICES_MISSING, ("form", index))
        if question.kind != "choice" and question.choices:
            facts = {"kind": question.kind}
            yield Fault(FindingCode.FORM_CHOICES_UNWANTED, ("form", index, "choices"), facts)
