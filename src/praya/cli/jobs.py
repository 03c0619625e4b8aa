"""Running work: ``run``, ``jobs``, ``show``, ``output``, ``cancel``."""

from __future__ import annotations

import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from praya.cli.app import Terminal, app, terminal_of
from praya.cli.durations import seconds_of
from praya.cli.reading import content_of
from praya.cli.sbatch import may_submit_there, submit_there
from praya.cli.trouble import Trouble
from praya.cli.words import _

if TYPE_CHECKING:
    from praya.cli.connection import Connection

_POLL_S = 0.5
_CHUNK = 65_536
_STOPPING_S_MAX = 20
_STANDINGS_THERE = frozenset({"alive", "waiting", "running", "ended"})

JobCode = Annotated[str, typer.Argument(metavar="JOB", help=_("As J-000012."))]
AnyJobCode = Annotated[
    str, typer.Argument(metavar="JOB", help=_("As J-000012, or harbour/4711 of a cluster."))
]


@app.command(
    "run",
    context_settings={"ignore_unknown_options": True},
    help=_(
        "Run a command under an award, follow its output and end with its exit status. The worst "
        "case (cards times the time limit) is held in the book before the job is admitted; what it "
        "did not use goes back when it ends. On the login node of a Slurm that takes jobs of its "
        "own users alone, your own sbatch submits it: its number there is printed, and its output "
        "is not followed."
    ),
)
def run_job(  # noqa: PLR0913 -- the facts of one job
    context: typer.Context,
    argv: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- COMMAND", help=_("What to run."), show_default=False),
    ] = None,
    *,
    award: Annotated[str, typer.Option(help=_("The award to run under, as HCP-0007."))],
    limit: Annotated[str, typer.Option("--time", help=_("Run-time limit: 90s, 10m, 2h, 1:30:00."))],
    cards: Annotated[int, typer.Option(min=1, help=_("Accelerators to hold."))] = 1,
    line: Annotated[
        int | None, typer.Option(min=1, help=_("The award's line, where it has several."))
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help=_("A script to run; COMMAND is its arguments then.")
        ),
    ] = None,
    set_to: Annotated[
        list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help=_("For the job to see."))
    ] = None,
    name: Annotated[str, typer.Option(help=_("A name to find it by."))] = "",
    service_class: Annotated[
        str, typer.Option("--class", help=_("Another class of service than the line's."))
    ] = "",
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help=_("Do not follow the output."))
    ] = False,
    key: Annotated[
        str, typer.Option(help=_("Same key, same job: repeat a call safely with it."))
    ] = "",
) -> None:
    command = argv or []
    if not command and script is None:
        raise typer.BadParameter(_("Say what to run after “--”, or give a --script."))
    terminal = terminal_of(context)
    order = {
        "award": award,
        "line": line,
        "cards": cards,
        "time_limit_s": seconds_of(limit),
        "argv": command,
        "script": content_of(script, kib_max=1024).decode() if script else "",
        "environment": _environment(set_to or []),
        "name": name or (script or Path(command[0])).name,
        "service_class": service_class,
        "directory": str(Path.cwd()) if terminal.line.is_embedded else "",
        "key": key or uuid.uuid4().hex,
    }
    job = _admitted(terminal, order, script, has_key=bool(key))
    if job is None:
        return
    said = _("%(job)s: %(held)s held. %(sentence)s") % {
        "job": job["code"],
        "held": job["held"],
        "sentence": job["sentence"],
    }
    typer.echo(said, err=True)
    if detach:
        terminal.say(job, job["code"])
        return
    with terminal.rounds():
        job = _follow(terminal.line, job["code"])
    typer.echo(f"{job['code']}: {job['sentence']}", err=True)
    raise typer.Exit(_status_of(job))


def _admitted(
    terminal: Terminal, order: dict[str, Any], script: Path | None, *, has_key: bool
) -> dict[str, Any] | None:
    """The job, admitted by Praya; none where it was submitted on a cluster instead."""
    try:
        job: dict[str, Any] = terminal.line.send("jobs", body=order)
    except Trouble as refusal:
        if not may_submit_there(refusal):
            raise
        submit_there(terminal, refusal, order, script, has_key=has_key)
        return None
    return job


def _environment(given: list[str]) -> dict[str, str]:
    parts = [one.partition("=") for one in given]
    for name, equals, _value in parts:
        if not (name and equals):
            raise typer.BadParameter(_("Write --env NAME=VALUE."))
    return {name: value for name, _equals, value in parts}


