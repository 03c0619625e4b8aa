"""What Slurm's accounting tells, line by line, from a program that only says what it is told."""

import os

import pytest

from praya.core.execution.accounting import RunEnd
from praya.core.programme.life import CENTRE_FAULTS
from praya.engines.slurm.accounting import FIELDS


def sacct(*rows):
    """A program that prints rows, parted as it is told to."""
    lines = "".join(
        "printf '%s'" + "".join(f" '{part}' \"$d\"" for part in row[:-1]) + f" '{row[-1]}'; echo\n"
        for row in rows
    ).replace("printf '%s'", "printf '%s'")
    find = 'for one in "$@"; do case $one in --delimiter=*) d=${one#*=};; esac; done\n'
    return find + lines


ROW = {
    "JobIDRaw": "37",
    "JobID": "27_3",
    "Account": "aw-1",
    "User": "ann",
    "UID": "1001",
    "Partition": "h800",
    "Submit": "1000",
    "Start": "1010",
    "End": "1100",
    "State": "CANCELLED by 1001",
    "ElapsedRaw": "80",
    "TimelimitRaw": "10",
    "AllocTRES": "cpu=1,gres/gpu=2,gres/gpu:h800=2",
    "ExitCode": "0:15",
    "JobName": "praya:J-1.1",
}


ALIVE = {"State": "SUSPENDED", "End": "Unknown"}


def usage(engine, says, **facts):
    row = ROW | facts
    says("sacct", sacct([row[name] for name in FIELDS]))
    return engine.usage(since=1000, until=2000)


def test_a_record_is_read_in_full(engine, says):
    [run] = usage(engine, says).ended

    assert run.key == "c:37:1000"
    assert (run.job_id, run.run_key, run.account, run.member) == ("27_3", "J-1.1", "aw-1", "ann")
    assert (run.device_model, run.cards, run.held_s, run.card_seconds) == (
        "nvidia-h800",
        2,
        80,
        160,
    )
    assert (run.end, run.exit_code, run.signal) == (RunEnd.CANCELLED, 0, 15)


@pytest.mark.parametrize(
    "facts",
    [
        {"JobIDRaw": "x"},
        {"Submit": "Unknown"},
        {"ElapsedRaw": "-1"},
        {"ElapsedRaw": ""},
        {"End": "Unknown"},
        {"End": "2026-11-22T00:00:00"},
    ],
)
def test_a_record_that_cannot_be_read_is_told_and_not_counted(engine, says, facts):
    found = usage(engine, says, **facts)

    assert (found.ended, found.in_flight, len(found.unread)) == ((), (), 1)


def test_accounts_are_read_without_the_controller_and_beside_a_line_it_garbles(engine, says):
    says("scontrol", "echo 'Unable to contact slurm controller' >&2; exit 1")
    says("squeue", "echo '<html>'")
    assert [run.key for run in usage(engine, says).ended] == ["c:37:1000"]

    [run] = usage(engine, says, State="RUNNING", End="Unknown").in_flight
    assert (run.key, run.device_model, run.is_known) == ("c:37:1000", "nvidia-h800", True)


def test_no_answer_at_all_is_asked_for_once_more(engine, says, tmp_path):
    first = f"if mkdir {tmp_path}/asked 2>/dev/null; then exit 0; fi\n"
    says("sacct", first + sacct([ROW[name] for name in FIELDS]))

    [run] = engine.usage(since=1000, until=2000, alive=False).ended
    assert run.key == "c:37:1000"


def test_what_is_suspended_is_asked_for_once_more_too(engine, says, tmp_path):
    none = f'case "$*" in *--state=*) exit 0;; esac; mkdir {tmp_path}/asked 2>/dev/null && exit 0'
    says("sacct", f"{none}\n" + sacct([(ROW | ALIVE)[name] for name in FIELDS]))

    [run] = engine.usage(since=1000, until=2000).in_flight
    assert run.key == "c:37:1000"


def test_who_asks_only_for_what_ended_asks_one_program_once(engine, says, tmp_path):
    for program in ("scontrol", "squeue"):
        says(program, f"echo {program} >> {tmp_path}/asked")
    says("sacct", f"echo sacct >> {tmp_path}/asked\n" + sacct([ROW[name] for name in FIELDS]))

    [run] = engine.usage(since=1000, until=2000, alive=False).ended
    assert (run.key, (tmp_path / "asked").read_text()) == ("c:37:1000", "sacct\n")


