"""Lists of nodes and of tasks, as the Alibaba GPU 2023 trace has them: what packing is tried on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.packing.model import CARD, CARDS_MAX, MODELS_MAX, PackingNodes, Tasks
from praya.traces.refusals import (
    ColumnsMissing,
    Fault,
    NothingToPack,
    TooManyModels,
    TraceEmpty,
    check_file,
)
from praya.traces.separated import (
    LINE,
    SURPLUS,
    Bad,
    bad_number,
    collect,
    read_separated,
    sound_rows,
)

_NODES = ("sn", "cpu_milli", "memory_mib", "gpu", "model")
_TASKS = ("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli")
_CHOOSY = "gpu_spec"  # models a task may run on, between bars; a list may lack it


class PackingLists(NamedTuple):
    """Nodes and tasks, each with their names, and how many lines of both files were left out."""

    nodes: PackingNodes
    tasks: Tasks
    node_names: list[str]
    task_names: list[str]
    lines_skipped: int


def read_lists(nodes: Path, tasks: Path, *, skip_bad: bool = False) -> PackingLists:
    """The nodes and the tasks, each in the order of its file.

    Raises:
        ColumnsMissing: a file lacks columns.
        BadLines: values are missing, below nothing, or more than can be, and ``skip_bad`` does not
            leave such lines out.
        NothingToPack: there is no node with cards, or no task that asks for any.
        TooManyModels: there are more device models than are told apart.
        TraceUnreadable: there is no such file, or it is no table.

    """
    cards, one, part = pl.col("gpu"), pl.col("num_gpu"), pl.col("gpu_milli")
    at_least_none = [("cpu_milli", 0), ("memory_mib", 0)]
    there, bad_nodes = _read(
        nodes,
        _NODES,
        [
            *_least([*at_least_none, ("gpu", 0)]),
            Bad("gpu", Fault.TOO_LARGE, cards > CARDS_MAX),
            Bad("model", Fault.MISSING, (cards > 0) & pl.col("model").is_null()),
        ],
        skip_bad=skip_bad,
    )
    asked, bad_tasks = _read(
        tasks,
        _TASKS,
        [
            *_least([*at_least_none, ("num_gpu", 0), ("gpu_milli", 0)]),
            Bad("gpu_milli", Fault.NEGATIVE, (one > 0) & (part < 1)),
            Bad("gpu_milli", Fault.TOO_LARGE, part > CARD),
            # A part is one of a single card.
            Bad("num_gpu", Fault.TOO_LARGE, (one > 1) & (part < CARD)),
        ],
        skip_bad=skip_bad,
    )
    for path, amounts in ((nodes, there["gpu"]), (tasks, asked["num_gpu"])):
        if not amounts.sum():
            raise NothingToPack(file=str(path))
    wished = [set((spec or "").split("|")) - {""} for spec in asked[_CHOOSY].to_list()]
    models = sorted({*there["model"].drop_nulls(), *(name for names in wished for name in names)})
    if len(models) > MODELS_MAX:
        raise TooManyModels(given=len(models), most=MODELS_MAX)
    bit = {name: 1 << at for at, name in enumerate(models)} | {None: 0}
    return PackingLists(
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
        bad_nodes + bad_tasks,
    )


def _read(
    path: Path, needed: tuple[str, ...], faults: list[Bad], *, skip_bad: bool
) -> tuple[pl.DataFrame, int]:
    """The sound rows of a list, and how many lines were left out."""
    check_file(path)
    try:
        rows, torn = read_separated(
            path, lambda lines: _collected(lines, needed, path), separator=",", skip_bad=skip_bad
        )
    except TraceEmpty as error:
        raise NothingToPack(file=str(path)) from error
    rows, skipped = sound_rows(rows, faults, path, skip_bad=skip_bad)
    return rows, len(torn) + len(skipped)


def _collected(rows: pl.LazyFrame, needed: tuple[str, ...], path: Path) -> pl.DataFrame:
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
    return collect(rows, made, path)


def _least(bounds: list[tuple[str, int]]) -> list[Bad]:
    return [bad for name, least in bounds for bad in bad_number(name, name, least=least)]


def _column(values: Iterable[int]) -> Column:
    return np.array(list(values), dtype=np.int64)
