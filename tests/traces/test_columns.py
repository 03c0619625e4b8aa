"""Tables with columns of their own names, and the maps that ship."""

from __future__ import annotations

import gzip

import polars as pl
import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.refusal import Refusal
from praya.core.simulator.flat import FlatPolicy
from praya.core.simulator.jobs import Dropped
from praya.traces.columns import known_maps, read_map
from praya.traces.normal import flat_jobs_of
from praya.traces.pasts import history_of
from praya.traces.reading import read
from praya.traces.refusals import (
    BadLine,
    BadLines,
    ColumnsMissing,
    Fault,
    MapUnreadable,
    TraceEmpty,
    TraceUnreadable,
)

pytestmark = pytest.mark.once

PHILLY = """\
timestamp,duration,num_gpus,gpu_time,cluster
2017-10-09 07:01:55,66.0,1,66.0,11cb48
2017-10-09 06:13:03,2951.9,8,23608.0,6214e9
"""


def table(folder, text, name="jobs.csv"):
    path = folder / name
    path.write_text(text)
    return path


def test_columns_of_philly(tmp_path):
    trace = read(table(tmp_path, PHILLY), columns="philly")

    assert trace.jobs.to_dict(as_series=False) == {
        "id": [2, 3],
        "submit_s": [1507532515, 1507529583],
        "run_s": [66, 2951],
        "limit_s": [0, 0],
        "slots": [1, 8],
        "queue": ["11cb48", "6214e9"],
    }


def test_whole_philly_has_one_empty_row():
    path = shared_file("philly_jobs.csv")

    with pytest.raises(BadLines) as refused:
        read(path, columns="philly")

    assert refused.value.lines == (BadLine(82_249, Fault.MISSING, "submit"),)
    assert read(path, columns="philly", skip_bad=True).jobs.height == 82_247


def test_bad_values_are_named_with_line_and_column(tmp_path):
    path = table(tmp_path, PHILLY + "yesterday,1,1,1,a\n2017-10-09 07:01:55,long,1,1,a\n")

    with pytest.raises(BadLines) as refused:
        read(path, columns="philly")

    assert refused.value.lines == (
        BadLine(4, Fault.MISSING, "submit"),
        BadLine(5, Fault.MISSING, "run"),
    )
    assert read(path, columns="philly", skip_bad=True).skipped == (4, 5)


def test_a_column_without_a_name_keeps_its_place(tmp_path):
    path = table(tmp_path, ",submit,run,slots,\n0,100,60,8,\n1,200,30,4,\n")
    plan = table(tmp_path, "submit: {column: submit}\nrun: {column: run}\nslots: slots\n", "m.yaml")

    jobs = read(path, columns=str(plan)).jobs

    assert jobs.select("submit_s", "run_s", "slots").rows() == [(100, 60, 8), (200, 30, 4)]


def test_faults_of_numbers_and_lines_are_told_as_the_reference_has_them(tmp_path):
    rows = [
        "t,d,n,l",
        "0,-1,1,-1",  # -1 says that a time is not known
        "-5,1,1,1",
        "5,-60,1,1",
        "5,1,1,-60",
        "5,1e17,1,1",
        "5,1,1,1,surplus",
        "5,1,1,1,",  # a separator too many is no field
    ]
    path = table(tmp_path, "\n".join(rows) + "\n")
    plan = table(
        tmp_path,
        "submit: {column: t}\nrun: {column: d}\nslots: n\nlimit: {column: l}\n",
        "map.yaml",
    )

    with pytest.raises(BadLines) as refused:
        read(path, columns=str(plan))

    assert refused.value.lines == (
        BadLine(3, Fault.NEGATIVE, "submit"),
        BadLine(4, Fault.NEGATIVE, "run"),
        BadLine(5, Fault.NEGATIVE, "limit"),
        BadLine(6, Fault.TOO_LARGE, "run"),
        BadLine(7, Fault.TOO_LONG),
    )
    assert read(path, columns=str(plan), skip_bad=True).jobs["id"].to_list() == [2, 8]


def test_one_damaged_line_in_a_million_is_named(tmp_path):
    lines = [b"0,1,1,ann\n"] * 1_000_000
    lines[777_775] = b"0,1,1,Jos\xe9\n"
    lines[888_887] = b"0,\xff1,1,ann\n"
    path = tmp_path / "jobs.csv"
    path.write_bytes(b"t,d,n,who,city of \xe9\n" + b"".join(lines))
    plan = table(tmp_path, "submit: {column: t}\nrun: {column: d}\nslots: n\nuser: who\n", "m.yaml")

    with pytest.raises(BadLines) as refused:
        read(path, columns=str(plan))

    assert refused.value.lines == (
        BadLine(777_777, Fault.NOT_TEXT),
        BadLine(888_889, Fault.NOT_TEXT),
    )
    rest = read(path, columns=str(plan), skip_bad=True)
    assert (rest.jobs.height, rest.skipped) == (999_998, (777_777, 888_889))


