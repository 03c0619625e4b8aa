"""Organisations at the terminal: ``organisation``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from praya.cli.app import group, terminal_of
from praya.cli.words import _

organisations = group("organisation", _("The register of organisations, and who belongs."))
OrganisationNumber = Annotated[
    int, typer.Argument(min=1, help=_("As “praya organisation list” shows it."))
]
RequestNumber = Annotated[
    int, typer.Argument(min=1, help=_("As “praya organisation requests” shows it."))
]
MemberNumber = Annotated[
    int, typer.Argument(min=1, help=_("As “praya organisation members” shows it."))
]


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
    rows = list(terminal.line.every("organisations", q=named or None))
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
        "organisations",
        body={
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
        % {"name": _name(made), "number": made["id"]},
    )


@organisations.command("join", help=_("Ask to belong to an organisation; a manager answers."))
def join(context: typer.Context, number: OrganisationNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("organisations", number, "join")
    terminal.say(made, f"{_name(made['organisation'])}: {made['state']}")


@organisations.command("leave", help=_("Belong to an organisation no longer."))
def leave(context: typer.Context, number: OrganisationNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("organisations", number, "leave")
    terminal.say(made, _("You have left %s.") % _name(made["organisation"]))


@organisations.command(
    "verify", help=_("Say that an organisation is what its entry says; for officers.")
)
def verify(context: typer.Context, number: OrganisationNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("organisations", number, "verify")
    terminal.say(made, _("%s is verified.") % _name(made))


@organisations.command(
    "registration",
    help=_(
        "Say where an organisation is registered now; for its managers and officers. An officer "
        "checks it again. Drafts are judged by it; what was submitted stays as it was judged."
    ),
)
def registration(  # noqa: PLR0913 -- what the register holds
    context: typer.Context,
    number: OrganisationNumber,
    *,
    evidence: Annotated[str, typer.Option(help=_("What shows it, as a certificate and its day."))],
    place: Annotated[str | None, typer.Option(help=_("Where it is registered, as CN-GD."))] = None,
    registry: Annotated[str | None, typer.Option(help=_("The registry it stands in."))] = None,
    registry_number: Annotated[str | None, typer.Option(help=_("Its number there."))] = None,
) -> None:
    terminal = terminal_of(context)
    given = {"place": place, "registry": registry, "registry_number": registry_number}
    body = {name: value for name, value in given.items() if value is not None}
    made = terminal.line.send(
        "organisations", number, "registration", body={**body, "evidence": evidence}, method="PUT"
    )
    parts = (made["place"], made["registry"], made["registry_number"])
    said = {"name": _name(made), "registration": " ".join(part for part in parts if part)}
    terminal.say(
        made, _("%(name)s is registered as %(registration)s. An officer checks it.") % said
    )


@organisations.command("requests", help=_("List who waits to be let in; for managers."))
def requests(context: typer.Context) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("me", "join-requests")
    rows = [{**one, "house": _name(one["organisation"])} for one in found]
    columns = {
        "id": _("Number"),
        "person": _("Name"),
        "house": _("Organisation"),
        "asked_at": _("Asked at"),
    }
    terminal.table(found if terminal.as_json else rows, columns, none=_("Nobody waits."))


@organisations.command("admit", help=_("Let somebody in who asked; for managers."))
def admit(context: typer.Context, number: RequestNumber) -> None:
    _answer(context, number, let_in=True)


@organisations.command("refuse", help=_("Do not let somebody in who asked; for managers."))
def refuse(context: typer.Context, number: RequestNumber) -> None:
    _answer(context, number, let_in=False)


def _answer(context: typer.Context, number: int, *, let_in: bool) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("join-requests", number, body={"let_in": let_in})
    said = _("They belong to %s now.") if let_in else _("They were not let into %s.")
    terminal.say(made, said % _name(made["organisation"]))


@organisations.command("members", help=_("List who belongs to an organisation."))
def members(context: typer.Context, number: OrganisationNumber) -> None:
    terminal = terminal_of(context)
    columns = {"id": _("Number"), "person": _("Name"), "is_manager": _("Manager")}
    rows = list(terminal.line.every("organisations", number, "members"))
    terminal.table(rows, columns, none=_("Nobody belongs to it."))


@organisations.command("promote", help=_("Make a member a manager, too; for managers."))
def promote(context: typer.Context, number: MemberNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("memberships", number, "manager")
    terminal.say(made, _("%s is a manager now.") % made["person"])


@organisations.command("dismiss", help=_("End somebody's membership; for managers."))
def dismiss(context: typer.Context, number: MemberNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("memberships", number, method="DELETE")
    terminal.say(made, _("%s does not belong to it any more.") % made["person"])


def _name(organisation: dict[str, Any]) -> str:
    name: str = organisation["name"] or organisation["name_zh"]
    return name
