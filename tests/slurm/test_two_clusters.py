"""One award on two real Slurms, and Praya's own jobs on one: one book, one limit, one charge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.awarding import lead_of
from tests.factories import appointed, make_admin
from tests.slurm.cluster import private_cluster
from tests.slurm.configuration import Group
from tests.slurm.conftest import H800, ON_SLURM, USERS, until
from tests.slurm.test_site import CODE, at, award_of_an_hour, site, submit  # noqa: F401 -- fixture

from praya.apps.awards.commands import suspend_award
from praya.apps.books.queries import four_numbers, verify_book
from praya.apps.clusters.commands import add_partition, set_capacity
from praya.apps.clusters.rules import CapacityKind
from praya.apps.enforcement.commands import (
    follow_cluster,
    link_cluster,
    read_accounts,
    start_enforcing,
    watch_jobs,
)
from praya.apps.enforcement.queries import cluster_job_of, link_of
from praya.apps.usage.commands import run_schedule, submit_job, track_jobs
from praya.apps.usage.commands.scheduling import order_of
from praya.apps.usage.engines import engine_of
from praya.apps.usage.models import Charge, ClusterUse, Job, SetAside, UsageRecord
from praya.apps.usage.queries import job_output
from praya.core.actor import Role
from praya.engines.local import LocalEngine
from praya.words.cluster_jobs import there_sentence

pytestmark = [*ON_SLURM, pytest.mark.django_db]
OTHER = "jetty"
SCRIPT = '#!/bin/sh\necho "$PRAYA_AWARD $1 on $CUDA_VISIBLE_DEVICES"\nsleep 2\n'


@pytest.fixture(params=[False, True], ids=["with its own slurmdbd", "with the first's"])
def jetty(site, request):  # noqa: F811
    """A second Slurm, which calls its cards with capitals, linked and enforced as the first is."""
    beside = site if request.param else None
    with private_cluster((Group("h800n", "H800", 8, 1),), beside=beside) as cluster:
        by = make_admin(at())
        conf = cluster.environment["SLURM_CONF"]
        link_cluster(code=OTHER, name="Jetty", conf=conf, by=by, now=at())
        start_enforcing(code=OTHER, by=by, now=at())
        yield cluster


def bring(code):
    """What the worker does every few seconds, without sitting them out."""
    later = at() + timedelta(seconds=11)
    read_accounts(code=code, now=later)
    until(lambda: follow_cluster(code=code, now=at()), lambda _: not link_of(code).left)


def state(cluster, job):
    return cluster.try_to("squeue", "-h", "-j", job, "-o", "%T %r").stdout.strip()


def in_flight(award):
    [time, _] = four_numbers([award.code])[award.code]
    return time.in_flight


def test_what_runs_on_one_cluster_cannot_be_used_on_the_other(site, jetty):  # noqa: F811
    award = award_of_an_hour()
    for code in (CODE, OTHER):
        bring(code)
    assert link_of(OTHER).kinds == {"H800": H800}

    first = submit(site, award, "--gres=gpu:h800:2", "--time=20").stdout.strip()
    until(lambda: bring(CODE) or in_flight(award), lambda held: held == 2400)
    bring(OTHER)
    large = submit(jetty, award, "--gres=gpu:H800:2", "--time=20").stdout.strip()
    small = submit(jetty, award, "--gres=gpu:H800:1", "--time=10").stdout.strip()
    until(lambda: state(jetty, small), lambda said: said.startswith("RUNNING"))
    until(lambda: state(jetty, large), lambda said: said == "PENDING AssocGrpGRESMinutes")
    until(lambda: bring(OTHER) or in_flight(award), lambda held: held == 3000)
    watch_jobs(code=OTHER, now=at())
    told = there_sentence(cluster_job_of(OTHER, large, lead_of(award, at()), now=at()))
    assert "may use 0.7 card-hours" in told
    assert "has only 0.2 card-hours free" in told

    site.ask("scancel", first)
    until(lambda: bring(CODE) or in_flight(award), lambda held: held == 600)
    bring(OTHER)
    until(lambda: state(jetty, large), lambda said: said.startswith("RUNNING"))
    jetty.ask("scancel", small)
    until(lambda: bring(CODE) or bring(OTHER) or charged(OTHER), bool)
    assert charged(OTHER) == [(small, 1)]
    # Of other tests there are runs too: their award has the same account.
    assert [one for one in charged(CODE) if one[0] == first] == [(first, 2)]
    assert verify_book(award.programme.code) == (True, [])
    suspend_award(code=award.code, reason="A leak.", by=officer_of(award), now=at())
    for code, there in ((CODE, site), (OTHER, jetty)):
        bring(code)
        refused = submit(there, award, "--gres=gpu:1", "--time=1").stderr
        assert "AssocGrpSubmitJobsLimit" in refused


def charged(code):
    """The runs that were charged on a cluster: number and cards."""
    return list(UsageRecord.objects.filter(cluster_code=code).values_list("number", "cards"))


def officer_of(award):
    return appointed(award.programme.code, Role.OFFICER, at())


def test_a_job_through_praya_is_one_job_and_one_charge(site, tmp_path, settings):  # noqa: F811
    settings.PRAYA_SLURM_OWN_JOBS = True
    by = make_admin(at())
    facts = {"code": "h800", "device_model_code": H800, "programme_code": "pier"}
    add_partition(cluster_code=CODE, **facts, by=by, now=at())
    for kind in CapacityKind:
        facts = {"cluster_code": CODE, "partition_code": "h800", "kind": kind, "devices": 16}
        set_capacity(**facts, first_on=at().date(), by=by, now=at())
    award = award_of_an_hour()
    bring(CODE)
    lead = lead_of(award, at())
    made = submit_job(
        award_code=award.code, cards=2, time_limit_s=60, key="k", script=SCRIPT,
        argv=["says"], by=lead, now=at(),
    )  # fmt: skip
    assert made.partition.cluster.code == CODE
    engine = engine_of(CODE, "slurm")

    run_schedule(engine=engine, cluster_code=CODE, now=at())
    done = until(
        lambda: track_jobs(engine=engine, cluster_code=CODE, now=at()).ended, lambda ended: ended
    )
    until(lambda: bring(CODE) or Job.objects.get().counted_s, lambda counted: counted)

    job = Job.objects.get()
    assert (done, job.state) == ((job.code,), "completed")
    account = site.ask("sacct", "-nPX", "-o", "Account,User", f"--name=praya:{job.code}.1")
    assert account == f"{award.code.lower()}|root"
    # Other tests have used an account of the same name within the last minute.
    assert UsageRecord.objects.filter(job=job).count() == 1
    assert Charge.objects.filter(usage__job=job).count() == 1
    assert not UsageRecord.objects.filter(member="root").exists()
    assert not SetAside.objects.filter(member="root").exists()
    assert ClusterUse.objects.get().card_seconds >= job.counted_s >= 4
    assert in_flight(award) == 0
    assert verify_book(award.programme.code) == (True, [])

    # What else runs as Praya's own user is anybody's, whatever it is called.
    said = "#!/bin/sh\nsleep 2\n"
    another = ("--gres=gpu:h800:1", "--time=1", f"--job-name=praya:{job.code}.1")
    command = ("sbatch", "--parsable", f"--account={award.code.lower()}", *another)
    runs = UsageRecord.objects.filter(number=site.ask(*command, said=said))
    until(lambda: bring(CODE) or runs.count(), lambda count: count == 1)

    here = LocalEngine(tmp_path / "here")
    order = order_of(job)
    here.start(order)
    until(lambda: here.poll([order.key])[order.key], lambda report: report.state.is_final)
    printed = job_output(job.code, lead, offset=0, limit=1000).text
    assert printed == here.output(order.key, offset=0, limit=1000).text
    assert printed == f"{award.code} says on 0,1\n"


def test_a_member_cannot_pass_a_job_off_as_praya_s(site):  # noqa: F811
    award = award_of_an_hour()
    bring(CODE)
    name = "--job-name=praya:J-000001.1"
    job = submit(site, award, "--gres=gpu:h800:1", "--time=1", name, script="sleep 2")
    runs = UsageRecord.objects.filter(number=job.stdout.strip())

    until(lambda: bring(CODE) or runs.count(), lambda count: count == 1)

    assert runs.get().member == USERS[0]
