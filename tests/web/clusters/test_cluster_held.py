"""The page on which operators see how awards are held on a cluster."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.factories import make_admin, person_behind

from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import link_of

PAGE = f"/clusters/{CODE}/held/"


@pytest.fixture
def page(client, harbour, now):  # noqa: F811 -- the fixture
    client.force_login(person_behind(make_admin(now)))
    follow_cluster(code=CODE, now=now)
    return client


def drifted(now, number):
    return Drift.objects.create(
        link=link_of(CODE), account=f"pir-{number:04d}", kind="open", found_at=now
    )


def test_the_page_asks_as_much_for_one_difference_as_for_thirty(page, now):
    counts = []
    for number in (1, 30):
        for each in range(number):
            drifted(now, each)
        with CaptureQueriesContext(connection) as asked:
            answer = page.get(PAGE)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 15


def test_a_difference_is_left_for_a_reason_and_mended_again(page, now):
    drift = drifted(now, 1)
    page.post(PAGE, {"act": f"ignore:{drift.pk}", "reason": ""})
    drift.refresh_from_db()
    assert drift.ignored_at is None

    page.post(PAGE, {"act": f"ignore:{drift.pk}", "reason": "A workshop."})
    assert "A workshop." in page.get(PAGE).content.decode()
    page.post(PAGE, {"act": f"mend:{drift.pk}"})
    drift.refresh_from_db()
    assert drift.ignored_at is None


def test_awards_are_left_alone_and_held_again_from_the_page(page, harbour):  # noqa: F811 -- as above
    page.post(PAGE, {"act": "leave"})
    assert link_of(CODE).enforced_since is None
    harbour.is_loose = True
    page.post(PAGE, {"act": "enforce"})
    assert link_of(CODE).enforced_since is None
    harbour.is_loose = False
    page.post(PAGE, {"act": "enforce"})
    assert link_of(CODE).enforced_since is not None


def test_a_slurm_is_added_and_looked_at_from_the_page(page):
    asked = {"code": "jetty", "name": "Jetty", "engine": "slurm", "kinds": "h800"}
    assert "KIND=MODEL" in page.post("/new-cluster/", asked).content.decode()

    page.post("/new-cluster/", asked | {"kinds": "h800=nvidia-h800"})
    assert link_of("jetty").kinds == {"h800": "nvidia-h800"}
    assert link_of("jetty").enforced_since is None
