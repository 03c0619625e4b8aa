"""Slurm's own listing of jobs."""

from __future__ import annotations

import gzip

import pytest

from praya.core.simulator.jobs import Dropped
from praya.traces.normal import flat_jobs_of
from praya.traces.reading import Form, read
from praya.traces.refusals import BadLine, BadLines, ColumnsMissing, Fault, TraceEmpty

pytestmark = pytest.mark.once

LISTED = """\
JobID|User|Partition|Submit|Start|End|Elapsed|Timelimit|AllocCPUS|AllocTRES|State
1|ann|gpu|2024-03-01T10:00:00|2024-03-01T10:01:00|2024-03-02T11:01:02|1-01:00:02|2-00:00:00|8|\
billing=8,cpu=8,gres/gpu=2,mem=4G|COMPLETED
1.batch||gpu|2024-03-01T10:00:00|2024-03-01T10:01:00|2024-03-01T11:01:00|01:00:00||8|cpu=8|COMPLETED
2_[3-4]|bob|gpu|2024-03-01T10:00:01|Unknown|Unknown|00:00:00|UNLIMITED|0||PENDING
"""
RAW = """\
JobIDRaw|Submit|ElapsedRaw|TimelimitRaw|NCPUS|
10|2024-03-01T10:00:00|61|5|16|
11|2024-03-01T10:00:01|0||4|
"""


def listing(folder, text):
    path = folder / "listing.txt"
    path.write_text(text)
    return path


def test_jobs_of_a_listing(tmp_path):
    trace = read(listing(tmp_path, LISTED))

    assert trace.jobs.to_dict(as_series=False) == {
        "id": ["1", "2_[3-4]"],
        "submit_s": [1709287200, 1709287201],
        "run_s": [90002, 0],
        "limit_s": [172800, 0],
        "start_s": [1709287260, -1],
        "user": ["ann", "bob"],
        "queue": ["gpu", "gpu"],
        "slots": [2, 0],
    }


def test_a_compressed_listing_is_the_same(tmp_path):
    packed = tmp_path / "sacct.txt.gz"
    packed.write_bytes(gzip.compress(LISTED.encode()))

    assert read(packed).jobs.equals(read(listing(tmp_path, LISTED)).jobs)


def test_jobs_of_a_raw_listing_count_cpus(tmp_path):
    trace = read(listing(tmp_path, RAW))

    assert trace.jobs.to_dict(as_series=False) == {
        "id": ["10", "11"],
        "submit_s": [1709287200, 1709287201],
        "run_s": [61, 0],
        "limit_s": [300, 0],
        "slots": [16, 4],
    }


TYPED = """\
JobID|Submit|Elapsed|AllocCPUS|AllocTRES
1|2024-03-01T10:00:00|00:01:00|8|cpu=8,gres/gpu:h800=4,mem=4G
2|2024-03-01T10:00:00|00:01:00|8|cpu=8,gres/gpu:a100=1,gres/gpu:h800=2
3|2024-03-01T10:00:00|00:01:00|8|cpu=8,gres/gpu=6,gres/gpu:h800=6
4|2024-03-01T10:00:00|00:01:00|8|cpu=8
"""


def test_cards_are_counted_by_their_types_where_only_those_are_told(tmp_path):
    assert read(listing(tmp_path, TYPED)).jobs["slots"].to_list() == [4, 3, 6, 0]


@pytest.mark.parametrize("last", ["State", "End"])
def test_a_job_that_is_not_over_has_no_run_time(tmp_path, last):
    told = {"State": ("RUNNING", "CANCELLED by 0"), "End": ("Unknown", "2024-03-01T11:00:00")}[last]
    text = f"JobID|Submit|Elapsed|AllocCPUS|{last}\n" + "".join(
        f"{number}|2024-03-01T10:00:00|00:01:00|8|{value}\n" for number, value in enumerate(told)
    )

    trace = read(listing(tmp_path, text))

    assert trace.jobs["run_s"].to_list() == [-1, 60]
    assert flat_jobs_of(trace, pool=8)[1] == {Dropped.NO_RUN_TIME: 1}


def test_a_byte_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "listing.txt"
    path.write_bytes(LISTED.encode().replace(b"|bob|", b"|b\xf6b|"))

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.lines == (BadLine(4, Fault.NOT_TEXT),)
    assert read(path, skip_bad=True).jobs["id"].to_list() == ["1"]


def test_bad_line_of_a_listing_is_named(tmp_path):
    path = listing(tmp_path, LISTED + "3|eve|gpu|now|Unknown|Unknown|00:00:00|1:00|0||PENDING\n4\n")

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.lines == (
        BadLine(5, Fault.MISSING, "Submit"),
        BadLine(6, Fault.MISSING, "Submit"),
    )
    assert read(path, skip_bad=True).jobs.height == 2


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("1|2024-03-01T10:00:00|{}|1:00|8||", "Elapsed"),
        ("1|2024-03-01T10:00:00|{}:00:00|1:00|8||", "Elapsed"),
        ("1|2024-03-01T10:00:00|1:00|{}-00:00:00|8||", None),
        ("1|2024-03-01T10:00:00|1:00|1:00|8|cpu=8,gres/gpu={}|", "AllocCPUS"),
        ("1|2024-03-01T10:00:00|1:00|1:00|8|gres/gpu:a={},gres/gpu:b=1|", "AllocCPUS"),
    ],
)
def test_numbers_of_twenty_digits_are_bad_lines(tmp_path, row, named):
    heading = "JobID|Submit|Elapsed|Timelimit|AllocCPUS|AllocTRES|\n"
    path = listing(tmp_path, heading + row.format("9" * 20) + "\n")
    if named is None:  # what is no time limit is none
        assert read(path).jobs["limit_s"].to_list() == [0]
        return

    with pytest.raises(BadLines) as refused:
        read(path)

    assert [(one.line, one.column) for one in refused.value.lines] == [(2, named)]


def test_a_bar_in_a_value_is_a_bad_line(tmp_path):
    split = "12|2024-03-01T10:00:02|7|5|one|16|\n"
    path = listing(tmp_path, RAW + split + "13|1969-03-01T10:00:02|7||1|\n")

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.lines == (
        BadLine(4, Fault.TOO_LONG),
        BadLine(5, Fault.NEGATIVE, "Submit"),
    )
    assert read(path, skip_bad=True).jobs["id"].to_list() == ["10", "11"]


def test_listings_without_jobs_are_refused(tmp_path):
    for text in ("", RAW.splitlines()[0] + "\n"):
        with pytest.raises(TraceEmpty):
            read(listing(tmp_path, text), form=Form.SACCT)


def test_columns_that_were_not_printed_are_named(tmp_path):
    with pytest.raises(ColumnsMissing) as refused:
        read(listing(tmp_path, "JobID|User|State\n1|ann|COMPLETED\n"))

    assert refused.value.missing == [
        "Submit",
        "ElapsedRaw / Elapsed",
        "AllocCPUS / NCPUS / ReqCPUS / AllocTRES",
    ]
