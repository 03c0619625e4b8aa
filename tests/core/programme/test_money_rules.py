"""Rates by case, shares by origin, and what a file may say of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import minimal_programme_yaml

from praya.core.metering import Lease, lease_days, rate
from praya.core.programme.asking import (
    AskedLine,
    RateAboveCeiling,
    RateReasonMissing,
    check_rate,
    ordinary_rate_bp,
    value_of,
)
from praya.core.programme.money import Case, ClaimShare, Price, passed_on
from praya.core.programme.parts import OrganisationKind
from praya.core.programme.reading import read_programme
from praya.core.quantity import CardTime, Money

UNIVERSITY, START_UP = OrganisationKind.UNIVERSITY, OrganisationKind.START_UP
FORM = [
    {
        "code": "results",
        "label": {"en": "Are the results published?"},
        "kind": "choice",
        "choices": {"public": {"en": "Yes"}, "private": {"en": "No"}},
    }
]
RATES = [
    {
        "code": "private",
        "name": {"en": "Private results"},
        "percent": 20,
        "answers": [{"field": "results", "choice": "private"}],
    },
    {
        "code": "young",
        "name": {"en": "Start-ups, to begin with"},
        "percent": 80,
        "kinds": ["start-up"],
        "last_on": "2026-06-30",
    },
]


CALL = {"code": "rolling", "title": {"en": "A call"}, "kind": "rolling", "opens_on": "2026-01-01"}


def prices(**factors):
    """The small programme's prices, each with these factors."""
    return [
        {
            "device_model": model,
            "per_card_hour": per_hour,
            "valid_from": "2026-01-01",
            "factors": factors,
        }
        for model, per_hour in (("nvidia-h800", 30), ("ascend-910b", 20))
    ]


def read(**changed):
    return read_programme(minimal_programme_yaml(**changed), file="f.yaml")


def rules_with(**changed):
    rules, findings = read(**changed)
    assert findings == []
    return rules


@pytest.fixture(scope="module")
def rules():
    return rules_with(
        form=FORM,
        subsidy={
            "percent": 70,
            "rates": RATES,
            "exceptional": {"percent": 90, "granted_by": "committee", "ground": {"en": "Rare."}},
        },
    )


@pytest.mark.parametrize(
    ("kind", "results", "on", "percent"),
    [
        (UNIVERSITY, "public", date(2026, 3, 1), 70),
        (UNIVERSITY, "private", date(2026, 3, 1), 20),
        (START_UP, "public", date(2026, 6, 30), 80),
        (START_UP, "public", date(2026, 7, 1), 70),  # the sunset
        (START_UP, "private", date(2026, 3, 1), 20),  # the first row that fits
        (UNIVERSITY, "", date(2026, 3, 1), 70),
    ],
)
def test_the_first_row_that_fits_counts(rules, kind, results, on, percent):
    answers = {"results": results} if results else {}

    assert ordinary_rate_bp(rules, Case(kind, answers, on)) == percent * 100


def test_what_is_above_the_case_own_rate_is_exceptional(rules):
    private = Case(UNIVERSITY, {"results": "private"}, date(2026, 3, 1))

    check_rate(rules, 2000, granted_by="committee", reason="", case=private)
    with pytest.raises(RateReasonMissing) as refusal:
        check_rate(rules, 2001, granted_by="committee", reason="", case=private)
    assert refusal.value.facts == {"rate_bp": 2001, "ordinary_bp": 2000}
    with pytest.raises(RateAboveCeiling):
        check_rate(rules, 9001, granted_by="committee", reason="Rare.", case=private)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"subsidy": {"percent": 70, "rates": RATES}}, ["rate.unknown_field"]),
        (
            {
                "form": FORM,
                "subsidy": {
                    "percent": 70,
                    "rates": [
                        RATES[0] | {"answers": [{"field": "results", "choice": "secret"}]},
                    ],
                },
            },
            ["rate.unknown_choice"],
        ),
        (
            {"subsidy": {"percent": 70, "rates": [RATES[1], RATES[1]]}},
            ["code.twice"],
        ),
        (
            {"subsidy": {"percent": 70, "rates": [RATES[1] | {"first_on": "2026-07-01"}]}},
            ["rate.order"],
        ),
        ({"subsidy": {"percent": 70, "caps": {"per_award": "0.001"}}}, ["value.too_fine"]),
        (
            {"subsidy": {"percent": 70, "window": {"years": 3, "ceiling": "0.001"}}},
            ["value.too_fine"],
        ),
        ({"payment": "claim"}, ["claims.missing"]),
        ({"life": {"paid_ahead": {"parts": 2}}}, ["paid_ahead.unfit"]),
        ({"prices": prices(urgent="3/2")}, []),
        ({"prices": prices(urgent="2/7")}, ["price.factor"] * 2),
        ({"prices": prices(urgent="1.5")}, ["value.wrong"] * 2),
        ({"prices": [*prices(urgent="3/2")[:1], prices()[1]]}, ["price.class_unpriced"]),
        (
            {"prices": prices(urgent="3/2"), "calls": [CALL | {"service_class": "ugrent"}]},
            ["price.class_unpriced"],
        ),
    ],
)
def test_mistakes_about_money_are_told(changed, codes):
    _, findings = read(**changed)

    assert [finding.code.value for finding in findings] == codes