def _follow(line: Connection, code: str, *, offset: int = 0) -> dict[str, Any]:
    """Print output until the job ends; the job. Ctrl-C leaves the job running and says so."""
    said = ""
    try:
        while True:
            # The job first: what is printed after it was seen over is all there is.
            job: dict[str, Any] = line.get("jobs", code)
            piece = line.get("jobs", code, "output", offset=offset, limit=_CHUNK)
            sys.stdout.write(piece["text"])
            sys.stdout.flush()
            offset = piece["next_offset"]
            if job["state"] == "waiting" and job["sentence"] != said:
                said = job["sentence"]
                typer.echo(f"{code}: {said}", err=True)
            if not piece["text"]:
                if job["is_over"]:
                    return job
                time.sleep(_POLL_S)
    except KeyboardInterrupt:
        goes_on = _(
            "%(job)s goes on. Follow it with: praya output -f %(job)s; end it with: praya cancel "
            "%(job)s"
        )
        typer.echo("\n" + goes_on % {"job": code}, err=True)
        raise typer.Exit(Trouble.INTERRUPTED) from None


def _status_of(job: dict[str, Any]) -> int:
    if job["exit_code"] is not None:
        return int(job["exit_code"])
    return 0 if job["state"] == "completed" else 1


def path_of(code: str) -> tuple[str, ...]:
    """Where a job is asked for: ``J-000012``, or ``harbour/27_3`` of a cluster."""
    cluster, slash, number = code.partition("/")
    return ("clusters", cluster, "jobs", number) if slash else ("jobs", code)


@app.command(
    "jobs",
    help=_(
        "List the jobs you may see, newest first; then what waits and runs on clusters that came "
        "in there by sbatch, under the name of its user."
    ),
)
def list_jobs(
    context: typer.Context,
    *,
    award: Annotated[str | None, typer.Option(help=_("Only this award's."))] = None,
    state: Annotated[str | None, typer.Option(help=_("Only in this state, as running."))] = None,
    ended_there: Annotated[
        bool, typer.Option("--ended-on-clusters", help=_("Those that sbatch brought, once ended."))
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))] = 50,
) -> None:
    terminal = terminal_of(context)
    rows = (
        []
        if ended_there
        else terminal.line.get("jobs", award=award, state=state, limit=limit)["items"]
    )
    standing = "ended" if ended_there else state or "alive"
    if standing in _STANDINGS_THERE:
        asked = {"award": award, "state": standing, "limit": limit}
        there = terminal.line.get("cluster-jobs", **asked)["items"]
        rows += [{**row, "name": row["member"]} for row in there]
    columns = {
        "code": _("Job"),
        "award": _("Award"),
        "name": _("Name"),
        "cards": _("Cards"),
        "device_model": _("Device model"),
        "state_word": _("State"),
        "sentence": _("What it does"),
    }
    is_chosen = award or state or ended_there
    none = (
        _("Nothing matches what you asked for.")
        if is_chosen
        else _("No jobs yet. Run one with: praya run --award …")
    )
    terminal.table(rows, columns, none=none)


@app.command(
    "show", help=_("Show a job: its state, why it waits, what it holds and what it was charged.")
)
def show_job(context: typer.Context, code: AnyJobCode) -> None:
    terminal = terminal_of(context)
    job = terminal.line.get(*path_of(code))
    terminal.pairs(job, [(label, value) for label, value in job["shown"]])


@app.command("output", help=_("Print what a job has written."))
def show_output(
    context: typer.Context,
    code: JobCode,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help=_("Until the job ends."))] = False,
) -> None:
    terminal = terminal_of(context)
    _check_ours(code)
    if follow:
        with terminal.rounds():
            job = _follow(terminal.line, code)
        typer.echo(f"{code}: {job['sentence']}", err=True)
        return
    offset = 0
    while True:
        piece = terminal.line.get("jobs", code, "output", offset=offset, limit=_CHUNK)
        if not piece["text"]:
            return
        sys.stdout.write(piece["text"])
        offset = piece["next_offset"]


@app.command(
    "cancel",
    help=_("End a job. One that waits gives its hold back at once; a running one is stopped."),
)
def cancel_job(context: typer.Context, code: JobCode) -> None:
    terminal = terminal_of(context)
    _check_ours(code)
    job = terminal.line.send("jobs", code, "cancel")
    if terminal.line.is_embedded and not job["is_over"]:
        job = _until_stopped(terminal, job)
    terminal.say(job, f"{code}: {job['sentence']}")


def _check_ours(code: str) -> None:
    """A job of a cluster is neither read nor ended from here."""
    if "/" in code:
        raise Trouble(
            _("%s came in there by sbatch: its output stands there, and scancel ends it.") % code
        )


def _until_stopped(terminal: Terminal, job: dict[str, Any]) -> dict[str, Any]:
    """Do the rounds that stop a job, where nobody else may; at most for its grace and a little."""
    with terminal.rounds():
        for _try in range(int(_STOPPING_S_MAX / _POLL_S)):
            time.sleep(_POLL_S)
            job = terminal.line.get("jobs", job["code"])
            if job["is_over"]:
                break
    return job
