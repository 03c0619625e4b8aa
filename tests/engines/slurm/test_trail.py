"""Whose change a difference comes from, as Slurm's own trail has it."""

import pytest

from praya.core.execution.limits import Step, StepKind
from praya.engines.slurm.settings import Settings
from praya.engines.slurm.trail import foreign_changes

# As 22.05 prints them; what ends in -2 is a lease of the same award, and meiling is not mei.
ASSOCIATIONS = "3|hcp-0007|\n4|hcp-0007|mei\n5|hcp-0007-2|\n6|hcp-0007|meiling\n"
TRAIL = """\
10|praya|Modify Associations|(id_assoc=3)|grp_tres_mins = if (id=3, '1001=600', grp_tres_mins)
20|wing|Modify Associations|(id_assoc=3)|grp_tres_mins = if (id_assoc=3, '1001=1', grp_tres_mins)
30|chan|Modify Associations|(id_assoc=5 || id_assoc=3)|grp_tres = if (id=5, '1001=9', grp_tres)
40|fung|Modify Associations|(id_assoc=6)|grp_jobs=0, grp_submit_jobs=0
50|lau|Add Associations|id_assoc=9|mod_time=50, acct='hcp-0007', user='sun', shares=1, grp_jobs=NULL
60|poon|Remove Associations|id_assoc=9|
70|tse|Remove Users|name='mei'|
80|yip|Modify QOS|(name='hcp-0007')|grp_tres_mins = if (id=2, '', grp_tres_mins)
 the rest of a value|with bars|
90|ho|Modify Associations|(id_assoc=5)|grp_tres_mins = if (id_assoc=5, '1001=1', grp_tres_mins)
"""


# Another cluster's numbers are its own: 3 is another account there.
OF_ANOTHER = """\
100|kwok|Modify Associations|(id_assoc=3)|grp_tres_mins = if (id_assoc=3, '1001=2', grp_tres_mins)
100|kwok|Add Associations|id_assoc=3|mod_time=100, acct='hcp-0007', user='sun', shares=1
"""
OF_ALL = "70|tse|Remove Users|name='mei'|\n"


class Told:
    def read(self, *command):
        if "transaction" not in command:
            return ASSOCIATIONS
        return TRAIL.replace(OF_ALL, "") if "clusters=trial" in command else TRAIL + OF_ANOTHER


@pytest.mark.parametrize(
    ("kind", "account", "member", "by"),
    [
        (StepKind.SET_LIMIT, "hcp-0007", "", ["wing"]),
        (StepKind.SET_LIMIT, "hcp-0007-2", "", ["ho"]),
        (StepKind.SET_CARDS, "hcp-0007", "", ["chan"]),
        (StepKind.SET_CARDS, "hcp-0007-2", "", ["chan"]),
        (StepKind.UNBLOCK_MEMBER, "hcp-0007", "meiling", ["fung"]),
        (StepKind.UNBLOCK_MEMBER, "hcp-0007", "mei", []),
        (StepKind.OPEN, "hcp-0007", "", []),
        (StepKind.REMOVE_MEMBER, "hcp-0007", "sun", ["lau"]),
        (StepKind.ADD_MEMBER, "hcp-0007", "sun", ["poon"]),
        (StepKind.ADD_MEMBER, "hcp-0007", "mei", ["tse"]),
        (StepKind.MOVE_ACCOUNT, "hcp-0007", "", []),
    ],
)
def test_the_change_behind_a_difference_is_of_its_account_member_and_kind(
    kind, account, member, by
):
    changes = foreign_changes(Told(), Settings("trial"), since=0, own="praya")

    assert [one.actor for one in changes if one.is_behind(Step(kind, account, member))] == by


def test_where_praya_is_root_what_root_changed_is_told_the_latest_first():
    changes = foreign_changes(Told(), Settings("trial"), since=0, own="root")

    step = Step(StepKind.SET_LIMIT, "hcp-0007")
    assert [one.actor for one in changes if one.is_behind(step)] == ["wing", "praya"]
