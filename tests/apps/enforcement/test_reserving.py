"""What is set aside on a cluster, and what the cluster has closed, as the site's windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from django.conf import settings
from tests.apps.enforcement.conftest import CODE
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed, make_admin, minimal_programme_yaml

from praya.apps.awards.commands import end_award
from praya.apps.clusters.commands import add_partition, end_capacity, set_capacity
from praya.apps.clusters.models import CapacityWindow, Cluster, Partition
from praya.apps.clusters.queries import cluster_visible_to, devices_on, partition_of
from praya.apps.clusters.rules import CapacityKind, CapacitySeen, NodesUnfit
from praya.apps.enforcement.commands import follow_cluster, read_accounts
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries import link_of, wanted_on
from praya.apps.enforcement.queries.reserving import wanted_here
from praya.apps.usage.commands import measure_leased_runs, submit_job
from praya.apps.usage.models import Charge, ClusterUse, UsageDay, UsageRecord
from praya.core.actor import Role
from praya.core.execution.accounting import RunEnd, Usage, Used
from praya.core.execution.reserving import Place, Reservation, Reserved

H800 = "nvidia-h800"
LATER = timedelta(seconds=400)


@pytest.fixture
def lease(harbour, award, now):
    """A lease of four cards beside the award of card-hours, in force for ten more days."""
    today = now.date()
    days = today - timedelta(days=1), today + timedelta(days=9)
    return active_award(now, lines=[Given("cards", 4, first_on=days[0], last_on=days[1])])


@pytest.fixture
def partition(harbour, now):
    """Three machines of eight cards each, in service since yesterday."""
    by = make_admin(now)
    facts = {"code": "gpu", "device_model_code": H800, "programme_code": "pier"}
    add_partition(cluster_code=CODE, **facts, by=by, now=now)
    for kind in CapacityKind:
        shut(24, kind=kind, first_on=now.date() - timedelta(days=1), last_on=None, now=now)
    return partition_of(CODE, "gpu")


def shut(devices, *, now, **facts):
    known = {"kind": CapacityKind.IN_SERVICE, "first_on": now.date(), "last_on": now.date()}
    return set_capacity(
        cluster_code=CODE,
        partition_code="gpu",
        devices=devices,
        by=make_admin(now),
        now=now,
        **known | facts,
    )


def wanted(now):
    return wanted_here(link_of(CODE), now=now)


def test_a_lease_is_set_aside_for_an_account_of_its_own(lease, partition, now):
    found = wanted(now)

    [account] = [one for one in found.accounts if one.account == "pir-0002-1"]
    ends_at = int(datetime(2026, 3, 11, 16, tzinfo=UTC).timestamp())  # midnight in Hong Kong
    assert (account.cards_at_once, account.ends_at) == (4, ends_at)
    assert (account.left_s, account.charged_s) == ({H800: 4 * 11 * 86_400}, {})
    assert found.reserved == [
        Reserved(
            name="pir-0002-1",
            device_model=H800,
            cards=4,
            begins_at=int(datetime(2026, 2, 28, 16, tzinfo=UTC).timestamp()),
            ends_at=ends_at,
            account="pir-0002-1",
            partition="gpu",
        )
    ]

    officer = appointed("pier", Role.OFFICER, now)
    end_award(code=lease.code, reason="It is done.", by=officer, now=now)

    assert wanted(now).reserved == [], "and then the nodes are given back"
    assert "pir-0002-1" in [one.account for one in wanted(now).accounts], "but known, and closed"


def test_a_lease_stands_where_its_partition_is(lease, now):
    assert wanted(now).reserved == [], "its programme's first partition is on another cluster"


def test_a_lease_keeps_its_machines_though_its_reservation_was_missing_once(
    harbour, lease, partition, now
):
    follow_cluster(code=CODE, now=now)
    Partition.objects.filter(pk=partition.pk).update(programme_code="other")
    Cluster.objects.exclude(code=CODE).update(closed_at=now)

    for later in (1, 2):  # others serve the programme no more, and nothing is seen set aside here
        follow_cluster(code=CODE, now=now + later * LATER)
        assert link_of(CODE).reservations == []
        assert [one.name for one in harbour.reserved] == ["pir-0002-1"]


@pytest.fixture
def leased_run(now):
    """Four cards of the lease for fifty seconds, until now."""
    end = int(now.timestamp())
    return Used(
        "7", "pir-0002-1", "mei", "7", "", "gpu", H800, 4, end - 60, end - 50, end, 50,
        RunEnd.COMPLETED, 0, 0,
    )  # fmt: skip


def test_two_who_read_a_run_on_a_lease_at_once_measure_it_once(lease, leased_run, now):
    def measure(lines):
        return measure_leased_runs(cluster_code=CODE, runs=[leased_run], lines=lines, now=now)

    class AnotherBetween(dict):
        """Leases during whose look-up, after what is known was read, another measures the same."""

        def __getitem__(self, account):
            line = super().__getitem__(account)
            assert measure({account: line}) == 1
            return line

    assert measure(AnotherBetween({leased_run.account: lease.lines.get()})) == 0
    assert list(UsageDay.objects.values_list("card_seconds", "jobs")) == [(200, 1)]


def test_runs_on_a_lease_are_measured_once_and_never_charged(
    harbour, lease, leased_run, partition, now
):
    harbour.told = Usage((leased_run,), ())
    for at in (now, now + LATER):
        read_accounts(code=CODE, now=at)

    [record] = UsageRecord.objects.all()
    assert (record.line.code, record.kind, record.card_seconds) == ("PIR-0002.1", "lease-job", 200)
    assert list(UsageDay.objects.values_list("card_seconds", "jobs", "list_minor")) == [(200, 1, 0)]
    assert not Charge.objects.exists()


def test_praya_s_own_job_on_a_lease_is_not_counted_with_its_award_s_card_hours(
    harbour, partition, leased_run, now, monkeypatch
):
    """It runs under the lease's account, so the award's counter never shows it."""
    monkeypatch.setattr(settings, "PRAYA_SLURM_OWN_JOBS", True)
    both = active_award(now, lines=[Given(hours=10), Given("cards", 4)])
    facts = {"line_number": 2, "cards": 4, "time_limit_s": 60, "argv": ["true"], "key": "k"}
    job = submit_job(award_code=both.code, **facts, by=lead_of(both, now), now=now)
    there = {"account": "pir-0002-2", "run_key": f"{job.code}.1"}
    leased = replace(leased_run, member=own_user(), **there)
    folder = settings.PRAYA_HOME / "engines" / CODE / "jobs" / leased.run_key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "submitted.json").write_text('{"job_id": "7"}')
    harbour.told = Usage((leased, replace(leased, key="8", job_id="8", member="mei")), ())

    read_accounts(code=CODE, now=now)

    assert not ClusterUse.objects.exists()
    assert UsageRecord.objects.get().key == f"{CODE}:8", "the other is somebody's who took its name"
    [of_award] = [one for one in wanted(now).accounts if one.account == "pir-0002"]
    assert of_award.charged_s == {H800: 0}


def test_what_an_operator_takes_out_of_service_is_closed_on_the_cluster(partition, now):
    planned = shut(-8, nodes=[" n2 ", ""], note="Pumps", now=now)
    shut(-4, last_on=None, note="Sold", now=now)
    broken = shut(-4, last_on=None, nodes=["n3"], note="Broken", now=now)

    by_name = {one.name: one for one in wanted(now).reserved}

    begins_at = int(datetime(2026, 3, 1, 16, tzinfo=UTC).timestamp())
    assert by_name[f"closed-{planned.pk}"] == Reserved(
        name=f"closed-{planned.pk}",
        device_model=H800,
        cards=8,
        begins_at=begins_at,
        ends_at=begins_at + 86_400,
        partition="gpu",
        nodes=frozenset({"n2"}),
    )
    assert by_name[f"closed-{broken.pk}"].ends_at is None
    assert set(by_name) == {f"closed-{planned.pk}", f"closed-{broken.pk}"}, "what is sold is gone"
    assert set(by_name) > {one.name for one in wanted(now + timedelta(days=1)).reserved}


@pytest.mark.parametrize(
    ("devices", "kind", "nodes"),
    [
        (-8, CapacityKind.IN_SERVICE, ["gpu[1-2]"]),
        (8, CapacityKind.IN_SERVICE, ["n1"]),
        (-8, CapacityKind.INSTALLED, ["n1"]),
    ],
)
def test_machines_are_named_one_by_one_where_they_are_taken_out(
    partition, now, devices, kind, nodes
):
    with pytest.raises(NodesUnfit):
        shut(devices, kind=kind, nodes=nodes, now=now)


def test_what_the_cluster_has_closed_counts_as_a_window_that_nobody_edits(harbour, partition, now):
    own = shut(-8, nodes=["n3"], last_on=now.date() + timedelta(days=5), now=now)
    harbour.places = [Place("gpu", H800, {"n1": 8, "n2": 8, "n3": 8})]
    hall = closed("hall-7", {"n2", "n3"}, now, days=2)
    pump = closed("pump", {"n2"}, now + timedelta(days=1), days=2)
    harbour.reservations = [
        hall,
        pump,
        replace(closed(f"closed-{own.pk}", {"n3"}, now, days=6), is_ours=True),
        replace(closed("course", {"n1"}, now, days=9), is_maintenance=False),
    ]
    follow_cluster(code=CODE, now=now)

    day = now.date()
    [card] = cluster_visible_to(make_admin(now), CODE, day=day).partitions
    assert [card.on(day + timedelta(days=n)).in_service for n in range(7)] == [8] * 4 + [16] * 2 + [
        24
    ]
    assert devices_on(partition, CapacityKind.IN_SERVICE, day) == 8
    seen = CapacityWindow.objects.exclude(seen_as="")
    assert [(row.devices, row.first_on, row.last_on, row.seen_as) for row in seen] == [
        (-8, date(2026, 3, 2), date(2026, 3, 2), "hall-7"),
        (-8, date(2026, 3, 3), date(2026, 3, 4), "hall-7, pump"),
        (-8, date(2026, 3, 5), date(2026, 3, 5), "pump"),
    ]
    assert seen[0].note == "root: 2026-03-02 17:00 – 2026-03-04 17:00"
    with pytest.raises(CapacitySeen):
        end_capacity(window_id=seen[0].pk, last_on=day, by=make_admin(now), now=now)

    kept = set(seen.values_list("pk", flat=True))
    follow_cluster(code=CODE, now=now + LATER)
    assert set(seen.values_list("pk", flat=True)) == kept, "what has not changed is left alone"

    harbour.reservations = []
    follow_cluster(code=CODE, now=now + 2 * LATER)
    assert not seen.all().exists()


def closed(name, nodes, begins, *, days):
    at = int(begins.timestamp())
    return Reservation(
        name=name,
        is_ours=False,
        nodes=frozenset(nodes),
        begins_at=at,
        ends_at=at + days * 86_400,
        users=frozenset({"root"}),
        is_maintenance=True,
    )


def test_an_award_has_the_class_of_service_that_its_call_names(db, now):
    [call] = yaml.safe_load(minimal_programme_yaml())["calls"]
    make_site(now, calls=[call | {"service_class": "urgent"}])
    award = active_award(now)
    link = Link(cluster=Cluster(code=CODE), kinds={"h800": H800})

    [found] = wanted_on(link, now=now)

    assert (found.account, found.quality) == (award.code.lower(), "urgent")
