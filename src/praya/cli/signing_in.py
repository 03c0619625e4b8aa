"""Signing in at the terminal, and asking who one is."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from praya.cli.app import app, terminal_of
from praya.cli.connection import Connection, Trouble
from praya.cli.credentials import keep_token


@app.command()
def login(
    context: typer.Context,
    email: Annotated[
        str, typer.Argument(help="Whom to sign in as; only for the data directory on this machine.")
    ] = "",
) -> None:
    """Keep a token for this server.

    On the data directory of this machine, whoever may read its files may sign in as anybody: the
    directory itself is the key, and the trail tells of it. On another server, paste a token made
    on its page «Me».
    """
    terminal = terminal_of(context)
    if terminal.embedded_token is not None:
        token = terminal.embedded_token(email or typer.prompt("E-mail address"))
    else:
        token = typer.prompt("Token", hide_input=True).strip()
        me = Connection(terminal.server, token=token).get("/me")
        typer.echo(f"The token is {me['name']}'s.")
    path = keep_token(terminal.server, token)
    typer.echo(f"Signed in. The token is kept in {path}, for you only.")


@app.command()
def logout(context: typer.Context) -> None:
    """Forget the token kept for this server. It stays valid until it expires or is revoked."""
    keep_token(terminal_of(context).server, None)
    typer.echo("Signed out here.")


@app.command()
def whoami(context: typer.Context) -> None:
    """Say who is signed in, and in which roles."""
    terminal = terminal_of(context)
    me = terminal.line.get("/me")
    if terminal.as_json:
        terminal.show(me)
        return
    typer.echo(f"{me['name']} <{me['email']}>")
    for appointment in me["appointments"]:
        typer.echo(f"  {appointment['role']} of {appointment['programme']}")


@app.command("api")
def call_api(
    context: typer.Context,
    path: Annotated[str, typer.Argument(help="As /awards/HCP-0007; the list is at /openapi.json")],
    body: Annotated[str, typer.Option("--body", help="JSON to send; then it is a POST.")] = "",
    method: Annotated[str, typer.Option("--method")] = "",
) -> None:
    """Call any address of the API and print its answer."""
    terminal = terminal_of(context)
    verb = method.upper() or ("POST" if body else "GET")
    if verb == "GET":
        terminal.show(terminal.line.get(path))
        return
    try:
        content = json.loads(body) if body else None
    except ValueError as error:
        raise Trouble(f"--body is not JSON: {error}", status=2) from error
    terminal.show(terminal.line.send(path, content, method=verb))
