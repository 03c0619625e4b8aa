"""Ends that nobody asked for, on a real Slurm: each is charged or given back, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.slurm.conftest import H800, ON_SLURM, USERS, until
from tests.slurm.test_site import at, site, submit  # noqa: F401 -- the fixture
from tests.slurm.test_site_faults import (  # noqa: F401 -- a fixture
    ask,
    award,
    begun,
    ended,
    is_whole,
    over,
    read,
)

from praya.apps.usage.models import SetAside, UsageRecord

pytestmark = [*ON_SLURM, pytest.mark.django_db]
FIRST, SECOND = "h800n01", "h800n02"


@pytest.fixture
def watchful(site):  # noqa: F811 -- the fixture
    """The cluster misses a node after five seconds; it looks for them every half minute."""
    conf = site.home / "etc/slurm.conf"
    before = conf.read_text()
    assert "SlurmdTimeout=30\n" in before
    conf.write_text(before.replace("SlurmdTimeout=30\n", "SlurmdTimeout=5\n"))
    site.ask("scontrol", "reconfigure")
    yield
    conf.write_text(before)
    site.ask("scontrol", "reconfigure")


def test_a_dead_node_s_jobs_are_given_back_and_one_over_its_limit_pays_for_no_more_than_that(
    site,  # noqa: F811 -- the fixture
    award,  # noqa: F811 -- the fixture
    watchful,
):
    """The cluster finds both by itself, within the same half minute, and the node comes back."""
    late, _ = begun(site, award, f"--nodelist={SECOND}")
    assert read() == [], "it is held, at its limit of a minute"
    site.ask("scontrol", "update", f"jobid={late}", "endtime=now+1")
    there = (f"--nodelist={FIRST}", "--gres=gpu:h800:2", "--time=2")
    fails = submit(site, award, *there, "--no-requeue").stdout.strip()
    script = "[ $SLURM_RESTART_COUNT ] || exec sleep 600; sleep 2"
    again = submit(site, award, *there, "--requeue", script=script).stdout.strip()
    running = ("squeue", "-h", "-t", "R", "-w", FIRST, "-o", "%A %M")
    until(lambda: site.ask(*running), lambda said: said.count(":") == 2 and "0:00" not in said)
    site.stop(FIRST, hard=True)
    over(site, fails)
    site.start(FIRST)
    over(site, late)
    ask(site, f"update trial_job_table set time_end = time_start + 90 where id_job = {late}")
    state = ("sacct", "-nPX", "-D", "-j", again, "-o", "State")
    is_over = ["COMPLETED"]
    until(lambda: site.ask(*state).split(), lambda said: said[-1:] == is_over)

    for _ in range(2):
        assert sorted(read(at() + timedelta(seconds=100))) == sorted([late, again])
    failed = SetAside.objects.get(job_id=fails)
    assert (failed.why, failed.is_refund, failed.device_model_code) == ("node-failed", True, H800)
    stopped = UsageRecord.objects.get(number=late)
    assert (stopped.end, stopped.card_seconds) == ("timed-out", 2 * 60)
    is_whole(award)


def test_what_was_used_under_an_account_that_was_deleted_since_is_charged(site, award):  # noqa: F811
    job, account = ended(site, award), award.code.lower()
    site.ask("sacctmgr", "-i", "delete", "user", USERS[0], f"account={account}")
    site.ask("sacctmgr", "-i", "delete", "account", account)

    assert read() == read() == [job]
    assert UsageRecord.objects.get().member == USERS[0]
    is_whole(award)
