"""Books, charges and balances as files: ``book export``, ``book charges``, ``book balances``."""

from __future__ import annotations

import json
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from praya.cli.app import terminal_of
from praya.cli.printing import print_file
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
    content = terminal.line.fetch("programmes", code, "book", "file", format=form.value)
    if output is None:
        print_file(content)
        return
    output.write_bytes(content)
    typer.echo(_("The book is in %s.") % output, err=True)


@book.command("charges", help=_("Print as CSV what every award was charged in every month."))
def export_charges(context: typer.Context, code: ProgrammeCode) -> None:
    print_file(terminal_of(context).line.fetch("programmes", code, "charges", "csv"))


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
        str,
        typer.Option(
            help=_("How users are called: local, by their name on the clusters; or email.")
        ),
    ] = "local",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("Where to; printed if left out."))
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, help=_("One file for each person, in here."))
    ] = None,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", code, "ondemand-balances")
    document = terminal.line.get(*path, device_model=of, user=user)
    if folder is not None:
        count = _write_each(document, folder, code)
        typer.echo(_("%(count)s files are in %(folder)s.") % {"count": count, "folder": folder})
    elif output is not None:
        _write(document, output)
        typer.echo(_("The balances are in %s.") % output, err=True)
    else:
        terminal.show(document)


def _write_each(document: dict[str, Any], folder: Path, code: str) -> int:
    """A file for each person; in the file of who has no balance any more there is none.

    Whose files were written is kept beside them, by programme and unit: others stay as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_name = defaultdict(list)
    for one in document["balances"]:
        name = quote(one["user"], safe="@+").replace(".", "%2E", one["user"].startswith("."))
        by_name[f"{name}.json"].append(one)
    kept = folder / f".praya-{quote(code + ' ' + document['config']['unit'], safe='')}"
    before = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    for name in {*before, *by_name}:
        _write(document | {"balances": by_name.get(name, [])}, folder / name)
    kept.write_text("".join(f"{name}\n" for name in sorted(by_name)), encoding="utf-8")
    return len(by_name)


def _write(document: dict[str, Any], path: Path) -> None:
    """Whole or not at all: whoever reads meanwhile has the file before."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)
