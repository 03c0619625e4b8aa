"""Which steps a change of what is wanted calls for, and which mend what others changed."""

import pytest

from praya.apps.enforcement.differences import is_called_for
from praya.core.execution.limits import Step, StepKind


@pytest.mark.parametrize(
    ("account", "before", "after", "is_ours"),
    [
        ("pir-0001", 6_000, 4_800, True),  # the end came nearer
        ("pir-0001", 12_000, 4_800, False),  # it did not fit when it was last looked at
        ("pir-0001", 60, 4_800, False),
        ("pir-0001", None, 4_800, False),
        ("pir-0002", None, 4_800, True),  # its end was moved
        ("pir-0003", 60, None, True),  # told before ends were kept
        ("pir-0004", None, 4_800, True),  # new
        ("pier", 60, None, False),
    ],
)
def test_the_longest_time_of_a_job_changes_with_time_or_by_somebody(
    account, before, after, is_ours
):
    def told(**ends):
        accounts = {
            name.replace("_", "-"): {"programme": "pier"} | end for name, end in ends.items()
        }
        return {"accounts": accounts, "aside": {}}

    pier = {"programme": "pier"}
    same, moved = pier | {"ends": 10_000}, pier | {"ends": 20_000}
    was = told(pir_0001=same, pir_0002=moved, pir_0003=pier)
    will = told(pir_0001=same, pir_0002=same, pir_0003=same, pir_0004=same)
    step = Step(StepKind.SET_LONGEST, account, before=before, after=after)

    assert is_called_for(step, was=was, will=will, looked_at=4_000) is is_ours


@pytest.mark.parametrize(("was", "is_ours"), [({"cards_by_model": {"h800": 8}}, False), ({}, True)])
def test_cards_of_one_model_changed_by_somebody_or_bound_for_the_first_time(was, is_ours):
    told = [
        {"accounts": {"pir-0001": {"programme": "pier", "cards": 8} | one}, "aside": {}}
        for one in (was, {"cards_by_model": {"h800": 8}})
    ]
    step = Step(StepKind.SET_CARDS, "pir-0001", device_model="h800", after=8)

    assert is_called_for(step, was=told[0], will=told[1], looked_at=0) is is_ours
