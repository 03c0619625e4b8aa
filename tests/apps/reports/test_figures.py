"""Public figures: numerator, denominator and period, reckoned to the day before."""

from __future__ import annotations

from datetime import timedelta

from tests.apps.reports.conftest import BEGIN
from tests.awarding import active_award, make_site
from tests.factories import make_programme

from praya.apps.awards.commands import end_award
from praya.apps.reports.commands import take_snapshot
from praya.apps.reports.queries import figures_of, latest_snapshot
from praya.apps.reports.rules import Figure, FigureCode
from praya.core.actor import Actor

DAY_S = 86_400


def of(figures, code):
    return next(figure for figure in figures["figures"] if figure["code"] == code)


def test_money_is_what_the_book_says(lease):
    figures = figures_of("pier", BEGIN + timedelta(days=4))

    assert of(figures, "committed")["numerator"] == 1_008_000
    assert of(figures, "drawn")["numerator"] == 1_008_000
    assert of(figures, "drawn")["unit"] == "HKD"


def test_utilisation_has_its_parts_and_its_period(lease, make_submitted):
    make_submitted(BEGIN)
    # 8 cards in service since 1 January; 2 of them leased on the ten days from 1 February.
    figures = figures_of("pier", BEGIN + timedelta(days=10, hours=1))

    assert of(figures, "utilisation") == {
        "code": "utilisation",
        "unit": "card-seconds",
        "numerator": 10 * 2 * DAY_S,
        "denominator": 10 * 8 * DAY_S,
        "share_bp": 2500,
        "first_on": "2026-02-01",
        "last_on": "2026-02-10",
    }


def test_no_period_ends_before_it_begins_or_before_what_it_counts(db, now, make_submitted):
    make_programme(now)
    make_submitted(now)

    first_day = figures_of("pier", now)["figures"]
    second_day = figures_of("pier", now + timedelta(days=1))["figures"]

    periods = [
        {each["code"]: (each["first_on"], each["last_on"]) for each in day}
        for day in (first_day, second_day)
    ]
    began, second = "2026-03-02", "2026-03-03"
    whole = dict.fromkeys(("applications", "approved", "committed", "drawn"), (began, began))
    until_now = dict.fromkeys(whole, (began, second))
    used = dict.fromkeys(("card-hours", "utilisation"), (began, began))
    assert periods == [whole, until_now | used]


def test_only_what_was_submitted_counts(lease, make_submitted):
    before = of(figures_of("pier", BEGIN), "applications")["numerator"]

    make_submitted(BEGIN)

    assert of(figures_of("pier", BEGIN), "applications")["numerator"] == before + 1


def test_a_released_grant_is_an_approval(lease):
    assert of(figures_of("pier", BEGIN), "approved")["numerator"] == 1


def test_months_follow_each_other_without_a_gap(lease, make_submitted):
    make_submitted(BEGIN - timedelta(days=20))

    months = figures_of("pier", BEGIN + timedelta(days=30))["by_month"]

    assert [row["month"] for row in months] == ["2026-01", "2026-02", "2026-03"]
    assert [row["drawn_minor"] for row in months] == [0, 1_008_000, 0]
    assert months[1]["in_service_s"] == 28 * 8 * DAY_S


def test_device_models_and_kinds_are_told_apart(lease):
    figures = figures_of("pier", BEGIN + timedelta(days=12))

    (model,) = figures["by_device_model"]
    assert (model["device_model"], model["reserved_s"]) == ("nvidia-h800", 20 * DAY_S)
    assert figures["by_kind"] == [{"kind": "university", "awards": 1, "subsidy_minor": 1_008_000}]


def test_months_and_kinds_add_up_to_what_is_committed_after_one_was_given_back(db, make_submitted):
    make_site(BEGIN - timedelta(days=5))
    make_submitted(BEGIN)
    award = active_award(BEGIN, hours=100)
    by, ended_at = Actor.praya("tests"), BEGIN + timedelta(days=1)
    end_award(code=award.code, reason="Moved away.", by=by, now=ended_at)
    active_award(BEGIN + timedelta(days=31), hours=50, lead="next@pier.example")

    figures = figures_of("pier", BEGIN + timedelta(days=40))

    committed = of(figures, "committed")["numerator"]
    by_month = {row["month"]: row["promised_minor"] for row in figures["by_month"]}
    assert by_month == {"2026-02": 0, "2026-03": committed}
    (kind,) = figures["by_kind"]
    assert (kind["awards"], kind["subsidy_minor"]) == (2, committed)
    assert committed == 105_000


def test_what_is_committed_on_the_first_of_a_month_stands_in_that_month(db, make_submitted):
    make_site(BEGIN - timedelta(days=5))
    make_submitted(BEGIN)
    active_award(BEGIN + timedelta(days=28), hours=50)

    figures = figures_of("pier", BEGIN + timedelta(days=28, hours=1))

    committed = of(figures, "committed")["numerator"]
    by_month = {row["month"]: row["promised_minor"] for row in figures["by_month"]}
    assert by_month == {"2026-02": 0, "2026-03": committed}
    assert [row["in_service_s"] for row in figures["by_month"]] == [28 * 8 * DAY_S, 0]


def test_a_share_of_nothing_is_no_share(now):
    figure = Figure(FigureCode.UTILISATION, "card-seconds", 0, 0, now.date(), now.date())

    assert figure.share_bp is None


def test_the_latest_snapshot_is_shown_and_old_ones_go(lease, monkeypatch):
    monkeypatch.setattr("praya.apps.reports.commands._KEPT", 2)
    for hour in range(4):
        take_snapshot(programme_code="pier", now=BEGIN + timedelta(hours=hour))

    assert latest_snapshot("pier").taken_at == BEGIN + timedelta(hours=3)
    assert latest_snapshot("pier").programme.snapshots.count() == 2
