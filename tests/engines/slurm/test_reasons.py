"""What Slurm's reason words mean."""

import ctypes
import re
import sys
from pathlib import Path

import pytest

from praya.core.execution.waiting import Holds
from praya.engines.slurm.reasons import TABLE, meaning_of

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/slurm-wlm/libslurmfull.so")
CASES = {
    "Priority": (Holds.TURN, ""),
    "Resources": (Holds.CARDS, ""),
    "(Resources)": (Holds.CARDS, ""),
    "BeginTime": (Holds.NOT_YET, ""),
    "Dependency": (Holds.NOT_YET, ""),
    "DependencyNeverSatisfied": (Holds.NEVER, ""),
    "JobHeldUser": (Holds.HELD, ""),
    "JobHeldAdmin": (Holds.HELD, ""),
    "PartitionDown": (Holds.MACHINES, "partition"),
    "PartitionTimeLimit": (Holds.TOO_LONG, "partition"),
    "PartitionNodeLimit": (Holds.TOO_LARGE, "partition"),
    "ReqNodeNotAvail, UnavailableNodes:h800n01": (Holds.MACHINES, ""),
    "Nodes required for job are DOWN, DRAINED or reserved": (Holds.MACHINES, ""),
    "Job's account not permitted to use this partition (p2 allows": (Holds.NOT_ALLOWED, ""),
    "Job's QOS not permitted to use this partition (p3 denies": (
        Holds.NOT_ALLOWED,
        "class-of-service",
    ),
    "launch_failed_requeued_held": (Holds.HELD, ""),
    "job requeued in held state": (Holds.HELD, ""),
    "Reservation": (Holds.RESERVED, ""),
    "Reservation gone was deleted": (Holds.RESERVED, ""),
    "Licenses": (Holds.LICENCES, ""),
    "InvalidQOS": (Holds.NOT_ALLOWED, ""),
    "SystemFailure": (Holds.SYSTEM, ""),
    "None": (Holds.SYSTEM, ""),
    "AssocGrpGRESMinutes": (Holds.ALLOWANCE, "award"),
    "AssocGrpCPUMinutesLimit": (Holds.ALLOWANCE, "account"),
    "AssocGrpGRESRunMinutes": (Holds.CARDS_AT_ONCE, "account"),
    "AssocGrpCpuLimit": (Holds.CARDS_AT_ONCE, "account"),
    "AssocGrpGRES": (Holds.CARDS_AT_ONCE, "award"),
    "AssocGrpJobsLimit": (Holds.CLOSED, "award"),
    "AssocMaxJobsLimit": (Holds.JOBS_AT_ONCE, "account"),
    "AssocGrpSubmitJobsLimit": (Holds.CLOSED, "award"),
    "AssocMaxWallDurationPerJobLimit": (Holds.TOO_LONG, "award"),
    "AssocMaxGRESPerJob": (Holds.TOO_LARGE, "account"),
    "AssocMaxCpuPerJobLimit": (Holds.TOO_LARGE, "account"),
    "AssocGrpWallLimit": (Holds.ALLOWANCE, "account"),
    "QOSGrpGRESMinutes": (Holds.ALLOWANCE, "class-of-service"),
    "QOSMaxGRESPerUser": (Holds.CARDS_AT_ONCE, "class-of-service"),
    "QOSMaxJobsPerUserLimit": (Holds.JOBS_AT_ONCE, "class-of-service"),
    "MaxGRESPerAccount": (Holds.CARDS_AT_ONCE, "class-of-service"),
    "MaxJobsPerAccount": (Holds.JOBS_AT_ONCE, "class-of-service"),
    "MaxSubmitJobsPerAccount": (Holds.JOBS_AT_ONCE, "class-of-service"),
    "MaxBillingPerAccount": (Holds.CARDS_AT_ONCE, "class-of-service"),
    "MaxGRESRunMinsPerUser": (Holds.CARDS_AT_ONCE, "class-of-service"),
    "MaxMemPerLimit": (Holds.TOO_LARGE, ""),
    "QOSMinGRES": (Holds.NOT_ALLOWED, "class-of-service"),
    "QOSNotAllowed": (Holds.NOT_ALLOWED, "class-of-service"),
    "NoSuchWord": (Holds.UNKNOWN, ""),
    "": (Holds.UNKNOWN, ""),
}
# The plain words of 22.05's manual, and those that later ones added.
MANUAL = """
AssociationJobLimit AssociationResourceLimit AssociationTimeLimit BadConstraints BeginTime Cleaning
Dependency DependencyNeverSatisfied FrontEndDown InactiveLimit InvalidAccount InvalidQOS
JobHeldAdmin JobHeldUser JobLaunchFailure Licenses NodeDown NonZeroExitCode PartitionDown
PartitionInactive PartitionNodeLimit PartitionTimeLimit Priority Prolog QOSJobLimit
QOSResourceLimit QOSTimeLimit ReqNodeNotAvail Reservation Resources SystemFailure TimeLimit
QOSUsageThreshold
Constraints MaxPoweredUpNodes MpiPortsBusy ReservationDeleted ReservationInvalid SchedDefer
"""