@pytest.mark.parametrize("tres", ["gres/gpu=2", "gres/gpu=3,gres/gpu:h800=1"])
def test_what_ended_without_a_kind_waits_for_the_controller_and_what_runs_is_told(
    engine, says, tres
):
    says("scontrol", "echo 'Unable to contact slurm controller' >&2; exit 1")
    found = usage(engine, says, AllocTRES=tres)
    assert (found.ended, "contact slurm controller" in found.left_out) == ((), True)
    assert usage(engine, says, AllocTRES="cpu=1").left_out == ""

    running = usage(engine, says, AllocTRES=tres, State="RUNNING", End="Unknown")
    assert (running.in_flight[-1].cards, running.left_out) == (2, "")
    says("scontrol", "true")
    assert len(usage(engine, says, AllocTRES=tres).ended) > 0


def test_sums_are_looked_for_two_days_back_and_no_farther(engine, says, tmp_path):
    says("sreport", f"echo >> {tmp_path}/asked")

    assert engine.summed_until(since=7200, until=400 * 86_400) == 7200
    assert (tmp_path / "asked").read_text().count("\n") == 48


def test_two_kinds_of_cards_are_two_runs(engine, says):
    tres = "gres/gpu=5,gres/gpu:h800=2,gres/gpu:old=3"

    runs = usage(engine, says, AllocTRES=tres).ended

    assert [(run.key, run.device_model, run.cards) for run in runs] == [
        ("c:37:1000:nvidia-h800", "nvidia-h800", 2),
        ("c:37:1000:old", "old", 3),
    ]


def test_a_job_that_was_shrunk_is_two_runs_and_none_of_its_time_counts_twice(engine, says):
    """As Slurm 22.05 tells of two nodes for 40 seconds, and then one for 60."""
    cut = ROW | {"State": "RESIZING", "End": "1050", "ElapsedRaw": "40"}
    rest = {"Submit": "1050", "End": "1110", "State": "COMPLETED", "ElapsedRaw": "100"}
    rest = ROW | rest | {"AllocTRES": "cpu=1,gres/gpu=1,gres/gpu:h800=1"}
    says("sacct", sacct(*([row[name] for name in FIELDS] for row in (cut, rest))))

    found = engine.usage(since=1000, until=2000)

    assert found.in_flight == ()
    assert [(run.key, run.began_at, run.ended_at, run.card_seconds) for run in found.ended] == [
        ("c:37:1000", 1010, 1050, 80),
        ("c:37:1050", 1050, 1110, 60),
    ]


@pytest.mark.parametrize(
    ("word", "end", "is_given_back"),
    [
        ("COMPLETED", RunEnd.COMPLETED, False),
        ("FAILED", RunEnd.FAILED, False),
        ("OUT_OF_MEMORY", RunEnd.OUT_OF_MEMORY, False),
        ("TIMEOUT", RunEnd.TIMED_OUT, False),
        ("DEADLINE", RunEnd.TIMED_OUT, False),
        ("REVOKED", RunEnd.CANCELLED, False),
        (f"CANCELLED by {os.geteuid()}", RunEnd.CANCELLED, False),  # by Praya
        ("CANCELLED by 9999", RunEnd.CANCELLED_BY_ANOTHER, False),
        ("PREEMPTED", RunEnd.PREEMPTED, False),
        ("REQUEUED", RunEnd.REQUEUED, False),
        ("NODE_FAIL", RunEnd.NODE_FAILED, True),
        ("BOOT_FAIL", RunEnd.NOT_LAUNCHED, True),
        ("LAUNCH_FAILED", RunEnd.NOT_LAUNCHED, True),
        ("RECONFIG_FAIL", RunEnd.NOT_LAUNCHED, True),
    ],
)
def test_how_a_run_ended_is_told_and_whether_that_is_the_centre_s_fault(
    engine, says, word, end, is_given_back
):
    [run] = usage(engine, says, State=word).ended

    assert (run.end, run.card_seconds) == (end, 160)
    assert (run.end in {RunEnd(one) for one in CENTRE_FAULTS}) is is_given_back


def test_a_state_nobody_knows_is_still_counted(engine, says):
    [run] = usage(engine, says, State="TELEPORTED").ended

    assert (run.end, run.card_seconds) == (RunEnd.UNKNOWN, 160)
