"""``praya trace``: logs of jobs, read, described, and made like another. No site is needed."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.simulate import SEED_MAX, SLOTS_MAX, FormName, JsonHere, MapName, SkipBad
from praya.cli.words import _

if TYPE_CHECKING:
    from praya.core.simulator.generator import Closeness
    from praya.traces.normal import Trace

traces = group(
    "trace", _("Traces of jobs: convert, describe, fit and generate. No site is needed.")
)

SITE = "site"  # in place of a file
TraceFile = Annotated[Path, typer.Argument(metavar="TRACE", help=_("A log of any kind."))]
Slots = Annotated[int | None, typer.Option(min=1, max=SLOTS_MAX, help=_("Slots of the machine."))]
Seed = Annotated[
    int, typer.Option(min=0, max=SEED_MAX, help=_("The same seed gives the same jobs."))
]


@traces.command("convert", help=_("Write a trace in Praya's form, a Parquet file."))
def convert(  # noqa: PLR0913 -- the facts of one file
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="TRACE", help=_("A log of any kind; site: the jobs of Praya."))
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", dir_okay=False)],
    *,
    form: FormName = None,
    columns: MapName = "",
    slots: Slots = None,
    skip_bad: SkipBad = False,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    from praya.traces import normal  # noqa: PLC0415 -- help is quick without it

    with terminal.refusals():
        if source == SITE:
            trace = site_trace(terminal)
        else:
            trace = _read(Path(source), form=form, columns=columns, skip_bad=skip_bad)
        if slots is not None:
            trace = replace(trace, pool=slots)
        normal.write(trace, out)
    answer = {"jobs": trace.jobs.height, "lines_skipped": len(trace.skipped), "file": str(out)}
    said = _("%(file)s: %(jobs)s jobs; %(skipped)s lines left out.")
    figures = {"file": out, "jobs": trace.jobs.height, "skipped": len(trace.skipped)}
    terminal.say(answer, said % figures)


def site_trace(terminal: Terminal) -> Trace:
    """The jobs of the site that the caller may see, those that came in on clusters among them."""
    from praya.traces.site import trace_of_site  # noqa: PLC0415 -- help is quick without it

    line = terminal.line
    return trace_of_site(line.every("jobs"), line.every("cluster-jobs", state="ended"))


@traces.command("describe", help=_("Say what is in a trace: jobs, users, sizes, lengths, load."))
def describe(  # noqa: PLR0913 -- as above
    context: typer.Context,
    source: TraceFile,
    *,
    form: FormName = None,
    columns: MapName = "",
    skip_bad: SkipBad = False,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    with terminal.refusals():
        trace = _read(source, form=form, columns=columns, skip_bad=skip_bad)
        from praya.traces.describing import described  # noqa: PLC0415 -- help is quick without it

        answer = described(trace)
    labels = {
        "jobs": _("Jobs"),
        "lines_skipped": _("Lines skipped"),
        "jobs_that_ran": _("Jobs that ran"),
        "users": _("Users"),
        "queues": _("Queues"),
        "slots": _("Slots"),
        "days": _("Days"),
        "load": _("Load asked for"),
        "slots_quartiles": _("Slots a job"),
        "run_s_quartiles": _("Seconds run"),
        "overestimation_quartiles": _("Limit over run"),
        "wait_s_quartiles": _("Seconds waited"),
        "slots_largest": _("Largest job"),
    }
    terminal.pairs(
        answer,
        [(labels[name], _written(value)) for name, value in answer.items() if value is not None],
    )


def _written(value: object) -> object:
    if isinstance(value, list):
        return _("%(q1)s, %(q2)s, %(q3)s (at a quarter, half, three quarters)") % {
            "q1": f"{value[0]:,g}",
            "q2": f"{value[1]:,g}",
            "q3": f"{value[2]:,g}",
        }
    return f"{value:,.3f}" if isinstance(value, float) else value


@traces.command(
    "fit",
    help=_(
        "Keep the shape of a trace, from which jobs like its own can be made: rhythm of the week, "
        "sessions of users, sizes, lengths and limits; and say how close they come."
    ),
)
def fit(  # noqa: PLR0913 -- as above
    context: typer.Context,
    source: TraceFile,
    out: Annotated[Path, typer.Argument(metavar="SHAPE.npz", dir_okay=False)],
    *,
    form: FormName = None,
    columns: MapName = "",
    skip_bad: SkipBad = False,
    seed: Seed = 1,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    from praya.traces import shapes  # noqa: PLC0415 -- help is quick without it

    with terminal.refusals():
        trace = _read(source, form=form, columns=columns, skip_bad=skip_bad)
        shape, found = shapes.shape_of(trace, seed=seed)
        shapes.write(shape, out)
    terminal.pairs(asdict(found) | {"file": str(out)}, _fit_pairs(found))


def _fit_pairs(found: Closeness) -> list[tuple[str, object]]:
    distances = [
        (_("Seconds run"), found.run),
        (_("Slots a job"), found.slots),
        (_("Limit over run"), found.overestimation),
        (_("Gaps between jobs"), found.gaps),
        (_("Hours of the week"), found.hours_of_week),
        (_("Users' shares"), found.users),
    ]
    said: list[tuple[str, object]] = [(_("Distance"), _("0 is the same, 1 has nothing in common"))]
    said += [(label, f"{value:.3f}") for label, value in distances]
    for label, pair in (
        (_("Jobs an hour"), found.jobs_per_hour),
        (_("Slot-hours an hour"), tuple(value / 3_600 for value in found.slot_seconds_per_hour)),
    ):
        figures = {"trace": f"{pair[0]:,.2f}", "made": f"{pair[1]:,.2f}"}
        said.append((label, _("%(trace)s in the trace, %(made)s as made") % figures))
    return said


@traces.command("generate", help=_("Make a trace like another from its shape."))
def generate(  # noqa: PLR0913 -- as above
    context: typer.Context,
    shape: Annotated[Path, typer.Argument(metavar="SHAPE.npz", help=_("From: praya trace fit."))],
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", dir_okay=False)],
    *,
    jobs: Annotated[int, typer.Option(min=1, max=100_000_000, help=_("How many."))],
    seed: Seed = 1,
    load: Annotated[
        float,
        typer.Option(
            min=0.001,
            max=1_000,
            help=_("So many times the jobs an hour of the trace."),
        ),
    ] = 1.0,
    slots: Slots = None,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    from praya.traces import normal, shapes  # noqa: PLC0415 -- help is quick without it

    with terminal.refusals():
        known = shapes.read(shape)
        trace = shapes.made_trace(known, count=jobs, seed=seed, load=load, pool=slots)
        normal.write(trace, out)
    answer = {"jobs": trace.jobs.height, "file": str(out)}
    terminal.say(answer, _("%(file)s: %(jobs)s jobs.") % answer)


def _terminal(context: typer.Context, *, as_json: bool) -> Terminal:
    terminal = terminal_of(context)
    terminal.as_json |= as_json
    return terminal


def _read(path: Path, *, form: str | None, columns: str, skip_bad: bool) -> Trace:
    from praya.traces.reading import Form, read  # noqa: PLC0415 -- help is quick without it

    wanted: Any = Form(form) if form else None
    return read(path, form=wanted, columns=columns, skip_bad=skip_bad)
