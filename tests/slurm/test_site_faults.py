"""Faults of a real Slurm as a site meets them: nothing is lost, nothing is charged twice, it heals.

What a day brings is made of minutes: records are set back by hours in the cluster's own database,
and its rollup is told to sum those hours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from threading import Timer
from uuid import uuid4

import pytest
from tests.factories import make_admin, person_behind
from tests.slurm.conftest import ON_SLURM, instant, until
from tests.slurm.test_site import CODE, at, award_of_an_hour, follow, site, submit  # noqa: F401

from praya.apps.books.queries import four_numbers, verify_book
from praya.apps.enforcement.commands import compare_again, follow_cluster, read_accounts
from praya.apps.enforcement.models import ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.comparing import day_of
from praya.apps.usage.models import Charge, RunCorrection, SetAside, UsageRecord
from praya.core.execution.accounting import HOUR_S
from praya.core.execution.port import EngineUnavailable
from praya.engines.slurm.command import READ_S_MAX, Programs

pytestmark = [*ON_SLURM, pytest.mark.django_db]
SHORT_S = 5  # in place of thirty, where no answer will come


@pytest.fixture
def award(site):  # noqa: F811 -- the fixture
    """An award that is held, and was for days: what the accounts have of it is Praya's to read.

    Its account is called as those of other tests' awards, whose jobs are over and go.
    """
    tables = ("trial_job_table", "trial_assoc_usage_hour_table", "trial_assoc_usage_day_table")
    ask(site, "; ".join(f"delete from {table}" for table in tables))
    found = award_of_an_hour()
    until(follow, lambda _: not link_of(CODE).left)
    Link.objects.update(charged_since=at() - timedelta(days=3))
    return found


def ended(cluster, award, *options):
    """A job that is over, in the accounts too.

    It ends once the accounts know that it runs: of one that is shorter the controller tells the
    beginning late, and once more after the end.
    """
    number, end = begun(cluster, award, *options)
    end()
    return over(cluster, number)


def begun(cluster, award, *options):
    """A job that runs, in the accounts too; and what ends it."""
    go = cluster.home / f"go-{uuid4().hex}"
    script = f"until [ -e {go} ]; do sleep 0.2; done"
    job = submit(cluster, award, "--gres=gpu:h800:2", "--time=1", *options, script=script)
    number = job.stdout.strip()
    asked = ("sacct", "-nPX", "-D", "-j", number, "-o", "State,ElapsedRaw")
    until(
        lambda: cluster.try_to(*asked).stdout.split()[-1:],
        lambda lines: lines and lines[0].startswith("RUNNING|") and not lines[0].endswith("|0"),
    )
    return number, go.touch


def over(cluster, job):
    """Once the accounts say that a job has ended; cards were held for a second at least."""
    asked = ("sacct", "-nPX", "-D", "-j", job, "-o", "End,ElapsedRaw,State")

    def said():
        return cluster.try_to(*asked).stdout.split()

    last = until(said, lambda lines: lines and lines[-1].split("|")[0].isdigit())[-1]
    assert int(last.split("|")[1]) > 0, last
    return job


def read(now=None, **more):
    """A round, long enough after the last; the numbers of jobs charged so far."""
    now = now or at() + timedelta(seconds=11 * (1 + UsageRecord.objects.count()))
    Link.objects.update(read_at=None, **more)
    read_accounts(code=CODE, now=now)
    return list(UsageRecord.objects.order_by("pk").values_list("number", flat=True))


def ask(cluster, statement):
    """What the cluster's database answers."""
    done = subprocess.run(
        ["mariadb", "--no-defaults", "-N", f"--socket={cluster.home}/db.sock", "slurm_acct_db"],
        input=statement, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def set_back(cluster, job, seconds):
    """The clock was behind by so much when the job ran."""
    times = ", ".join(f"{name} = if({name} > 0, {name} - {seconds}, 0)" for name in _TIMES)
    ask(cluster, f"update trial_job_table set {times} where id_job = {job} and time_submit > "
                 f"{instant() - HOUR_S}")  # fmt: skip


_TIMES = ("time_submit", "time_eligible", "time_start", "time_end")


def sum_up(cluster):
    """The rollup of the last six hours that are over, as Slurm does it hour by hour."""
    hour = instant() // HOUR_S * HOUR_S
    begin = hour - 6 * HOUR_S
    ask(cluster, f"update trial_event_table set time_start = {begin - HOUR_S} "
                 f"where node_name = ''; delete from trial_last_ran_table; insert into "
                 f"trial_last_ran_table values ({begin}, {begin}, {begin})")  # fmt: skip
    cluster.ask("sacctmgr", "-i", "roll", f"uts{begin}", f"uts{hour}")


def compared():
    """Yesterday and today, compared as an operator does."""
    today = day_of(at())
    compare_again(
        code=CODE, first_on=today - timedelta(days=1), last_on=today, by=make_admin(at()), now=at()
    )
    sums = ComparedDay.objects.values_list("summed_s", "charged_s")
    reasons = DayDifference.objects.order_by("pk").values_list("kind", "job_id", "card_seconds")
    return [sum(one) for one in zip(*sums, strict=True)] or [0, 0], list(reasons)


def is_whole(award):
    """The book holds, and has what the records have."""
    assert verify_book(award.programme.code) == (True, [])
    keys = UsageRecord.objects.values_list("key", flat=True)
    assert len(set(keys)) == len(keys) == Charge.objects.count()


@pytest.fixture(params=["mariadbd", "slurmdbd", "hung", "garbled"])
def fault(request, site, tmp_path, monkeypatch, patience):  # noqa: F811 -- the fixture
    """Breaks something, and answers how it is mended."""

    def breaks():
        if request.param == "garbled":
            return _saying("{'jobs': [<html>", tmp_path, monkeypatch)
        if request.param == "hung":
            patience(SHORT_S)
            site.freeze("slurmdbd")
            return lambda: (site.thaw("slurmdbd"), patience(READ_S_MAX))
        site.stop(request.param)
        return site.start_all

    yield breaks
    site.thaw("slurmdbd")


@pytest.fixture
def patience(monkeypatch):
    """How long Praya waits for an answer from now on, as ``patience(seconds)``."""
    return lambda seconds: monkeypatch.setitem(Programs.__init__.__kwdefaults__, "read_s", seconds)


def _saying(words, tmp_path, monkeypatch):
    """A site's wrapper that prints this instead of accounts, and is content with it."""
    for name in ("sacct", "sacctmgr"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\nprintf %s "{words}"\n')
        path.chmod(0o755)
    before = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{before}")
    return lambda: monkeypatch.setenv("PATH", before)


def test_what_ends_while_nothing_can_be_read_is_charged_once_afterwards(site, award, fault, client):  # noqa: F811
    first = ended(site, award)
    assert read() == [first]
    heal = fault()
    second = submit(site, award, "--gres=gpu:h800:1", "--time=1", script="sleep 2").stdout.strip()

    broke_at = at() + timedelta(seconds=30)
    for seconds in (0, 15):
        with pytest.raises(EngineUnavailable):
            read(broke_at + timedelta(seconds=seconds))
    assert link_of(CODE).accounts_silent_since == broke_at
    client.force_login(person_behind(make_admin(at())))
    for page in ("held", "completeness"):
        shown = client.get(f"/clusters/{CODE}/{page}/").content.decode()
        assert "has not answered since" in shown
    heal()

    over(site, second)
    assert read() == [first, second]
    follow_cluster(code=CODE, now=at())
    assert link_of(CODE).accounts_silent_since is None
    assert read() == [first, second]
    is_whole(award)


def in_flight(award):
    [time, _] = four_numbers([award.code])[award.code]
    return time.in_flight


def test_what_runs_stays_held_while_the_accounts_are_silent_and_while_the_controller_is_away(
    site,  # noqa: F811 -- the fixture
    award,
    client,
    monkeypatch,
    patience,
):
    job, end = begun(site, award)
    assert read() == []
    heal = _saying("", site.home, monkeypatch)
    with pytest.raises(EngineUnavailable):  # no program tells anything: that is no answer
        read()
    assert in_flight(award) == 2 * 60
    heal()
    site.stop("slurmctld")
    patience(SHORT_S)

    end()
    broke_at = at() + timedelta(seconds=400)
    with pytest.raises(EngineUnavailable):
        follow_cluster(code=CODE, now=broke_at)
    client.force_login(person_behind(make_admin(at())))
    shown = client.get(f"/clusters/{CODE}/held/").content.decode()
    assert "has not answered since" in shown
    assert read(broke_at) == []
    link = link_of(CODE)
    assert (link.silent_since, link.accounts_silent_since) == (broke_at, None)
    assert in_flight(award) == 2 * 60
    site.start_all()
    patience(READ_S_MAX)

    over(site, job)
    for _ in range(2):
        # Started again, the controller may tell once more of a job that a test before has ended.
        assert [one for one in read() if int(one) >= int(job)] == [job]
    follow_cluster(code=CODE, now=at())
    assert link_of(CODE).silent_since is None
    is_whole(award)


def test_an_answer_after_ten_seconds_is_an_answer(site, award):  # noqa: F811 -- the fixture
    job = submit(site, award, "--gres=gpu:h800:1", "--time=1", script="sleep 6").stdout.strip()
    site.freeze("slurmdbd")
    timer = Timer(10, site.thaw, ["slurmdbd"])
    timer.start()

    began_at = instant()
    read()
    timer.join()
    assert instant() - began_at >= 9
    assert link_of(CODE).accounts_silent_since is None
    over(site, job)
    assert read() == read() == [job]
    is_whole(award)


def test_a_clock_that_was_wrong_loses_nothing(site, award):  # noqa: F811 -- the fixture
    behind, ahead = ended(site, award), ended(site, award)
    Link.objects.update(read_until=instant())  # so far all was read
    set_back(site, behind, 5 * HOUR_S)
    set_back(site, ahead, -5 * HOUR_S)
    assert read() == [], "ten minutes are read again, and what lies ahead has not ended yet"

    assert read(at() + timedelta(hours=1)) == [behind], "a day is read again each hour"
    assert read(at() + timedelta(hours=6)) == [behind, ahead]
    assert read(at()) == [behind, ahead], "and Praya's own clock is set back"
    assert read(at() + timedelta(hours=30)) == [behind, ahead]
    is_whole(award)


def test_sums_and_charges_agree_and_a_changed_record_is_put_right(site, award):  # noqa: F811
    named, unnamed = ended(site, award), ended(site, award, "--gres=gpu:1")
    for job in (named, unnamed):
        set_back(site, job, 2 * HOUR_S)
    sum_up(site)
    (summed_s, charged_s), reasons = compared()
    assert (summed_s == charged_s > 0, reasons) == (True, [])

    ask(
        site,
        f"update trial_job_table set timelimit = 20, time_end = time_start + 600 "
        f"where id_job = {named}",
    )
    sum_up(site)
    (summed_s, charged_s), reasons = compared()
    assert (summed_s == charged_s > 1200, reasons) == (True, [])
    correction = RunCorrection.objects.get()
    assert (correction.job_id, correction.becomes_s) == (named, 1200)
    is_whole(award)


def test_after_yesterday_s_backup_nothing_is_charged_twice_and_the_page_tells(site, award):  # noqa: F811
    before = ended(site, award)
    assert read() == [before]
    backup, state = site.home / "backup.sql", site.home / "state"
    dump = ["mariadb-dump", "--no-defaults", f"--socket={site.home}/db.sock", "slurm_acct_db"]
    site.stop("slurmctld")
    backup.write_bytes(subprocess.run(dump, capture_output=True, check=True).stdout)
    shutil.copytree(state, site.home / "state.yesterday")
    site.start_all()
    lost = ended(site, award)
    set_back(site, lost, 2 * HOUR_S)
    assert read(read_until=None) == [before, lost]

    site.stop("slurmctld")
    site.stop("slurmdbd")
    ask(site, backup.read_text())
    shutil.rmtree(state)
    shutil.move(site.home / "state.yesterday", state)
    for path in (state, *state.rglob("*")):
        shutil.chown(path, "slurm", "slurm")
    site.start_all()
    again = ended(site, award)
    set_back(site, again, 2 * HOUR_S)

    assert again == lost, "numbers of jobs come again"
    for _ in range(2):
        assert read(read_until=None) == [before, lost, again]
    sum_up(site)
    (summed_s, charged_s), reasons = compared()
    assert [(kind, job) for kind, job, _ in reasons] == [("gone", lost)]
    assert summed_s - charged_s == reasons[0][2] < 0
    is_whole(award)


def test_a_job_whose_end_was_lost_is_set_aside_and_named_and_charged_once_mended(site, award):  # noqa: F811
    lost = ended(site, award)
    set_back(site, lost, 2 * HOUR_S)
    ask(site, f"update trial_job_table set id_job = 999999, state = 1, time_end = 0 "
              f"where id_job = {lost}")  # fmt: skip
    sum_up(site)

    for seconds in (0, 300, 601):
        assert read(at() + timedelta(seconds=seconds)) == []
        assert SetAside.objects.count() == (seconds > 600)
    aside = SetAside.objects.get()
    assert (aside.job_id, aside.why, aside.card_seconds > 0) == ("999999", "runaway", True)
    _, reasons = compared()
    assert [(kind, job) for kind, job, _ in reasons] == [("runaway", "999999")]

    ask(site, "update trial_job_table set state = 3, time_end = time_start + 60 "
              "where id_job = 999999")  # fmt: skip
    assert read(at() + timedelta(seconds=700), read_until=None) == ["999999"]
    assert SetAside.objects.count() == 0
    is_whole(award)
