"""What Slurm's reason words mean."""

import re
from pathlib import Path

import pytest

from praya.core.execution.waiting import Holds
from praya.engines.slurm.reasons import meaning_of

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
    "Reservation": (Holds.RESERVED, ""),
    "Licenses": (Holds.LICENCES, ""),
    "InvalidQOS": (Holds.NOT_ALLOWED, ""),
    "SystemFailure": (Holds.SYSTEM, ""),
    "None": (Holds.SYSTEM, ""),
    "AssocGrpGRESMinutes": (Holds.ALLOWANCE, "award"),
    "AssocGrpCPUMinutesLimit": (Holds.ALLOWANCE, "award"),
    "AssocGrpGRESRunMinutes": (Holds.CARDS_AT_ONCE, "award"),
    "AssocGrpGRES": (Holds.CARDS_AT_ONCE, "award"),
    "AssocGrpJobsLimit": (Holds.CLOSED, "award"),
    "AssocMaxJobsLimit": (Holds.CLOSED, "award"),
    "AssocGrpSubmitJobsLimit": (Holds.CLOSED, "award"),
    "AssocMaxWallDurationPerJobLimit": (Holds.TOO_LONG, "award"),
    "AssocMaxGRESPerJob": (Holds.TOO_LARGE, "award"),
    "AssocMaxCpuPerJobLimit": (Holds.TOO_LARGE, "award"),
    "AssocGrpWallLimit": (Holds.ALLOWANCE, "award"),
    "QOSGrpGRESMinutes": (Holds.ALLOWANCE, "class-of-service"),
    "QOSMaxGRESPerUser": (Holds.CARDS_AT_ONCE, "class-of-service"),
    "QOSMaxJobsPerUserLimit": (Holds.JOBS_AT_ONCE, "class-of-service"),
    "QOSMinGRES": (Holds.NOT_ALLOWED, "class-of-service"),
    "QOSNotAllowed": (Holds.NOT_ALLOWED, "class-of-service"),
    "NoSuchWord": (Holds.UNKNOWN, ""),
    "": (Holds.UNKNOWN, ""),
}
# The plain words of 22.05's manual.
MANUAL = """
AssociationJobLimit AssociationResourceLimit AssociationTimeLimit BadConstraints BeginTime Cleaning
Dependency DependencyNeverSatisfied FrontEndDown InactiveLimit InvalidAccount InvalidQOS
JobHeldAdmin JobHeldUser JobLaunchFailure Licenses NodeDown NonZeroExitCode PartitionDown
PartitionInactive PartitionNodeLimit PartitionTimeLimit Priority Prolog QOSJobLimit
QOSResourceLimit QOSTimeLimit ReqNodeNotAvail Reservation Resources SystemFailure TimeLimit
QOSUsageThreshold
"""


@pytest.mark.parametrize("reason", CASES)
def test_a_reason_means_one_thing(reason):
    assert meaning_of(reason) == CASES[reason]


def test_every_word_of_the_manual_is_known():
    unknown = [word for word in MANUAL.split() if meaning_of(word)[0] is Holds.UNKNOWN]
    assert unknown == []


@pytest.mark.skipif(not LIBRARY.exists(), reason="Slurm is not installed: no libslurmfull.so")
def test_every_limit_that_the_installed_slurm_can_name_is_known():
    words = re.findall(rb"\0((?:Assoc|QOS)(?:Grp|Max|Min)[A-Za-z]+)(?=\0)", LIBRARY.read_bytes())

    unknown = [word for word in words if meaning_of(word.decode())[0] is Holds.UNKNOWN]

    assert len(words) > 60
    assert unknown == []
