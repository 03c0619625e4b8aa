"""Warnings: once for each thing there is to tell, to those who can do something about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.awarding import Given, active_award, add_member, lead_of, make_site
from tests.factories import make_person

from praya.apps.awards.rules import MemberRole
from praya.apps.notices.commands import put_warnings, send_letters
from praya.apps.notices.models import Letter
from praya.apps.notices.queries import outlook_of, preview_of
from praya.apps.notices.rules.warnings import AwardOutlook, Outlook, due_warnings
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.rules import JobState
from praya.core.ledger import FourNumbers
from praya.core.life import KeptBack, Opened
from praya.core.metering import Turn, run_out
from praya.core.programme.warnings import Warnings

TODAY = date(2026, 3, 2)
RULES = Warnings()


def outlook(settled, free=None, *, daily=(), in_flight=0, last_on=date(2026, 12, 31), kept=()):
    free = 100 - settled - in_flight if free is None else free
    numbers = FourNumbers.of("HKD", settled=settled, in_flight=in_flight, free=free)
    return AwardOutlook("PIR-0001", "Tides", last_on, [Outlook(numbers, list(daily), kept)])


def kinds(award, rules=RULES, today=TODAY):
    return [(one.kind, one.key.rpartition(":")[2]) for one in due_warnings(rules, award, today)]


@pytest.mark.parametrize(
    ("settled", "told"),
    [
        (0, []),
        (49, []),
        (50, [("warning.used", "50")]),
        (74, [("warning.used", "50")]),
        (90, [("warning.used", "90")]),
        (100, [("warning.used", "100")]),
    ],
)
def test_the_highest_share_that_is_used_is_told(settled, told):
    assert kinds(outlook(settled)) == told


def test_a_supplement_begins_anew():
    before = next(iter(due_warnings(RULES, outlook(50), TODAY)))
    after = next(iter(due_warnings(RULES, outlook(100, free=100), TODAY)))

    assert before.key != after.key


@pytest.mark.parametrize(
    ("left", "told"), [(31, []), (30, "30"), (8, "30"), (7, "7"), (0, "7"), (-1, [])]
)
def test_an_end_is_told_at_each_of_its_days(left, told):
    found = kinds(outlook(0, last_on=TODAY + timedelta(days=left)))

    assert found == ([("warning.ends", told)] if told else [])


def test_running_out_is_told_where_it_comes_before_the_end():
    steady = [1] * 28
    soon = outlook(40, free=20, daily=steady)
    late = outlook(40, free=31, daily=steady)
    after = outlook(40, free=20, daily=steady, last_on=TODAY + timedelta(days=20))

    [told] = [one for one in due_warnings(RULES, soon, TODAY) if one.kind == "warning.run_out"]
    assert (told.facts["gone_on"], told.facts["latest_on"]) == (
        TODAY + timedelta(days=20),
        TODAY + timedelta(days=20),
    )
    for other in (late, after):
        assert "warning.run_out" not in [kind for kind, _ in kinds(other)]
    assert "warning.run_out" not in [kind for kind, _ in kinds(soon, Warnings(run_out_days=0))]


@pytest.mark.parametrize(
    ("kept", "gone_in"),
    [
        ([], None),
        ([KeptBack(40, Opened.REPORT)], 20),
        ([KeptBack(25, Opened.REPORT), KeptBack(15, Opened.PAYMENT)], 20),
        ([KeptBack(40, Opened.MONTH, TODAY + timedelta(days=20))], None),  # more is open then
        ([KeptBack(40, Opened.MONTH, TODAY + timedelta(days=21))], 20),
        ([KeptBack(29, Opened.REPORT)], None),  # later than thirty days
        ([KeptBack(60, Opened.REPORT)], 0),
    ],
)
def test_what_is_open_runs_out_before_the_grant_does(kept, gone_in):
    award = outlook(40, free=60, daily=[1] * 28, kept=kept)

    told = [one for one in due_warnings(RULES, award, TODAY) if one.kind == "warning.open_run_out"]

    found = [(one.facts["gone_on"] - TODAY).days for one in told]
    assert found == ([] if gone_in is None else [gone_in])


def test_what_is_open_is_told_of_anew_once_more_is_open():
    def key(kept):
        award = outlook(40, free=60, daily=[1] * 28, kept=[KeptBack(kept, Opened.REPORT)])
        return [one.key for one in due_warnings(RULES, award, TODAY) if "open" in one.kind]

    assert len({*key(40), *key(45)}) == 2


def test_a_file_may_say_otherwise():
    rules = Warnings(used_percent=[80], days_before_end=[])

    assert kinds(outlook(79), rules) == []
    assert kinds(outlook(80, last_on=TODAY), rules) == [("warning.used", "80")]


def test_too_little_is_known_of_a_young_or_idle_award():
    assert run_out([5] * 6, 100) is None
    assert run_out([0] * 28, 100) is None
    assert run_out([1] * 28, 10**9) is None


def test_a_steady_pace_leaves_no_doubt_and_bursts_do():
    steady, bursts = run_out([10] * 28, 200), run_out([20, 0] * 14, 200)

    assert (steady.days, steady.soonest_days, steady.latest_days) == (20, 20, 20)
    assert (bursts.days, bursts.soonest_days, bursts.latest_days) == (20, 15, 26)


def test_a_single_burst_may_last_for_ever():
    once = run_out([0] * 27 + [28], 500)

    assert (once.days, once.latest_days) == (500, None)


@pytest.mark.parametrize(
    ("turns", "lasts"),
    [
        ([], 20),
        ([(8, 0.5)], 32),  # 800 by then, and 1,200 at 50 a day
        ([(0, 0.5)], 40),
        ([(20, 0.5)], 20),  # nothing is left by then
        ([(5, 2.0), (10, 0.5)], 20),  # 500, 1,000, and 500 at 50 a day
        ([(5, 2.0)], 12),  # 500, and 1,500 at 200 a day
        ([(8, 0.0)], None),
    ],
)
def test_a_turn_of_the_pace_that_is_known_is_reckoned_with(turns, lasts):
    found = run_out([100] * 28, 2_000, [Turn(*each) for each in turns])

    assert (found and found.days) == lasts


TURNS = st.lists(
    st.tuples(st.integers(0, 400), st.floats(0, 4)), max_size=3, unique_by=lambda x: x[0]
)


@given(st.lists(st.integers(0, 10**9), max_size=60), st.integers(0, 10**15), TURNS)
def test_the_band_holds_the_day(daily, left, turns):
    found = run_out(daily, left, [Turn(*each) for each in sorted(turns)])
    if found is not None:
        assert 0 <= found.soonest_days <= found.days
        assert found.latest_days is None or found.days <= found.latest_days


def test_the_band_is_that_of_the_gamma_distribution():
    """Of many weeks drawn from one pace, four in five bands hold the pace."""
    import numpy as np

    random = np.random.default_rng(20260302)
    held = 0
    for _ in range(400):
        daily = [int(one) for one in random.gamma(2.0, 500.0, 28)]
        found = run_out(daily, 1_000_000)
        held += found.soonest_days <= 1_000_000 / 1000 <= found.latest_days + 1
    assert 0.75 <= held / 400 <= 0.87


def used_by_day(now, **changed):
    """Ten card-hours; seven are used, one a day on seven days."""
    make_site(now - timedelta(days=30), **changed)
    first = (now - timedelta(days=8)).date()
    award = active_award(now - timedelta(days=9), lines=[Given(hours=10, first_on=first)])
    type(award).objects.filter(pk=award.pk).update(first_on=first, last_on=date(2026, 12, 31))
    by = lead_of(award, now)
    for day in range(1, 8):
        began = now - timedelta(days=day)
        job = submit_job(
            award_code=award.code,
            cards=1,
            time_limit_s=3600,
            argv=["true"],
            key=f"day-{day}",
            by=by,
            now=began,
        )
        end = End(JobState.COMPLETED, began, began + timedelta(hours=1), exit_code=0)
        finish_job(job_id=job.pk, end=end, by=by, now=began + timedelta(hours=2))
    award.refresh_from_db()
    return award


@pytest.fixture
def award(db, now):
    return used_by_day(now)


def test_lead_and_managers_are_warned_once(award, now, django_assert_max_num_queries):
    add_member(award, make_person("kim@lab.example"), now, MemberRole.MANAGER)
    add_member(award, make_person("plain@lab.example"), now)

    first = put_warnings(now=now)
    with django_assert_max_num_queries(8):
        again = put_warnings(now=now + timedelta(hours=1))

    told = Letter.objects.filter(topic="use").order_by("id")
    assert (first, again) == (8, 0)  # two people, two commodities: used, and running out
    assert {one.to.email for one in told} == {"lead@pier.example", "kim@lab.example"}
    subjects = {preview_of(one)[0] for one in told}
    assert subjects == {
        "PIR-0001: 50 % of 10.0 card-hours of nvidia-h800 is used",
        "PIR-0001: 50 % of HK$210.00 is used",
        "PIR-0001: 3.0 card-hours of nvidia-h800, used up by about 5 March 2026",
        "PIR-0001: HK$63.00, used up by about 5 March 2026",
    }
    assert send_letters(now=now).sent == 8


def test_an_outlook_tells_the_use_of_every_day(award, now):
    found = outlook_of(award, now)
    time, money = found.outlooks

    assert time.daily == [0, *[3600] * 7]
    assert (time.used_percent, money.used_percent) == (70, 70)
    assert money.daily == [0, *[2100] * 7]


@pytest.mark.django_db
def test_what_a_closed_part_keeps_back_runs_out_earlier_and_is_told_once(now):
    parts = [{"code": "a", "percent": 80}, {"code": "b", "percent": 20, "report": {"en": "R"}}]
    halves = {"code": "parts", "name": {"en": "Parts"}, "parts": parts}
    award = used_by_day(now, life={"tranches": halves})
    time, money = outlook_of(award, now).outlooks

    put_warnings(now=now)

    assert (time.kept, money.kept) == ([KeptBack(2 * 3600, Opened.REPORT)], ())
    assert (time.open_run_out.days, time.run_out.days, money.open_run_out) == (1, 3, None)
    told = Letter.objects.filter(kind="warning.open_run_out")
    [(subject, text)] = [preview_of(one) for one in told]
    assert subject == "PIR-0001: what is open is used up by about 3 March 2026"
    assert (
        "Of what is free, 2.0 card-hours of nvidia-h800 is not open yet; more of it opens once an "
        "officer has accepted the report that is due. At the pace of the last four weeks, what “A "
        "model of the tides” may use by now is used up on 3 March 2026. From then on jobs that "
        "could pass it are refused until more is open."
    ) in text
    assert "/awards/PIR-0001/life/" in text
    assert put_warnings(now=now + timedelta(hours=1)) == 0


def test_a_lease_runs_out_with_its_days(db, now):
    """A lease of forty days, twenty of them gone: what is left lasts as long as its days."""
    from praya.apps.usage.commands import accrue_leases

    make_site(now - timedelta(days=30))
    first = (now - timedelta(days=20)).date()
    line = Given("cards", cards=2, first_on=first, last_on=first + timedelta(days=39))
    award = active_award(now - timedelta(days=21), lines=[line])
    type(award).objects.filter(pk=award.pk).update(first_on=first, last_on=line.last_on)
    accrue_leases(now=now)

    outlook = outlook_of(award, now).outlooks[0]

    assert (outlook.run_out.soonest_days, outlook.run_out.days) == (20, 20)