def test_what_is_not_read_may_be_in_any_bytes(tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_bytes(PHILLY.encode().replace(b"66.0,11cb48", b"\xe9,11cb48"))

    assert read(path, columns="philly").jobs["run_s"].to_list() == [66, 2951]


@pytest.mark.parametrize("torn", ['2,1,1,"ann', '2,1,1,a"nn', '2,1,1,"a"nn'])
def test_a_line_whose_quotation_marks_do_not_match_is_named(tmp_path, torn):
    rows = ["t,d,n,who", '1,1,1,"a,n"', torn, "3,1,1,bob", "4,long,1,bob", '5,1,1,"x"']
    path = table(tmp_path, "\n".join(rows) + "\n")
    plan = table(tmp_path, "submit: {column: t}\nrun: {column: d}\nslots: n\nuser: who\n", "m.yaml")

    with pytest.raises(BadLines) as refused:
        read(path, columns=str(plan))

    assert (refused.value.count, refused.value.lines) == (1, (BadLine(3, Fault.QUOTES),))
    rest = read(path, columns=str(plan), skip_bad=True)
    assert (rest.jobs["user"].to_list(), rest.skipped) == (["a,n", "bob", "x"], (3, 5))


def test_own_map_with_instants_minutes_and_shares(tmp_path):
    plan = table(
        tmp_path,
        "id: name\n"
        "submit: {column: since, as: ms}\n"
        "run: {from: {column: since, as: ms}, to: {column: until, as: ms}}\n"
        "limit: {column: limit, as: min}\n"
        "slots: {product: [pods, share], divided_by: 100}\n"
        "user: who\n"
        "pool: 12\n"
        "separator: ';'\n"
        "only: {state: [done]}\n",
        "map.yaml",
    )
    jobs = table(
        tmp_path,
        "name;since;until;limit;pods;share;who;state\n"
        "a;1000;61500;2;2;75;ann;done\n"
        "b;1000;61500;2;2;75;ann;failed\n"
        "c;2000;3000;;1;50;bob;done\n",
    )

    trace = read(jobs, columns=str(plan))

    assert trace.pool == 12
    assert trace.jobs.to_dict(as_series=False) == {
        "id": ["a", "c"],
        "submit_s": [1, 2],
        "run_s": [60, 1],
        "limit_s": [120, 0],
        "slots": [2, 1],
        "user": ["ann", "bob"],
    }


def test_parquet_by_a_map(tmp_path):
    path = tmp_path / "jobs.parquet"
    pl.DataFrame({"t": [5, 6], "d": [1.5, 2.0], "n": [1, 2]}).write_parquet(path)
    plan = table(tmp_path, "submit: {column: t}\nrun: {column: d}\nslots: n\n", "map.yaml")

    assert read(path, columns=str(plan)).jobs["run_s"].to_list() == [1, 2]


def test_compressed_tables_are_the_same_or_refused_where_cut_off(tmp_path):
    packed, cut = tmp_path / "jobs.csv.gz", tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress(PHILLY.encode()))
    cut.write_bytes(packed.read_bytes()[:-20])

    jobs = read(packed, columns="philly").jobs
    with pytest.raises(TraceUnreadable) as refused:
        read(cut, columns="philly", skip_bad=True)

    assert jobs["run_s"].to_list() == [66, 2951]
    assert refused.value.why == "damaged"


def test_damaged_parquet_is_refused(tmp_path):
    with pytest.raises(TraceUnreadable) as refused:
        read(table(tmp_path, "PAR1 and no more", "jobs.parquet"), columns="philly")

    assert refused.value.why == "not_parquet"


def test_missing_columns_are_named(tmp_path):
    with pytest.raises(ColumnsMissing) as refused:
        read(table(tmp_path, "a,duration\n1,2\n"), columns="philly")

    assert refused.value.missing == ["cluster", "num_gpus", "timestamp"]
    assert refused.value.found == ["a", "duration"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "submit: t\n",
        "submit: {column: t}\nrun: {column: r}\nslots: n\npool: -1\n",
        "submit: {column: t}\nrun: {}\nslots: n\nsolts: n\n",
        "[",
        "a: " + "[" * 20_000,
        "only: {day: [2020-02-30]}\n",
        "pool: !!bool maybe\n",
        "pool: !!timestamp x\n",
        "pool: !!int " + "9" * 5_000 + "\n",
        "a: b: c",
        "submit: {column: t, as: m}\nrun: {column: r}\nslots: n\n",
        "submit: {column: t, as: seconds}\nrun: {column: r}\nslots: n\n",
        "submit: {column: t}\nrun: {column: r, as: us}\nslots: n\n",
        "submit: {column: t}\nrun: {}\nslots: n\n",
        "submit: {column: t}\nrun: {from: {column: t}}\nslots: n\n",
        "submit: {column: t}\nrun: {column: r}\nslots: {product: [n], divided_by: 0}\n",
        "submit: {column: t}\nrun: {column: r}\nslots: n\nseparator: '||'\n",
        "submit: {column: t}\nrun: {column: r}\nslots: n\nseparator: ''\n",
        "submit: {column: t}\nrun: {column: r}\nslots: n\nseparator: é\n",
    ],
)
def test_maps_that_are_none_are_refused(tmp_path, text):
    with pytest.raises(MapUnreadable):
        read_map(str(table(tmp_path, text, "map.yaml")))


