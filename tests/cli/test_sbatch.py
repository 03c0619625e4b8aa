"""``praya run`` on a login node: what the member's own ``sbatch`` is given, and what it answers."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.awarding import Given, active_award, make_site
from tests.factories import make_admin, make_held_slurm

from praya.apps.clusters.commands import add_partition, keep_engine_settings
from praya.apps.clusters.models import Cluster
from praya.apps.usage.models import Job

LEAD = "lead@pier.example"
# What a program of Slurm's is given, written down; then it answers as the test says.
RECORDS = """#!{python}
import json, os, pathlib, sys
folder = pathlib.Path(__file__).parent
text = "" if sys.argv[1:2] == ["show"] else sys.stdin.read()
name = pathlib.Path(__file__).name
given = {{"arguments": sys.argv[1:], "text": text, "environment": dict(os.environ)}}
(folder / (name + ".given")).write_text(json.dumps(given))
status, out, said = json.loads((folder / (name + ".answers")).read_text())
sys.stdout.write(out)
sys.stderr.write(said)
sys.exit(status)
"""


@dataclass
class Programs:
    """``sbatch`` and ``scontrol`` that write down what they are given."""

    folder: Path

    def answer(self, name: str, out: str = "", *, said: str = "", status: int = 0) -> None:
        path = self.folder / name
        path.write_text(RECORDS.format(python=sys.executable))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        (self.folder / f"{name}.answers").write_text(json.dumps([status, out, said]))

    def given(self, name: str = "sbatch"):
        path = self.folder / f"{name}.given"
        return json.loads(path.read_text()) if path.exists() else None


@pytest.fixture
def award(db, now):
    """An award of sixteen cards at once: eight may run here, more on a Slurm alone."""
    make_site(now)
    found = active_award(now, lines=[Given(cards=16)])
    make_held_slurm(now)
    return found


@pytest.fixture
def run(award, praya, now):
    """``run("--name", "x", "--", "true")`` by the award's lead."""
    assert praya("login", LEAD).status == 0
    before = ("run", "--award", award.code, "--cards", "9", "--time", "90s")
    return lambda *more, first=(): praya(*first, *before, *more)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    made = Programs(folder)
    made.answer("scontrol", "Configuration data\nClusterName             = trial\n")
    made.answer("sbatch", "4711\n")
    return made


SAYS = "import json, sys; print(json.dumps(sys.argv[1:]))"
ODD = [
    "it's", 'a "quote"', "$HOME `id` $(id)", "-x", "--", "", "two\nlines", "埗 邨",
    "\n#SBATCH --array=1-9\n", "; rm -rf /tmp/none #", "A=B", "back\\slash", "*", "~", "tab\there",
]  # fmt: skip


def test_the_member_s_own_sbatch_is_given_what_the_server_says_and_the_command_as_a_script(
    run, programs, praya, monkeypatch
):
    token = praya("--json", "token", "make", "here", "--write").json["token"]
    monkeypatch.setenv("PRAYA_TOKEN", token)
    for name in ("PRAYA_SECRET", "DATABASE_URL", "SBATCH_CLUSTERS"):
        monkeypatch.setenv(name, "s3cret")

    said = run("--env", "EPOCHS=3", "--env", "A=b=c", "--", "python", "train.py", "--steps", "5")

    given = programs.given()
    assert given["arguments"] == [
        "--parsable",
        "--export=ALL",
        "--account=pir-0001",
        "--gres=gpu:H800:9",
        "--time=2",
        "--job-name=python",
    ]
    assert given["text"] == "#!/bin/sh\nexec python train.py --steps 5\n"
    around = given["environment"]
    assert (around["EPOCHS"], around["A"], around["HOME"]) == ("3", "b=c", os.environ["HOME"])
    assert not [name for name in around if name.startswith("PRAYA_")]
    assert not {"DATABASE_URL", "SBATCH_CLUSTERS"} & around.keys()
    assert programs.given("scontrol")["arguments"] == ["show", "config"]
    assert (said.status, said.out) == (0, "harbour/4711\n")
    assert said.err == (
        "harbour/4711: submitted by sbatch --parsable --export=ALL --account=pir-0001 "
        "--gres=gpu:H800:9 --time=2 --job-name=python. It writes to slurm-4711.out in this "
        "folder, unless a script or SBATCH_OUTPUT says otherwise. In some seconds “praya why "
        "harbour/4711” says why it waits, and “praya jobs” lists it; “scancel 4711” ends it.\n"
    )
    assert Job.objects.count() == 0


