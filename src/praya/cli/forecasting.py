"""``praya forecast --scenario`` and ``praya forecast score``: without a site, from files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.beforehand import check_writable, refuse_needless
from praya.cli.forecast_telling import show_forecast, show_score
from praya.cli.forecasts import forecast
from praya.cli.kept_runs import kept_runs
from praya.cli.reading import content_of
from praya.cli.scenario import tell_findings
from praya.cli.simulate import (
    SEED_MAX,
    SLOTS_MAX,
    FormName,
    JsonHere,
    MapName,
    PolicyName,
    SkipBad,
)
from praya.cli.trace import SITE, site_trace
from praya.cli.trouble import Trouble
from praya.cli.words import _

if TYPE_CHECKING:
    from praya.core.simulator.forecast.answer import ForecastAnswer
    from praya.core.simulator.forecast.history import Past
    from praya.core.simulator.forecast.question import ForecastQuestion, Question
    from praya.core.simulator.sweep import Spread
    from praya.traces.normal import Trace

Processes = Annotated[
    int, typer.Option(min=0, help=_("Processes at once; 0: one for each processor."))
]
Variants = Annotated[
    list[str] | None,
    typer.Option(
        help=_(
            "What would be otherwise: 'buy 200 h800 from 2027-03-01'. Repeat it for more; "
            "'help' lists the forms."
        )
    ),
]
KeepFolder = Annotated[
    Path | None,
    typer.Option(
        help=_(
            "A folder that keeps the runs. Without it they are kept in your cache until all "
            "are done; either way an interrupted forecast goes on from there."
        )
    ),
]


@forecast.callback(invoke_without_command=True, no_args_is_help=True)
def from_file(  # noqa: PLR0913 -- the facts of one question
    context: typer.Context,
    *,
    scenario: Annotated[
        Path | None,
        typer.Option(help=_("Machines, awards and what they will ask for, as a YAML file.")),
    ] = None,
    question: Annotated[
        Path | None,
        typer.Option(
            help=_(
                "A question as a site's forecast has it: machines, jobs, changes and seeds. "
                "'forecast question' writes one."
            )
        ),
    ] = None,
    variant: Variants = None,
    history: Annotated[
        Path | None,
        typer.Option(help=_("A log of jobs: what names no kinds is asked for in jobs like its.")),
    ] = None,
    form: FormName = None,
    columns: MapName = "",
    skip_bad: SkipBad = False,
    runs: Annotated[int, typer.Option(min=1, max=10_000, help=_("How many seeds."))] = 30,
    seed: Annotated[int, typer.Option(min=0, max=SEED_MAX, help=_("The first seed."))] = 0,
    processes: Processes = 0,
    ray: Annotated[
        bool, typer.Option("--ray", help=_("Run on a Ray cluster; needs: pip install praya[ray]"))
    ] = False,
    keep: KeepFolder = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help=_("Write the answer there as JSON too."))
    ] = None,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    if context.invoked_subcommand is not None:
        said = _("Each command has options of its own, behind its name. Leave out %(options)s.")
        of_this = {one.name or "" for one in context.command.params} - {"as_json"}
        refuse_needless(context, said, *of_this)
        return
    if variant == ["help"]:
        _say_forms(terminal)
        return
    if (scenario is None) == (question is None):
        raise typer.BadParameter(
            _("Give --scenario FILE.yaml, --question FILE.json, or a command.")
        )
    _refuse_needless(context, has_question=question is not None, has_log=history is not None)
    # Help should not wait for what simulates.
    from praya.core.simulator.forecast.plain import to_plain  # noqa: PLC0415 -- as said
    from praya.core.simulator.forecast.question import ForecastQuestion  # noqa: PLC0415 -- as said

    with terminal.refusals():
        check_writable(out)
        if scenario is None:
            asked = _kept_question(question)
        else:
            past = None if history is None else _past(history, form, columns, skip_bad=skip_bad)
            base = _base(terminal, scenario, past)
            other = _changed(base, variant or [])
            asked = ForecastQuestion(base, other, tuple(range(seed, seed + runs)))
        answer = _answered(terminal, asked, keep=keep, processes=processes, ray=ray, out=out)
    if terminal.as_json:
        terminal.show(to_plain(answer))
    else:
        show_forecast(terminal, asked.base.zero_on, answer)


def _refuse_needless(context: typer.Context, *, has_question: bool, has_log: bool) -> None:
    if has_question:
        said = _(
            "A question has its changes, its past and its seeds in itself. Leave out %(options)s."
        )
        refuse_needless(context, said, "variant", "history", "runs", "seed")
    if not has_log:
        said = _("Without --history no log is read. Leave out %(options)s.")
        refuse_needless(context, said, "form", "columns", "skip_bad")


def _kept_question(path: Path | None) -> ForecastQuestion:
    from praya.core.simulator.forecast.question_reading import (  # noqa: PLC0415 -- as above
        read_kept,
    )

    assert path is not None
    return read_kept(content_of(path))


def _answered(  # noqa: PLR0913 -- the facts of one answer
    terminal: Terminal,
    question: ForecastQuestion,
    *,
    keep: Path | None,
    processes: int,
    ray: bool,
    out: Path | None,
) -> ForecastAnswer:
    """The answer, written where it is wanted before the runs are thrown away."""
    from praya.core.simulator.forecast.asking import ask, inputs_of  # noqa: PLC0415 -- as above
    from praya.core.simulator.forecast.plain import to_plain  # noqa: PLC0415 -- as above

    with (
        kept_runs(keep, inputs_of(question)) as folder,
        _progress(_("Simulated runs"), shown=not terminal.as_json) as progress,
    ):
        answer = ask(
            question,
            processes=processes or len(os.sched_getaffinity(0)),
            folder=folder,
            progress=progress,
            spread=_on_ray() if ray else None,
        )
        if out is not None:
            out.write_text(json.dumps(to_plain(answer), indent=1) + "\n", encoding="utf-8")
        return answer


def _terminal(context: typer.Context, *, as_json: bool) -> Terminal:
    terminal = terminal_of(context)
    terminal.as_json |= as_json
    return terminal


def _say_forms(terminal: Terminal) -> None:
    from praya.core.simulator.forecast.change_reading import FORMS  # noqa: PLC0415 -- as above

    terminal.say(FORMS, "\n".join(FORMS.values()))


def _base(terminal: Terminal, path: Path, past: Past | None) -> Question:
    from praya.core.programme.reading import FILE_BYTES_MAX  # noqa: PLC0415 -- as above
    from praya.core.simulator.forecast.file import read_question  # noqa: PLC0415 -- as above

    content = content_of(path, kib_max=FILE_BYTES_MAX // 1024)
    question, findings = read_question(content, file=str(path), past=past)
    if question is None:
        tell_findings(terminal, terminal.findings_told(findings))
        raise typer.Exit(1)
    return question


def _changed(base: Question, variant: list[str]) -> Question | None:
    from praya.core.simulator.forecast.change_reading import read_change  # noqa: PLC0415 -- as above

    question = base
    for text in variant:
        question = read_change(text, question).applied(question)
    return question if variant else None


def _past(path: Path, form: str | None, columns: str, *, skip_bad: bool) -> Past:
    from praya.traces.pasts import past_of_trace  # noqa: PLC0415 -- as above

    return past_of_trace(_trace(path, form, columns, skip_bad=skip_bad))


def _trace(path: Path, form: str | None, columns: str, *, skip_bad: bool) -> Trace:
    from praya.traces.reading import Form, read  # noqa: PLC0415 -- as above

    kind = Form(form) if form else None
    return read(path, form=kind, columns=columns, skip_bad=skip_bad)


def _on_ray() -> Spread:
    from praya.core.simulator.on_ray import RayMissing, in_ray  # noqa: PLC0415 -- as above

    try:
        return in_ray()
    except RayMissing as error:
        raise Trouble(_("Ray is not installed here. Install it: pip install praya[ray]")) from error


@contextmanager
def _progress(label: str, *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's standard error; elsewhere nothing."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _done, _all: None
        return
    from rich.console import Console  # noqa: PLC0415 -- slow to load
    from rich.progress import Progress  # noqa: PLC0415 -- as above

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@forecast.command(
    "score",
    help=_(
        "Forecast the waits of a recorded trace as if each of many moments were now, and say how "
        "well the later half of the forecasts held. Of a file it needs no site."
    ),
)
def score(  # noqa: PLR0913 -- the facts of one replay
    context: typer.Context,
    *,
    trace: Annotated[str, typer.Option(help=_("A log of any kind; site: the jobs of Praya."))],
    policy: Annotated[PolicyName, typer.Option(help=_("Who starts next."))] = "easy",
    queue: Annotated[
        str, typer.Option(help=_("Of one queue, virtual cluster or device model alone."))
    ] = "",
    slots: Annotated[
        int | None,
        typer.Option(min=1, max=SLOTS_MAX, help=_("Slots of the machine; else as the trace says.")),
    ] = None,
    truth: Annotated[
        Literal["recorded", "replayed"] | None,
        typer.Option(
            help=_(
                "What came: the starts in the log, or those the policy gives. Without it, the "
                "log's if it has any."
            )
        ),
    ] = None,
    moments: Annotated[int, typer.Option(min=10, max=100_000, help=_("How many moments."))] = 600,
    runs: Annotated[int, typer.Option(min=5, max=1_000, help=_("Runs for each."))] = 30,
    seed: Annotated[int, typer.Option(min=0, help=_("Same seed, same answer."))] = 1,
    form: FormName = None,
    columns: MapName = "",
    skip_bad: SkipBad = False,
    as_json: JsonHere = False,
) -> None:
    terminal = _terminal(context, as_json=as_json)
    from praya.core.simulator.flat import FlatPolicy  # noqa: PLC0415 -- it compiles
    from praya.core.simulator.forecast.replay import replay  # noqa: PLC0415 -- as above
    from praya.traces.pasts import history_of, of_queue  # noqa: PLC0415 -- as above

    if trace == SITE:
        said = _("The jobs of the site stand in no file. Leave out %(options)s.")
        refuse_needless(context, said, "form", "columns", "skip_bad")
    with terminal.refusals():
        known = (
            site_trace(terminal)
            if trace == SITE
            else _trace(Path(trace), form, columns, skip_bad=skip_bad)
        )
        if queue:
            known = replace(of_queue(known, queue), pool=None)
        wanted = FlatPolicy(policy)
        told = "start_s" in known.jobs.columns and bool((known.jobs["start_s"] >= 0).any())
        if truth == "recorded" and not told:
            raise typer.BadParameter(_("The log tells no starts; take --truth replayed."))
        recorded = told if truth is None else truth == "recorded"
        history, pool = history_of(known, pool=slots, policy=wanted, recorded=recorded)
        with _progress(_("Moments"), shown=not terminal.as_json) as progress:
            found = replay(
                history,
                pool=pool,
                policy=wanted,
                moments=moments,
                runs=runs,
                seed=seed,
                progress=progress,
            )
    answer: dict[str, Any] = {
        "policy": policy,
        "slots": pool,
        "jobs": len(history.jobs),
        "truth": "recorded" if recorded else "replayed",
        **asdict(found),
    }
    show_score(terminal, answer)
