"""The pages about jobs that came in on clusters themselves."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.test_receiving import run  # noqa: F401 -- a fixture
from tests.apps.enforcement.test_watching import alive, watch
from tests.factories import make_person

from praya.apps.usage.commands import receive_runs

LIST, ONE = "/jobs/on-clusters/", f"/clusters/{CODE}/jobs"


@pytest.fixture
def page(client, award):  # noqa: F811
    client.force_login(award.lead)
    return client


def test_a_list_asks_as_much_for_one_job_as_for_thirty(page, harbour, now):  # noqa: F811
    counts = []
    for place, number in enumerate((1, 30)):
        jobs = [alive(str(each)) for each in range(number)]
        harbour.there = jobs
        watch(harbour, now.replace(hour=10 + place), *jobs)
        with CaptureQueriesContext(connection) as asked:
            answer = page.get(LIST)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
    assert "may use 12.0 card-hours" in answer.content.decode()


def test_the_page_of_a_job_says_why_it_waits_and_then_what_it_was_charged(
    page, harbour, run, now  # noqa: F811
):  # fmt: skip
    watch(harbour, now, alive("27_[1-4]"), alive("28"))
    assert "harbour/27_[1-4]" in page.get(f"{ONE}/27/").content.decode()
    assert "AssocGrpGRESMinutes" in page.get(f"{ONE}/28/").content.decode()

    receive_runs(cluster_code=CODE, runs=[run], awards={"pir-0001": "PIR-0001"}, now=now)

    answer = page.get(f"{ONE}/7/").content.decode()
    assert "Completed" in answer
    assert f"/charges/{CODE}:{run.key}/why/" in answer
    assert "ended.csv" in page.get(LIST, {"ended-export": "csv"})["Content-Disposition"]


def test_others_are_not_told_that_there_is_such_a_job(client, harbour, now):  # noqa: F811
    watch(harbour, now, alive("28"))
    client.force_login(make_person("ann@reef.example"))

    assert client.get(f"{ONE}/28/").status_code == 404
    assert "harbour/28" not in client.get(LIST).content.decode()
