"""Tables of jobs whose columns have names of their own, read by a map of what is what.

A map is a YAML file. Maps of published accelerator traces ship beside this module, under ``maps``::

    slots: num_gpus
    submit: {column: timestamp, as: "%Y-%m-%d %H:%M:%S"}
    run: {column: duration, as: s}
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from praya.traces.normal import Trace, trace_of
from praya.traces.refusals import ColumnsMissing, MapUnreadable, TraceUnreadable
from praya.traces.separated import (
    LINE,
    SURPLUS,
    bad_number,
    collect,
    read_separated,
    sound_rows,
)

_MAPS = Path(__file__).with_name("maps")
_MAP_MAX = 1024 * 1024
_PARTS = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
# How tables write an instant that never came.
_NEVER_STARTED = ("", "None", "NULL", "Unknown", "-1")
_MANY = {"s": 1, "min": 60, "h": 3_600}
_WRITTEN = rf"%|^({'|'.join([*_MANY, *_PARTS])})$"
# One byte, which neither ends a line nor quotes a value.
_SEPARATOR = r"^[\t -!#-~]$"


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Instant(_Given):
    """A column of instants: written as strptime's codes say, or counted since any zero."""

    column: str
    written: Annotated[str, Field(alias="as", pattern=_WRITTEN)] = "s"


