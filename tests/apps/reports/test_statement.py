"""A statement is made from its charges alone: exact, in order, and the same again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.awarding import active_award

from praya.apps.reports.queries import months_of, months_of_programme, statement
from praya.apps.reports.rules import median_low
from praya.core.quantity import CardTime, Money
from praya.words.paper.statement import statement_pdf

DAY_S = 86_400


def hkd(minor):
    return Money(minor, "HKD")


def test_a_month_adds_up_to_its_charges(lease):
    made = statement(lease.code, "2026-02")

    assert (made.list_price, made.subsidy, made.own) == (
        hkd(1_440_000),
        hkd(1_008_000),
        hkd(432_000),
    )
    assert made.time_by_model == {"nvidia-h800": CardTime(20 * DAY_S, "nvidia-h800")}
    assert len(made.lines) == 10
    for line in made.lines:
        assert line.subsidy + line.own == line.list_price


def test_a_line_names_what_it_rests_on(lease):
    line = statement(lease.code, "2026-02").lines[0]

    assert (line.what, line.kind, line.cards) == ("PIR-0001.1", "lease", 2)
    assert (line.price, line.price_from) == (hkd(3000), date(2026, 1, 1))
    assert (line.rule_version, line.rate_bp) == (1, 7000)
    assert line.entry_key.startswith("lease:PIR-0001.1:2026-02-01")


def test_another_month_is_empty(lease):
    made = statement(lease.code, "2026-03")

    assert (made.lines, made.list_price, made.own) == ((), hkd(0), hkd(0))


def test_months_are_listed_with_their_sums(lease):
    expected = {
        "month": "2026-02",
        "charges": 10,
        "card_seconds": 20 * DAY_S,
        "list_minor": 1_440_000,
        "subsidy_minor": 1_008_000,
        "own_minor": 432_000,
    }

    assert list(months_of(lease.code)) == [expected]
    of_programme = list(months_of_programme("pier"))
    assert [row["award__code"] for row in of_programme] == [lease.code]
    assert list(months_of_programme("elsewhere")) == []


def test_the_paper_is_the_same_every_time(lease):
    first = statement_pdf(statement(lease.code, "2026-02"))

    assert first.startswith(b"%PDF-")
    assert statement_pdf(statement(lease.code, "2026-02")) == first


def test_the_paper_tells_times_where_its_months_are_counted(lease, settings):
    settings.TIME_ZONE = "Asia/Hong_Kong"
    at_home = statement_pdf(statement(lease.code, "2026-02"))
    settings.TIME_ZONE = "America/Los_Angeles"

    assert statement(lease.code, "2026-02").time_zone == "Asia/Hong_Kong"
    assert statement_pdf(statement(lease.code, "2026-02")) == at_home


def test_other_awards_stay_out(lease, now):
    other = active_award(now, hours=10, lead="other@pier.example")

    assert statement(other.code, "2026-02").lines == ()


@pytest.mark.parametrize(
    ("values", "median"), [([], None), ([4], 4), ([9, 1], 1), ([3, 1, 2], 2), ([4, 1, 3, 2], 2)]
)
def test_the_median_is_a_value_that_occurred(values, median):
    assert median_low(values) == median


@given(st.lists(st.integers(-1000, 1000), min_size=1))
def test_half_lie_on_each_side_of_the_median(values):
    median = median_low(values)

    assert median in values
    assert sum(value < median for value in values) <= len(values) / 2
    assert sum(value > median for value in values) <= len(values) / 2
