"""Organisations at the terminal: ``organisation``."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.app import group, terminal_of
from praya.cli.words import _

organisations = group("organisation", _("The register of organisations."))


@organisations.command("list", help=_("List the organisations."))
def list_organisations(
    context: typer.Context,
    *,
    named: Annotated[str, typer.Option(help=_("Only those with this in their names."))] = "",
) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "name": _("Name"),
        "name_zh": _("Chinese name"),
        "kind": _("Kind"),
        "place": _("Place of registration"),
        "registry_number": _("Registry number"),
    }
    rows = list(terminal.line.every("/organisations", q=named or None))
    terminal.table(rows, columns, none=_("There is no such organisation yet."))


@organisations.command(
    "register", help=_("Enter an organisation in the register; you manage it then.")
)
def register(  # noqa: PLR0913 -- what the register holds
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=_("Its name in English, or empty."))],
    *,
    kind: Annotated[
        str,
        typer.Option(help=_("As university, start-up, research-institute, enterprise or charity.")),
    ],
    name_zh: Annotated[str, typer.Option(help=_("Its Chinese name."))] = "",
    place: Annotated[str, typer.Option(help=_("Where it is registered, as HK."))] = "HK",
    registry: Annotated[str, typer.Option(help=_("The registry it stands in."))] = "",
    registry_number: Annotated[str, typer.Option(help=_("Its number there."))] = "",
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(
        "/organisations",
        {
            "name": name,
            "name_zh": name_zh,
            "kind": kind,
            "place": place,
            "registry": registry,
            "registry_number": registry_number,
        },
    )
    terminal.say(
        made,
        _("%(name)s is number %(number)s of the register.")
        % {"name": made["name"] or made["name_zh"], "number": made["id"]},
    )


@organisations.command("join", help=_("Ask to belong to an organisation; a manager answers."))
def join(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya organisation list” shows it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/organisations/{number}/join")
    name = made["organisation"]["name"] or made["organisation"]["name_zh"]
    terminal.say(made, f"{name}: {made['state']}")
