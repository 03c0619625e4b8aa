"""Slurm's own listing of jobs."""

from __future__ import annotations

import pytest

from praya.traces.reading import read
from praya.traces.refusals import BadLine, BadLines, ColumnsMissing, Fault

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


def test_jobs_of_a_raw_listing_count_cpus(tmp_path):
    trace = read(listing(tmp_path, RAW))

    assert trace.jobs.to_dict(as_series=False) == {
        "id": ["10", "11"],
        "submit_s": [1709287200, 1709287201],
        "run_s": [61, 0],
        "limit_s": [300, 0],
        "slots": [16, 4],
    }


def test_bad_line_of_a_listing_is_named(tmp_path):
    path = listing(tmp_path, LISTED + "3|eve|gpu|now|Unknown|Unknown|00:00:00|1:00|0||PENDING\n4\n")

    with pytest.raises(BadLines) as refused:
        read(path)

    assert refused.value.lines == (
        BadLine(5, Fault.MISSING, "Submit"),
        BadLine(6, Fault.MISSING, "Submit"),
    )
    assert read(path, skip_bad=True).jobs.height == 2


def test_columns_that_were_not_printed_are_named(tmp_path):
    with pytest.raises(ColumnsMissing) as refused:
        read(listing(tmp_path, "JobID|User|State\n1|ann|COMPLETED\n"))

    assert refused.value.missing == [
        "Submit",
        "ElapsedRaw / Elapsed",
        "AllocCPUS / NCPUS / ReqCPUS / AllocTRES",
    ]
