"""What the local engine does when processes are killed, disks fail and jobs misbehave."""

import json
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from praya.core.execution.port import EngineUnavailable, JobOrder, JobState
from praya.engines.local import LocalEngine
from praya.engines.local.engine import _make_writable
from praya.engines.local.folder import JobFolder
from praya.engines.local.log import Log
from praya.engines.local.processes import every_pid, stat_of

KEY = "J-7.1"


def eventually(holds, within_s=60):
    """Wait for something to be true and answer it."""
    give_up_at = time.monotonic() + within_s
    while not (answer := holds()):
        assert time.monotonic() < give_up_at, "it never became true"
        time.sleep(0.02)
    return answer


@pytest.fixture
def engine(tmp_path):
    engine = LocalEngine(tmp_path / "engine", output_bytes_max=100_000)
    yield engine
    engine.cancel(KEY)
    eventually(lambda: report_of(engine).state in {"absent", *FINAL})


FINAL = [state for state in JobState if state.is_final]


def order(*argv, **facts):
    defaults = {"device_model": "m", "slots": (0,), "time_limit_s": 30, "grace_s": 1}
    return JobOrder(key=KEY, argv=argv, **{**defaults, **facts})


def report_of(engine):
    return engine.poll([KEY])[KEY]


def output_of(engine):
    return engine.output(KEY, offset=0, limit=1 << 22).text


def folder_of(engine):
    return JobFolder(engine.home / "jobs" / KEY, KEY)


def living_with(words):
    """Processes whose command line holds the words."""
    found = []
    for pid in every_pid():
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        stat = stat_of(pid)
        if words.encode() in line and stat is not None and stat.state != "Z" and pid != os.getpid():
            found.append(pid)
    return found


def test_a_job_whose_shepherd_is_killed_is_lost_and_leaves_nothing(engine, tmp_path):
    daemon = f"import time\nwhile True: time.sleep(0.1) # {tmp_path}/a"
    outside = f"setsid {sys.executable} -c '{daemon}' & "
    engine.start(order("sh", "-c", f"{outside} {sys.executable} -c '{daemon}'; true"))
    eventually(lambda: len(living_with(f"# {tmp_path}/a")) == 3)

    os.kill(folder_of(engine).read("claim")["pid"], signal.SIGKILL)
    eventually(lambda: not report_of(engine).exit_code and report_of(engine).state == "lost")

    report = report_of(engine)
    assert living_with(f"# {tmp_path}/a") == []
    assert report.ended_at == max(folder_of(engine).seen_at(), report.started_at + 1)
    assert report_of(engine) == report, "it stays lost, with the same end"
    engine.start(order("sh", "-c", f"{outside} {sys.executable} -c '{daemon}'; true"))
    assert report_of(engine) == report, "and is not run a second time"


def test_the_job_outlives_the_process_that_started_it(engine, tmp_path):
    waits = f"until [ -e {tmp_path}/go ]; do sleep 0.05; done"
    starter = (
        "import os, signal, sys; from praya.engines.local import LocalEngine; "
        "from praya.core.execution.port import JobOrder; "
        f"LocalEngine(sys.argv[1]).start(JobOrder({KEY!r}, ('sh', '-c', '{waits}; echo done'), "
        "'m', (0,), 30)); os.kill(0, signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter, engine.home], start_new_session=True, check=False
    )
    assert done.returncode == -signal.SIGKILL

    assert not report_of(engine).state.is_final
    (tmp_path / "go").touch()
    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    assert output_of(engine) == "done\n"


def test_a_start_that_died_before_its_shepherd_is_repeated(engine, monkeypatch):
    """The order is kept, the shepherd never came: absent, until somebody starts it again."""
    with monkeypatch.context() as broken:
        broken.setattr("sys.executable", "/bin/false")
        with pytest.raises(EngineUnavailable):
            engine.start(order("echo", "ran"))
    assert report_of(engine).state is JobState.ABSENT

    engine.start(order("echo", "ran"))

    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    assert output_of(engine) == "ran\n"


