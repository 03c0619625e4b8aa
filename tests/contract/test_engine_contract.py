"""What every engine promises, whatever it runs jobs on."""

import threading

import pytest

from praya.core.execution.port import (
    AnotherOrder,
    Engine,
    EngineUnavailable,
    FollowsOutput,
    JobReport,
    JobState,
    NotEnded,
    Output,
)

ABSENT = JobReport("J-1.1", JobState.ABSENT)


def test_it_is_an_engine_that_follows_output(engine):
    assert isinstance(engine, Engine)
    assert isinstance(engine, FollowsOutput)


def test_a_job_that_was_never_started_is_absent(engine):
    assert engine.poll(["J-1.1"]) == {"J-1.1": ABSENT}
    assert engine.poll([]) == {}


def test_nothing_happens_to_an_absent_job(engine):
    engine.cancel("J-1.1")
    engine.forget("J-1.1")

    assert engine.poll(["J-1.1"]) == {"J-1.1": ABSENT}
    assert engine.output("J-1.1", offset=0, limit=100) == Output(b"", 0, 0, ended=False)


def test_a_started_job_is_known_at_once(engine, order):
    engine.start(order("sleep", "20"))

    assert engine.poll(["J-1.1"])["J-1.1"].state in ("starting", "running")


def test_a_job_that_works_completes(engine, order, ended):
    engine.start(order("true"))

    report = ended()
    assert report.state is JobState.COMPLETED
    assert (report.exit_code, report.signal) == (0, None)
    assert report.held_s == 1, "at least one second is held"
    assert engine.poll(["J-1.1"])["J-1.1"] == report, "a final report stays as it is"


def test_a_job_that_fails_says_with_which_code(engine, order, ended):
    engine.start(order("sh", "-c", "exit 3"))

    report = ended()
    assert (report.state, report.exit_code, report.signal) == (JobState.FAILED, 3, None)


def test_a_job_that_kills_itself_failed_by_that_signal(engine, order, ended):
    engine.start(order("sh", "-c", "kill -SEGV $$"))

    report = ended()
    assert (report.state, report.exit_code, report.signal) == (JobState.FAILED, None, 11)


def test_a_command_that_is_not_there_fails_with_127(engine, order, ended):
    engine.start(order("no-such-command-here", "x"))

    assert (ended().state, ended().exit_code) == (JobState.FAILED, 127)
    assert "no-such-command-here" in engine.output("J-1.1", offset=0, limit=1000).text


def test_a_command_that_cannot_be_run_fails_with_126(engine, order, ended):
    engine.start(order("/etc/passwd"))

    assert (ended().state, ended().exit_code) == (JobState.FAILED, 126)


def test_a_directory_that_is_not_there_fails_the_job(engine, order, ended, tmp_path):
    engine.start(order("true", directory=str(tmp_path / "nowhere")))

    assert (ended().state, ended().exit_code) == (JobState.FAILED, 126)
    assert "nowhere" in engine.output("J-1.1", offset=0, limit=1000).text


def test_a_job_runs_in_its_directory(engine, order, printed, tmp_path):
    engine.start(order("pwd", directory=str(tmp_path)))

    assert printed("\n") == f"{tmp_path}\n"


def test_arguments_arrive_as_they_were_given(engine, order, ended):
    odd = ("a b", "", "'", '"', "$HOME `id` ; *", "line\nbreak", "港 🛳", "--", "\\")
    engine.start(order("printf", "[%s]", *odd))

    ended()
    text = engine.output("J-1.1", offset=0, limit=1000).text
    assert text == "".join(f"[{argument}]" for argument in odd)


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("echo one; echo $1", "one\na b\n"),
        ("#!/usr/bin/env -S awk -f\nBEGIN { print ARGV[1] }\n", "a b\n"),
    ],
)
def test_a_script_runs_through_its_first_line(engine, order, ended, script, printed):
    engine.start(order("a b", script=script))

    assert ended().state is JobState.COMPLETED
    assert engine.output("J-1.1", offset=0, limit=1000).text == printed


def test_a_job_sees_its_slots_and_nothing_else(engine, bench, order, ended):
    names = ("CUDA_VISIBLE_DEVICES", "PRAYA_SLOTS", "PRAYA_CARDS", "PRAYA_DEVICE_MODEL", "X")
    show = "; ".join(f"echo {name}=${name}" for name in names)
    environment = {"X": "1", "CUDA_VISIBLE_DEVICES": "0,1,2,3"}
    engine.start(order("sh", "-c", show, slots=(2, 5), environment=environment))

    ended()
    seen = ",".join(map(str, bench.seen((2, 5))))
    assert engine.output("J-1.1", offset=0, limit=1000).text == (
        f"CUDA_VISIBLE_DEVICES={seen}\nPRAYA_SLOTS={seen}\n"
        "PRAYA_CARDS=2\nPRAYA_DEVICE_MODEL=m\nX=1\n"
    )


def test_the_same_order_twice_runs_once(engine, bench, order, ended, tmp_path):
    same = order("sh", "-c", f"echo ran >> {tmp_path}/trace")
    engine.start(same)
    bench.reopened().start(same)
    report = ended()

    engine.start(same)

    assert ended() == report
    assert (tmp_path / "trace").read_text() == "ran\n"


