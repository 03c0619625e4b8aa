"""Books and balances as files: ``book export``, ``book balances``."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import terminal_of
from praya.cli.records import ProgrammeCode, book
from praya.cli.words import _


class Format(StrEnum):
    """A format in which a book leaves the site."""

    BEANCOUNT = "beancount"
    CSV = "csv"
    PARQUET = "parquet"


@book.command("export", help=_("Write a whole book as a Beancount, CSV or Parquet file."))
def export_book(
    context: typer.Context,
    code: ProgrammeCode,
    *,
    form: Annotated[Format, typer.Option("--format", help=_("Of the file."))] = Format.BEANCOUNT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("Where to; printed if left out."))
    ] = None,
) -> None:
    terminal = terminal_of(context)
    content = terminal.line.fetch(f"/programmes/{code}/book/file", format=form.value)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    output.write_bytes(content)
    typer.echo(_("The book is in %s.") % output, err=True)


@book.command(
    "balances",
    help=_(
        "Write what every member still has as Open OnDemand reads it: one file, or one for each "
        "person in a folder."
    ),
)
def export_balances(  # noqa: PLR0913 -- what is written, and where
    context: typer.Context,
    code: ProgrammeCode,
    *,
    of: Annotated[
        str, typer.Option(help=_("A device model, in card-hours; money if left out."))
    ] = "",
    user: Annotated[
        str, typer.Option(help=_("How users are called: local, before the @; or email."))
    ] = "local",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("Where to; printed if left out."))
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, help=_("One file for each person, in here."))
    ] = None,
) -> None:
    terminal = terminal_of(context)
    path = f"/programmes/{code}/ondemand-balances"
    document = terminal.line.get(path, device_model=of, user=user)
    if folder is not None:
        count = _write_each(document, folder)
        typer.echo(_("%(count)s files are in %(folder)s.") % {"count": count, "folder": folder})
    elif output is not None:
        _write(document, output)
        typer.echo(_("The balances are in %s.") % output, err=True)
    else:
        terminal.show(document)


def _write_each(document: dict[str, Any], folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    by_user = defaultdict(list)
    for one in document["balances"]:
        by_user[one["user"]].append(one)
    for user, balances in by_user.items():
        name = re.sub(r"[^A-Za-z0-9@._-]", "_", user).lstrip(".")
        _write(document | {"balances": balances}, folder / f"{name}.json")
    return len(by_user)


def _write(document: dict[str, Any], path: Path) -> None:
    """Whole or not at all: whoever reads meanwhile has the file before."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)
