"""The Standard Workload Format: what is kept of it, and which lines are named."""

from __future__ import annotations

import gzip

import pytest

from praya.core.simulator.jobs import Dropped
from praya.traces import normal, swf
from praya.traces.normal import flat_jobs_of
from praya.traces.reading import read
from praya.traces.refusals import (
    BadLine,
    BadLines,
    Fault,
    NoPool,
    TraceEmpty,
    TraceUnreadable,
)

pytestmark = pytest.mark.once

HEADER = "; Version: 2.2\n;  MaxNodes: 4\n; MaxProcs: 8\n"
JOBS = """\
  1   100  5   60  4 -1 -1  4   90 -1 1 7 7 -1 2 -1 -1 -1
  2   110 -1   30 -1 -1 -1  2   -1 -1 1 8 7 -1 2 -1 -1 -1

  3   105  0   10.9  1 3.5 -1  1   60 -1 1 7 7 -1 2 -1 -1 -1\r
"""


def log(folder, text, name="log.swf"):
    path = folder / name
    path.write_text(text, newline="")
    return path


def line(number, *, submit="0", run="1", slots="1"):
    return f"{number} {submit} 0 {run} {slots} -1 -1 1 5 -1 1 1 1 -1 1 -1 -1 -1\n"


def test_fields_of_a_log(tmp_path):
    trace = read(log(tmp_path, HEADER + JOBS))

    assert trace.pool == 8
    assert trace.jobs.to_dict(as_series=False) == {
        "id": [1, 2, 3],
        "submit_s": [100, 110, 105],
        "run_s": [60, 30, 10],
        "limit_s": [90, 0, 60],
        "slots": [4, 2, 1],
        "start_s": [105, -1, 105],
        "user": [7, 8, 7],
        "queue": [2, 2, 2],
    }


def test_jobs_of_a_log_in_the_order_of_submission(tmp_path):
    jobs, dropped, pool = flat_jobs_of(read(log(tmp_path, HEADER + JOBS)))

    assert (jobs.submit.tolist(), jobs.estimate.tolist()) == ([0, 5, 10], [90, 60, 30])
    assert (jobs.rows.tolist(), dropped, pool) == ([0, 2, 1], {}, 8)


@pytest.mark.parametrize("name", ["log.swf.gz", "LOG.SWF.gz", "LOG.gz", "LOG"])
def test_compressed_log_is_the_same(tmp_path, name):
    packed = tmp_path / name
    packed.write_bytes(gzip.compress((HEADER + JOBS).encode()))

    assert read(packed).jobs.equals(read(log(tmp_path, HEADER + JOBS)).jobs)


def test_log_in_small_pieces_is_the_same(tmp_path, monkeypatch):
    path = log(tmp_path, HEADER + JOBS + "".join(line(number) for number in range(4, 60)))
    whole = read(path)
    monkeypatch.setattr(swf, "_PIECE", 100)
    monkeypatch.setattr(swf, "_HEADER", 100)

    assert read(path).jobs.equals(whole.jobs)


def test_last_line_may_lack_its_end(tmp_path):
    assert read(log(tmp_path, line(1) + line(2).rstrip("\n"))).jobs["id"].to_list() == [1, 2]


