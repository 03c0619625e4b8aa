"""The whole way on a real Slurm: an award accepted, a job by ``sbatch``, one charge in the book."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.awarding import Given, active_award, make_site
from tests.factories import appointed, make_admin, make_partition
from tests.slurm.conftest import H800, ON_SLURM, USERS, instant, until

from praya.apps.awards.commands import end_award, suspend_award
from praya.apps.books.queries import four_numbers, verify_book
from praya.apps.clusters.queries import devices_on, partition_of
from praya.apps.clusters.rules import CapacityKind
from praya.apps.enforcement.commands import (
    follow_cluster,
    link_cluster,
    read_accounts,
    start_enforcing,
)
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.aside import aside_visible_to
from praya.apps.people.commands import set_unix_name
from praya.apps.usage.models import Charge, UsageRecord
from praya.core.actor import Role

pytestmark = [*ON_SLURM, pytest.mark.django_db]
CODE = "harbour"


def at():
    return datetime.fromtimestamp(instant(), UTC)


def follow():
    return follow_cluster(code=CODE, now=at())


@pytest.fixture
def site(cluster, settings, tmp_path):
    """The private cluster, linked and enforced by a site admin, beside the small programme."""
    settings.PRAYA_HOME = tmp_path
    make_site(at())
    linked(cluster)
    return cluster


def linked(cluster):
    """Link the private cluster, and hold awards there."""
    by = make_admin(at())
    link_cluster(
        code=CODE,
        name="Harbour",
        conf=cluster.environment["SLURM_CONF"],
        said={"ascend910b": "ascend-910b"},
        by=by,
        now=at(),
    )
    start_enforcing(code=CODE, by=by, now=at())


def award_of_an_hour():
    """One card-hour for the lead, who is a user of the cluster."""
    today = at().date()
    line = Given(hours=1, first_on=today - timedelta(days=2), last_on=today + timedelta(days=30))
    award = active_award(at(), lines=[line])
    set_unix_name(email=award.lead.email, name=USERS[0], by=make_admin(at()), now=at())
    return award


def submit(cluster, account, *options, script="sleep 600"):
    return cluster.try_to(
        "sbatch", "--parsable", f"--account={account}", "--output=/dev/null", *options,
        user=USERS[0], said=f"#!/bin/sh\n{script}\n",
    )  # fmt: skip


def test_an_award_holds_within_seconds_and_what_is_used_is_charged_once(site):
    award = award_of_an_hour()
    until(follow, lambda _: not link_of(CODE).left)

    job = submit(
        site, award.code.lower(), "--gres=gpu:h800:2", "--time=5", script="sleep 6"
    ).stdout.strip()
    until(lambda: site.try_to("squeue", "-h", "-j", job, "-o", "%T").stdout, lambda said: not said)

    def read():
        read_accounts(code=CODE, now=at() + timedelta(seconds=11))
        return UsageRecord.objects.count()

    until(read, lambda count: count == 1)
    assert read() == 1
    record, charge = UsageRecord.objects.get(), Charge.objects.get()
    assert (record.cards, record.device_model_code, record.cluster_code) == (2, H800, CODE)
    held_s = int(site.ask("sacct", "-nPX", "-j", job, "-o", "ElapsedRaw"))
    assert record.card_seconds == 2 * held_s > 0
    [time, _] = four_numbers([award.code])[award.code]
    assert (time.settled, time.in_flight) == (record.card_seconds, 0)
    assert charge.list_minor == record.card_seconds * 30_00 // 3600
    assert verify_book(award.programme.code) == (True, [])


def test_what_an_award_has_not_waits_and_a_suspended_one_is_refused(site):
    award = award_of_an_hour()
    until(follow, lambda _: not link_of(CODE).left)

    job = submit(site, award.code.lower(), "--gres=gpu:h800:2", "--time=60").stdout.strip()

    def reason():
        return site.try_to("squeue", "-h", "-j", job, "-o", "%r").stdout.strip()

    assert until(reason, lambda said: said not in {"None", "Priority", ""}) == "AssocGrpGRESMinutes"

    officer = appointed(award.programme.code, Role.OFFICER, at())
    suspend_award(code=award.code, reason="A leak.", by=officer, now=at())
    follow()
    assert "AssocGrpSubmitJobsLimit" in submit(site, award.code.lower(), "--gres=gpu:h800:1").stderr


def test_what_somebody_changed_on_the_cluster_is_told_and_mended(site):
    award = award_of_an_hour()
    until(follow, lambda _: not link_of(CODE).left)
    account = award.code.lower()
    change = ("modify", "account", account, "set", "GrpTRES=gres/gpu=1000")
    assert site.try_to("sacctmgr", "-i", *change).returncode == 0

    follow_cluster(code=CODE, now=at() + timedelta(seconds=400))

    [drift] = Drift.objects.all()
    assert (drift.account, drift.kind, drift.wants) == (account, "set-cards", "8")
    assert drift.mended_at is not None


def test_a_lease_has_its_nodes_and_maintenance_there_takes_them_from_the_calendar(site):
    by, today = make_admin(at()), at().date()
    where = {"cluster_code": CODE, "programme_code": "pier", "engine": "slurm"}
    make_partition(at(), **where, devices=16, first_on=today - timedelta(days=2))
    line = Given("cards", 8, first_on=today - timedelta(days=2), last_on=today + timedelta(days=30))
    lease = active_award(at(), lines=[line])
    set_unix_name(email=lease.lead.email, name=USERS[0], by=by, now=at())
    hall = ("reservationname=hall", "starttime=now+1hour", "duration=30", "users=root")
    site.ask("scontrol", "create", "reservation", *hall, "nodes=h800n02", "flags=MAINT")
    try:
        until(follow, lambda _: not link_of(CODE).left)

        account = f"{lease.code.lower()}-1"
        job = submit(
            site, account, "--gres=gpu:h800:8", "--time=5", script="sleep 1"
        ).stdout.strip()
        until(lambda: site.try_to("squeue", "-h", "-j", job).stdout, lambda said: not said)
        found = aside_visible_to(by, CODE, now=at()).rows
        assert [(row.name, row.is_held, len(row.nodes)) for row in found] == [
            (account, True, 1),
            ("hall", True, 1),
        ]
        partition = partition_of(CODE, "h800")
        days = {today, today + timedelta(days=1)}
        assert 8 in {devices_on(partition, CapacityKind.IN_SERVICE, day) for day in days}

        def read():
            read_accounts(code=CODE, now=at() + timedelta(seconds=11))
            return UsageRecord.objects.count()

        until(read, lambda count: count == 1)
        assert (UsageRecord.objects.get().kind, Charge.objects.count()) == ("lease-job", 0)

        site.ask("scontrol", "delete", f"reservationname=praya-{account}")
        follow_cluster(code=CODE, now=at() + timedelta(seconds=400))
        [drift] = Drift.objects.all()
        assert (drift.account, drift.kind) == (account, "add-reservation")
        assert drift.wants.startswith("1 nodes ")
        assert drift.mended_at is not None
    finally:
        site.ask("scontrol", "delete", "reservationname=hall")
        officer = appointed(lease.programme.code, Role.OFFICER, at())
        end_award(code=lease.code, reason="It is done.", by=officer, now=at())
        until(follow, lambda _: not link_of(CODE).left)
    assert "praya-" not in site.ask("scontrol", "show", "reservation")
