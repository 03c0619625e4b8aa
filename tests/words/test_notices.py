"""The sentence of an outlook: its band is told where it is more than one day."""

from __future__ import annotations

from datetime import date

import pytest

from praya.apps.notices.rules.warnings import Outlook
from praya.core.ledger import FourNumbers
from praya.words.notices import run_out_sentence

TODAY, LAST = date(2026, 3, 2), date(2026, 12, 31)
PACE = "At HK$1.00 a day, the pace of the last four weeks, it is used up on "
# 100 a day, unsure by 19: 125 or 76, so a thousand last 7.9 to 13.1 days, four times in five.
BAND = "12 March 2026; with a chance of four in five between 9 March 2026 and 15 March 2026."
EARLY = "When it will be used up cannot be told yet: that takes a week of use."


@pytest.mark.parametrize(
    ("daily", "said"),
    [
        pytest.param([100] * 28, f"{PACE}12 March 2026.", id="every day alike"),
        pytest.param([0, 200] * 14, PACE + BAND, id="every other day"),
        pytest.param([100] * 3, EARLY, id="too short"),
    ],
)
def test_when_it_is_used_up_is_told_with_its_band(daily, said):
    numbers = FourNumbers("HKD", settled=2000, in_flight=0, committed=3000, free=1000)
    assert run_out_sentence(Outlook(numbers, daily), LAST, TODAY) == said
