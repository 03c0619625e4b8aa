"""The page of what is set aside on a cluster, and how the calendar shows what it has closed."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.test_reserving import H800, closed, lease, partition, shut  # noqa: F401
from tests.factories import make_admin, person_behind

from praya.apps.clusters.models import CapacityWindow
from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.models import Link
from praya.core.execution.limits import Step, StepKind
from praya.core.execution.reserving import Place

PAGE = f"/clusters/{CODE}/aside/"


@pytest.fixture
def page(client, harbour, lease, partition, now):  # noqa: F811 -- the fixtures
    """A lease that is held, a machine that cannot be closed, and maintenance by the cluster."""
    window = shut(-8, nodes=["n3"], note="Pumps", now=now)
    held = replace(closed("pir-0002-1", {"n1"}, now, days=9), is_ours=True, is_maintenance=False)
    harbour.places = [Place("gpu", H800, {"n1": 8, "n2": 8, "n3": 8})]
    harbour.reservations = [held, closed("hall-7", {"n2"}, now, days=1)]
    follow_cluster(code=CODE, now=now)
    step = Step(StepKind.ADD_RESERVATION, f"closed-{window.pk}")
    refused = asdict(step) | {"said": "Nodes busy"}
    Link.objects.update(left=[refused])
    client.force_login(person_behind(make_admin(now)))
    return client


def test_what_is_set_aside_is_told_with_why_it_is_not(page):
    text = " ".join(page.get(PAGE).content.decode().split())

    assert "PIR-0002.1" in text
    assert "maintenance planned on the cluster" in text
    assert "is asked again every half minute" in text
    assert "It said: Nodes busy" in text
    asked = page.get(f"/api/v1/links/{CODE}/reservations").json()
    assert {(row["whose"], row["about"], row["is_held"], *row["nodes"]) for row in asked} == {
        ("lease", "PIR-0002.1", True, "n1"),
        ("operator", "Pumps", False, "n3"),
        ("cluster", "hall-7", True, "n2"),
    }


def test_the_page_asks_as_much_for_three_rows_as_for_twenty(page, harbour, now):  # noqa: F811
    counts = []
    for number in (1, 18):
        harbour.reservations = [closed(f"hall-{n}", {"n2"}, now, days=1) for n in range(number)]
        Link.objects.update(looked_at=None)
        follow_cluster(code=CODE, now=now)
        with CaptureQueriesContext(connection) as asked:
            assert page.get(PAGE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_the_calendar_tells_what_the_cluster_has_closed_and_offers_no_end(page):
    seen = CapacityWindow.objects.exclude(seen_as="").get()
    text = page.get(f"/clusters/{CODE}/").content.decode()

    assert "Closed on the cluster itself as hall-7." in text
    assert f"/capacity/{seen.pk}/end/" not in text
