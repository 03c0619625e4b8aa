"""Statements, charges and figures as CSV by API and at the terminal."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from tests.api.calling import problem
from tests.apps.usage.test_free_use import award_with, end
from tests.apps.usage.test_rounds import HOUR, Worker, submit
from tests.awarding import active_award
from tests.factories import appointed
from tests.fakes import ObedientEngine

from praya.apps.reports.commands import take_snapshot
from praya.core.actor import Role

pytestmark = pytest.mark.django_db


def rows_of(answer) -> list[dict[str, str]]:
    """The rows of an answer that is CSV."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_a_statement_and_the_months_come_as_csv_with_the_same_figures(caller, now):
    award = award_with(now, hours=10)
    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now, cards=3, time_limit_s=HOUR)
    worker.schedule(), worker.track()
    worker.pass_time(600)
    end(worker, job)
    appointed("pier", Role.FINANCE, now)
    lead, finance = caller("lead@pier.example"), caller("finance@pier.example")
    path = f"/awards/{award.code}/statements/2026-03"
    [charge] = lead.get(path)[1]["charges"]

    [row] = rows_of(lead.raw(f"{path}/csv"))
    [month] = rows_of(finance.raw("/programmes/pier/charges/csv"))

    assert list(row) == list(charge)
    assert row == {
        **{name: str(value) for name, value in charge.items()},
        "ended_at": row["ended_at"],
        "is_free_use": "false",
    }
    assert datetime.fromisoformat(row["ended_at"]) == datetime.fromisoformat(charge["ended_at"])
    sums = {name: charge[name] for name in ("card_seconds", "list_minor", "subsidy_minor")}
    assert {name: int(month[name]) for name in sums} == sums
    assert (month["month"], month["award"], month["charges"]) == ("2026-03", award.code, "1")
    for other in (caller("else@pier.example"), lead):
        assert problem(other.get("/programmes/pier/charges/csv")) == (403, "access.not_allowed")
    assert problem(caller("else@pier.example").get(f"{path}/csv")) == (404, "access.not_found")


def test_the_figures_come_as_csv_for_everybody(caller, now):
    active_award(now)
    assert rows_of(caller().raw("/programmes/pier/figures/csv")) == []
    take_snapshot(programme_code="pier", now=now)

    rows = rows_of(caller().raw("/programmes/pier/figures/csv"))

    figures = caller().get("/programmes/pier/figures")[1]
    said = {row["code"]: (row["numerator"], row["definition"]) for row in rows if not row["of"]}
    assert said == {
        one["code"]: (str(one["numerator"]), one["definition"]) for one in figures["figures"]
    }
    assert {row["code"] for row in rows if row["of"]} <= set(figures["definitions"])
    assert problem(caller().get("/programmes/none/figures/csv")) == (404, "access.not_found")