def test_a_job_cancelled_before_its_shepherd_came_never_runs(engine, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("sys.executable", "/bin/false")
        with pytest.raises(EngineUnavailable):
            engine.start(order("echo", "ran"))
    engine.cancel(KEY)

    engine.start(order("echo", "ran"))

    report = eventually(lambda: report_of(engine).state.is_final and report_of(engine))
    assert (report.state, report.started_at, report.held_s) == (JobState.CANCELLED, None, 0)
    assert output_of(engine) == ""


def test_a_second_shepherd_on_the_same_folder_goes_away(engine, tmp_path):
    from praya.engines.local.engine import _launch

    engine.start(order("sh", "-c", f"echo ran >> {tmp_path}/trace; sleep 0.5"))
    claim = folder_of(engine).read("claim")

    _launch(folder_of(engine).path)

    assert folder_of(engine).read("claim") == claim
    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    assert (tmp_path / "trace").read_text() == "ran\n"


def test_a_machine_that_was_restarted_lost_its_jobs(engine):
    engine.start(order("sleep", "20"))
    eventually(lambda: report_of(engine).state is JobState.RUNNING)
    claim_path = folder_of(engine).path / "claim"
    claim = json.loads(claim_path.read_text())
    pid = claim["pid"]

    claim_path.write_text(json.dumps({**claim, "boot_id": "another-boot"}))

    assert report_of(engine).state is JobState.LOST
    assert stat_of(pid) is not None, "numbers of another boot are not touched"
    claim_path.write_text(json.dumps(claim))


def test_a_number_that_passed_to_another_process_is_not_the_shepherd(engine):
    engine.start(order("true"))
    eventually(lambda: report_of(engine).state.is_final)
    folder = folder_of(engine)
    (folder.path / "status.json").write_text(
        json.dumps({"state": "running", "started_at": 5, "group": os.getpgrp()})
    )
    claim = {"pid": os.getpid(), "started_ticks": 1, "boot_id": folder.read("claim")["boot_id"]}
    (folder.path / "claim").write_text(json.dumps(claim))

    assert report_of(engine).state is JobState.LOST, "and this test was not taken for its orphan"


def test_a_flood_of_output_is_cut_and_does_not_stop_the_job(engine):
    flood = "import sys\nfor _ in range(200): sys.stdout.write('x' * 10_000)\nprint('END')"
    engine.start(order("python", "-c", flood))

    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    text = output_of(engine)
    assert text == "x" * 100_000 + "\n[praya] output beyond 100000 bytes is not kept\n"


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [
        ([b"12345"], b"12345"),
        ([b"12345", b"6"], b"12345\n[praya] output beyond 5 bytes is not kept\n"),
        ([b"1234", b"567", b"8"], b"12345\n[praya] output beyond 5 bytes is not kept\n"),
    ],
)
def test_a_log_is_cut_at_its_size_wherever_the_pieces_fall(tmp_path, pieces, kept):
    log = Log(str(tmp_path / "log"), size_max=5)
    for piece in pieces:
        os.write(log.writing, piece)
        log.pump()
    for descriptor in (log.writing, log.reading, log.file):
        os.close(descriptor)

    assert (tmp_path / "log").read_bytes() == kept


def test_a_reader_of_a_broken_pipe_dies_as_usual(engine):
    engine.start(order("sh", "-c", "yes | head -n 1; exit 0"))

    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    assert output_of(engine) == "y\n"


def test_a_stopped_job_still_ends_at_its_limit(engine):
    engine.start(order("sh", "-c", "kill -STOP $$; sleep 20", time_limit_s=1))

    report = eventually(lambda: report_of(engine).state.is_final and report_of(engine))
    assert report.state is JobState.TIMED_OUT
    assert report.held_s <= 2


def test_removing_the_folder_ends_the_job(engine, tmp_path):
    words = f"import time; time.sleep(30) # {tmp_path}/gone"
    engine.start(order("python", "-c", words))
    eventually(lambda: living_with(words))
    claim = folder_of(engine).read("claim")

    folder_of(engine).path.rename(tmp_path / "elsewhere")

    eventually(lambda: not living_with(words))
    eventually(lambda: stat_of(claim["pid"]) is None)


def test_a_machine_shutting_down_cancels_the_job(engine):
    engine.start(order("sleep", "20"))
    eventually(lambda: report_of(engine).state is JobState.RUNNING)

    os.kill(folder_of(engine).read("claim")["pid"], signal.SIGTERM)

    assert eventually(lambda: report_of(engine).state.is_final and report_of(engine)).signal == 15
    assert report_of(engine).state is JobState.CANCELLED


