"""Answers that are slow, garbled or refused, from programs that only say what a test tells them."""

import stat

import pytest

from praya.core.execution.accounting import RunEnd
from praya.core.execution.discovery import LineSeen, Weight
from praya.core.execution.port import EngineUnavailable, Outage
from praya.engines.slurm import Settings, SlurmEngine, write_settings
from praya.engines.slurm.accounting import FIELDS
from praya.engines.slurm.amounts import span_s
from praya.engines.slurm.command import Programs
from praya.engines.slurm.discovering import checks_of, line_of
from praya.engines.slurm.observing import span_of_use

SETTINGS = Settings(cluster="c", models={"h800": "nvidia-h800"})


@pytest.fixture
def says(tmp_path, monkeypatch):
    """Let a program be one that says so and exits so."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(program, script):
        path = folder / program
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    for program in ("sacctmgr", "scontrol", "squeue", "sacct"):
        make(program, "true")
    return make


@pytest.fixture
def engine(tmp_path, says):
    return SlurmEngine(tmp_path / "e", settings=SETTINGS, programs=Programs(read_s=1, write_s=1))


def outage(ask):
    with pytest.raises(EngineUnavailable) as caught:
        ask()
    return caught.value.cause


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("squeue: Unable to contact slurm controller (connect failure)", Outage.CONTROLLER),
        ("slurm_load_jobs error: Socket timed out on send/recv operation", Outage.SILENT),
        ("sacctmgr: error: Sending PersistInit msg: Connection refused", Outage.DATABASE),
        ("Problem talking to the database: Connection refused", Outage.DATABASE),
        ("PersistInit msg: Unable to connect to database", Outage.DATABASE),
        ("error: Munge encode failed: Failed to access socket", Outage.UNKNOWN),
        ("something nobody has seen", Outage.UNKNOWN),
    ],
)
def test_a_failure_tells_which_part_failed(engine, says, said, cause):
    says("sacctmgr", f"echo '{said}' >&2; exit 1")

    assert outage(engine.observe) is cause


def test_a_program_that_hangs_is_ended(engine, says):
    says("sacctmgr", "sleep 20")

    assert outage(engine.observe) is Outage.SILENT


def test_a_program_that_is_not_there_is_an_outage(engine, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    programs = Programs()
    programs._environment["PATH"] = "/nowhere"

    assert outage(lambda: programs.read("squeue")) is Outage.UNKNOWN


@pytest.mark.parametrize(
    ("program", "script"),
    [
        ("sacctmgr", "echo 'one|two|three'"),
        ("sacctmgr", "echo '<html>502 Bad Gateway</html>'"),
        ("squeue", "echo 'a|b'"),
        ("squeue", "echo 'aw-1|ann|R|soon|gres/gpu=1|'"),
        ("scontrol", "echo 'Segmentation fault'"),
    ],
)
def test_an_answer_that_cannot_be_read_is_not_believed(engine, says, program, script):
    says(program, script)

    assert outage(engine.observe) is Outage.GARBLED


def test_a_change_that_changes_nothing_is_no_refusal(says):
    says("sacctmgr", "echo ' Nothing new added.'; exit 1")

    done = Programs().change("sacctmgr", "-i", "add", "account", "aw-1")

    assert (done.status, done.changed_nothing) == (1, True)


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


def test_a_state_nobody_knows_is_still_counted(engine, says):
    [run] = usage(engine, says, State="TELEPORTED").ended

    assert (run.end, run.card_seconds) == (RunEnd.UNKNOWN, 160)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:05", 5), ("1:00", 60), ("2:03:04", 7384), ("1-02:03:04", 93_784), ("INVALID", 0)],
)
def test_spans_of_use_are_read(text, seconds):
    assert span_of_use(text) == seconds


@pytest.mark.parametrize("text", ["x", "-5", "1:2:3:4:5", "∞"])
def test_what_is_no_span_is_no_limit(text):
    assert span_s(text) is None


GOOD = {
    "SLURM_VERSION": "22.05.8",
    "AccountingStorageType": "accounting_storage/slurmdbd",
    "AccountingStorageEnforce": "associations,limits,qos,safe",
    "AccountingStorageTRES": "cpu,mem,gres/gpu,gres/gpu:h800",
    "SelectType": "select/cons_tres",
    "PriorityType": "priority/multifactor",
    "PriorityDecayHalfLife": "00:00:00",
    "PriorityUsageResetPeriod": "NONE",
    "PriorityCalcPeriod": "00:01:00",
    "SchedulerType": "sched/backfill",
    "OverTimeLimit": "0 min",
}


def test_the_order_of_the_line_is_read_from_the_settings():
    facts = {
        "PriorityWeightAge": "1000",
        "PriorityWeightFairShare": "10000",
        "PriorityWeightJobSize": "5",
        "PriorityWeightQOS": "7",
        "PriorityMaxAge": "14-00:00:00",
        "PriorityFavorSmall": "Yes",
    }

    assert line_of(GOOD | facts) == LineSeen(
        passes=True,
        by_priority=True,
        age=1000,
        fair_share=10_000,
        size=5,
        quality=7,
        favour_small=True,
        age_s_max=14 * 86_400,
        half_life_s=0,
        every_s=60,
    )
    assert line_of(
        {"SchedulerType": "sched/builtin", "PriorityType": "priority/basic"}
    ) == LineSeen(
        passes=False,
        by_priority=False,
        age_s_max=7 * 86_400,
        half_life_s=7 * 86_400,
        every_s=300,
    )


def unmet(**facts):
    return [one.code for one in checks_of(GOOD | facts, ["h800"], []) if not one.is_met]


def test_settings_under_which_limits_hold_are_all_met():
    assert unmet() == []


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("SLURM_VERSION", "21.08.5", "setting.version"),
        ("AccountingStorageType", "accounting_storage/none", "setting.storage"),
        ("AccountingStorageEnforce", "associations,limits,qos", "setting.enforce"),
        ("AccountingStorageTRES", "cpu,gres/gpu", "setting.tracked"),
        ("PriorityType", "priority/basic", "setting.priority"),
        ("PriorityDecayHalfLife", "7-00:00:00", "setting.decay"),
        ("PriorityUsageResetPeriod", "MONTHLY", "setting.reset"),
        ("PriorityCalcPeriod", "00:05:00", "setting.period"),
        ("OverTimeLimit", "10 min", "setting.overrun"),
        ("SchedulerType", "sched/builtin", "setting.backfill"),
    ],
)
def test_a_setting_that_lets_limits_slip_is_named(setting, value, code):
    assert unmet(**{setting: value}) == [code]


def test_a_class_that_scales_use_is_named():
    [found] = [one for one in checks_of(GOOD, ["h800"], ["low|0.500000"]) if not one.is_met]
    assert (found.code, found.weight, found.found) == (
        "setting.factor",
        Weight.MUST,
        "low|0.500000",
    )


def test_settings_are_kept_with_the_engine(tmp_path):
    write_settings(tmp_path / "e", SETTINGS)

    assert SlurmEngine(tmp_path / "e").settings == SETTINGS


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cluster": "-x"}', '{"cluster": "c", "x": 1}'])
def test_settings_that_cannot_be_read_are_an_outage(tmp_path, text):
    (tmp_path / "slurm.json").write_text(text)

    with pytest.raises(EngineUnavailable):
        SlurmEngine(tmp_path)
