"""Cards of a lease that are held and idle are shown with what they cost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import person_behind

from praya.apps.usage.commands import accrue_leases
from praya.apps.usage.models import UsageDay
from praya.apps.usage.queries import held_cards
from praya.apps.usage.rules import HeldCards, UsageKind
from praya.words import clock

pytestmark = pytest.mark.django_db
LINE = "PIR-0001.1"
HOUR_S, DAY_S = 3600, 86_400
BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong begins
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))
NEXT = BEGIN + timedelta(days=2, hours=1)  # two days are over


@pytest.fixture
def lease():
    """Two cards for ten days, of which two are charged."""
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS])
    accrue_leases(now=NEXT)
    return award


def busy(award, day: int, hours: int) -> None:
    """What a job on the leased cards leaves behind."""
    UsageDay.objects.create(
        line=award.lines.get(),
        day=date(2026, 2, day),
        kind=UsageKind.LEASE_JOB.value,
        card_seconds=hours * HOUR_S,
        jobs=1,
    )


def test_the_worked_example():
    held = HeldCards(LINE, "nvidia-h800").with_day(
        held_s=48 * HOUR_S, busy_s=12 * HOUR_S, list_minor=144_000, own_minor=43_200
    )

    assert (held.idle_s, held.idle_list_minor, held.idle_own_minor) == (
        36 * HOUR_S,
        108_000,
        32_400,
    )


def test_cards_on_which_nothing_ran_cost_all_of_it(lease):
    held = held_cards(lease.code)

    assert held == [HeldCards(LINE, "nvidia-h800", 4 * DAY_S, 0, 288_000, 86_400)]


def test_each_day_counts_by_itself_and_a_day_not_charged_not_at_all(lease):
    busy(lease, 1, 12)
    busy(lease, 2, 48)
    busy(lease, 3, 24)

    assert held_cards(lease.code) == [
        HeldCards(LINE, "nvidia-h800", 4 * DAY_S, 60 * HOUR_S, 108_000, 32_400)
    ]


def test_an_award_without_leases_holds_no_idle_cards():
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN, lines=[Given(hours=10)])

    assert held_cards(award.code) == []


def test_the_outlook_says_what_idle_cards_cost(lease, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NEXT)
    busy(lease, 1, 12)
    client.force_login(person_behind(lead_of(lease, NEXT)))

    page = client.get(f"/awards/{lease.code}/outlook/").content.decode()

    assert (
        "PIR-0001.1: 96.0 card-hours were held. Jobs ran on 12.5 % of them; 84.0 card-hours were "
        "idle and cost HK$2,520.00 at list price, of which the own share is HK$756.00."
    ) in page.replace("\N{NO-BREAK SPACE}", " ")
