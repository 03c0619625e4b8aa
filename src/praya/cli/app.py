"""The terminal program: options that hold for every command, and where the commands hang."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from praya import __version__
from praya.cli import borrowed
from praya.cli.printing import Printing, shown
from praya.cli.trouble import Trouble
from praya.cli.words import _
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.cli.connection import Connection
    from praya.core.programme.findings import Finding

app = typer.Typer(
    name="praya",
    help=_("A public AI-compute programme, from call to public figure."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass
class Terminal(Printing):
    """What every command may use: the line to Praya, and how to print.

    ``place`` names the server or data directory in the file of tokens. ``rounds`` does the worker's
    rounds in this process where nobody else may. ``embedded_token`` signs in on the data directory;
    there is none on another server. ``check_file`` finds the mistakes of a programme file, and
    ``findings_told`` says those of any file; ``sentence_for`` says a refusal of this process.
    """

    connect: Callable[[], Connection]
    place: Callable[[], str]
    check_file: Callable[[bytes, str], list[dict[str, Any]]]
    findings_told: Callable[[list[Finding]], list[dict[str, Any]]]
    sentence_for: Callable[[Refusal], str]
    rounds: Callable[[], AbstractContextManager[object]] = nullcontext
    embedded_token: Callable[[str], str] | None = None
    _line: Connection | None = None

    @property
    def line(self) -> Connection:
        """The connection, made on first use."""
        if self._line is None:
            self._line = self.connect()
        return self._line

    def hang_up(self) -> None:
        """Close the connection, where one was made."""
        if self._line is not None:
            self._line.close()

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Say what is refused in this process, and which file cannot be used."""
        try:
            yield
        except Refusal as refusal:
            raise Trouble(self.sentence_for(refusal), code=refusal.code) from refusal
        except OSError as error:
            raise Trouble(_("A file cannot be used: %s") % error) from error


Made = Callable[[str, bool], Terminal]
_made: list[Made] = []


def run(make: Made, arguments: Sequence[str] | None = None) -> int:
    """Run the program; ``make`` makes the terminal from the server's address and the JSON switch.

    Answers the exit status: 0, 1 refused, 2 wrongly used, 3 not signed in, 4 unreachable; of
    ``praya run`` the job's own.
    """
    _made[:] = [make]
    try:
        return borrowed.run(app, arguments)
    except Trouble as trouble:
        typer.echo(shown(f"praya: {trouble}"), err=True)  # a refusal names people
        return trouble.status
    except MemoryError:
        typer.echo("praya: " + _("There is not enough memory here for so much."), err=True)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def _say_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"Praya {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    *,
    server: Annotated[
        str,
        typer.Option(
            envvar="PRAYA_SERVER",
            help=_("Address of a Praya; without it, the data directory on this machine."),
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print answers as JSON."))] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=_("Say which version this is."),
            is_eager=True,
            callback=lambda asked: _say_version(asked=asked),
        ),
    ] = False,
) -> None:
    del version
    [make] = _made
    context.obj = make(server.rstrip("/"), as_json)
    context.call_on_close(context.obj.hang_up)


def terminal_of(context: typer.Context) -> Terminal:
    """The terminal of a running command."""
    assert isinstance(context.obj, Terminal)
    return context.obj


def group(name: str, text: str, *, below: typer.Typer = app) -> typer.Typer:
    """A group of commands, as ``praya award …``."""
    made = typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None)
    below.add_typer(made, name=name)
    return made