BAD = {
    "too short": ("1 2 3\n", Fault.TOO_SHORT),
    "one field too few": (line(1).removesuffix(" -1\n") + "\n", Fault.TOO_SHORT),
    "a word in a field of no use": (line(1).replace("1 -1 -1 1 5", "1 x -1 1 5"), Fault.NO_NUMBER),
    "a word": (line(1, run="long"), Fault.NO_NUMBER),
    "digits and letters": (line(1, run="12s"), Fault.NO_NUMBER),
    "a lone sign": (line(1, run="-"), Fault.NO_NUMBER),
    "a sign below a blank": (line(1, run="\0"), Fault.NO_NUMBER),
    "a sign below a blank behind digits": (line(1, run="12\x1b[1m"), Fault.NO_NUMBER),
    "before the beginning": (line(1, submit="-5"), Fault.NEGATIVE),
    "a run time below nothing": (line(1, run="-60"), Fault.NEGATIVE),
    "a number of thirty digits": (line(1, run="9" * 30), Fault.TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_line_is_named_or_left_out(tmp_path, name):
    text, fault = BAD[name]
    path = log(tmp_path, "; MaxProcs: 8\n" + line(1) + text + line(3))

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.facts == {
        "file": str(path),
        "count": 1,
        "lines": (BadLine(3, fault),),
    }
    rest = read(path, skip_bad=True)
    assert (rest.jobs["id"].to_list(), rest.skipped) == ([1, 3], (3,))


def test_fields_of_no_use_hold_any_numbers_and_more_may_follow(tmp_path):
    path = log(tmp_path, "1 0 -7 5 2 -99 3.5 1 5 -9 42 1 1 -1 1 -1 -1 -1 19 20 ; a note\n")

    jobs = read(path).jobs

    assert jobs.select("run_s", "slots", "start_s").rows() == [(5, 2, -1)]


def test_one_bad_line_in_a_million_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(swf, "_PIECE", 1 << 22)
    lines = [line(7)] * 1_000_000
    lines[777_776] = "7 0 0 1 1 -1 -1 1 5 -1 1 x 1 -1 1 -1 -1 -1\n"
    path = log(tmp_path, "".join(lines))

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.lines == (BadLine(777_777, Fault.NO_NUMBER),)
    assert read(path, skip_bad=True).jobs.height == 999_999


def test_every_bad_line_is_counted(tmp_path):
    path = log(tmp_path, line(1) + "1 2 3\n" * 5_000)

    with pytest.raises(BadLines) as refused:
        read(path)

    assert (refused.value.count, len(refused.value.lines)) == (5_000, 5)
    assert read(path, skip_bad=True).skipped == tuple(range(2, 5_002))


def test_a_pool_below_nothing_says_nothing(tmp_path):
    nodes = read(log(tmp_path, "; MaxProcs: -1\n; MaxNodes: 4\n" + line(1)))
    unknown = read(log(tmp_path, "; MaxProcs: -1\n" + line(1)))

    assert (nodes.pool, unknown.pool) == (4, None)


@pytest.mark.parametrize("digits", [16, 5_000])
def test_a_number_beyond_reckoning_says_nothing(tmp_path, digits):
    said = f"; MaxProcs: {'9' * digits}\n; UnixStartTime: {'1' * digits}\n"
    trace = read(log(tmp_path, said + line(1)))

    assert (trace.pool, trace.zero_s) == (None, 0)


def test_empty_logs_are_refused(tmp_path):
    with pytest.raises(TraceEmpty):
        read(log(tmp_path, ""))
    with pytest.raises(TraceEmpty):
        read(log(tmp_path, HEADER))
    with pytest.raises(TraceEmpty) as refused:
        read(log(tmp_path, HEADER + "1 2 3\n"), skip_bad=True)
    assert refused.value.skipped == 1


@pytest.mark.parametrize("cut", [slice(-40), slice(40)])
def test_damaged_archive_is_refused(tmp_path, cut):
    packed = tmp_path / "log.swf.gz"
    packed.write_bytes(gzip.compress((HEADER + JOBS * 1000).encode())[cut])

    with pytest.raises(TraceUnreadable) as refused:
        read(packed)

    assert refused.value.why == "damaged"


def test_a_line_without_an_end_is_not_read_to_it(tmp_path, monkeypatch):
    path = log(tmp_path, JOBS + " " * 1000)
    monkeypatch.setattr(swf, "_PIECE", 100)
    monkeypatch.setattr(swf, "_LINE_MAX", 500)

    with pytest.raises(TraceUnreadable) as refused:
        read(path)

    assert refused.value.facts["why"] == "not_separated"


def test_files_of_no_kind_are_refused(tmp_path):
    with pytest.raises(TraceUnreadable) as missing:
        read(tmp_path / "nowhere.swf")
    with pytest.raises(TraceUnreadable) as unknown:
        read(log(tmp_path, "dear diary\n", "diary.txt"))

    assert (missing.value.why, unknown.value.why) == ("no_file", "unknown_form")


def test_slots_must_come_from_somewhere(tmp_path):
    trace = read(log(tmp_path, line(1)))

    with pytest.raises(NoPool):
        flat_jobs_of(trace)
    assert flat_jobs_of(trace, pool=3)[2] == 3


def test_jobs_larger_than_the_machine_are_counted(tmp_path):
    trace = read(log(tmp_path, HEADER + line(1, slots="9") + line(2, slots="8")))

    jobs, dropped, _pool = flat_jobs_of(trace)

    assert (len(jobs), dropped) == (1, {Dropped.LARGER_THAN_POOL: 1})


def test_normal_form_keeps_everything(tmp_path):
    trace = read(log(tmp_path, HEADER + JOBS))
    normal.write(trace, tmp_path / "log.parquet")

    again = read(tmp_path / "log.parquet")

    assert (again.pool, again.jobs.equals(trace.jobs)) == (8, True)
    flat = read(tmp_path / "log.parquet", only=normal.FLAT)
    assert flat.jobs.columns == list(normal.FLAT)