def test_no_secret_of_praya_reaches_a_job(tmp_path):
    around = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PRAYA_HOME": "/secret",
        "PRAYA_SECRET_KEY": "secret",
        "DATABASE_URL": "postgres://secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    engine = LocalEngine(tmp_path / "engine", around=around)
    engine.start(
        order("python", "-c", "import os; print('\\n'.join(sorted(os.environ)))", slots=())
    )

    eventually(lambda: report_of(engine).state is JobState.COMPLETED)
    assert output_of(engine).split() == [
        "ASCEND_RT_VISIBLE_DEVICES",
        "CUDA_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES",
        "HOME",
        "LANG",
        "PATH",
        "PRAYA_CARDS",
        "PRAYA_DEVICE_MODEL",
        "PRAYA_JOB",
        "PRAYA_JOB_MARK",
        "PRAYA_SLOTS",
        "TMPDIR",
    ]


def test_what_is_kept_is_private(engine):
    engine.start(order("true"))
    eventually(lambda: report_of(engine).state.is_final)

    path = folder_of(engine).path
    modes = {one.name: oct(one.stat().st_mode & 0o777) for one in [path, *path.iterdir()]}
    assert {mode for name, mode in modes.items() if (path / name).is_dir() or name == KEY} == {
        "0o700"
    }
    assert {mode for name, mode in modes.items() if (path / name).is_file()} == {"0o600"}


def test_a_file_in_place_of_the_folder_is_an_outage(tmp_path):
    (tmp_path / "engine").write_text("not a folder")
    engine = LocalEngine(tmp_path / "engine")

    with pytest.raises(EngineUnavailable, match="start:"):
        engine.start(order("true"))


@pytest.fixture
def open_path():
    """A folder that every user can walk to; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run jobs as another user")
def test_jobs_run_as_another_user_when_one_is_named(open_path):
    around = {"PATH": "/usr/bin:/bin", "PRAYA_LOCAL_JOB_USER": "nobody"}
    engine = LocalEngine(open_path / "engine", around=around)
    script = "id -un; touch mine $TMPDIR/too; cat ../order.json; ls .. ; id -G; kill -9 $PPID"

    engine.start(order(script=f"#!/bin/sh\n{script}"))

    eventually(lambda: report_of(engine).state.is_final)
    text = output_of(engine)
    assert text.splitlines()[0] == "nobody"
    assert text.count("ermission denied") == 2, "neither the order nor the list of files"
    assert f"\n{pwd.getpwnam('nobody').pw_gid}\n" in text, "no group of root is left"
    assert report_of(engine).state is JobState.FAILED, "and the shepherd could not be killed"
    work = folder_of(engine).path / "work"
    assert (work / "mine").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run jobs as another user")
def test_root_forgets_nothing_through_a_link_that_a_job_put_in_the_way(tmp_path):
    """What cannot be removed at first may have been changed for a link since."""
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    (outside / "kept").touch()
    (tmp_path / "work").symlink_to(outside)
    gone = (FileNotFoundError, FileNotFoundError("kept"), None)

    with pytest.raises(FileNotFoundError):
        _make_writable(os.unlink, str(tmp_path / "work" / "kept"), gone)

    assert (outside / "kept").exists()
    assert outside.stat().st_mode & 0o777 == 0o755


def test_an_unknown_user_is_an_outage_not_a_job_as_root(tmp_path):
    around = {"PRAYA_LOCAL_JOB_USER": "no-such-user-here"}

    with pytest.raises(EngineUnavailable, match="no-such-user-here"):
        LocalEngine(tmp_path / "engine", around=around).start(order("true"))


@pytest.mark.parametrize("attempt", range(5))
def test_a_cancel_right_after_the_start_is_heard(engine, attempt):
    """The TERM must find the group even when the command has hardly begun."""
    engine.start(order("sleep", "20", grace_s=30))
    eventually(lambda: report_of(engine).state is JobState.RUNNING)

    engine.cancel(KEY)

    report = eventually(lambda: report_of(engine).state.is_final and report_of(engine))
    assert (report.state, report.signal) == (JobState.CANCELLED, 15)
