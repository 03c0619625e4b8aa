"""What Typer says by itself, in the reader's language: the parts of a help, and what is mistyped.

Typer's sentences are fixed English. Each that people may read stands here as a pattern whose places
are its facts; a sentence that a later release words anew stays in English.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer
import typer.main
from typer._click.exceptions import ClickException  # what every mistyped line is raised as
from typer._click.formatting import HelpFormatter  # what Typer lets a context have one of its own
from typer.core import TyperGroup

from praya.cli.words import _


def gettext_noop(text: str) -> str:
    """The text as it stands; marked so that the catalogues have it."""
    return text


_TEXTS = (
    gettext_noop("Usage:"),
    gettext_noop("Arguments:"),
    gettext_noop("Options:"),
    gettext_noop("Commands:"),
    gettext_noop("Show this message and exit."),
    gettext_noop("required"),
    gettext_noop("default: {value}"),
    gettext_noop("env var: {name}"),
    gettext_noop("Try '{command} {option}' for help."),
    gettext_noop("Error: {message}"),
    gettext_noop("Aborted!"),
    gettext_noop("Missing argument {name}."),
    gettext_noop("Missing option {name}."),
    gettext_noop("No such command {name}."),
    gettext_noop("No such command {name}. Did you mean {others}?"),
    gettext_noop("No such option: {name}"),
    gettext_noop("No such option: {name} (Possible options: {others})"),
    gettext_noop("Option {name} requires an argument."),
    gettext_noop("Option {name} does not take a value."),
    gettext_noop("Got unexpected extra argument(s) ({arguments})"),
    gettext_noop("Invalid value: {reason}"),
    gettext_noop("Invalid value for {name}: {reason}"),
    gettext_noop("Input should be a valid integer, unable to parse string as an integer"),
    gettext_noop("Input should be greater than or equal to {least}"),
    gettext_noop("Input should be less than or equal to {most}"),
    gettext_noop("Value error, {value} is not one of {others}."),
    gettext_noop("Value error, {value} does not match the formats {formats}."),
    gettext_noop("file {name} does not exist."),
    gettext_noop("file {name} is a directory."),
    gettext_noop("file {name} is not readable."),
    gettext_noop("directory {name} is a file."),
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text)))


# The longer first: “Did you mean” is no part of a name.
_PATTERNS = [(text, _pattern(text)) for text in sorted(_TEXTS, key=len, reverse=True)]


def said(text: str) -> str:
    """Typer's text in the reader's language; another's as it stands.

    A fact may be such a text itself, as the reason in “Error: Invalid value: …” is.
    """
    for known, pattern in _PATTERNS:
        if found := pattern.fullmatch(text):
            facts = {name: said(fact) for name, fact in found.groupdict().items()}
            return _(known).format(**facts)
    return text


class _Help(HelpFormatter):
    """A help with the words around ours in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{said('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{said(f'{heading}:')}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        told = [(name, _explained(text)) for name, text in rows]
        super().write_dl(told, col_max=col_max, col_spacing=col_spacing)


def _explained(text: str) -> str:
    """What stands beside a name: our sentence, and in brackets at its end what Typer adds."""
    ours, opened, added = text.rpartition("[")
    if opened and added.endswith("]"):
        return f"{ours}[{'; '.join(said(one) for one in added[:-1].split('; '))}]"
    return said(text)


class _Context(typer.Context):
    formatter_class = _Help


def run(app: typer.Typer, arguments: Sequence[str] | None) -> int:
    """Run the program; what Typer says on the way is in the reader's language. The exit status."""
    try:
        ended = _command(app).main(args=arguments, standalone_mode=False)
    except ClickException as mistake:
        shown = io.StringIO()
        mistake.show(file=shown)
        for line in shown.getvalue().splitlines():
            typer.echo(said(line), err=True)
        return mistake.exit_code
    except typer.Abort:
        typer.echo(said("Aborted!"), err=True)
        return 1
    return ended if isinstance(ended, int) else 0


@cache  # a process that runs several lines, as a test does, makes the hundreds of commands once
def _command(app: typer.Typer) -> Any:  # noqa: ANN401 -- Typer names no public type
    """The program with every command, in the reader's language."""
    command = typer.main.get_command(app)
    _speak(command)
    return command


def _speak(command: object) -> None:
    """Give this command and all below it contexts of ours."""
    command.context_class = _Context  # type: ignore[attr-defined]  # Typer names no public type
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            _speak(below)