def test_a_file_without_lines_is_no_table(tmp_path):
    path = tmp_path / "holes"
    with path.open("wb") as file:
        file.truncate(4 << 20)

    with pytest.raises(TraceUnreadable) as refused:
        read(path, columns="philly")

    assert refused.value.why == "not_separated"


def test_tables_without_jobs_are_refused(tmp_path):
    for text in ("", PHILLY.splitlines()[0] + "\n"):
        with pytest.raises(TraceEmpty):
            read(table(tmp_path, text), columns="philly")


@pytest.mark.parametrize("name", known_maps())
def test_maps_that_ship_can_be_followed(name, tmp_path):
    columns = read_map(name)

    with pytest.raises(Refusal) as refused:
        read(table(tmp_path, "nothing\n1\n"), columns=name)

    assert refused.value.code == "trace.columns_missing"
    assert columns.submit.column in refused.value.missing


def test_helios_and_acme_by_the_columns_they_publish(tmp_path):
    helios = table(
        tmp_path,
        "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,duration\n"
        "1425512,uVMrF,vchbv,4,16,1,FAILED,2020-06-09 18:41:27,2020-06-09 18:41:29,249\n",
    )
    acme = table(
        tmp_path,
        "job_id,user,node_num,gpu_num,type,state,submit_time,start_time,duration\n"
        "5778432,u5907,1,8,Other,FAILED,2023-03-01 00:18:22+08:00,2023-03-01 00:18:54+08:00,117\n",
        "acme.csv",
    )

    assert [
        read(helios, columns="helios").jobs.row(0),
        read(acme, columns="acme").jobs.row(0),
    ] == [
        ("1425512", 1591728087, 249, 0, 4, 1591728089, "uVMrF", "vchbv"),
        ("5778432", 1677601102, 117, 0, 8, 1677601134, "u5907", "Other"),
    ]


def test_starts_are_read_by_a_map_and_scored_against(tmp_path):
    map_ = table(
        tmp_path,
        "submit: {column: asked}\nstart: {column: began}\nrun: {column: ran}\nslots: cards\n",
        "mine.yaml",
    )
    path = table(tmp_path, "asked,began,ran,cards\n0,5,10,1\n1,,0,1\n2,None,0,1\n3,30,10,1\n")

    trace = read(path, columns=str(map_))
    history, _ = history_of(trace, pool=1, policy=FlatPolicy.FCFS, recorded=True)

    assert trace.jobs["start_s"].to_list() == [5, -1, -1, 30]
    # The machine would have started the second of them at 10.
    assert history.start.tolist() == [5, 30]
    with pytest.raises(BadLines) as refused:
        read(table(tmp_path, "asked,began,ran,cards\n0,soon,10,1\n"), columns=str(map_))
    assert refused.value.lines == (BadLine(2, Fault.MISSING, "start"),)


def test_a_pod_runs_from_when_it_was_scheduled(tmp_path):
    path = table(
        tmp_path,
        "name,num_gpu,gpu_milli,qos,pod_phase,creation_time,deletion_time,scheduled_time\n"
        "waited,2,1000,LS,Running,100,500,160\n"
        "never,1,460,BE,Pending,110,200,\n",
    )

    jobs = read(path, columns="alibaba-2023").jobs

    told = jobs.select("id", "submit_s", "start_s", "run_s").rows()
    assert told == [("waited", 100, 160, 340), ("never", 110, -1, 0)]


def test_openb_by_its_map():
    trace = read(shared_file("openb/openb_pod_list_default.csv"), columns="alibaba-2023")

    _jobs, dropped, _pool = flat_jobs_of(trace, pool=6_212)

    assert trace.jobs.height == 8_152
    assert trace.jobs.filter(pl.col("start_s") < 0).height == 897
    assert dropped[Dropped.NO_RUN_TIME] == 897


def test_a_map_without_an_end_is_not_read_to_it():
    with pytest.raises(MapUnreadable) as refused:
        read_map("/dev/zero")

    assert refused.value.facts["why"] == "it has more than 1,048,576 bytes"
