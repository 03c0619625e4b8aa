"""``praya run`` on a login node of a real Slurm: the member's own ``sbatch``, run as the member."""

from __future__ import annotations

import pwd
import re
import shutil
from datetime import timedelta

import pytest
from tests.awarding import Given, active_award, lead_of
from tests.cli.running import say
from tests.factories import make_admin, make_partition
from tests.slurm.conftest import ON_SLURM, USERS, until
from tests.slurm.test_site import CODE, at, follow, site  # noqa: F401 -- fixture

from praya.apps.enforcement.commands import look_again, read_accounts, watch_jobs
from praya.apps.enforcement.queries import link_of
from praya.apps.people.commands import set_unix_name
from praya.apps.usage.commands import close_cluster, run_schedule, submit_job
from praya.apps.usage.engines import engine_of
from praya.apps.usage.models import Charge, Job, UsageRecord
from praya.apps.usage.rules import SubmittedThere
from praya.words.refusals import sentence_for

pytestmark = [*ON_SLURM, pytest.mark.django_db]
AS_TYPED = ["it's", '"two" words', "$HOME `id` ;", "two\nlines\n#SBATCH --array=1-3\n", "-x", "埗"]
SAYS = 'printf "%s|" "$EPOCHS" "$(id -un)" "${PRAYA_HOME-none}" "$@"; exec sleep 3'
# The client, as a user who is signed in on the login node and has nothing of root's.
AS_MEMBER = """#!/bin/sh
exec setpriv --reuid={user} --regid={group} --clear-groups \\
  env SLURM_CONF={conf} {program} "$@"
"""


@pytest.fixture
def award(site):  # noqa: F811 -- the fixture
    """An award whose cards are on the Slurm alone, and which is held there.

    The second, under whose account no other test asks what was used.
    """
    by, today = make_admin(at()), at().date()
    close_cluster(code="quay", by=by, now=at())
    days = {"first_on": today - timedelta(days=2), "last_on": today + timedelta(days=30)}
    active_award(at())
    found = active_award(at(), lines=[Given(hours=1, cards=16, **days)])
    set_unix_name(email=found.lead.email, name=USERS[0], by=by, now=at())
    until(follow, lambda _: not link_of(CODE).left)
    return found


@pytest.fixture
def login_node(site, tmp_path, monkeypatch):  # noqa: F811 -- the fixture
    """Signs a user in to the login node, as ``login_node(name)``, in a folder of their own."""

    real = {program: shutil.which(program) for program in ("sbatch", "scontrol")}

    def sign_in(name):
        entry = pwd.getpwnam(name)
        for program, found in real.items():
            path = tmp_path / "bin" / program
            path.parent.mkdir(exist_ok=True)
            facts = {"user": entry.pw_uid, "group": entry.pw_gid}
            facts |= {"conf": site.environment["SLURM_CONF"]}
            path.write_text(AS_MEMBER.format(program=found, **facts))
            path.chmod(0o755)
        folder = site.home / "shared" / name
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, name)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
        return folder

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return sign_in


@pytest.fixture
def praya(capsys, monkeypatch):
    return lambda *words: say(words, capsys=capsys, monkeypatch=monkeypatch)


def test_a_member_s_praya_run_is_their_own_job_under_the_award_and_is_charged(
    award,
    login_node,
    praya,
    site,  # noqa: F811 -- the fixture
):
    folder = login_node(USERS[0])
    assert praya("login", award.lead.email).status == 0
    order = ("run", "--award", award.code, "--cards", "2", "--time", "90s")

    said = praya(*order, "--env", "EPOCHS=it's 3", "--", "sh", "-c", SAYS, "sh", *AS_TYPED)

    assert (said.status, said.out.startswith(f"{CODE}/")) == (0, True), said.err
    job = said.out.strip()
    number = job.partition("/")[2]
    asked = ("scontrol", "-o", "show", "job", number)
    told = dict(one.partition("=")[::2] for one in site.ask(*asked).split())
    assert told["UserId"].partition("(")[0] == USERS[0]
    assert (told["Account"], told["TimeLimit"]) == (award.code.lower(), "00:02:00")
    assert (told["TresPerNode"], told["JobName"]) == ("gres:gpu:h800:2", "sh")
    assert "ArrayJobId" not in told
    watch_jobs(code=CODE, now=at())
    assert praya("why", job).out.startswith(f"{job}: ")

    until(lambda: site.try_to("squeue", "-h", "-j", number).stdout, lambda said: not said)
    written = (folder / f"slurm-{number}.out").read_text()
    assert written == "|".join(["it's 3", USERS[0], "none", *AS_TYPED, ""])
    runs = UsageRecord.objects.filter(number=number)
    until(lambda: read() or runs.count(), lambda count: count == 1)
    assert (runs.get().member, runs.get().cards, runs.get().job) == (USERS[0], 2, None)
    assert Charge.objects.filter(usage__in=runs).count() == 1
    assert Job.objects.count() == 0


