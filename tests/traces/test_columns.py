"""Tables with columns of their own names, and the maps that ship."""

from __future__ import annotations

import polars as pl
import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.refusal import Refusal
from praya.traces.columns import known_maps, read_map
from praya.traces.reading import read
from praya.traces.refusals import (
    BadLine,
    BadLines,
    ColumnsMissing,
    Fault,
    MapUnreadable,
    TraceEmpty,
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


def test_missing_columns_are_named(tmp_path):
    with pytest.raises(ColumnsMissing) as refused:
        read(table(tmp_path, "a,duration\n1,2\n"), columns="philly")

    assert refused.value.missing == ["cluster", "num_gpus", "timestamp"]
    assert refused.value.found == ["a", "duration"]


@pytest.mark.parametrize(
    "text",
    ["", "submit: t\n", "submit: {column: t}\nrun: {}\nslots: n\nsolts: n\n", "[", "a: b: c"],
)
def test_maps_that_are_none_are_refused(tmp_path, text):
    with pytest.raises(MapUnreadable):
        read_map(str(table(tmp_path, text, "map.yaml")))


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
        "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,duration\n"
        "1425512,uVMrF,vchbv,4,16,1,FAILED,2020-06-09 18:41:27,249\n",
    )
    acme = table(
        tmp_path,
        "job_id,user,node_num,gpu_num,type,state,submit_time,duration\n"
        "5778432,u5907,1,8,Other,FAILED,2023-03-01 00:18:22+08:00,117\n",
        "acme.csv",
    )

    assert [
        read(helios, columns="helios").jobs.row(0),
        read(acme, columns="acme").jobs.row(0),
    ] == [
        ("1425512", 1591728087, 249, 0, 4, "uVMrF", "vchbv"),
        ("5778432", 1677601102, 117, 0, 8, "u5907", "Other"),
    ]


def test_openb_by_its_map():
    trace = read(shared_file("openb/openb_pod_list_default.csv"), columns="alibaba-2023")

    assert trace.jobs.height == 8_152
