"""Signing in at the terminal, asking who one is, tokens, and calling the API by hand."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from praya.cli.app import app, group, terminal_of
from praya.cli.credentials import keep_token
from praya.cli.trouble import Trouble
from praya.cli.words import _

tokens = group("token", _("Personal tokens: keys for programs and for this terminal."))


@app.command(
    "sign-up",
    help=_(
        "Make an account of your own, as on the page “Make an account”. The password is asked for "
        "twice and not shown; a program writes it to the standard input, as one line. On another "
        "server, tokens are made on its pages afterwards."
    ),
)
def sign_up(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help=_("The address you will sign in with."))],
    *,
    name: Annotated[str, typer.Option(help=_("Your name in English."))] = "",
    name_zh: Annotated[str, typer.Option(help=_("Your Chinese name; one of the two."))] = "",
    language: Annotated[
        str, typer.Option(help=_("Of pages and mails: en, zh-hant or zh-hans."))
    ] = "",
) -> None:
    terminal = terminal_of(context)
    body = {"email": email, "name": name, "name_zh": name_zh, "password": _new_password()}
    made = terminal.line.send("people", body={**body, "language": language})
    if made["is_mail_awaited"]:
        said = _("A mail is on its way to %s. Open the link in it; then you can sign in.")
    elif terminal.embedded_token is not None:
        said = _("The account is made. Sign in here with: praya login %s")
    else:
        said = _(
            "The account of %s is made. Make a token on the site’s page “Access tokens”, and keep "
            "it here with: praya login"
        )
    terminal.say(made, said % made["email"])


def _new_password() -> str:
    """What a person types twice, or a program writes once."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(
            _("Password"), hide_input=True, confirmation_prompt=_("Password, once more")
        )
        return asked
    return sys.stdin.readline().rstrip("\r\n")


@app.command(
    help=_(
        "Keep a token for this server. On the data directory of this machine, whoever may read its "
        "files may sign in as anybody: the directory itself is the key, and the trail tells of it. "
        "On another server, paste a token made on its page “Access tokens”."
    )
)
def login(
    context: typer.Context,
    email: Annotated[
        str,
        typer.Argument(
            help=_("Whom to sign in as; only for the data directory on this machine."),
            show_default=False,
        ),
    ] = "",
) -> None:
    terminal = terminal_of(context)
    if terminal.embedded_token is not None:
        token = terminal.embedded_token(email or typer.prompt(_("E-mail address")))
    else:
        token = typer.prompt(_("Token"), hide_input=True).strip()
    me = terminal.line.like(token=token).get("me")
    path = keep_token(terminal.place(), token)
    terminal.say(
        me,
        _("Signed in as %(name)s. The token is kept in %(path)s, for you only.")
        % {"name": me["called"], "path": path},
    )


@app.command(
    help=_("Forget the token kept for this server. It stays valid until it expires or is revoked.")
)
def logout(context: typer.Context) -> None:
    keep_token(terminal_of(context).place(), None)
    typer.echo(_("Signed out here."))


@app.command(help=_("Say who is signed in, and in which roles."))
def whoami(context: typer.Context) -> None:
    terminal = terminal_of(context)
    me = terminal.line.get("me")
    roles = [f"{one['programme']}: {one['role_word']}" for one in me["appointments"]]
    terminal.pairs(
        me, [(_("Name"), me["called"]), (_("E-mail"), me["email"]), (_("Roles"), ", ".join(roles))]
    )


@app.command("api", help=_("Call any address of the API and print its answer."))
def call_api(
    context: typer.Context,
    path: Annotated[
        str, typer.Argument(help=_("As /awards/HCP-0007; the list is at /openapi.json."))
    ],
    *,
    body: Annotated[str, typer.Option("--body", help=_("JSON to send; then it is a POST."))] = "",
    method: Annotated[str, typer.Option("--method", help=_("GET, POST, PUT or DELETE."))] = "",
) -> None:
    terminal = terminal_of(context)
    verb = method.upper() or ("POST" if body else "GET")
    where = path if path.startswith("/") else f"/{path}"
    try:
        content = json.loads(body) if body else None
    except ValueError as error:
        raise typer.BadParameter(_("--body is not JSON: %s") % error) from error
    if verb not in {"GET", "POST", "PUT", "DELETE"}:
        raise Trouble(_("The API knows GET, POST, PUT and DELETE."), status=2)
    terminal.show(terminal.line.call(verb, where, content))


@tokens.command(
    "make",
    help=_(
        "Make a token; its text is shown this once. It ends with the token that is used here: it "
        "is good no longer, and revoked with it. One that stands for itself is made on the site’s "
        "page “Access tokens”."
    ),
)
def make_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=_("What it is for, to recognise it by."))],
    *,
    write: Annotated[
        bool, typer.Option("--write", help=_("May change things; else it may only read."))
    ] = False,
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=365,
            help=_("How long it is good; 90, or as long as the token used here, if shorter."),
            show_default=False,
        ),
    ] = None,
) -> None:
    terminal = terminal_of(context)
    scope = "write" if write else "read"
    made = terminal.line.send("me", "tokens", body={"name": name, "scope": scope, "days": days})
    terminal.say(made, made["token"])


@tokens.command("list", help=_("List your tokens."))
def list_tokens(context: typer.Context) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "name": _("Name"),
        "prefix": _("Begins with"),
        "scope": _("Scope"),
        "expires_at": _("Good until"),
        "last_used_on": _("Last used"),
        "revoked_at": _("Revoked"),
    }
    terminal.table(terminal.line.get("me", "tokens"), columns, none=_("You have no tokens."))


@tokens.command("revoke", help=_("End a token at once, and those made with it."))
def revoke_token(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya token list” shows it."))],
) -> None:
    terminal = terminal_of(context)
    revoked = terminal.line.send("me", "tokens", number, method="DELETE")
    terminal.say(revoked, _("The token “%s” is revoked.") % revoked["name"])
