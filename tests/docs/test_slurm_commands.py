"""The reference tells every command that Praya runs on a Slurm; real runs are held to it too."""

from __future__ import annotations

import pytest
from tests.slurm.commands import is_told


@pytest.mark.parametrize(
    "command",
    [
        "sacctmgr -nP show assoc cluster=c WOPInfo format=account",
        "sacctmgr -i modify account where name=a cluster=c set GrpJobs=0",
        "scontrol -o show assoc_mgr flags=assoc",
        "squeue -h -a --states=all --user=praya --name=praya:J-1.1 -o %A",
        "sacct -n -P -X -D --user=praya --name=praya:J-1.1 --clusters=c --starttime=now-30days",
        "sreport -n -P -t Seconds -T cpu cluster Utilization cluster=c start=uts1",
        "scancel --state=PENDING 7",
        "sbatch --parsable",
    ],
)
def test_a_command_that_is_run_is_told(command):
    assert is_told(command.split())


@pytest.mark.parametrize(
    "command",
    ["sacctmgr -i delete account name=a", "sacct -n --user=praya", "scancel 7", "sdiag"],
)
def test_a_command_that_is_not_run_is_not_told(command):
    assert not is_told(command.split())