def test_every_word_of_a_command_reaches_it_as_it_was_typed(run, programs):
    run("--name", "-odd 'name'", "--", sys.executable, "-c", SAYS, *ODD)

    given = programs.given()
    assert given["arguments"][-1] == "--job-name=-odd 'name'"
    done = subprocess.run(
        ["/bin/sh"], input=given["text"], capture_output=True, encoding="utf-8", check=True
    )
    assert json.loads(done.stdout) == ODD
    lines = given["text"].splitlines()
    assert not [line for line in lines[:2] if line.startswith("#SBATCH")], "which Slurm would read"


def test_a_script_goes_in_by_its_path_with_its_arguments(run, programs, tmp_path, monkeypatch):
    script = tmp_path / "-job 1.sh"
    script.write_text("#!/bin/sh\n#SBATCH --output=x\n")
    monkeypatch.chdir(tmp_path)

    said = run("--script=-job 1.sh", "--", "--lr", "it's")

    assert (said.status, programs.given()["text"]) == (0, "")
    assert programs.given()["arguments"][-4:] == [
        "--job-name=-job 1.sh",
        str(script),
        "--lr",
        "it's",
    ]


def test_the_answer_is_data_where_that_is_asked_for(run, programs):
    programs.answer("sbatch", "4712;trial\n", said="sbatch: a word of the site\n")

    said = run("--", "true", first=["--json"])

    line = ["sbatch", "--parsable", "--export=ALL", "--account=pir-0001", "--gres=gpu:H800:9"]
    assert said.json == {
        "code": "harbour/4712",
        "cluster": "harbour",
        "number": "4712",
        "command": [*line, "--time=2", "--job-name=true"],
    }
    assert said.err.startswith("sbatch: a word of the site\n")