class Length(_Given):
    """A length of time: a column, or from one instant to another."""

    column: str = ""
    written: Annotated[Literal["s", "ms", "min", "h"], Field(alias="as")] = "s"
    since: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[Instant | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _is_told_once(self) -> Self:
        if bool(self.column) == bool(self.since and self.until):
            raise ValueError("either a column, or both from and to")
        return self


class Amount(_Given):
    """A number of slots: the product of columns, rounded up after a division."""

    product: list[str]
    divided_by: Annotated[int, Field(ge=1)] = 1


class ColumnMap(_Given):
    """What each column of the normal form is made from; what is missing, no column says."""

    separator: Annotated[str, Field(pattern=_SEPARATOR)] = ","
    id: str = ""
    submit: Instant
    start: Instant | None = None
    run: Length
    limit: Length | None = None
    slots: str | Amount
    user: str = ""
    queue: str = ""
    pool: Annotated[int, Field(ge=1)] | None = None
    # Only rows that hold one of these values.
    only: dict[str, list[str]] = Field(default_factory=dict)


def known_maps() -> list[str]:
    """The names of maps that ship with Praya."""
    return sorted(path.stem for path in _MAPS.glob("*.yaml"))


def read_map(name: str) -> ColumnMap:
    """A map by its name, or from a file.

    Raises:
        MapUnreadable: there is none, or it is no map.

    """
    path = _MAPS / f"{name}.yaml" if name in known_maps() else Path(name)
    try:
        with path.open("rb") as file:
            text = file.read(_MAP_MAX + 1)
        if len(text) > _MAP_MAX:
            raise MapUnreadable(file=name, why=f"it has more than {_MAP_MAX:,} bytes")
        return ColumnMap.model_validate(yaml.safe_load(text.decode()))
    except ValidationError as error:
        places = (
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
        )
        raise MapUnreadable(file=name, why="; ".join(places)) from error
    # The last three: PyYAML's own, of a value that is not what it is written or marked to be.
    except (
        *(OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError),
        *(ValueError, KeyError, AttributeError),
    ) as error:
        raise MapUnreadable(file=name, why=str(error)) from error


def read(path: Path, name: str, *, skip_bad: bool = False) -> Trace:
    """Read a table, CSV or Parquet, by a map.

    Raises:
        MapUnreadable: the map is none.
        ColumnsMissing: the table lacks columns that the map names.
        BadLines: rows cannot be read, and ``skip_bad`` does not leave them out.
        TraceEmpty: there is no job in it.
        TraceUnreadable: it is no table.

    """
    columns = read_map(name)
    table, torn = _table(path, columns, skip_bad=skip_bad)
    faults = [
        *bad_number("submit", "submit_s", least=0),
        *(bad_number("start", "start_s", least=-1) if columns.start else ()),
        *bad_number("run", "run_s", least=-1),
        *bad_number("limit", "limit_s", least=-1),
        *bad_number("slots", "slots"),
    ]
    table, skipped = sound_rows(table, faults, path, skip_bad=skip_bad)
    return trace_of(table.to_dict(), pool=columns.pool, skipped=tuple(sorted(torn + skipped)))


def _table(
    path: Path, columns: ColumnMap, *, skip_bad: bool
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """The rows in the normal form, and the lines left out since their quotation marks mislead."""
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    if is_parquet:
        rows = pl.scan_parquet(path, row_index_name=LINE, row_index_offset=1)
        return _chosen(rows.with_columns(pl.lit(None).alias(SURPLUS)), columns, path), ()
    return read_separated(
        path,
        lambda rows: _chosen(rows, columns, path),
        separator=columns.separator,
        skip_bad=skip_bad,
    )


def _chosen(rows: pl.LazyFrame, columns: ColumnMap, path: Path) -> pl.DataFrame:
    made = _made(columns)
    _check_columns(rows, columns, made, path)
    for column, values in columns.only.items():
        rows = rows.filter(pl.col(column).cast(pl.String).is_in(values))
    return collect(rows, made, path)


def _check_columns(
    rows: pl.LazyFrame, columns: ColumnMap, made: dict[str, pl.Expr], path: Path
) -> None:
    try:
        found = rows.collect_schema().names()
    except pl.exceptions.ComputeError as error:
        raise TraceUnreadable(file=str(path), why="not_parquet") from error
    used = {name for expression in made.values() for name in expression.meta.root_names()}
    missing = sorted((used | set(columns.only)) - set(found))
    if missing:
        shown = [name for name in found if name not in {LINE, SURPLUS}]
        raise ColumnsMissing(file=str(path), missing=missing, found=shown)


def _made(columns: ColumnMap) -> dict[str, pl.Expr]:
    """The columns of the normal form as expressions of the file's own."""
    made = {
        "id": pl.col(columns.id) if columns.id else pl.col(LINE).cast(pl.Int64),
        "submit_s": _instant(columns.submit),
        "run_s": _length(columns.run),
        "limit_s": _length(columns.limit).fill_null(0) if columns.limit else pl.lit(0, pl.Int64),
        "slots": _slots(columns.slots),
    }
    if columns.start:
        start = pl.when(_never(columns.start)).then(-1).otherwise(_instant(columns.start))
        made["start_s"] = start
    if columns.user:
        made["user"] = pl.col(columns.user)
    if columns.queue:
        made["queue"] = pl.col(columns.queue)
    return made


def _instant(given: Instant) -> pl.Expr:
    column = pl.col(given.column)
    if "%" in given.written:
        return column.cast(pl.String).str.to_datetime(given.written, strict=False).dt.epoch("s")
    return _seconds(column, given.written)


def _never(given: Instant) -> pl.Expr:
    told = pl.col(given.column).cast(pl.String).str.strip_chars()
    return told.is_null() | told.is_in(_NEVER_STARTED)


def _length(given: Length) -> pl.Expr:
    if given.since and given.until:
        run = _instant(given.until) - _instant(given.since)
        return pl.when(_never(given.since)).then(0).otherwise(run)
    return _seconds(pl.col(given.column), given.written)


def _seconds(column: pl.Expr, unit: str) -> pl.Expr:
    """Whole seconds, what is left over dropped."""
    number = column.cast(pl.Float64, strict=False)
    number = number * _MANY[unit] if unit in _MANY else number / _PARTS[unit]
    return number.floor().cast(pl.Int64, strict=False)


def _slots(given: str | Amount) -> pl.Expr:
    if isinstance(given, str):
        return pl.col(given).cast(pl.Float64, strict=False).ceil().cast(pl.Int64, strict=False)
    product = pl.lit(1.0)
    for name in given.product:
        product = product * pl.col(name).cast(pl.Float64, strict=False)
    return (product / given.divided_by).ceil().cast(pl.Int64, strict=False)
