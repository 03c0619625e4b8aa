"""The page on which a cluster's own sums stand beside what was charged; and the same by API."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.factories import appointed, make_admin, person_behind

from praya.apps.enforcement.models import ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries import link_of
from praya.core.actor import Role
from praya.core.execution.accounting import DayTotal

PAGE = f"/clusters/{CODE}/completeness/"
API = f"/api/v1/links/{CODE}/completeness"


@pytest.fixture
def reader(client, harbour, now):  # noqa: F811 -- the fixture
    client.force_login(person_behind(make_admin(now)))
    return client


def differs(now, number):
    day = ComparedDay.objects.create(
        link=link_of(CODE), day=now.date(), account=f"pir-{number:04d}", award_code="PIR-0001",
        device_model="nvidia-h800", summed_s=7200, charged_s=3600, to_look_at_s=600,
        until=now, compared_at=now,
    )  # fmt: skip
    for kind, seconds, job in (("running", 3000, "7"), ("unexplained", 600, "")):
        DayDifference.objects.create(of=day, kind=kind, card_seconds=seconds, job_id=job)


def test_the_page_asks_as_much_for_one_account_as_for_thirty(reader, now):
    counts = []
    for numbers in (range(1), range(1, 31)):
        for number in numbers:
            differs(now, number)
        with CaptureQueriesContext(connection) as asked:
            shown = reader.get(PAGE).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
    assert re.findall(r"No job explains it: [^;]*; Still runs[^<]*", shown)[0] == (
        "No job explains it: 0.2 card-hours; Still runs, and is charged at its end: 0.8 card-hours"
    )


def test_differences_go_into_a_file_by_job(reader, now):
    differs(now, 1)
    lines = reader.get(PAGE, {"jobs-export": "csv"}).content.decode().split("\r\n")
    assert lines[1:3] == [
        '7,2026-03-02,pir-0001,,nvidia-h800,3000,"Still runs, and is charged at its end"',
        "no job,2026-03-02,pir-0001,,nvidia-h800,600,No job explains it",
    ]


def test_an_operator_compares_again_from_the_page_and_by_api(reader, harbour, now):  # noqa: F811 -- as above
    Link.objects.update(charged_since=now - timedelta(days=9))
    total = DayTotal("pir-0001", "mei", "nvidia-h800", 900)
    harbour.sums = lambda _since, _until: (total,)
    day = (now - timedelta(days=2)).date().isoformat()

    shown = reader.post(PAGE, {"from": day, "to": day}, follow=True).content.decode()
    assert "Compared: 1 account has a difference to look at." in shown
    assert "To be looked at" in shown
    asked = json.dumps({"first_on": day, "last_on": day})
    found = reader.post(API, asked, content_type="application/json").json()
    [compared] = found["days"]
    assert (compared["summed_s"], compared["charged_s"], compared["to_look_at_s"]) == (900, 0, 900)
    assert [one["sentence"] for one in compared["differences"]] == ["No job explains it"]
    assert reader.get(API, {"first_on": day, "last_on": day}).json() == found


def test_the_button_that_compares_again_sends_the_days_that_are_shown(reader):
    shown = reader.get(PAGE, {"from": "2026-02-20", "to": "2026-02-22"}).content.decode()
    [sent] = re.findall(r'<form method="post" id="compare-again">(.*?)</form>', shown, re.DOTALL)
    assert re.findall(r'name="(from|to)" value="([^"]*)"', sent) == [
        ("from", "2026-02-20"),
        ("to", "2026-02-22"),
    ]
    assert re.findall(r'form="compare-again"[^>]*>([^<]*)<', shown) == ["Compare these days again"]


def test_days_that_are_none_are_refused_with_what_to_do(reader, harbour):  # noqa: F811 -- as above
    days = {"from": "2026-03-02", "to": "2026-03-01"}
    assert "are not 1 to 31 days" in reader.get(PAGE, days, follow=True).content.decode()
    assert (
        "are not 1 to 31 days"
        in reader.post(
            PAGE, {"from": "9999-12-31", "to": "9999-12-31"}, follow=True
        ).content.decode()
    )
    assert reader.get(PAGE, {"to": "0001-01-01"}).status_code == 200
    assert reader.get(API, {"first_on": "2026-01-01", "last_on": "2026-03-01"}).status_code == 409


def test_only_who_operates_machines_reads_what_the_programs_said(client, reader, now):
    Link.objects.update(silent_since=now, outage="sacct: root@db.inner: no answer")
    assert "sacct: root@db.inner: no answer" in reader.get(PAGE).content.decode()

    client.force_login(person_behind(appointed("pier", Role.AUDITOR, now)))
    for page in (PAGE, f"/clusters/{CODE}/held/"):
        shown = client.get(page).content.decode()
        assert "Harbour has not answered since" in shown
        assert "db.inner" not in shown


def test_the_page_says_since_when_it_is_stale_and_what_could_not_be_read(reader, now):
    line = {"line": "7 | x", "why": "no time of submission"}
    Link.objects.update(silent_since=now, outage="sacct: no answer", unread=[line])
    shown = reader.get(PAGE).content.decode()
    assert "Harbour has not answered since" in shown
    assert "sacct: no answer" in shown
    assert "<code>7 | x</code> (no time of submission)" in shown
