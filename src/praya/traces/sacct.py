"""What Slurm's ``sacct --parsable`` or ``--parsable2`` prints, with its heading.

For instance ``sacct -a -X --parsable2 --format=JobID,User,Partition,Submit,Start,End,ElapsedRaw,
TimelimitRaw,AllocCPUS,AllocTRES,ReqTRES,State``. Steps of jobs are passed over. Slots are
accelerators if any line has some, else CPUs. Times are taken as they are printed, without a zone:
in the hour that a change of the clocks doubles, jobs stand an hour early.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from praya.traces.normal import Trace, trace_of
from praya.traces.refusals import ColumnsMissing
from praya.traces.separated import LINE, collect, scan, sound_rows

_CARDS = r"gres/gpu=(\d+)"
_NEEDED = (("JobID", "JobIDRaw"), ("Submit",), ("ElapsedRaw", "Elapsed"))
_CPUS = ("AllocCPUS", "NCPUS", "ReqCPUS")


def read(path: Path, *, skip_bad: bool = False) -> Trace:
    """Read the listing.

    Raises:
        ColumnsMissing: a column that is needed was not printed.
        BadLines: rows cannot be read, and ``skip_bad`` does not leave them out.
        TraceEmpty: there is no job in it.

    """
    rows = scan(path, separator="|", quote=None)
    has = set(rows.collect_schema().names())
    missing = [" / ".join(names) for names in _NEEDED if not has.intersection(names)]
    if not has.intersection((*_CPUS, "AllocTRES", "ReqTRES")):
        missing.append(" / ".join((*_CPUS, "AllocTRES")))
    if missing:
        raise ColumnsMissing(file=str(path), missing=missing, found=sorted(has - {LINE, ""}))
    number = pl.col("JobID" if "JobID" in has else "JobIDRaw")
    # A line without any number is kept, to be named; steps have a point.
    rows = rows.filter(~number.str.contains(".", literal=True).fill_null(value=False))
    table = collect(rows.select(LINE, **_made(has, number)), path)
    cards = table["cards"]
    table = table.with_columns(slots=cards if cards.fill_null(0).max() else table["cpus"])
    faults = {
        "JobID": pl.col("id").is_null(),
        "Submit": pl.col("submit_s").is_null(),
        "Elapsed": pl.col("run_s").is_null(),
        "AllocCPUS": pl.col("slots").is_null(),
    }
    table, skipped = sound_rows(table, faults, path, skip_bad=skip_bad)
    return trace_of(table.drop(LINE, "cards", "cpus").to_dict(), pool=None, skipped=skipped)


def _made(has: set[str], number: pl.Expr) -> dict[str, pl.Expr]:
    made = {
        "id": number,
        "submit_s": _instant("Submit"),
        "run_s": _whole("ElapsedRaw") if "ElapsedRaw" in has else _clock("Elapsed"),
        "limit_s": pl.lit(0, pl.Int64),
        "cards": _cards(has),
        "cpus": pl.coalesce([_whole(name) for name in _CPUS if name in has] or [pl.lit(None)]),
    }
    if "TimelimitRaw" in has:
        made["limit_s"] = (_whole("TimelimitRaw") * 60).fill_null(0)
    elif "Timelimit" in has:
        made["limit_s"] = _clock("Timelimit").fill_null(0)
    if "Start" in has:
        made["start_s"] = _instant("Start").fill_null(-1)
    for ours, theirs in (("user", "User"), ("queue", "Partition")):
        if theirs in has:
            made[ours] = pl.col(theirs)
    return made


def _cards(has: set[str]) -> pl.Expr:
    """Accelerators that were given, or asked for where the job never started; 0 where none were."""
    found = [
        pl.col(name).str.extract(_CARDS).cast(pl.Int64)
        for name in ("AllocTRES", "ReqTRES")
        if name in has
    ]
    return pl.coalesce([*found, pl.lit(0, pl.Int64)])


def _whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _instant(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).dt.epoch("s")


def _clock(name: str) -> pl.Expr:
    """``1-02:03:04`` as seconds; ``02:03`` is minutes and seconds."""
    parts = pl.col(name).str.extract_groups(r"^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?$")
    days, hours, minutes, seconds = (
        parts.struct.field(str(place)).cast(pl.Int64) for place in range(1, 5)
    )
    hours = hours.fill_null(0) + days.fill_null(0) * 24
    return (hours * 60 + minutes) * 60 + seconds
