"""What rules on the life of an award do to card-hours that were exchanged into a new line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.changes.changing import CHANGES, asked, granted, staff, use
from tests.apps.life.lives import AGEING, BEGIN, HALF, HUNDRED_DAYS, committed, day, live_until
from tests.awarding import active_award, make_site

from praya.apps.awards.models import AwardLine
from praya.apps.changes.commands import undo_change
from praya.apps.changes.rules import ChangeKind
from praya.apps.life.models import LineCheck
from praya.core.actor import Role

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


EXPIRY = {
    "code": "expiry",
    "name": {"en": "Expiry"},
    "after_days": 70,
    "warn_days_before": [],
}


def exchanged(award, on, *, source=1, model="ascend-910b"):
    wish = {"line": source, "device_model": model, "card_hours": 30}
    granted(asked(award, ChangeKind.EXCHANGE, on, **wish), on)
    return AwardLine.objects.filter(award=award).latest("number")


def test_what_is_exchanged_expires_when_it_would_have():
    make_site(BEGIN, life={"expiry": EXPIRY}, changes=CHANGES)
    award = active_award(BEGIN, lines=[HUNDRED_DAYS])

    line = exchanged(award, day(60))

    assert (line.first_on, line.aged_from) == (date(2026, 4, 2), date(2026, 2, 1))
    live_until(69, since=60)
    assert committed(line.code)[0] == 45
    live_until(70, since=70)
    assert committed(line.code)[0] == 0
    assert LineCheck.objects.get(line=line).due_on == date(2026, 4, 12)


def test_what_is_exchanged_on_the_day_of_its_expiry_has_a_day_more():
    make_site(BEGIN, life={"expiry": EXPIRY}, changes=CHANGES)
    award = active_award(BEGIN, lines=[HUNDRED_DAYS])

    line = exchanged(award, day(70))
    live_until(71, since=70)

    assert LineCheck.objects.get(line=line).due_on == date(2026, 4, 13)
    assert committed(line.code)[0] == 0


def test_later_changes_leave_the_age_of_a_line():
    make_site(BEGIN, life={"expiry": EXPIRY}, changes=CHANGES)
    award = active_award(BEGIN, lines=[HUNDRED_DAYS])
    line = exchanged(award, day(60))

    change = asked(award, ChangeKind.EXTENSION, day(61), last_on=date(2026, 7, 31))
    granted(change, day(61))

    line.refresh_from_db()
    assert (line.aged_from, line.last_on) == (date(2026, 2, 1), date(2026, 7, 31))
    second = staff(Role.OFFICER, day(61), "third@pier.example")
    undo_change(change_id=change.pk, reason="Too long.", by=second, now=day(61))
    line.refresh_from_db()
    assert (line.aged_from, line.last_on) == (date(2026, 2, 1), date(2026, 5, 11))