@pytest.fixture
def member(login_node, praya):
    """The client, as the award's lead types it on the login node."""
    login_node(USERS[0])
    return praya


@pytest.fixture
def capitals(award, site):  # noqa: F811 -- the fixture
    """A partition that the Slurm writes with capitals, as Praya looked at it and took it over."""
    site.ask("scontrol", "create", "partitionname=GpuBig", "nodes=h800n02")
    by, day = make_admin(at()), at().date() - timedelta(days=2)
    look_again(code=CODE, by=by, now=at())
    make_partition(at(), cluster_code=CODE, code="gpubig", devices=8, first_on=day, engine="slurm")
    yield "GpuBig"
    site.end_jobs()
    site.ask("scontrol", "delete", "partitionname=GpuBig")


def test_every_line_names_a_partition_as_the_slurm_writes_it(
    award,
    capitals,
    member,
    settings,
    site,  # noqa: F811 -- the fixture
):
    assert member("login", award.lead.email).status == 0
    order = {"award_code": award.code, "cards": 2, "time_limit_s": 60, "now": at()}
    job = {"argv": ["sleep", "600"], "by": lead_of(award, at())}

    def partition_of(number):
        return site.ask("squeue", "-h", "-j", number, "-o", "%P")

    said = member("run", "--award", award.code, "--cards", "2", "--time", "60s", "--", "sleep", "9")
    assert partition_of(said.out.strip().partition("/")[2]) == capitals, said.err

    with pytest.raises(SubmittedThere) as refused:
        submit_job(**order, **job, key="a")
    [line] = re.findall(r"sbatch -.* script", sentence_for(refused.value))
    typed = ("sbatch", "--parsable", "--output=/dev/null", *line.split()[1:-1])
    number = site.ask(*typed, user=USERS[0], said="#!/bin/sh\nsleep 600\n")
    assert partition_of(number) == capitals

    settings.PRAYA_SLURM_OWN_JOBS = True
    until(follow, lambda _: not link_of(CODE).left)
    own = submit_job(**order, **job, key="b")
    run_schedule(engine=engine_of(CODE, "slurm"), cluster_code=CODE, now=at())
    assert site.ask("squeue", "-h", f"--name=praya:{own.code}.1", "-o", "%P") == capitals


def read():
    read_accounts(code=CODE, now=at() + timedelta(seconds=11))


def test_what_a_real_slurm_refuses_is_told_with_a_sentence(
    award,
    login_node,
    praya,
    site,  # noqa: F811 -- the fixture
):
    folder = login_node(USERS[0])
    script = folder / "-job's.sh"
    script.write_text("sleep 1\n")
    assert praya("login", award.lead.email).status == 0
    order = ("run", "--award", award.code, "--time", "60s", "--cards")

    def refused(*words):
        said = praya(*words)
        assert (said.status, said.out) == (1, ""), said
        return said.err

    wide = refused(*order, "9", "--", "true")
    assert wide.startswith("praya: The partition has no machines with these cards")
    assert "Requested node configuration is not available" in wide
    shapeless = refused(*order, "1", f"--script={script}")
    assert shapeless.startswith("praya: Harbour did not take the job. (It says: This does not ")
    login_node(USERS[2])
    other = refused(*order, "1", "--", "true")
    assert other.startswith("praya: Harbour does not let the user root use the account pir-0002.")
    assert "Invalid account or account/partition combination specified" in other
    login_node(USERS[0])
    account = ("account", "where", f"name={award.code.lower()}")
    site.ask("sacctmgr", "-i", "modify", *account, "set", "GrpSubmitJobs=0")
    closed = refused(*order, "1", "--", "true")
    assert closed.startswith("praya: The award, or you under it, may not begin jobs on Harbour now")
    assert "AssocGrpSubmitJobsLimit" in closed
