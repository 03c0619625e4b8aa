"""Pages about machines."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.enforcement.fakes import ObedientCluster
from tests.factories import (
    appointed,
    make_admin,
    make_partition,
    make_person,
    make_programme,
    person_behind,
)

from praya.apps.clusters.commands import add_cluster, note_answers, note_silent
from praya.apps.clusters.models import CapacityWindow, Cluster, Partition
from praya.apps.enforcement import engines
from praya.core.actor import Actor, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(now) -> Client:
    make_programme(now)
    return signed_in(Role.OPERATOR, now)


def signed_in(role: Role, now) -> Client:
    client = Client()
    client.force_login(person_behind(appointed("pier", role, now)))
    return client


def test_an_operator_adds_a_cluster_a_partition_and_its_devices(operator):
    posted = {"code": "quay", "name": "Quay", "engine": "local"}
    answer = operator.post(reverse("web:cluster-new"), posted)
    assert answer["Location"] == reverse("web:cluster", args=["quay"])

    posted = {"code": "h800", "device_model": "nvidia-h800", "programme": "pier"}
    answer = operator.post(reverse("web:partition-new", args=["quay"]), posted)
    capacity = reverse("web:capacity-new", args=["quay", "h800"])
    assert answer["Location"] == capacity

    posted = {"kind": "installed", "devices": "16", "first_on": "2026-03-01", "note": "rack 1"}
    assert operator.post(capacity, posted).status_code == 302
    posted = {"kind": "in-service", "devices": "12", "first_on": "2026-03-02"}
    assert operator.post(capacity, posted).status_code == 302

    page = operator.get(reverse("web:cluster", args=["quay"]))
    assert "16 devices are installed today," in page.text
    assert "12 in service." in page.text
    assert "rack 1" in page.text
    assert "NVIDIA H800 SXM" in operator.get(reverse("web:clusters")).text


def test_only_a_site_admin_names_the_slurm_conf_of_a_second_slurm(operator, now, monkeypatch):
    slurm, asked = ObedientCluster(), []
    monkeypatch.setattr(engines, "reached", lambda _code, conf="", **_: asked.append(conf) or slurm)
    url, conf = reverse("web:cluster-new"), "/etc/slurm-jetty/slurm.conf"
    posted = {"code": "jetty", "name": "Jetty", "engine": "slurm", "conf": conf}
    assert "It can be done by: site admin" in operator.post(url, posted).text
    assert asked == []

    admin = Client()
    admin.force_login(person_behind(make_admin(now)))
    assert admin.post(url, posted)["Location"] == reverse("web:cluster", args=["jetty"])
    assert set(asked) == {conf}


def test_a_refusal_stands_in_the_form_and_what_was_typed_is_kept(operator, now):
    make_partition(now)
    url = reverse("web:capacity-new", args=["quay", "h800"])
    posted = {"kind": "in-service", "devices": "99", "first_on": "2026-04-01", "note": "too many"}
    page = operator.post(url, posted)
    assert page.status_code == 200
    assert "107 devices in service and 8 installed" in page.text
    assert "too many" in page.text
    assert CapacityWindow.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"devices": "many"},
        {"devices": "1" * 30},
        {"first_on": "2026-02-30"},
        {"kind": "broken"},
        {"note": "n" * 10_000},
    ],
)
def test_wrong_values_are_told_at_their_field(operator, now, wrong):
    make_partition(now)
    posted = {"kind": "installed", "devices": "4", "first_on": "2026-04-01"} | wrong
    page = operator.post(reverse("web:capacity-new", args=["quay", "h800"]), posted)
    assert page.status_code == 200
    assert "field-bad" in page.text
    assert CapacityWindow.objects.count() == 2


def test_a_second_click_adds_nothing_twice(operator, now):
    make_partition(now)
    url = reverse("web:capacity-new", args=["quay", "h800"])
    posted = {"kind": "installed", "devices": "4", "first_on": "2026-04-01"}
    assert operator.post(url, posted).status_code == 302
    assert "was not added again" in operator.post(url, posted).text
    assert CapacityWindow.objects.count() == 3


def test_ending_a_window_is_asked_first(operator, now):
    make_partition(now)
    window = CapacityWindow.objects.get(kind="in-service")
    url = reverse("web:capacity-end", args=[window.pk])
    assert "From the day after" in operator.get(url).text
    assert CapacityWindow.objects.get(pk=window.pk).last_on is None
    assert operator.post(url, {"last_on": "2026-03-31"}).status_code == 302
    assert str(CapacityWindow.objects.get(pk=window.pk).last_on) == "2026-03-31"
    assert "ends on 31 March 2026 already" in operator.post(url, {"last_on": "2026-04-30"}).text


def test_officers_read_and_do_not_change(operator, now):
    make_partition(now)
    window = CapacityWindow.objects.get(kind="in-service")
    officer = signed_in(Role.OFFICER, now)
    page = officer.get(reverse("web:cluster", args=["quay"]))
    assert page.status_code == 200
    assert "Change the capacity" not in page.text
    for url in (
        reverse("web:cluster-new"),
        reverse("web:partition-new", args=["quay"]),
        reverse("web:capacity-new", args=["quay", "h800"]),
        reverse("web:capacity-end", args=[window.pk]),
    ):
        assert officer.get(url).status_code == 403
        assert officer.post(url, {}).status_code == 403
    assert (Cluster.objects.count(), Partition.objects.count()) == (1, 1)


def test_members_and_visitors_see_no_machines(operator, now):
    make_partition(now)
    other = Client()
    other.force_login(make_person("member@pier.example"))
    for url in (reverse("web:clusters"), reverse("web:cluster", args=["quay"])):
        assert other.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    assert operator.get(reverse("web:cluster", args=["none"])).status_code == 404


def test_the_list_costs_the_same_for_one_cluster_and_three(
    operator, now, django_assert_num_queries
):
    make_partition(now)
    url = reverse("web:clusters")
    operator.get(url)
    with django_assert_num_queries(6):
        operator.get(url)
    make_partition(now, cluster_code="jetty")
    make_partition(now, cluster_code="wharf")
    with django_assert_num_queries(6):
        page = operator.get(url)
    assert page.text.count("NVIDIA H800 SXM") == 3


def csv_of(client, url, **query) -> list[dict[str, str]]:
    """The rows of a list as its file has them."""
    text = client.get(url, query).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_partitions_are_sorted_searched_and_exported_over_all_clusters(operator, now):
    for code, devices in (("quay", 16), ("jetty", 8), ("wharf", 24)):
        make_partition(now, cluster_code=code, devices=devices)
    add_cluster(code="bare", name="Bare", engine="local", by=make_admin(now), now=now)
    Cluster.objects.filter(code="wharf").update(closed_at=now)
    url = reverse("web:clusters")

    rows = csv_of(operator, url, sort="-installed", export="csv")

    assert [(row["Cluster"], row["Installed today"], row["State"]) for row in rows] == [
        ("Wharf", "24", "closed"),
        ("Quay", "16", ""),
        ("Jetty", "8", ""),
        ("Bare", "", ""),
    ]
    assert "This cluster has no partition yet." in operator.get(url).text
    found = csv_of(operator, url, q="jet", export="csv")
    assert [row["Cluster"] for row in found] == ["Jetty"]
    found = csv_of(operator, url, state="closed", export="csv")
    assert [row["Cluster"] for row in found] == ["Wharf"]


def test_windows_are_sorted_searched_and_exported_for_each_partition(operator, now):
    make_partition(now)
    made = Partition.objects.get()
    for number in range(30):
        CapacityWindow.objects.create(
            partition=made,
            kind="in-service",
            devices=number + 1,
            first_on=date(2027, 1, 1) + timedelta(days=number),
            last_on=date(2027, 1, 1) + timedelta(days=number),
            note=f"pump-{number:02}",
        )
    url = reverse("web:cluster", args=["quay"])
    prefix = f"{made.code}-"

    page = operator.get(url)
    [row] = csv_of(operator, url, **{f"{prefix}q": "pump-07", f"{prefix}export": "csv"})
    alone = operator.get(
        url, {f"{prefix}sort": "-devices"}, headers={"HX-Target": f"windows-{made.code}"}
    )

    assert "Page 1 of 2" in " ".join(page.text.split())
    assert (row["Devices"], row["Note"]) == ("8", "pump-07")
    assert "<html" not in alone.text
    assert alone.text.index("pump-29") < alone.text.index("pump-28")


def test_an_engine_that_does_not_answer_is_told_to_those_who_can_mend_it(operator, client, now):
    make_partition(now)
    auditor = signed_in(Role.AUDITOR, now)
    note_silent(code="quay", by=Actor.praya("jobs"), now=now)

    home = operator.get(reverse("web:home")).text
    assert "Quay does not answer" in home
    assert "Its engine has not answered since 17:00." in home
    assert "Quay does not answer" not in auditor.get(reverse("web:home")).text
    for reader in (operator, auditor):
        page = reader.get(reverse("web:cluster", args=["quay"])).text
        assert "Its engine has not answered since" in page
    health = client.get(reverse("web:health"))
    assert health.json()["silent_clusters"] == 1
    assert "quay" not in health.text

    note_answers(code="quay", by=Actor.praya("jobs"), now=now)

    assert "Quay does not answer" not in operator.get(reverse("web:home")).text
    assert client.get(reverse("web:health")).json()["silent_clusters"] == 0


def test_an_operator_closes_a_cluster_after_being_asked(operator, now):
    make_partition(now)
    page, close = (reverse(name, args=["quay"]) for name in ("web:cluster", "web:cluster-close"))
    assert "Close the cluster" in operator.get(page).text
    assert "This cannot be undone." in operator.get(close).text

    done = operator.post(close, follow=True).text

    assert "The cluster Quay is closed." in done
    assert "This cluster was closed on 2 March 2026." in done
    for words in ("Add a partition", "Close the cluster", "Change the capacity"):
        assert words not in done
    assert signed_in(Role.OFFICER, now).get(close).status_code == 403
