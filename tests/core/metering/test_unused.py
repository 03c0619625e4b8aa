"""Use it or lose it."""

from datetime import date

import pytest

from praya.core.metering import UnusedCheck, check_on, cut_of_unused

CHECK = UnusedCheck(after_bp=5000, used_below_bp=3000, cut_bp=5000)


@pytest.mark.parametrize(
    ("last_on", "looks_on"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),  # half of one day is a day
        (date(2026, 1, 10), date(2026, 1, 6)),
        (date(2026, 1, 11), date(2026, 1, 7)),
    ],
)
def test_a_rule_looks_when_its_share_of_the_days_is_over(last_on, looks_on):
    assert check_on(CHECK, first_on=date(2026, 1, 1), last_on=last_on) == looks_on


@pytest.mark.parametrize(
    ("used", "cut"),
    [
        (200, 400),
        (299, 350),  # half of 701, rounded down
        (300, 0),
        (1000, 0),
        (0, 500),
    ],
)
def test_a_grant_used_too_little_gives_back_a_share_of_the_rest(used, cut):
    assert cut_of_unused(CHECK, used=used, granted=1000) == cut
