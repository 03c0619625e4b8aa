"""The demo's days: the file moves with them, and no act lies in the future."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from praya.core.programme.months import month_start
from praya.core.programme.reading import read_programme
from praya.demo import setting, timeline
from praya.demo.cases import HARBOUR
from praya.demo.cast import APPLICANTS, HOUSES, everybody
from praya.demo.stage import Stage

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize("name", ["harbour", "campus"])
@settings(max_examples=12, deadline=None)
@given(day=DAYS)
def test_a_moved_file_is_as_good_as_the_example(name, day):
    source = (EXAMPLES / name / "programme.yaml").read_text(encoding="utf-8")
    to = month_start(day)

    rules, findings = read_programme(timeline.moved(source, to=to))

    assert findings == []
    assert rules is not None
    assert rules.period.first == to


def test_a_file_moved_nowhere_stays_as_it_is():
    source = (EXAMPLES / "harbour" / "programme.yaml").read_text(encoding="utf-8")

    assert timeline.moved(source, to=date(2025, 10, 1)) == source


@settings(max_examples=40, deadline=None)
@given(today=DAYS)
def test_acts_stand_in_order_and_none_after_today(today):
    stage = Stage("harbour", "rolling", month_start(today, months=-timeline.MONTHS_BACK))

    acts = timeline.acts_until(today, stage, setting.Files("", "", ""))

    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert max(act.at.date() for act in acts) <= today
    assert len(acts) > 200
    assert all(isinstance(act.at, datetime) and act.at.tzinfo for act in acts)


def test_every_story_has_its_people():
    keys = {one.key for one in APPLICANTS}
    houses = {house.key: house.founder for house in HOUSES}

    assert all(houses[story.house] == story.lead for story in HARBOUR)
    assert set(houses.values()) <= keys
    assert len({one.email for one in everybody()}) == len(everybody())
