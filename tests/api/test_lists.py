"""Lists ask the database as often for three rows as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.applications.cases import LARGE, LEAD, desk_officer, screened, submitted
from tests.apps.reviews.cases import WAN, opened
from tests.awarding import active_award

pytestmark = pytest.mark.django_db
OFFICER = "officer@pier.example"


def asked(who, path: str, rows: int) -> int:
    """How many queries a list of so many rows takes."""
    with CaptureQueriesContext(connection) as queries:
        status, page = who.get(path)
    assert (status, len(page["items"])) == (200, rows)
    return len(queries)


@pytest.mark.parametrize("path", ["/applications", "/programmes/pier/desk"])
def test_applications(caller, now, programme, path):
    desk_officer(now)
    officer = caller(OFFICER)
    officer.get("/me")
    counts = []
    for rows in (1, 2, 3):
        submitted(now, email=f"lead{rows}@lab.example")
        counts.append(asked(officer, path, rows))
    assert len(set(counts)) == 1, counts


def test_reviews(caller, now, programme):
    mine = caller(WAN)
    mine.get("/me")
    counts = []
    for rows in (1, 2, 3):
        opened(screened(now, email=f"lead{rows}@lab.example", lines=[LARGE]), WAN, now)
        counts.append(asked(mine, "/reviews", rows))
    assert len(set(counts)) == 1, counts


def test_awards_and_jobs(caller, now):
    lead = caller(LEAD)
    lead.get("/me")
    awards, jobs = [], []
    for rows in (1, 2, 3):
        award = active_award(now, lead=LEAD)
        order = {"award": award.code, "time_limit_s": 60, "argv": ["true"], "key": str(rows)}
        assert lead.post("/jobs", order)[0] == 201
        awards.append(asked(lead, "/awards", rows))
        jobs.append(asked(lead, "/jobs", rows))
    assert len(set(awards)) == 1, awards
    assert len(set(jobs)) == 1, jobs
