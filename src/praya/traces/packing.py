"""Lists of nodes and of tasks, as the Alibaba GPU 2023 trace has them: what packing is tried on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.packing.model import CARD, CARDS_MAX, PackingNodes, Tasks
from praya.traces.refusals import ColumnsMissing, Fault, TraceEmpty, TraceUnreadable
from praya.traces.separated import (
    LINE,
    SURPLUS,
    Bad,
    bad_number,
    collect,
    refuse_torn,
    scan,
    sound_rows,
    without_torn,
)

_NODES = ("sn", "cpu_milli", "memory_mib", "gpu", "model")
_TASKS = ("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli")
_CHOOSY = "gpu_spec"  # models a task may run on, between bars; a list may lack it


def read_lists(nodes: Path, tasks: Path) -> tuple[PackingNodes, Tasks, list[str], list[str]]:
    """The nodes and the tasks, each with their names, in the order of the files.

    Raises:
        ColumnsMissing: a file lacks columns.
        BadLines: values are missing, below nothing, or more than can be.
        TraceEmpty: there is no node, or no task that asks for cards.
        TraceUnreadable: there is no such file, or it is no table.

    """
    there, asked = _read(nodes, _NODES), _read(tasks, _TASKS)
    at_least_none = [("cpu_milli", 0), ("memory_mib", 0)]
    cards = pl.col("gpu")
    there, _ = sound_rows(
        there,
        [
            *_least([*at_least_none, ("gpu", 0)]),
            Bad("gpu", Fault.TOO_LARGE, cards > CARDS_MAX),
            Bad("model", Fault.MISSING, (cards > 0) & pl.col("model").is_null()),
        ],
        nodes,
        skip_bad=False,
    )
    one, part = pl.col("num_gpu"), pl.col("gpu_milli")
    asked, _ = sound_rows(
        asked,
        [
            *_least([*at_least_none, ("num_gpu", 0), ("gpu_milli", 0)]),
            Bad("gpu_milli", Fault.NEGATIVE, (one > 0) & (part < 1)),
            Bad("gpu_milli", Fault.TOO_LARGE, part > CARD),
            # A part is one of a single card.
            Bad("num_gpu", Fault.TOO_LARGE, (one > 1) & (part < CARD)),
        ],
        tasks,
        skip_bad=False,
    )
    if there.is_empty() or not asked["num_gpu"].sum():
        raise TraceEmpty(skipped=0)
    wished = [set((spec or "").split("|")) - {""} for spec in asked[_CHOOSY].to_list()]
    models = sorted({*there["model"].drop_nulls(), *(name for names in wished for name in names)})
    bit = {name: 1 << at for at, name in enumerate(models)} | {None: 0}
    return (
        PackingNodes(
            cpu=_column(there["cpu_milli"]),
            memory=_column(there["memory_mib"]),
            cards=_column(there["gpu"]),
            model=_column(bit[name] for name in there["model"]),
        ),
        Tasks(
            cpu=_column(asked["cpu_milli"]),
            memory=_column(asked["memory_mib"]),
            cards=_column(asked["num_gpu"]),
            part=_column(asked["gpu_milli"]),
            models=_column(sum(bit[name] for name in names) for names in wished),
        ),
        there["sn"].to_list(),
        asked["name"].to_list(),
    )


def _read(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    if not path.is_file():
        raise TraceUnreadable(file=str(path), why="no_file")
    rows = scan(path, separator=",")
    found = rows.collect_schema().names()
    if missing := sorted(set(needed) - set(found)):
        shown = [name for name in found if name not in {LINE, SURPLUS}]
        raise ColumnsMissing(file=str(path), missing=missing, found=shown)
    names = {"sn", "name", "model"}
    made = {
        name: pl.col(name) if name in names else pl.col(name).cast(pl.Int64, strict=False)
        for name in needed
    }
    made[_CHOOSY] = pl.col(_CHOOSY) if _CHOOSY in found else pl.lit(None, pl.String)
    try:
        return collect(rows, made, path)
    except TraceUnreadable:
        _text, torn = without_torn(path, separator=",")
        if torn:
            refuse_torn(path, torn)
        raise


def _least(bounds: list[tuple[str, int]]) -> list[Bad]:
    return [bad for name, least in bounds for bad in bad_number(name, name, least=least)]


def _column(values: Iterable[int]) -> Column:
    return np.array(list(values), dtype=np.int64)
