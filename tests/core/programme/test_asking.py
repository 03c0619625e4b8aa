"""Request lines: time, value, limits, deciders and rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.programme.asking import (
    AskedLine,
    NoPrice,
    RateAboveCeiling,
    RateNotTheirs,
    RateReasonMissing,
    card_time_of,
    cards_at_once,
    check_limits,
    check_rate,
    decider_for,
    stages_for,
    value_of,
)
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.money import Price
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

H800 = "nvidia-h800"
DAY_S = 86_400


def cards(count: int, first: str, last: str, *, model: str = H800, number: int = 1) -> AskedLine:
    return AskedLine(
        number, "cards", model, count, date.fromisoformat(first), date.fromisoformat(last)
    )


def hours(
    count: int, first: str, last: str, *, most: int = 8, model: str = H800, number: int = 1
) -> AskedLine:
    line = cards(most, first, last, model=model, number=number)
    return replace(line, shape="card-hours", card_hours=count)


def hkd(text: str) -> Money:
    return Money.parse(text, "HKD")


def with_limits(rules: ProgrammeRules, **limits: object) -> ProgrammeRules:
    return rules.model_copy(update={"limits": rules.limits.model_copy(update=limits)})


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        (cards(2, "2026-03-01", "2026-03-10"), 2 * 10 * DAY_S),
        (cards(1, "2026-03-01", "2026-03-01"), DAY_S),
        (cards(1, "2026-03-02", "2026-03-01"), 0),
        (hours(100, "2026-03-01", "2026-03-10"), 100 * 3600),
    ],
)
def test_card_time_counts_both_days(line: AskedLine, seconds: int) -> None:
    assert card_time_of(line) == CardTime(seconds, H800)


@pytest.mark.parametrize(
    ("line", "rate_bp", "value"),
    [
        # one price: 24 hours at 35
        (cards(1, "2026-03-01", "2026-03-01"), 7000, ("840.00", "588.00", "252.00")),
        # the price falls on 1 January 2027: two days at 35, one at 29.50
        (cards(1, "2026-12-30", "2027-01-01"), 7000, ("2388.00", "1671.60", "716.40")),
        # card-hours take the highest price of their days, since all may be used before it falls
        (hours(30, "2026-12-30", "2027-01-01"), 7000, ("1050.00", "735.00", "315.00")),
        (hours(30, "2027-01-01", "2027-01-31"), 7000, ("885.00", "619.50", "265.50")),
        # a third of the price is rounded once: 29.50 * 33.33 % = 9.8323
        (hours(1, "2027-01-01", "2027-01-01"), 3333, ("29.50", "9.83", "19.67")),
        (cards(1, "2026-03-01", "2026-03-01"), 0, ("840.00", "0.00", "840.00")),
        (cards(1, "2026-03-01", "2026-03-01"), 10_000, ("840.00", "840.00", "0.00")),
    ],
)
def test_value_takes_the_price_of_each_day_and_rounds_once(
    harbour: ProgrammeRules, line: AskedLine, rate_bp: int, value: tuple[str, str, str]
) -> None:
    worth = value_of(harbour, line, rate_bp=rate_bp)

    assert (worth.list_price, worth.subsidy, worth.own) == tuple(map(hkd, value))


def test_the_worked_example_of_the_module_holds(harbour: ProgrammeRules) -> None:
    until, after = date(2026, 3, 4), date(2026, 3, 5)
    rules = harbour.model_copy(
        update={
            "prices": [
                Price(
                    device_model=H800,
                    per_card_hour=Decimal(30),
                    valid_from=date(2026, 1, 1),
                    valid_to=until,
                ),
                Price(device_model=H800, per_card_hour=Decimal(24), valid_from=after),
            ]
        }
    )

    lease = value_of(rules, cards(1, "2026-03-01", "2026-03-10"), rate_bp=7000)
    worth = value_of(rules, hours(1000, "2026-03-01", "2026-03-10"), rate_bp=7000)

    assert lease.list_price == hkd("6336.00")
    assert (worth.list_price, worth.subsidy, worth.own) == (
        hkd("30000.00"),
        hkd("21000.00"),
        hkd("9000.00"),
    )


def test_value_refuses_a_day_without_a_price(harbour: ProgrammeRules) -> None:
    with pytest.raises(NoPrice) as refused:
        value_of(harbour, cards(1, "2025-09-30", "2025-10-01"), rate_bp=0)

    assert refused.value.facts == {"device_model": H800, "day": date(2025, 9, 30)}


days = st.dates(date(2025, 10, 1), date(2028, 9, 30))


@st.composite
def lines(draw: st.DrawFn) -> AskedLine:
    first, last = sorted([draw(days), draw(days)])
    shape: Literal["cards", "card-hours"] = draw(st.sampled_from(["cards", "card-hours"]))
    model = draw(st.sampled_from([H800, "huawei-ascend-910", "iluvatar-bi-v100"]))
    count, asked = draw(st.integers(1, 64)), draw(st.integers(1, 100_000))
    return AskedLine(draw(st.integers(1, 9)), shape, model, count, first, last, asked)


@given(line=lines(), rate_bp=st.integers(0, 10_000))
def test_subsidy_and_own_share_make_the_list_price(
    harbour: ProgrammeRules, line: AskedLine, rate_bp: int
) -> None:
    worth = value_of(harbour, line, rate_bp=rate_bp)

    assert worth.subsidy + worth.own == worth.list_price
    assert 0 <= worth.subsidy.minor <= worth.list_price.minor


@given(line=lines(), cut=st.integers(0, 1000))
def test_the_parts_of_a_lease_never_list_at_more_than_the_whole(
    harbour: ProgrammeRules, line: AskedLine, cut: int
) -> None:
    whole = replace(line, shape="cards", last_on=line.last_on + timedelta(days=1))
    split = whole.first_on + timedelta(days=cut % (whole.days - 1))
    parts = [replace(whole, last_on=split), replace(whole, first_on=split + timedelta(days=1))]

    listed = value_of(harbour, whole, rate_bp=0).list_price.minor
    summed = sum(value_of(harbour, part, rate_bp=0).list_price.minor for part in parts)

    # Rounding happens once for each part, so two parts lose at most one minor unit.
    assert listed - 1 <= summed <= listed


@given(asked=st.lists(lines(), max_size=6))
def test_cards_at_once_is_the_most_of_any_day(asked: list[AskedLine]) -> None:
    by_day: dict[str, int] = {}
    for model in {line.device_model for line in asked}:
        mine = [line for line in asked if line.device_model == model]
        # The most is reached on the first day of some line.
        by_day[model] = max(
            sum(line.cards for line in mine if line.first_on <= start.first_on <= line.last_on)
            for start in mine
        )

    assert cards_at_once(asked) == by_day


LIMITS = [
    ([], [("limit.empty", None)]),
    ([cards(0, "2026-03-01", "2026-03-31")], [("limit.no_cards", 1)]),
    ([hours(0, "2026-03-01", "2026-03-31")], [("limit.no_card_hours", 1)]),
    ([cards(1, "2026-03-02", "2026-03-01", number=4)], [("limit.dates_reversed", 4)]),
    ([cards(8, "2028-09-01", "2028-10-01")], [("limit.outside_period", 1)]),
    ([cards(8, "2026-03-01", "2026-03-31", model="tpu")], [("limit.unknown_device_model", 1)]),
    ([hours(1000, "2026-03-01", "2026-03-02", most=1)], [("limit.more_than_cards_give", 1)]),
    ([cards(8, "2026-03-01", "2026-03-31")], []),
    # 20 cards for one day are 480 card-hours; the floor is 500
    ([cards(20, "2026-03-01", "2026-03-01")], [("limit.card_hours_below", None)]),
    # two lines one day apart are never at once, two on one day are
    (
        [cards(300, "2026-03-01", "2026-03-02"), cards(300, "2026-03-03", "2026-03-04", number=2)],
        [],
    ),
    (
        [cards(300, "2026-03-01", "2026-03-02"), cards(300, "2026-03-02", "2026-03-04", number=2)],
        [("limit.cards_at_once", None)],
    ),
    ([cards(4, "2026-03-01", "2028-02-29")], []),
    ([cards(4, "2026-03-01", "2028-03-01")], [("limit.months", None)]),
    # 512 cards, 366 days at 35 and later 29.50: over HK$120 million, and over 4 million hours
    (
        [cards(512, "2026-03-01", "2027-02-28")],
        [("limit.card_hours_above", None), ("limit.list_value_above", None)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "breaches"), LIMITS)
def test_limits_are_checked_line_by_line_and_then_together(
    harbour: ProgrammeRules, asked: list[AskedLine], breaches: list[tuple[str, int | None]]
) -> None:
    found = [(breach.code, breach.line) for breach in check_limits(harbour, asked)]

    assert found == breaches


def test_a_limit_is_told_with_its_facts(harbour: ProgrammeRules) -> None:
    asked = [cards(500, "2026-03-01", "2026-03-02"), cards(13, "2026-03-02", "2026-03-02")]

    [breach] = check_limits(harbour, asked)

    assert breach.facts == {"device_model": H800, "cards": 513, "cards_max": 512}


def test_the_floor_of_list_value_binds(harbour: ProgrammeRules) -> None:
    rules = with_limits(harbour, list_value_min=Decimal(20_000))

    found = check_limits(rules, [hours(571, "2026-03-01", "2026-03-31")])

    assert [(breach.code, breach.facts) for breach in found] == [
        ("limit.list_value_below", {"value": hkd("19985"), "limit": hkd("20000")})
    ]


def test_a_shape_the_programme_does_not_take_is_told(campus: ProgrammeRules) -> None:
    line = cards(1, "2026-03-01", "2026-03-31", model="nvidia-a100-40")

    [breach] = check_limits(campus, [line])

    assert (breach.code, breach.facts) == (
        "limit.shape",
        {"shape": "cards", "allowed": ("card-hours",)},
    )


@pytest.mark.parametrize(
    ("value", "decided_by"),
    [("0", "officer"), ("500000", "officer"), ("500000.01", "committee"), ("9e8", "committee")],
)
def test_the_list_value_says_who_decides(
    harbour: ProgrammeRules, value: str, decided_by: str
) -> None:
    assert decider_for(harbour, hkd(value)).decided_by == decided_by


def test_a_small_case_may_skip_stages(campus: ProgrammeRules) -> None:
    small = decider_for(campus, Money(2_000, "CREDIT"))
    large = decider_for(campus, Money(2_001, "CREDIT"))

    assert [stage.kind.value for stage in stages_for(campus, small)] == [
        "eligibility",
        "decision",
        "agreement",
    ]
    assert stages_for(campus, large) == campus.stages


RATES: list[tuple[int, str, str, type[Refusal] | None]] = [
    (0, "officer", "", None),
    (7000, "officer", "", None),
    (7001, "committee", "It is unique.", None),
    (9000, "committee", "It is unique.", None),
    (9001, "committee", "It is unique.", RateAboveCeiling),
    (9001, "officer", "", RateAboveCeiling),  # the ceiling is looked at first
    (8000, "officer", "", RateNotTheirs),  # then whose it is
    (8000, "officer", "It is unique.", RateNotTheirs),
    (8000, "committee", "  \n", RateReasonMissing),
]


@pytest.mark.parametrize(("rate_bp", "by", "reason", "refusal"), RATES)
def test_a_rate_is_granted_or_refused_in_order(
    harbour: ProgrammeRules, rate_bp: int, by: Any, reason: str, refusal: type[Refusal] | None
) -> None:
    refused: type[Refusal] | None = None
    try:
        check_rate(harbour, rate_bp, granted_by=by, reason=reason)
    except Refusal as answer:
        refused = type(answer)

    assert refused is refusal


def test_without_an_exceptional_rate_the_ordinary_one_is_the_most(
    harbour: ProgrammeRules,
) -> None:
    subsidy = harbour.subsidy.model_copy(update={"exceptional": None})
    rules = harbour.model_copy(update={"subsidy": subsidy})

    with pytest.raises(RateAboveCeiling) as refused:
        check_rate(rules, 7001, granted_by="committee", reason="It is unique.")

    assert refused.value.facts == {"rate_bp": 7001, "ceiling_bp": 7000}
