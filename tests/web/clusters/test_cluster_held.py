"""The page on which operators see how awards are held on a cluster."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.factories import appointed, make_admin, person_behind

from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import link_of
from praya.apps.usage.models import SetAside
from praya.core.actor import Role

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


def test_what_was_not_charged_says_why_in_words(page, award, now):  # noqa: F811 -- the fixture
    facts = {"cluster_code": CODE, "job_id": "7", "member": "mei", "device_model_code": "ascend"}
    facts |= {"card_seconds": 60, "ended_at": now, "received_at": now, "is_refund": False}
    SetAside.objects.create(key="7", award=award, why="usage.no_line", **facts)

    told = page.get(PAGE).text
    assert "the award has no card-hours of this device model" in told
    assert "usage.no_line" not in told


def test_a_difference_is_left_for_a_reason_and_mended_again(page, now):
    drift = drifted(now, 1)
    one = f"/clusters/{CODE}/drift/{drift.pk}/"
    page.post(one, {"act": "leave", "reason": ""})
    drift.refresh_from_db()
    assert drift.ignored_at is None

    page.post(one, {"act": "leave", "reason": "A work\0shop."})
    assert "A workshop." in page.get(PAGE).content.decode()
    page.post(one, {"act": "mend"})
    drift.refresh_from_db()
    assert drift.ignored_at is None


def test_what_no_button_says_mends_and_asks_nothing(page, now):
    drift = drifted(now, 1)
    one = f"/clusters/{CODE}/drift/{drift.pk}/"
    page.post(one, {"act": "leave", "reason": "A workshop."})
    typed = {"account": "pir-0001", "reason": "A workshop."}

    for where, act in ((one, ""), (one, "forged"), (one, "mend:1"), (PAGE, ""), (PAGE, "forged:1")):
        assert page.post(where, typed | {"act": act}).status_code == 400

    drift.refresh_from_db()
    assert drift.ignored_at is not None
    assert link_of(CODE).adoptions.count() == 0


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({"kind": "open"}, {"leave", "adopt"}),
        ({"kind": "set-cards", "has": "4", "wants": "8"}, {"leave", "adopt"}),
        ({"kind": "set-cards", "has": "16", "wants": "8"}, set()),
        ({"kind": "set-limit", "has": "60", "wants": "36000"}, {"leave"}),
        ({"kind": "remove-member", "member": "nobody"}, set()),
        ({"kind": "open", "ignored_at": "now"}, {"mend", "adopt"}),
    ],
)
def test_only_what_can_be_done_is_offered(page, now, facts, offered):
    facts = {"account": "pir-0001"} | {n: now if v == "now" else v for n, v in facts.items()}
    drift = Drift.objects.create(link=link_of(CODE), found_at=now, **facts)
    one = f"/clusters/{CODE}/drift/{drift.pk}/"
    shown = page.get(one).content.decode()
    assert set(re.findall(r'name="act"\s+value="(\w+)"', shown)) == offered

    for act in {"leave", "adopt"} - offered:
        page.post(one, {"act": act, "reason": "A workshop."})
    drift.refresh_from_db()
    assert (drift.reason, link_of(CODE).adoptions.count()) == ("", 0)


def test_differences_are_searched_and_go_into_a_file(page, now):
    for number in range(30):
        drifted(now, number)
    found = page.get(PAGE, {"drift-q": "pir-0007", "drift-export": "csv"}).content.decode()
    assert [line.split(",")[0] for line in found.splitlines()[1:]] == ["pir-0007"]
    assert page.get(PAGE, {"drift-stands": "0"}).content.decode().count("pir-0007") == 0


def test_who_and_when_share_a_cell_of_the_page_and_not_of_the_file(page, now):
    drift = drifted(now, 1)
    facts = {"changed_by": "wing", "changed_at": now, "ignored_at": now, "reason": "A <workshop>."}
    Drift.objects.filter(pk=drift.pk).update(**facts)

    text = re.sub(r"\s*<(?!br>|/?td)[^>]*>\s*", "", page.get(PAGE).text)
    shown = dict(re.findall(r'<td data-label="([^"]*)"[^>]*>\s*(.*?)\s*</td>', text, re.DOTALL))
    assert shown["Changed by"] == "wing<br>2 March 2026, 17:00"
    assert shown["State"] == "left as it is<br>A &lt;workshop&gt;."
    [head, line] = page.get(PAGE, {"drift-export": "csv"}).text.strip("\ufeff").splitlines()
    file = dict(zip(head.split(","), line.split(","), strict=True))
    assert file["Changed by"] == "wing"
    assert file["Changed at"] == now.isoformat()
    assert file["State"] == "left as it is"
    assert file["Why it may stay"] == "A <workshop>."


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


def test_what_was_found_is_shown_and_taken_over_from_there(page, harbour):  # noqa: F811 -- as above
    shown = page.get(PAGE).content.decode()
    assert "gpu" in shown
    [take] = re.findall(r'href="([^"]*found=[^"]*)"', shown)
    form = page.get(take).content.decode()
    assert 'value="gpu"' in form
    assert re.search(r'value="nvidia-h800"\s+selected', form)

    made = page.post(take, {"code": "gpu", "device_model": "nvidia-h800", "programme": ""})
    for kind in ("installed", "in-service"):
        step = page.get(made["Location"]).content.decode()
        assert re.search(rf'value="{kind}"\s+selected', step)
        assert re.search(r'name="devices"[^>]*value="8"|value="8"[^>]*name="devices"', step)
        facts = {"kind": kind, "devices": "8", "first_on": "2026-03-01"}
        made = page.post(made["Location"], facts)
    assert made["Location"] == f"/clusters/{CODE}/"
    assert "found=" not in page.get(PAGE).content.decode()
    [found] = page.get(f"/api/v1/links/{CODE}").json()["found"]
    assert (found["cards"], found["installed"], found["in_service"]) == (8, 8, 8)


def test_every_cell_of_what_was_found_says_something_to_everybody(page, now):
    for reader in (None, appointed("pier", Role.AUDITOR, now)):
        if reader is not None:
            page.force_login(person_behind(reader))
        text = page.get(PAGE).text
        cells = re.findall(r"<td data-label=\"[^\"]*\">(.*?)</td>", text, re.DOTALL)
        assert cells != []
        assert [cell for cell in cells if not cell.strip()] == []


def test_every_step_is_shown_before_awards_are_held(page, harbour):  # noqa: F811 -- as above
    page.post(PAGE, {"act": "leave"})
    harbour.limits.clear()
    looks = dict(harbour.limits)

    plan = page.get(f"/clusters/{CODE}/plan/").content.decode()
    assert "1 step would be taken" in plan
    assert "36000" in plan
    assert f'action="{PAGE}"' in plan
    assert (harbour.limits, link_of(CODE).enforced_since) == (looks, None)

    harbour.is_away = True
    told = page.get(f"/clusters/{CODE}/plan/", follow=True)
    assert told.redirect_chain == [(PAGE, 302)]
    assert "The cluster does not answer" in told.content.decode()
