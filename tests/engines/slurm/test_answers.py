"""Answers that are slow, garbled or refused, from programs that only say what a test tells them."""

import pytest
from tests.engines.slurm.conftest import SETTINGS, jobs, outage

from praya.core.execution.accounting import Usage
from praya.core.execution.discovery import LineSeen, Weight
from praya.core.execution.port import EngineUnavailable, Outage
from praya.engines.slurm import SlurmEngine, write_settings
from praya.engines.slurm.amounts import span_s
from praya.engines.slurm.checking import Quality, Rights, checks_of, checks_of_rights
from praya.engines.slurm.command import Programs
from praya.engines.slurm.discovering import line_of
from praya.engines.slurm.observing import span_of_use


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


def test_accounts_that_tell_nothing_are_believed_once_the_database_answers(engine, says, tmp_path):
    """As in an outage of seconds, which is over when ``sacct`` is asked again or is not."""

    def empty():
        return engine.usage(since=1000, until=2000, alive=False) == Usage((), ())

    says("sacct", f"echo >> {tmp_path}/asked")
    for said in ("echo 'Problem talking to the database' >&2; exit 1", "true", "echo other"):
        says("sacctmgr", said)
        assert outage(empty) is Outage.DATABASE
    asked = (tmp_path / "asked").read_text()
    says("sacctmgr", "echo c")
    assert empty()
    assert (tmp_path / "asked").read_text() == asked + "\n\n"


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
        ("squeue", jobs("aw-1|ann|R|soon|gres/gpu=1")),
        ("squeue", jobs("aw-1|ann|R|1:00")),
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


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:05", 5), ("1:00", 60), ("2:03:04", 7384), ("1-02:03:04", 93_784), ("INVALID", 0)],
)
def test_spans_of_use_are_read(text, seconds):
    assert span_of_use(text) == seconds


@pytest.mark.parametrize("text", ["x", "-5", "1:2:3:4:5", "∞"])
def test_what_is_no_span_is_no_limit(text):
    assert span_s(text) is None


ENFORCED = "associations,limits,qos,safe"
GOOD = {
    "SLURM_VERSION": "22.05.8",
    "AccountingStorageType": "accounting_storage/slurmdbd",
    "AccountingStorageEnforce": ENFORCED,
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
        ("AccountingStorageEnforce", f"{ENFORCED},nojobs,nosteps", "setting.enforce"),
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


def test_classes_whose_priorities_count_for_nothing_are_named_with_the_line_that_makes_them():
    def found(weight, *priorities):
        qualities = [Quality(f"class-{n}", "1", {}, n) for n in priorities]
        checks = checks_of(GOOD | {"PriorityWeightQOS": weight}, ["h800"], qualities)
        return [(one.code, one.weight, one.line) for one in checks if not one.is_met]

    assert found("0", 0, 10) == [("setting.weight", Weight.SHOULD, "PriorityWeightQOS=10000")]
    assert found("0", 0) == found("7", 0, 10) == []


def test_a_class_that_scales_use_or_has_limits_of_its_own_is_named_with_the_line_that_lifts_them():
    qualities = [
        Quality("normal", "1.000000", {"GrpTRESMins": "", "MaxWall": ""}),
        Quality("low pay", "0.500000", {"GrpTRES": "gres/gpu=4,gres/gpu:h800=2", "GrpJobs": "9"}),
        Quality("short", "1.000000", {"MaxWall": "01:00:00"}),
    ]
    found = [one for one in checks_of(GOOD, ["h800"], qualities) if not one.is_met]
    assert [(one.code, one.weight, one.found, one.line) for one in found] == [
        (
            "setting.factor",
            Weight.MUST,
            "low pay: UsageFactor=0.500000",
            "sacctmgr modify qos 'low pay' set UsageFactor=1",
        ),
        (
            "setting.quality",
            Weight.MUST,
            "low pay: GrpTRES=gres/gpu=4,gres/gpu:h800=2 GrpJobs=9",
            "sacctmgr modify qos 'low pay' set GrpTRES=gres/gpu=-1,gres/gpu:h800=-1 GrpJobs=-1",
        ),
        (
            "setting.longest",
            Weight.SHOULD,
            "short: MaxWall=01:00:00",
            "sacctmgr modify qos short set MaxWall=-1",
        ),
    ]


@pytest.mark.parametrize(
    ("rights", "codes"),
    [
        (Rights("praya", "Operator"), []),
        (Rights("praya", "None"), ["setting.level"]),
        (Rights("praya", ""), ["setting.level"]),
        (Rights("praya", "Administrator"), ["setting.user"]),
        (Rights("root", "", is_root=True), ["setting.user"]),
        (Rights("slurm", "None", is_slurms=True), ["setting.user"]),
    ],
)
def test_praya_s_own_user_may_do_what_it_has_to_and_no_more(rights, codes):
    assert [one.code for one in checks_of_rights(rights) if not one.is_met] == codes


def test_settings_are_kept_with_the_engine(tmp_path):
    write_settings(tmp_path / "e", SETTINGS)

    assert SlurmEngine(tmp_path / "e").settings == SETTINGS


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cluster": "-x"}', '{"cluster": "c", "x": 1}'])
def test_settings_that_cannot_be_read_are_an_outage(tmp_path, text):
    (tmp_path / "slurm.json").write_text(text)

    with pytest.raises(EngineUnavailable):
        SlurmEngine(tmp_path)
