"""What is read of accounts and their members, and what of it is not of Praya's setting."""

import pytest
from tests.engines.slurm.conftest import jobs

from praya.engines.slurm.observing import _COLUMNS


@pytest.mark.parametrize(
    ("of_account", "of_member", "expected"),
    [
        ({}, {}, (False, False, "", ())),
        ({}, {"grpsubmit": "0", "grpjobs": "0"}, (True, True, "", ())),
        ({}, {"grpjobs": "0"}, (False, True, "", ())),
        ({}, {"maxjobs": "0"}, (False, True, "", ())),
        ({}, {"maxsubmit": "0"}, (True, False, "", ())),
        ({}, {"qos": "normal,urgent"}, (False, False, "normal,urgent", ())),
        ({}, {"maxwall": "10"}, (False, False, "", ("ann MaxWall=10",))),
        ({}, {"grptres": "gres/gpu=1"}, (False, False, "", ("ann GrpTRES=gres/gpu=1",))),
        ({"grptres": "cpu=0,gres/gpu=8"}, {}, (False, False, "", ("GrpTRES=cpu=0",))),
        ({"grptres": "gres/gpu:h800=1"}, {}, (False, False, "", ())),
        ({"grptresmins": "gres/gpu:h800=9,gres/gpu=9", "maxwall": "5"}, {}, (False, False, "", ())),
        ({"grpjobs": "0", "grpsubmit": "0"}, {}, (False, False, "", ())),
        ({"grpjobs": "3", "maxjobs": "0"}, {}, (False, False, "", ("GrpJobs=3", "MaxJobs=0"))),
        ({"grpwall": "00:05:00"}, {}, (False, False, "", ("GrpWall=00:05:00",))),
    ],
)
def test_what_others_set_on_an_account_or_a_member_is_seen(
    engine, says, of_account, of_member, expected
):
    def row(user, facts):
        told = {"account": "aw-1", "user": user} | facts
        return "|".join(told.get(name, "") for name in _COLUMNS)

    rows = f"{row('', of_account)}\n{row('ann', of_member)}\nroot{'|' * (len(_COLUMNS) - 1)}"
    says(
        "sacctmgr",
        f"""case "$*" in
        *organization*) echo 'aw-1|praya'; echo 'root|';;
        *assoc*) echo '{rows}';;
    esac""",
    )
    says("scontrol", "echo ClusterName=c")

    account = engine.observe().accounts["aw-1"]

    ann = account.members["ann"]
    assert (ann.is_blocked, ann.is_stopped, ann.quality, account.strange) == expected


def test_a_job_that_only_takes_down_its_nodes_has_used_nothing_that_is_not_told(engine, says):
    row = "|".join({"account": "aw-1"}.get(name, "") for name in _COLUMNS)
    says("sacctmgr", f"""case "$*" in
        *organization*) echo 'aw-1|praya'; echo 'root|';;
        *assoc*) echo '{row}'; echo 'root{"|" * (len(_COLUMNS) - 1)}';;
    esac""")  # fmt: skip
    says("scontrol", "echo ClusterName=c")
    says("squeue", jobs("aw-1|ann|CG|1:00:00|gres/gpu=8", "aw-1|ann|R|1:00|gres/gpu=8"))

    assert engine.observe().accounts["aw-1"].running_s == {"": 480}