REFUSED = {
    "AssocGrpSubmitJobsLimit\nsbatch: error: Batch job submission failed: Job violates "
    "accounting/QOS policy": "The award, or you under it, may not begin jobs on Harbour now",
    "Batch job submission failed: Invalid account or account/partition combination specified": (
        "Harbour does not let the user {user} use the account pir-0001."
    ),
    "Batch job submission failed: Requested node configuration is not available": (
        "The partition has no machines with these cards"
    ),
    "Batch job submission failed: Requested time limit is invalid (missing)": (
        "The time limit is longer than"
    ),
    "This does not look like a batch script.": "Harbour did not take the job.",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_slurm_refuses_is_told_with_a_sentence_and_its_own_words(run, programs, words):
    programs.answer("sbatch", said=f"sbatch: error: {words}\n", status=1)

    said = run("--", "true")

    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(f"praya: {REFUSED[words].format(user=user)}")
    told = words.replace("\nsbatch: error:", "").rstrip(".")
    assert said.err.endswith(f"(It says: {told}.)\n")


@pytest.mark.parametrize(
    ("status", "out", "said"),
    [
        (1, "", "sbatch: error: Batch job submission failed: Socket timed out on send/recv"),
        (0, "Submitted\x1b[2J", ""),
    ],
    ids=["silent", "odd"],
)
def test_where_slurm_leaves_it_open_that_is_said(run, programs, status, out, said):
    programs.answer("sbatch", out, said=said, status=status)

    told = run("--", "true")

    assert (told.status, told.out) == (4, "")
    assert "may have been submitted all the same" in told.err
    assert "\x1b" not in told.err


def test_who_stops_it_half_way_is_told_where_to_look(run, programs):
    (programs.folder / "sbatch").write_text("#!/bin/sh\nsleep 1\nkill -INT $PPID\n")

    # Tests that a script put in the background ignore it.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        told = run("--", "true")
    finally:
        signal.signal(signal.SIGINT, heard)

    assert (told.status, told.out) == (130, "")
    assert "may have been submitted all the same" in told.err


def test_a_machine_of_another_slurm_submits_nothing(run, programs):
    programs.answer("scontrol", "ClusterName             = jetty\n")

    said = run("--", "true")

    assert (said.status, programs.given()) == (1, None)
    assert "sbatch --account=pir-0001 --gres=gpu:H800:9 --time=2 script" in said.err
    assert said.err.endswith(
        "The Slurm of this machine is another, jetty: nothing was submitted.\n"
    )


def test_a_controller_that_is_away_is_no_refusal(run, programs):
    programs.answer("scontrol", said="slurm_load_ctl_conf error: Unable to contact\n", status=1)

    said = run("--", "true")

    assert (said.status, programs.given()) == (4, None)
    assert "Unable to contact" in said.err


def test_of_several_clusters_the_one_of_this_machine_is_taken(run, programs, now):
    make_held_slurm(
        now, code="jetty", cluster="Pier", models={"h": "nvidia-h800"},
        accounts={"pir-0001": "physics"},
    )  # fmt: skip
    programs.answer("scontrol", "ClusterName             = pier\n")

    assert run("--", "true").out == "jetty/4711\n"
    assert programs.given()["arguments"][2:4] == ["--account=physics", "--gres=gpu:h:9"]


@pytest.mark.django_db(transaction=True)
def test_a_praya_elsewhere_is_asked_in_the_same_way(run, programs, praya, live_server, monkeypatch):
    token = praya("--json", "token", "make", "login-node", "--write").json["token"]
    monkeypatch.setenv("PRAYA_TOKEN", token)

    said = run("--", "true", first=["--server", live_server.url])

    assert (said.status, said.out) == (0, "harbour/4711\n"), said.err
    assert programs.given()["text"] == "#!/bin/sh\nexec true\n"


def test_a_key_is_not_promised_where_nobody_keeps_it(run, programs):
    said = run("--key", "once", "--", "true")

    assert (said.status, programs.given()) == (1, None)
    assert "a second call would submit a second job" in said.err


def test_without_sbatch_the_line_is_told_as_before(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    said = run("--", "true")

    assert (said.status, said.out) == (1, "")
    assert "sbatch --account=pir-0001 --gres=gpu:H800:9 --time=2 script" in said.err


def test_what_runs_here_is_not_submitted_there(run, programs):
    said = run("--cards", "8", "--detach", "--", "true")

    assert (said.status, programs.given()) == (0, None)
    assert Job.objects.get().code == said.out.strip()


THERE = (
    "ClusterName = trial\nPartitionName=CPU A=b\nPartitionName=H800n A=b\nPartitionName=h800 A=b\n"
    "PartitionName=H800N A=b\n"
)


@pytest.fixture
def partitions(award, now):
    """Two that a Slurm has, one that it lost, one it never had, and one of another programme."""
    names = {"h800": "h800", "h800n": "H800n", "gone": "gone", "cpu": "CPU"}
    [cluster] = Cluster.objects.filter(code="harbour")
    keep_engine_settings(code="harbour", settings=cluster.engine_settings | {"partitions": names})
    serve_all = dict.fromkeys(("h800", "h800n", "gone", "elsewhere"), "")
    for code, programme in (serve_all | {"cpu": "other"}).items():
        add_partition(
            cluster_code="harbour",
            code=code,
            device_model_code="nvidia-h800",
            programme_code=programme,
            by=make_admin(now),
            now=now,
        )


@pytest.fixture
def there(partitions, programs):
    programs.answer("scontrol", THERE)
    return programs


def named(programs):
    return [one for one in programs.given()["arguments"] if one.startswith("--partition")]


def test_a_job_is_sent_to_the_partitions_that_have_the_award_s_cards(run, there):
    run("--", "true")

    assert named(there) == ["--partition=H800n,h800"]
    assert there.given("scontrol")["arguments"] == ["-o", "show", "partition"]


def test_the_line_for_who_has_no_sbatch_names_the_same_partitions(run, partitions, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    said = run("--", "true")

    assert "--gres=gpu:H800:9 --time=2 --partition=gone,h800,H800n script" in said.err


def test_where_slurm_has_none_of_praya_s_partitions_none_is_named(run, there):
    there.answer("scontrol", "ClusterName = trial\nPartitionName=other\n")

    run("--", "true")

    assert named(there) == []


@pytest.mark.parametrize(
    "line", ["#SBATCH --partition=cpu", "#SBATCH -n 1 -p cpu", "#SBATCH -pcpu"]
)
def test_a_script_that_names_its_partition_keeps_it(run, there, tmp_path, line):
    script = tmp_path / "job.sh"
    script.write_text(f"#!/bin/sh\n{line}\n")

    run("--script", str(script))

    assert named(there) == []


def test_a_script_that_names_no_partition_is_sent_to_the_award_s(run, there, tmp_path):
    script = tmp_path / "job.sh"
    script.write_text("#!/bin/sh\n#SBATCH --output=x-p\n")

    run("--script", str(script))

    assert named(there) == ["--partition=H800n,h800"]


def test_a_member_who_names_a_partition_is_sent_there(run, there, monkeypatch):
    run("--env", "SBATCH_PARTITION=cpu", "--", "true")
    assert named(there) == []

    monkeypatch.setenv("SBATCH_PARTITION", "cpu")
    run("--", "true")
    assert named(there) == []
