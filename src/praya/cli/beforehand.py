"""What is seen to before long work: options without a use, where its files will lie, Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer


def refuse_needless(context: typer.Context, sentence: str, *names: str) -> None:
    """Refuse those of the options that were given; the sentence has a place for ``options``.

    ``names`` are those of the parameters. An option that would change nothing is a mistake: who
    gives it believes that it does.
    """
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name in names and _was_given(context, parameter.name)
    ]
    if given:
        raise typer.BadParameter(sentence % {"options": ", ".join(given)})


def _was_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process where it stands: a compiled loop, of minutes, hears nothing else.

    For work that leaves nothing behind. Who ignores it, as what a script puts in the background
    does, goes on ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def check_writable(*places: Path | None) -> None:
    """Raise ``OSError`` where a file could not be written; what is there stays as it is."""
    for place in places:
        if place is None or (place.exists() and not place.is_file()):
            continue
        is_new = not place.exists()
        with place.open("ab"):
            pass
        if is_new:
            place.unlink()
