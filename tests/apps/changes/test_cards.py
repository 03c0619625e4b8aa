"""Other cards on a lease from a day on: what was charged stays, and nothing drifts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted
from tests.awarding import Given, active_award, lead_of, make_site

from praya.apps.awards.models import AwardLine
from praya.apps.books.queries import line_numbers, pool_numbers, trial_balance, verify_book
from praya.apps.changes.queries import standing_of
from praya.apps.changes.rules import ChangeKind, Wish
from praya.apps.changes.rules import refusals as no
from praya.apps.changes.rules.planning import plan_change
from praya.apps.usage.commands import accrue_leases, submit_job
from praya.apps.usage.models import Charge

DAY_S = 86_400
# 0.33 an hour: a day of one card lists at 792 cents, of which 70 % are 554.4.
ODD_PRICE = [
    {"device_model": model, "per_card_hour": 0.33, "valid_from": "2026-01-01"}
    for model in ("nvidia-h800", "ascend-910b")
]
CARDS = {"cards": {"percent_max": 300, "times_max": 2}}


def at(now, day):
    return now + timedelta(days=(day - now.date()).days)


@pytest.fixture
def lease(db, now):
    """One card from 2 March to 1 April, 31 days, at 0.33."""
    make_site(now, changes=CARDS, prices=ODD_PRICE)
    line = Given("cards", cards=1, first_on=date(2026, 3, 2), last_on=date(2026, 4, 1))
    return active_award(now, lines=[line])


def change(award, now, *, cards=3, on=date(2026, 3, 12)):
    return granted(asked(award, ChangeKind.CARDS, now, line=1, cards=cards, since_on=on), now)


def lines_of(award):
    fields = ("number", "cards", "first_on", "last_on", "card_seconds", "subsidy_minor")
    return list(AwardLine.objects.filter(award=award).order_by("number").values_list(*fields))


def test_the_line_ends_and_another_begins_and_each_comes_to_what_it_was_given(lease, now):
    accrue_leases(now=at(now, date(2026, 3, 8)))
    before = list(Charge.objects.order_by("pk").values_list("pk", "subsidy_minor"))
    pool = pool_numbers("pier")[0].free

    change(lease, at(now, date(2026, 3, 8)))

    # 10 days of a card: 7920 at list, 5544. 21 days of 3: 49896 at list, 34927.2 rounded down.
    assert lines_of(lease) == [
        (1, 1, date(2026, 3, 2), date(2026, 3, 11), 10 * DAY_S, 5544),
        (2, 3, date(2026, 3, 12), date(2026, 4, 1), 63 * DAY_S, 34_927),
    ]
    assert list(Charge.objects.order_by("pk").values_list("pk", "subsidy_minor")) == before
    assert pool_numbers("pier")[0].free == pool + 17_186 - 5544 - 34_927  # 24552 at list, 70 %
    lease.refresh_from_db()
    assert lease.subsidy_minor == 5544 + 34_927

    for day in (date(2026, 3, 20), date(2026, 3, 21), date(2026, 4, 5)):
        accrue_leases(now=at(now, day))

    for number, seconds, minor in ((1, 10 * DAY_S, 5544), (2, 63 * DAY_S, 34_927)):
        code = f"{lease.code}.{number}"
        four = [(one.settled, one.free) for one in line_numbers([code])[code]]
        assert four == [(seconds, 0), (minor, 0)]
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_fewer_cards_give_their_days_back_to_the_pool(db, now):
    make_site(now, changes={"cards": {}})
    line = Given("cards", cards=4, first_on=date(2026, 3, 2), last_on=date(2026, 3, 31))
    award = active_award(now, lines=[line])
    pool = pool_numbers("pier")[0].free

    change(award, now, cards=1, on=date(2026, 3, 22))

    # 3 cards for 10 days at 720.00 a day, 70 %.
    assert pool_numbers("pier")[0].free == pool + 3 * 10 * 504_00
    assert [row[1] for row in lines_of(award)] == [4, 1]


def test_a_job_finds_the_line_of_its_day(lease, now):
    change(lease, now)
    job = {"award_code": lease.code, "cards": 1, "time_limit_s": 60, "argv": ["true"]}
    by = lead_of(lease, now)

    assert submit_job(**job, key="a", by=by, now=now).line.number == 1
    assert submit_job(**job, key="b", by=by, now=at(now, date(2026, 3, 12))).line.number == 2


def test_other_cards_are_refused_in_the_order_that_is_promised(db, now):
    award = changing_award(now, **CARDS)
    cases = [
        ({"line": 9, "cards": 0}, no.LineUnknown),
        ({"line": 1, "cards": 0}, no.NotALease),
        ({"line": 3, "cards": 0}, no.DayUnfit),
        ({"line": 3, "cards": 0, "since_on": now.date()}, no.DayUnfit),
        ({"line": 3, "cards": 0, "since_on": date(2027, 1, 1)}, no.DayUnfit),
        ({"line": 3, "cards": 0, "since_on": date(2026, 6, 1)}, no.CardsUnfit),
        ({"line": 3, "cards": 2, "since_on": date(2026, 6, 1)}, no.CardsUnfit),
        ({"line": 3, "cards": 7, "since_on": date(2026, 6, 1)}, no.CardsUnfit),
    ]

    for wish, refusal in cases:
        with pytest.raises(refusal):
            asked(award, ChangeKind.CARDS, now, **wish)
    wish = Wish(line=3, cards=6, since_on=date(2026, 6, 1))
    assert [
        line.cards for line in plan_change(ChangeKind.CARDS, wish, standing_of(award, now)).lines
    ] == [2, 6]


def test_without_the_rule_no_lease_changes(db, now):
    award = changing_award(now)

    with pytest.raises(no.KindNotAllowed):
        asked(award, ChangeKind.CARDS, now, line=3, cards=1, since_on=date(2026, 6, 1))
