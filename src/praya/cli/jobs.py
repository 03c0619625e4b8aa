"""Running work: ``run``, ``jobs``, ``show``, ``output``, ``cancel``, ``balance``."""

from __future__ import annotations

import sys
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, app, terminal_of
from praya.cli.connection import Trouble
from praya.cli.durations import seconds_of

_POLL_S = 0.5
_CHUNK = 65_536

JobCode = Annotated[str, typer.Argument(metavar="JOB", help="As J-000012.")]


@app.command("run", context_settings={"ignore_unknown_options": True})
def run_job(
    context: typer.Context,
    argv: Annotated[list[str], typer.Argument(metavar="-- COMMAND", help="What to run.")],
    *,
    award: Annotated[str, typer.Option(help="The award to run under, as HCP-0007.")],
    cards: Annotated[int, typer.Option(min=1, help="Accelerators to hold.")] = 1,
    limit: Annotated[str, typer.Option("--time", help="Run-time limit: 90s, 10m, 2h, 1:30:00.")],
    line: Annotated[
        int | None, typer.Option(help="The award's line, where it has several.")
    ] = None,
    name: Annotated[str, typer.Option(help="A name to find it by.")] = "",
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Do not follow the output.")
    ] = False,
    key: Annotated[
        str, typer.Option(help="Same key, same job: repeat a call safely with it.")
    ] = "",
) -> None:
    """Run a command under an award, follow its output and end with its exit status.

    The worst case (cards times the time limit) is held in the book before the job is admitted; what
    it did not use goes back when it ends.
    """
    terminal = terminal_of(context)
    order = {
        "award": award,
        "line": line,
        "cards": cards,
        "time_limit_s": seconds_of(limit),
        "argv": argv,
        "name": name or Path(argv[0]).name,
        "directory": str(Path.cwd()) if terminal.line.is_embedded else "",
        "key": key or uuid.uuid4().hex,
    }
    job = terminal.line.send("/jobs", order)
    typer.echo(f"{job['code']}: {job['held']} held. {job['sentence']}", err=True)
    if detach:
        typer.echo(job["code"])
        return
    with terminal.rounds():
        _follow(terminal, job["code"])


def _follow(terminal: Terminal, code: str) -> None:
    """Print the output as it comes; end as the job ends. Ctrl-C leaves the job running and says so."""
    offset, said = 0, ""
    try:
        while True:
            piece = terminal.line.get(f"/jobs/{code}/output", offset=offset, limit=_CHUNK)
            sys.stdout.write(piece["text"])
            sys.stdout.flush()
            offset = piece["next_offset"]
            job = terminal.line.get(f"/jobs/{code}")
            if job["state"] == "waiting" and job["sentence"] != said:
                said = job["sentence"]
                typer.echo(f"{code}: {said}", err=True)
            if job["is_over"] and piece["ended"] and not piece["text"]:
                break
            if not piece["text"]:
                time.sleep(_POLL_S)
    except KeyboardInterrupt:
        typer.echo(
            f"\n{code} goes on. Follow it with: praya output -f {code}; "
            f"end it with: praya cancel {code}",
            err=True,
        )
        raise typer.Exit(130) from None
    typer.echo(f"{code}: {job['sentence']}", err=True)
    raise typer.Exit(_status_of(job))


def _status_of(job: dict[str, Any]) -> int:
    if job["exit_code"] is not None:
        return int(job["exit_code"])
    return 0 if job["state"] == "completed" else 1


@app.command("jobs")
def list_jobs(
    context: typer.Context,
    award: Annotated[str | None, typer.Option(help="Only this award's.")] = None,
    state: Annotated[str | None, typer.Option(help="Only in this state, as running.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """List the jobs you may see, newest first."""
    terminal = terminal_of(context)
    page = terminal.line.get("/jobs", award=award, state=state, limit=limit)
    columns = {
        "code": "Job",
        "award": "Award",
        "name": "Name",
        "cards": "Cards",
        "device_model": "Device model",
        "state": "State",
        "sentence": "What it does",
    }
    terminal.table(page["items"], columns, none="No jobs yet. Run one with: praya run --award …")


@app.command("show")
def show_job(context: typer.Context, code: JobCode) -> None:
    """Show a job: its state, why it waits, what it holds and what it was charged."""
    terminal = terminal_of(context)
    job = terminal.line.get(f"/jobs/{code}")
    if terminal.as_json:
        terminal.show(job)
        return
    for label, value in job["shown"]:
        typer.echo(f"{label:<16} {value}")


@app.command("output")
def show_output(
    context: typer.Context,
    code: JobCode,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Until the job ends.")] = False,
) -> None:
    """Print what a job has written."""
    terminal = terminal_of(context)
    if follow:
        with terminal.rounds():
            _follow(terminal, code)
    offset = 0
    while True:
        piece = terminal.line.get(f"/jobs/{code}/output", offset=offset, limit=_CHUNK)
        if not piece["text"]:
            return
        sys.stdout.write(piece["text"])
        offset = piece["next_offset"]


@app.command("cancel")
def cancel_job(context: typer.Context, code: JobCode) -> None:
    """End a job. A waiting one gives its hold back at once; a running one is asked to stop."""
    job = terminal_of(context).line.send(f"/jobs/{code}/cancel")
    typer.echo(f"{code}: {job['sentence']}")


@app.command("balance")
def balance(
    context: typer.Context,
    award: Annotated[str, typer.Argument(help="One award; all of yours when left out.")] = "",
) -> None:
    """Show the four numbers: settled, in flight, free, and committed, which is their sum."""
    terminal = terminal_of(context)
    if award:
        awards = [terminal.line.get(f"/awards/{award}")]
    else:
        awards = list(terminal.line.every("/awards"))
    rows = [{"award": one["code"], **numbers} for one in awards for numbers in one["four_numbers"]]
    columns = {
        "award": "Award",
        "unit": "In",
        "settled": "Settled",
        "in_flight": "In flight",
        "free": "Free",
        "committed": "Committed",
    }
    terminal.table(rows, columns, none="You are a member of no award.")
    if not awards:
        raise Trouble("There is nothing to show a balance of.")
