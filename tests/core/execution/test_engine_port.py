"""The values of the engine port, and how engines are found."""

import pytest

from praya.core.execution.finding import engine_names, engines_by_name
from praya.core.execution.port import (
    JobOrder,
    JobReport,
    JobState,
    Output,
    is_key,
    whole_characters,
)
from praya.engines.local import LocalEngine


@pytest.mark.parametrize("key", ["J-000012.1", "a", "J_1.a-b.3", "x" * 100])
def test_a_key_names_a_job(key):
    assert is_key(key)


@pytest.mark.parametrize(
    "key", ["", ".", "..", "a..b", "a.", ".a", "-a", "a/b", "a b", "a\n", "é", "x" * 101]
)
def test_what_could_leave_a_folder_is_no_key(key):
    assert not is_key(key)


@pytest.mark.parametrize(
    "facts",
    [
        {"key": "../J"},
        {"argv": ()},
        {"argv": ("",)},
        {"argv": ("a\0b",)},
        {"slots": (1, 1)},
        {"slots": (-1,)},
        {"time_limit_s": 0},
        {"grace_s": -1},
        {"environment": {"A=B": "x"}},
        {"environment": {"A": "x\0"}},
    ],
)
def test_an_order_nobody_checked_is_a_bug(facts):
    good = {"key": "J-1.1", "argv": ("true",), "device_model": "m", "slots": (0,)}

    with pytest.raises(AssertionError):
        JobOrder(**{**good, "time_limit_s": 1, **facts})


def test_an_order_knows_the_longest_it_can_hold_its_slots():
    order = JobOrder("J-1.1", ("true",), "m", (0, 1), time_limit_s=600, grace_s=30)

    assert order.held_s_max == 630


@pytest.mark.parametrize(
    ("report", "held_s"),
    [
        (JobReport("J-1.1", JobState.ABSENT), 0),
        (JobReport("J-1.1", JobState.RUNNING, started_at=100, last_seen_at=160), 0),
        (JobReport("J-1.1", JobState.COMPLETED, started_at=100, ended_at=142, exit_code=0), 42),
        (JobReport("J-1.1", JobState.CANCELLED), 0),
    ],
)
def test_a_report_says_what_was_held(report, held_s):
    assert report.held_s == held_s


def test_a_job_held_its_slots_for_a_second_at_least():
    with pytest.raises(AssertionError):
        JobReport("J-1.1", JobState.COMPLETED, started_at=100, ended_at=100, exit_code=0)


def test_five_states_are_final():
    assert [state.value for state in JobState if state.is_final] == [
        "completed",
        "failed",
        "timed_out",
        "cancelled",
        "lost",
    ]


@pytest.mark.parametrize("text", ["", "abc", "é", "港", "🛳", "ab🛳"])
def test_a_cut_falls_between_characters(text):
    content = text.encode()
    for end in range(len(content) + 1):
        whole = whole_characters(content[:end])
        assert text.startswith(whole.decode())
        assert end - len(whole) < 4
    assert whole_characters(content) == content


def test_bytes_that_are_no_text_pass_and_show_as_such():
    assert whole_characters(b"\x80\x80\x80\x80") == b"\x80\x80\x80\x80"
    assert (
        Output(b"a\xffb", next_offset=3, size=3, ended=True).text == "a\N{REPLACEMENT CHARACTER}b"
    )


def test_the_local_engine_is_found_by_its_name():
    assert "local" in engine_names()
    assert engines_by_name()["local"] is LocalEngine