@pytest.mark.parametrize("reason", CASES)
def test_a_reason_means_one_thing(reason):
    assert meaning_of(reason) == CASES[reason]


def test_every_word_of_the_manual_is_known():
    unknown = [word for word in MANUAL.split() if meaning_of(word)[0] is Holds.UNKNOWN]
    assert unknown == []


@pytest.mark.skipif(not LIBRARY.exists(), reason="Slurm is not installed: no libslurmfull.so")
def test_every_word_that_the_installed_slurm_can_give_is_known():
    library = ctypes.CDLL(LIBRARY)
    names = ("slurm_job_reason_string", "slurm_job_state_reason_string")  # the second since 23.11
    [word_of, *_] = [getattr(library, name) for name in names if hasattr(library, name)]
    word_of.restype = ctypes.c_char_p
    # Beyond the last it gives numbers; in between, words that are not used any more may be missing.
    words = [word for number in range(400) if (word := word_of(number).decode()).isalpha()]

    assert len(words) > 190
    assert {"AssocGrpGRESMinutes", "MaxBillingPerAccount", "ReservationDeleted"} <= set(words)
    assert [word for word in words if meaning_of(word)[0] is Holds.UNKNOWN] == []


def test_the_table_of_the_manual_is_the_engines():
    text = (Path(__file__).parents[3] / "docs/reference/slurm.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \| [^|]+ \|$", text, re.MULTILINE)
    told = {Holds(code): set(re.findall(r"`(\w+)`", words)) for code, words in rows}

    assert told == {holds: set(words.split()) for holds, words in TABLE.items()}


# A real squeue's row, where the states that it is asked for have that of the row.
SQUEUE = """
import sys
row = {
    "JobArrayID": "7", "Account": "hcp-0007", "UserName": "mei", "Partition": "h800",
    "State": "RESV_DEL_HOLD", "Reason": "Reservation gone was deleted", "TimeLimit": "5:00",
    "SubmitTime": "1795387123", "StartTime": "1795390723", "PriorityLong": "0",
    "tres-alloc": "cpu=1,mem=100M,node=1,billing=1", "OverSubscribe": "OK", "Name": "sbatch",
}
[states] = [word.partition("=")[2] for word in sys.argv if word.startswith("--states=")]
if row["State"] in states.split(","):
    for column in sys.argv[-1].split(","):
        name, _, rest = column.partition(":")
        print(row[name].ljust(40) + rest.lstrip("0123456789"), end="")
"""


def test_what_is_held_back_since_its_reservation_is_gone_waits(engine, says, tmp_path):
    path = tmp_path / "squeue.py"
    path.write_text(SQUEUE)
    says("squeue", f'exec {sys.executable} {path} "$@"')

    [one] = engine.alive()

    assert (one.job_id, one.began_at, one.holds) == ("7", None, Holds.RESERVED)
    assert one.reason == "Reservation gone was deleted"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("OK node=1,gres/gpu=2,gres/gpu:h800=2", (2, 1, None)),
        ("NO node=1,gres/gpu=2,gres/gpu:h800=2", (8, 1, 2)),
        ("NO node=2,gres/gpu=3", (8, 2, 3)),  # of the smallest nodes that have any
        ("NO node=1,gres/gpu=9", (12, 3, 9)),
        ("NO node=1", (0, 1, None)),  # a machine without cards would do
        ("NO node=1,gres/gpu=2,gres/gpu:a100=2", (4, 1, 2)),
        ("NO node=1,gres/gpu=2,gres/gpu:none=2", (2, 1, None)),
    ],
)
def test_a_job_that_waits_for_whole_nodes_is_told_with_all_their_cards(
    engine, says, tmp_path, row, told
):
    shares, asked = row.split()
    path = tmp_path / "squeue.py"
    path.write_text(SQUEUE.replace('"OK"', f'"{shares}"').replace("node=1,billing=1", asked))
    says("squeue", f'exec {sys.executable} {path} "$@"')
    says("scontrol", MIXED)

    [one] = engine.alive()

    assert (one.cards, one.nodes, one.cards_asked) == told


# A partition of unlike nodes.
MIXED = """case "$*" in
*node) cat <<'END'
NodeName=n1 Gres=gpu:h800:8 State=IDLE
NodeName=n2 Gres=gpu:a100:4 State=IDLE
NodeName=n3 Gres=(null) State=IDLE
END
;;
*partition) echo "PartitionName=h800 Nodes=n[1-3] State=UP" ;;
esac"""
