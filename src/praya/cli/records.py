"""Proving the records at the terminal: ``book``, ``trail``."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.app import group, terminal_of
from praya.cli.trouble import Trouble
from praya.cli.words import _

book = group("book", _("The book: every movement of money and accelerator time."))
trail = group("trail", _("The audit trail: who did what, and when."))
ProgrammeCode = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help=_("The code of the programme."))
]


@book.command("verify", help=_("Read a book again from its first entry and prove it."))
def verify_book(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    proof = terminal.line.get("programmes", code, "book", "proof")
    if proof["holds"]:
        said = _("The book holds: %(entries)s entries, sealed %(seal)s.")
        terminal.say(proof, said % {"entries": f"{proof['entries']:,}", "seal": proof["sha256"]})
        return
    if terminal.as_json:
        terminal.show(proof)
    for one in proof["findings"]:
        typer.echo(f"{one['code']}: {one['entry'] or one['where']}", err=True)
    raise Trouble(_("The book does not hold. Stop, and compare it with a backup."))


@book.command("proofs", help=_("List the nightly proofs of a book, the latest first."))
def proofs(
    context: typer.Context,
    code: ProgrammeCode,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))] = 50,
) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get("programmes", code, "book", "proofs", limit=limit)
    rows = [
        {**one, "found": " ".join(each["code"] for each in one["findings"])}
        for one in page["items"]
    ]
    columns = {
        "proved_at": _("At"),
        "holds": _("Holds"),
        "entries": _("Entries"),
        "found": _("Found"),
    }
    if terminal.as_json:
        terminal.show(page)
        return
    terminal.table(rows, columns, none=_("It was not proved yet."), right=("entries",))


@book.command("entries", help=_("List the entries of a book, newest first."))
def entries(
    context: typer.Context,
    code: ProgrammeCode,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))] = 50,
) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get("programmes", code, "entries", limit=limit)
    columns = {
        "number": _("Number"),
        "at": _("At"),
        "kind_word": _("Kind"),
        "subject": _("About"),
        "sentence": _("Postings"),
        "by": _("By"),
    }
    terminal.table(page["items"], columns, none=_("The book is empty until a pool is funded."))


@trail.command("verify", help=_("Read the whole trail again and prove it."))
def verify_trail(context: typer.Context) -> None:
    terminal = terminal_of(context)
    proof = terminal.line.get("trail", "proof")
    if proof["holds"]:
        terminal.say(proof, _("The trail holds: %s lines.") % f"{proof['lines']:,}")
        return
    if terminal.as_json:
        terminal.show(proof)
    raise Trouble(
        _("The trail does not hold from line %s on. Stop, and compare it with a backup.")
        % proof["broken_at"]
    )


@trail.command("list", help=_("List what was done in a programme, newest first."))
def list_trail(
    context: typer.Context,
    code: ProgrammeCode,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))] = 50,
) -> None:
    terminal = terminal_of(context)
    page = terminal.line.get("programmes", code, "trail", limit=limit)
    columns = {
        "id": _("Number"),
        "at": _("At"),
        "action": _("What"),
        "subject_key": _("About"),
        "by": _("By"),
    }
    terminal.table(page["items"], columns, none=_("Nothing has been done yet."))
