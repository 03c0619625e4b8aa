"""Quantities with their units, as a reader of each language writes them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from praya.core.quantity import CardTime, Money
from praya.words import quantities


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(123_456_750, "HKD"), "HK$1,234,567.50"),
        (Money(-5, "HKD"), "−HK$0.05"),
        (Money(1, "CREDIT"), "1 credit"),
        (Money(1200, "CREDIT"), "1,200 credits"),
        (Money(100, "XYZ"), "XYZ 1.00"),
        (Money(5000, "JPY"), "JPY 5,000"),
    ],
)
def test_money_stands_with_its_currency(amount, text):
    assert quantities.money(amount) == text


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_figures_stand_in_groups_of_three_in_every_language(language):
    with override(language):
        assert quantities.number(1_234_567) == "1,234,567"


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (300_000_000_000, "HK$3.0 billion"),
        (31_250_000_000, "HK$312.5 million"),
        (99_999_999, "HK$999,999.99"),
    ],
)
def test_money_in_short_is_for_headings(minor, text):
    assert quantities.money_in_short(Money(minor, "HKD")) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3600, "1.0 card-hour"),
        (4_444_200, "1,234.5 card-hours"),
        (0, "0.0 card-hours"),
        (-7200, "−2.0 card-hours"),
    ],
)
def test_card_hours(seconds, text):
    assert quantities.card_hours(CardTime(seconds, "lamp")) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (7500, "2 h 5 min"),
        (86400, "1 day"),
        (273_600, "3 days 4 h"),
        (-90, "−1 min 30 s"),
    ],
)
def test_durations_are_told_in_two_units(seconds, text):
    assert quantities.duration(seconds) == text


@pytest.mark.parametrize(
    ("bp", "text"), [(7000, "70 %"), (1250, "12.5 %"), (0, "0 %"), (1, "0.01 %")]
)
def test_shares(bp, text):
    assert quantities.percent(bp) == text
    assert quantities.percent_of(1, 0) == "–"
    assert quantities.percent_of(2, 3) == "66.7 %"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 card-second"),
        (359, "359 card-seconds"),
        (360, "0.1 card-hours"),
        (9_999 * 3600 + 1800, "9,999.5 card-hours"),
        (10_000 * 3600 + 1800, "10,001 card-hours"),
        (-8, "−8 card-seconds"),
    ],
)
def test_card_hours_say_a_little_and_a_lot_plainly(seconds, text):
    assert quantities.card_hours(CardTime(seconds, "lamp")) == text
