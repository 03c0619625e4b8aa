"""``praya simulate``: what a machine would do with a trace under a policy. No site is needed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from praya.cli.app import Terminal, app, terminal_of
from praya.cli.beforehand import check_writable, refuse_needless, stopped_at_once
from praya.cli.scenario import OtherLog, Ways, left_out, show_scenario, took
from praya.cli.words import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from praya.core.simulator.jobs import FlatJobs
    from praya.traces.normal import Trace

# As praya.core.simulator.flat has them; help should not wait for kernels to load.
PolicyName = Literal["fcfs", "sjf", "easy", "conservative"]
SLOTS_MAX = 10**9  # as praya.core.simulator.jobs
_SECONDS_MAX = 10**12  # as a scenario's own
SEED_MAX = 10**12  # far below 64 bits, so that seeds may follow it
FormName = Annotated[
    Literal["swf", "sacct", "columns", "normal"] | None,
    typer.Option("--from", help=_("The kind of file, where its beginning does not tell.")),
]
MapName = Annotated[
    str,
    typer.Option(
        "--map",
        metavar="MAP",
        help=_("Which columns of a table are what: a YAML file, or philly, helios, acme, …"),
    ),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help=_("Go on without lines that cannot be read."))
]
JsonHere = Annotated[bool, typer.Option("--json", help=_("Print the answer as JSON."))]


@app.command(
    help=_(
        "Replay a trace on a pool of identical slots, or a scenario file with nodes, awards and "
        "jobs, and say what the machine and its users would have seen. Needs no site."
    )
)
def simulate(  # noqa: PLR0913 -- the facts of one simulation
    context: typer.Context,
    *,
    trace: Annotated[
        Path | None,
        typer.Option(
            help=_(
                "A log: SWF (.gz too), sacct, Parquet in Praya's form, or a table; beside a "
                "scenario, in place of the log that it names."
            )
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help=_("Machines, awards, jobs and a policy, as a YAML file.")),
    ] = None,
    policy: Annotated[PolicyName, typer.Option(help=_("Who starts next."))] = "easy",
    slots: Annotated[
        int | None,
        typer.Option(min=1, max=SLOTS_MAX, help=_("Slots of the machine; else as the trace says.")),
    ] = None,
    starts: Annotated[
        Path | None, typer.Option(dir_okay=False, help=_("Write id and start of each job as CSV."))
    ] = None,
    form: FormName = None,
    columns: MapName = "",
    skip_bad: SkipBad = False,
    seed: Annotated[
        int, typer.Option(min=0, max=SEED_MAX, help=_("Of a scenario's random placement."))
    ] = 0,
    until: Annotated[
        int | None,
        typer.Option(min=0, max=_SECONDS_MAX, help=_("The second at which a scenario is stopped.")),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, help=_("Keep there how a scenario stands then."))
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help=_("Go on from what --save kept of the same scenario."))
    ] = None,
    as_json: JsonHere = False,
) -> None:
    terminal = terminal_of(context)
    terminal.as_json |= as_json
    if scenario is not None:
        _refuse_needless_beside_a_scenario(context, has_log=trace is not None)
        log = None if trace is None else OtherLog(trace, form, columns, skip_bad=skip_bad)
        show_scenario(terminal, scenario, Ways(log, seed, until, resume, save, starts))
        return
    if trace is None:
        raise typer.BadParameter(_("Give --trace, or --scenario."))
    said = _(
        "A log by itself is simulated to its end, and nothing in it is by chance. Leave out "
        "%(options)s, or give --scenario."
    )
    refuse_needless(context, said, "until", "save", "resume", "seed")
    answer = flat_answer(
        terminal,
        trace=trace,
        policy=policy,
        slots=slots,
        starts=starts,
        form=form,
        columns=columns,
        skip_bad=skip_bad,
    )
    terminal.pairs(answer, _pairs(answer))


def _refuse_needless_beside_a_scenario(context: typer.Context, *, has_log: bool) -> None:
    said = _("A scenario says its machine and its policy itself. Leave out %(options)s.")
    refuse_needless(context, said, "policy", "slots")
    if not has_log:
        said = _(
            "A scenario says how its own log is read. Give another one with --trace, or leave out "
            "%(options)s."
        )
        refuse_needless(context, said, "form", "columns", "skip_bad")


def flat_answer(  # noqa: PLR0913 -- as above
    terminal: Terminal,
    *,
    trace: Path,
    policy: str,
    slots: int | None,
    starts: Path | None,
    form: str | None,
    columns: str,
    skip_bad: bool,
) -> dict[str, Any]:
    """Simulate a flat pool; the metrics, and how long each part took."""
    begun = time.perf_counter()
    # Loading is told apart from reading: Numba takes a moment, and compiles at the very first use.
    from praya.core.simulator import metrics  # noqa: PLC0415 -- as said
    from praya.core.simulator.flat import FlatPolicy, simulate, warm  # noqa: PLC0415 -- as said
    from praya.traces.normal import FLAT, flat_jobs_of  # noqa: PLC0415 -- as said
    from praya.traces.reading import Form, read  # noqa: PLC0415 -- as said

    with terminal.refusals():
        check_writable(starts)
    wanted = FlatPolicy(policy)
    warm(wanted)
    loaded = time.perf_counter()
    with terminal.refusals():
        kind = Form(form) if form else None
        known = read(trace, form=kind, columns=columns, skip_bad=skip_bad, only=FLAT)
        jobs, dropped, pool = flat_jobs_of(known, pool=slots)
    was_read = time.perf_counter()
    with terminal.refusals(), stopped_at_once():
        start = simulate(jobs, pool=pool, policy=wanted)
    simulated = time.perf_counter()
    waits = metrics.waits(submit=jobs.submit, start=start, run=jobs.run)
    if starts is not None:
        with terminal.refusals():
            _write_starts(starts, known, jobs, start)
    return {
        "policy": policy,
        "slots": pool,
        "jobs": len(jobs),
        "dropped": {reason.value: count for reason, count in dropped.items()},
        "lines_skipped": len(known.skipped),
        "utilisation": metrics.utilisation(
            submit=jobs.submit, start=start, run=jobs.run, slots=jobs.slots, pool=pool
        ),
        "wait_s_mean": waits.mean_s if waits else None,
        "wait_s_median": waits.median_s if waits else None,
        "wait_s_p90": waits.p90_s if waits else None,
        "wait_s_p99": waits.p99_s if waits else None,
        "wait_s_max": waits.max_s if waits else None,
        "bounded_slowdown_mean": waits.bounded_slowdown_mean if waits else None,
        "makespan_s": int((start + jobs.run).max()) if len(jobs) else 0,
        "load_s": loaded - begun,
        "read_s": was_read - loaded,
        "simulate_s": simulated - was_read,
    }


def _write_starts(path: Path, trace: Trace, jobs: FlatJobs, start: NDArray[np.int64]) -> None:
    """One line a job, in the order of submission; seconds count from the first submission."""
    import polars as pl  # noqa: PLC0415 -- it is loaded by now

    ids = trace.jobs["id"].gather(jobs.rows)
    with path.open("wb") as file:  # Polars shortens the path that it could not open
        pl.DataFrame({"id": ids, "start": start}).write_csv(file)


def _pairs(answer: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield _("Policy"), answer["policy"]
    yield _("Slots"), answer["slots"]
    yield _("Jobs"), answer["jobs"]
    yield _("Left out"), left_out(answer["dropped"])
    yield _("Lines skipped"), answer["lines_skipped"] or ""
    yield _("Utilisation"), f"{answer['utilisation'] * 100:.3f} %"
    if answer["jobs"]:
        yield _("Mean wait"), _seconds(answer["wait_s_mean"])
        yield _("Median wait"), _seconds(answer["wait_s_median"])
        yield _("90 % wait at most"), _seconds(answer["wait_s_p90"])
        yield _("99 % wait at most"), _seconds(answer["wait_s_p99"])
        yield _("Longest wait"), _seconds(answer["wait_s_max"])
        yield _("Mean bounded slowdown"), f"{answer['bounded_slowdown_mean']:,.2f}"
    yield _("Took"), took(answer)


def _seconds(number: float) -> str:
    return f"{number:,.2f} s"
