"""What is seen to before long work begins: options without a use, and where its files will lie."""

from __future__ import annotations

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
