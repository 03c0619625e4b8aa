"""What Slurm's ``sacct --parsable`` or ``--parsable2`` prints, with its heading.

For instance ``sacct -a -X --parsable2 --format=JobID,User,Partition,Submit,Start,End,ElapsedRaw,
TimelimitRaw,AllocCPUS,AllocTRES,ReqTRES,State``. Steps of jobs are passed over. Slots are
accelerators if any line has some, else CPUs. A job that was not over when it was listed has no run
time, since nobody knows it yet. Times are taken as they are printed, without a zone: in the hour
that a change of the clocks doubles, jobs stand an hour early.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from praya.traces.normal import Trace, trace_of
from praya.traces.refusals import ColumnsMissing, Fault
from praya.traces.separated import LINE, SURPLUS, Bad, bad_number, collect, scan, sound_rows

# Slurm counts cards of every type together, each type by itself, or both, as a site has it.
# Of a number of many digits the first are enough to be too large, as a whole Int64 would not be.
_CARDS = r"gres/gpu=(\d{1,16})"
_TYPED = r"gres/gpu:[^=,]+=\d+"
_CLOCK = r"^(?:(\d{1,9})-)?(?:(\d{1,9}):)?(\d{1,9}):(\d{1,9})(?:\.\d+)?$"
_NOT_OVER = "^(RUNNING|SUSPENDED)"
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
        found = sorted(has - {LINE, SURPLUS})
        raise ColumnsMissing(file=str(path), missing=missing, found=found)
    number = pl.col("JobID" if "JobID" in has else "JobIDRaw")
    # A line without any number is kept, to be named; steps have a point.
    rows = rows.filter(~number.str.contains(".", literal=True).fill_null(value=False))
    table = collect(rows, _made(has, number), path)
    cards = table["cards"]
    table = table.with_columns(slots=cards if cards.fill_null(0).max() else table["cpus"])
    faults = [
        Bad("JobID", Fault.MISSING, pl.col("id").is_null()),
        *bad_number("Submit", "submit_s", least=0),
        *bad_number("Elapsed", "run_s", least=-1),
        *bad_number("Timelimit", "limit_s", least=-1),
        *bad_number("AllocCPUS", "slots"),
    ]
    table, skipped = sound_rows(table, faults, path, skip_bad=skip_bad)
    return trace_of(table.drop("cards", "cpus").to_dict(), pool=None, skipped=skipped)


def _made(has: set[str], number: pl.Expr) -> dict[str, pl.Expr]:
    ran = _whole("ElapsedRaw") if "ElapsedRaw" in has else _clock("Elapsed")
    made = {
        "id": number,
        "submit_s": _instant("Submit"),
        "run_s": pl.when(_is_not_over(has) & (ran > 0)).then(-1).otherwise(ran),
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
    found = [_cards_in(pl.col(name)) for name in ("AllocTRES", "ReqTRES") if name in has]
    return pl.coalesce([*found, pl.lit(0, pl.Int64)])


def _cards_in(tres: pl.Expr) -> pl.Expr:
    """Null where none are named."""
    number = pl.element().str.extract(r"=(\d{1,16})").cast(pl.Int64)
    typed = tres.str.extract_all(_TYPED).list.eval(number).list.sum()
    return pl.coalesce(tres.str.extract(_CARDS).cast(pl.Int64), pl.when(typed > 0).then(typed))


def _is_not_over(has: set[str]) -> pl.Expr:
    told = [
        pl.col(name).str.contains(pattern).fill_null(value=False)
        for name, pattern in (("State", _NOT_OVER), ("End", "^Unknown$"))
        if name in has
    ]
    return pl.any_horizontal(pl.lit(value=False), *told)


def _whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _instant(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).dt.epoch("s")


def _clock(name: str) -> pl.Expr:
    """``1-02:03:04`` as seconds; ``02:03`` is minutes and seconds."""
    parts = pl.col(name).str.extract_groups(_CLOCK)
    days, hours, minutes, seconds = (
        parts.struct.field(str(place)).cast(pl.Int64) for place in range(1, 5)
    )
    hours = hours.fill_null(0) + days.fill_null(0) * 24
    return (hours * 60 + minutes) * 60 + seconds
