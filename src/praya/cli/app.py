"""The terminal program: options that hold for every command, and where the commands hang."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from praya.cli.connection import Connection, Trouble

app = typer.Typer(
    name="praya",
    help="A public AI-compute programme, from call to public figure.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass
class Terminal:
    """What every command may use: the line to Praya, and how to print."""

    connect: Callable[[], Connection]
    server: str
    as_json: bool
    rounds: Callable[[], AbstractContextManager[object]] = nullcontext
    embedded_token: Callable[[str], str] | None = None
    console: Console = field(default_factory=Console)
    _line: Connection | None = None

    @property
    def line(self) -> Connection:
        """The connection, made on first use."""
        if self._line is None:
            self._line = self.connect()
        return self._line

    def show(self, answer: Any) -> None:  # noqa: ANN401 -- JSON is of any shape
        """Print an answer as JSON."""
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))

    def table(self, rows: list[dict[str, Any]], columns: dict[str, str], *, none: str) -> None:
        """Print rows as a table with these columns (key to heading), or as JSON if asked.

        Columns of numbers stand to the right. Where nothing is found, ``none`` says so.
        """
        if self.as_json:
            self.show(rows)
            return
        if not rows:
            typer.echo(none)
            return
        table = Table(box=None, pad_edge=False)
        for key, heading in columns.items():
            is_number = all(isinstance(row.get(key), int | float) for row in rows)
            table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(row.get(key)) for key in columns))
        self.console.print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


Made = Callable[[str, bool], Terminal]
_make: Made | None = None


def run(make: Made) -> None:
    """Run the program; ``make`` makes the terminal from the server's address and the JSON switch."""
    global _make  # noqa: PLW0603 -- set once, by the wiring, before anything runs
    _make = make
    try:
        app()
    except Trouble as trouble:
        typer.echo(f"praya: {trouble}", err=True)
        sys.exit(trouble.status)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


@app.callback()
def options(
    context: typer.Context,
    *,
    server: Annotated[
        str,
        typer.Option(
            envvar="PRAYA_SERVER",
            help="Address of a Praya; without it, the data directory on this machine.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print answers as JSON.")] = False,
) -> None:
    """Keep what every command needs."""
    assert _make is not None, "run() comes first"
    context.obj = _make(server.rstrip("/"), as_json)


def terminal_of(context: typer.Context) -> Terminal:
    """The terminal of a running command."""
    assert isinstance(context.obj, Terminal)
    return context.obj