def test_callers_that_race_start_one_job(bench, order, ended, tmp_path):
    same = order("sh", "-c", f"echo ran >> {tmp_path}/trace; sleep 0.3")
    threads = [threading.Thread(target=bench.reopened().start, args=(same,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ended()
    assert (tmp_path / "trace").read_text() == "ran\n"


def test_another_order_under_the_same_key_is_a_bug(engine, order, ended):
    engine.start(order("true"))

    with pytest.raises(AnotherOrder):
        engine.start(order("false"))

    assert ended().state is JobState.COMPLETED


def test_a_job_over_its_limit_is_stopped(engine, order, ended):
    engine.start(order("sleep", "20", time_limit_s=1))

    report = ended()
    assert (report.state, report.signal) == (JobState.TIMED_OUT, 15)
    assert report.held_s <= 2


def test_a_job_that_ignores_the_request_to_stop_is_killed_after_its_grace(engine, order, ended):
    deaf = order("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done", time_limit_s=1, grace_s=1)
    engine.start(deaf)

    report = ended()
    assert (report.state, report.signal) == (JobState.TIMED_OUT, 9)
    assert report.held_s == deaf.held_s_max == 2, "never reported longer than limit and grace"


def test_a_job_may_use_its_grace_to_tidy_up(engine, order, running, ended, printed):
    engine.start(order("sh", "-c", "trap 'echo saved; exit 0' TERM; echo up; sleep 20 & wait"))
    printed("up")

    engine.cancel("J-1.1")

    assert (ended().state, ended().exit_code) == (JobState.CANCELLED, 0)
    assert engine.output("J-1.1", offset=0, limit=100).text == "up\nsaved\n"


def test_a_running_job_is_cancelled_however_often_one_asks(engine, order, running, ended):
    engine.start(order("sleep", "20"))
    running()

    engine.cancel("J-1.1")
    engine.cancel("J-1.1")

    report = ended()
    assert (report.state, report.signal) == (JobState.CANCELLED, 15)
    engine.cancel("J-1.1")
    assert ended() == report


def test_what_a_job_left_running_is_ended_with_it(engine, order, ended, tmp_path):
    trace = tmp_path / "trace"
    daemon = f"(setsid sh -c 'while :; do date >> {trace}; sleep 0.05; done' &)"
    engine.start(order("sh", "-c", f"{daemon}; until [ -s {trace} ]; do sleep 0.05; done"))

    ended()

    size = trace.stat().st_size
    threading.Event().wait(0.3)
    assert trace.stat().st_size == size > 0


def waits_for(file):
    """What a job does until the test makes the file."""
    return f"until [ -e {file} ]; do sleep 0.05; done"


def test_output_is_followed_in_pieces(engine, order, ended, printed, tmp_path):
    go = tmp_path / "go"
    engine.start(order("sh", "-c", f"printf 香港; read x < /dev/null; {waits_for(go)}; echo end"))
    printed("香港")

    first = engine.output("J-1.1", offset=0, limit=4)
    assert (first.content, first.next_offset, first.ended) == ("香".encode(), 3, False)
    go.touch()
    ended()
    rest = engine.output("J-1.1", offset=first.next_offset, limit=100)
    assert rest == Output("港end\n".encode(), next_offset=10, size=10, ended=True)
    assert engine.output("J-1.1", offset=10, limit=100) == Output(b"", 10, 10, ended=True)


def test_a_new_praya_finds_the_job_running_and_sees_its_end(bench, order, running, tmp_path):
    bench.engine.start(order("sh", "-c", waits_for(tmp_path / "go")))
    before = running()

    again = bench.reopened()

    assert again.poll(["J-1.1"])["J-1.1"].started_at == before.started_at
    (tmp_path / "go").touch()
    while not (report := again.poll(["J-1.1"])["J-1.1"]).state.is_final:
        threading.Event().wait(0.02)
    assert (report.state, report.started_at) == (JobState.COMPLETED, before.started_at)


def test_an_ended_job_is_forgotten(engine, order, ended):
    engine.start(order("sh", "-c", "mkdir -p deep/down; chmod 500 deep; echo x"))
    ended()

    engine.forget("J-1.1")
    engine.forget("J-1.1")

    assert engine.poll(["J-1.1"]) == {"J-1.1": ABSENT}


def test_a_running_job_is_not_forgotten(engine, order, running):
    engine.start(order("sleep", "20"))
    running()

    with pytest.raises(NotEnded):
        engine.forget("J-1.1")

    assert engine.poll(["J-1.1"])["J-1.1"].state is JobState.RUNNING


def test_jobs_are_told_apart(engine, order, ended):
    engine.start(order("true", key="J-1.1"))
    engine.start(order("false", key="J-1.2"))
    ended("J-1.1")
    ended("J-1.2")

    reports = engine.poll(["J-1.1", "J-1.2", "J-9.1"])
    assert {key: report.state for key, report in reports.items()} == {
        "J-1.1": JobState.COMPLETED,
        "J-1.2": JobState.FAILED,
        "J-9.1": JobState.ABSENT,
    }


@pytest.mark.parametrize("key", ["", ".", "..", "../J-1", "a/b", "a\nb", "J-1.1\n", "x" * 101])
def test_a_key_that_is_no_key_reaches_nothing(engine, key):
    for ask in (engine.cancel, engine.forget, lambda key: engine.poll([key])):
        with pytest.raises(ValueError, match=r".*"):
            ask(key)


def test_a_failing_world_is_an_outage(bench, order):
    same = order("true")
    bench.engine.start(same)
    bench.break_it()

    for ask in (
        lambda: bench.engine.start(same),
        lambda: bench.engine.poll(["J-1.1"]),
        lambda: bench.engine.cancel("J-1.1"),
        lambda: bench.engine.forget("J-1.1"),
        lambda: bench.engine.output("J-1.1", offset=0, limit=100),
    ):
        with pytest.raises(EngineUnavailable):
            ask()