SHARE = {"origin": "domestic", "name": {"en": "Domestic"}, "share": "2/3"}
COSTS = [{"code": "rent", "name": {"en": "Rent"}}]


@pytest.mark.parametrize(
    ("claims", "codes"),
    [
        ({"costs": COSTS, "shares": [SHARE | {"share": "4/3"}]}, ["share.above_whole"]),
        ({"costs": COSTS, "shares": [SHARE, SHARE]}, ["share.overlap"]),
        ({"costs": COSTS * 2, "shares": [SHARE]}, ["code.twice"]),
        ({"costs": COSTS, "shares": [SHARE | {"share": "0.67"}]}, ["value.wrong"]),
        (
            {
                "costs": COSTS,
                "shares": [
                    SHARE | {"last_on": "2026-06-30"},
                    SHARE | {"first_on": "2026-07-01", "share": "1/2"},
                ],
            },
            [],
        ),
    ],
)
def test_mistakes_about_claims_are_told(claims, codes):
    _, findings = read(payment="claim", claims=claims)

    assert [finding.code.value for finding in findings] == codes


def test_claims_do_not_go_with_invoices():
    _, findings = read(claims={"costs": COSTS, "shares": [SHARE]})

    assert [finding.code.value for finding in findings] == ["claims.unwanted"]


def test_a_share_holds_on_its_days():
    share = ClaimShare.model_validate(SHARE | {"first_on": "2026-02-01", "last_on": "2026-02-28"})

    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [share.holds_on(day) for day in days] == [False, True, True, False]
    assert share.parts == (2, 3)


SECONDS = st.integers(0, 10**10)
PRICES = st.integers(0, 10**9)
RATES_BP = st.integers(0, 10_000)


@given(seconds=SECONDS, price=PRICES, rate_bp=RATES_BP)
def test_subsidy_and_own_share_add_up_to_list_for_any_rate(seconds, price, rate_bp):
    rated = rate(CardTime(seconds, "h"), per_hour=Money(price, "HKD"), rate_bp=rate_bp)

    assert rated.subsidy + rated.own == rated.list_price
    assert 0 <= rated.subsidy.minor <= rated.list_price.minor
    # Cut down, by less than one minor unit.
    assert 0 <= rated.list_price.minor * rate_bp - rated.subsidy.minor * 10_000 < 10_000


@given(parts=st.lists(SECONDS, min_size=1, max_size=20), price=PRICES, rate_bp=RATES_BP)
def test_the_parts_of_a_grant_never_pass_it(parts, price, rate_bp):
    per_hour = Money(price, "HKD")
    whole = rate(CardTime(sum(parts), "h"), per_hour=per_hour, rate_bp=rate_bp)

    rated = [rate(CardTime(part, "h"), per_hour=per_hour, rate_bp=rate_bp) for part in parts]

    assert sum(one.list_price.minor for one in rated) <= whole.list_price.minor
    assert sum(one.subsidy.minor for one in rated) <= whole.subsidy.minor


@given(
    cards=st.integers(1, 64),
    days=st.integers(1, 60),
    price=st.decimals("0.01", "500", places=2),
    rate_bp=RATES_BP,
)
def test_the_days_of_a_lease_add_up_to_its_value(cards, days, price, rate_bp):
    rules = rules_with(
        prices=[
            {
                "device_model": model,
                "per_card_hour": str(price),
                "valid_from": "2026-01-01",
            }
            for model in ("nvidia-h800", "ascend-910b")
        ]
    )
    first = date(2026, 2, 1)
    last = date.fromordinal(first.toordinal() + days - 1)
    line = AskedLine(1, "cards", "nvidia-h800", cards, first, last)
    whole = value_of(rules, line, rate_bp=rate_bp)

    charged = list(
        lease_days(
            Lease("nvidia-h800", cards, first, rate_bp),
            from_on=first,
            to_on=last,
            price_on=lambda _day: Money(int(Decimal(price) * 100), "HKD"),
        )
    )

    assert sum(day.rating.list_price.minor for day in charged) == whole.list_price.minor
    assert sum(day.rating.subsidy.minor for day in charged) == whole.subsidy.minor
    assert sum(day.rating.own.minor for day in charged) == whole.own.minor


def price(per_hour: int, **factors: str) -> Price:
    from_day = date(2026, 1, 1)
    return Price(
        device_model="h800", per_card_hour=Decimal(per_hour), valid_from=from_day, factors=factors
    )


@pytest.mark.parametrize(
    ("own", "later", "expected"),
    [
        (price(30), price(24), price(24)),
        (price(30), price(30), None),
        (price(30), price(31), None),
        (price(30), price(24, urgent="3/2"), None),
        (price(30, urgent="3/2"), price(24), None),
        (price(30, urgent="3/2"), price(24, urgent="2/1"), None),
        (price(30, urgent="3/2"), price(24, night="3/2"), None),
        (price(30, urgent="3/2"), price(24, urgent="6/4"), price(24, urgent="3/2")),
        (price(30, urgent="3/2"), price(24, urgent="3/2", night="1/2"), price(24, urgent="3/2")),
        (None, price(24), None),
        (price(30), None, None),
    ],
)
def test_a_fall_is_passed_on_in_the_awards_own_classes(own, later, expected):
    assert passed_on(own, later) == expected
