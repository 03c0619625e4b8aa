"""What rules on the life of an award do to card-hours that were exchanged into a new line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.changes.changing import CHANGES, asked, granted, use
from tests.apps.life.lives import AGEING, BEGIN, HALF, HUNDRED_DAYS, committed, day, live_until
from tests.awarding import active_award, make_site

from praya.apps.awards.models import AwardLine
from praya.apps.changes.rules import ChangeKind
from praya.apps.life.models import LineCheck

pytestmark = pytest.mark.django_db
WINDOW = {
    "code": "months",
    "name": {"en": "Months"},
    "carry_months": 0,
    "borrow_months": 1,
    "warn_days_before": [],
}


@pytest.mark.parametrize(
    "life",
    [{"steps": [HALF | {"warn_days_before": []}]}, {"straight_line": AGEING}, {"window": WINDOW}],
)
def test_no_rule_looks_at_days_before_the_line_was_there(life):
    make_site(BEGIN, life=life, changes=CHANGES)
    award = active_award(BEGIN, lines=[HUNDRED_DAYS])
    use(award, day(9), hours=600)
    live_until(60)
    before = LineCheck.objects.filter(cut_s__gt=0).count()

    exchange = {"line": 1, "device_model": "ascend-910b", "card_hours": 200}
    granted(asked(award, ChangeKind.EXCHANGE, day(60), **exchange), day(60))
    live_until(60, since=60)

    line = AwardLine.objects.get(number=2)
    assert (line.first_on, line.last_on) == (date(2026, 4, 2), date(2026, 5, 11))
    assert (before, committed(line.code)[0]) == (0, 300)
    assert not LineCheck.objects.filter(line=line).exists()
