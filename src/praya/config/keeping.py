"""Keeping a data directory from the terminal: prepare it, add people, serve, do the rounds."""

from __future__ import annotations

import getpass
import logging
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praya.cli.app import app, group, terminal_of
from praya.cli.trouble import Trouble
from praya.cli.words import _, language
from praya.config.environment import Environment

if TYPE_CHECKING:
    from praya.core.actor import Actor

people = group("person", _("People of the data directory on this machine."))
_PASSWORD_BYTES = 12


def place() -> str:
    """What the data directory is called in the file of tokens."""
    environment = Environment()
    return environment.database_elsewhere or str(_home(environment))


def _home(environment: Environment) -> Path:
    try:
        return environment.home
    except OSError as error:
        raise Trouble(_("The data directory cannot be used: %s") % error) from error


def at_the_machine() -> Actor:
    """Praya itself, at the hands of who may read the data directory."""
    from praya.core.actor import Actor  # noqa: PLC0415 -- help is quick without it

    return Actor.praya(f"terminal of {getpass.getuser()}")


def set_up() -> None:
    """Load Django, quietly: what a terminal should know, an answer says."""
    _home(Environment())
    from praya.config.preparing import set_up as load  # noqa: PLC0415 -- help is quick without it

    load()
    hush()


def hush() -> None:
    """Log what fails, not what is refused; call it last, as loading WSGI sets up logging anew."""
    for name, level in (("django.request", logging.ERROR), ("praya", logging.WARNING)):
        logging.getLogger(name).setLevel(level)


def set_up_words(language_code: str) -> None:
    """Just enough of Django for sentences, unless all of it is loaded already."""
    from django.apps import apps  # noqa: PLC0415 -- help is quick without it
    from django.conf import settings  # noqa: PLC0415 -- as above
    from django.utils import translation  # noqa: PLC0415 -- as above

    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        locale = Path(__file__).resolve().parents[1] / "locale"
        settings.configure(
            LANGUAGE_CODE="en",
            LANGUAGES=[("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")],
            LOCALE_PATHS=[locale],
            USE_THOUSAND_SEPARATOR=True,
            USE_TZ=True,
        )
    if not apps.ready:
        import django  # noqa: PLC0415 -- as above

        django.setup()
    translation.activate(language_code)


def open_data() -> None:
    """Load Django on a data directory that is prepared; else say what to do."""
    set_up()
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now
    from django.utils import translation  # noqa: PLC0415 -- as above

    translation.activate(language())
    if not is_prepared():
        raise Trouble(
            _("There is no Praya in %s yet. Begin with: praya init, or see a whole one: praya demo")
            % settings.PRAYA_HOME
        )


def is_prepared() -> bool:
    """Whether the database has Praya's tables; call it after ``set_up``.

    Raises:
        Trouble: the database cannot be reached.

    """
    from django.db import OperationalError, connection  # noqa: PLC0415 -- Django is set up by now

    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and "mode=memory" not in name
    try:
        # Looking into a file that is not there would make it.
        is_there = not is_file or Path(name).exists()
        return is_there and "usage_job" in connection.introspection.table_names()
    except OperationalError as error:
        raise Trouble(
            _("The database cannot be reached: %s") % str(error).strip(),
            status=Trouble.UNREACHABLE,
        ) from error


def not_remote(context: typer.Context) -> None:
    """Refuse to be asked about another server."""
    if terminal_of(context).embedded_token is None:
        raise typer.BadParameter(_("This is for the data directory on this machine: no --server."))


@app.command(
    help=_("Prepare the data directory: tables, words, pages. Repeating it changes nothing.")
)
def init(context: typer.Context) -> None:
    not_remote(context)
    set_up()
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now

    from praya.config.preparing import prepare  # noqa: PLC0415 -- as above

    prepare()
    typer.echo(
        _("%s is prepared. Add yourself: praya person add EMAIL --admin; then serve: praya serve")
        % settings.PRAYA_HOME
    )


@people.command(
    "add", help=_("Add somebody who may sign in; their password is made and shown this once.")
)
def add_person(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help=_("The address they will sign in with."))],
    *,
    name: Annotated[str, typer.Option(help=_("What they are called."))] = "",
    admin: Annotated[
        bool, typer.Option("--admin", help=_("They keep the whole site: programmes, machines."))
    ] = False,
) -> None:
    not_remote(context)
    open_data()
    from praya.apps.people.commands import add_person as add  # noqa: PLC0415 -- Django is set up
    from praya.core.refusal import Refusal  # noqa: PLC0415 -- as above
    from praya.words.clock import now  # noqa: PLC0415 -- as above
    from praya.words.refusals import sentence_for  # noqa: PLC0415 -- as above

    if email.count("@") != 1 or any(sign.isspace() for sign in email):
        raise typer.BadParameter(_("“%s” is no e-mail address.") % email)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        person = add(
            email=email,
            name=name or email.partition("@")[0],
            password=password,
            is_site_admin=admin,
            by=at_the_machine(),
            now=now(),
        )
    except Refusal as refusal:
        raise Trouble(sentence_for(refusal), code=refusal.code) from refusal
    terminal_of(context).pairs(
        {"email": person.email, "password": password, "is_site_admin": admin},
        [(_("E-mail"), person.email), (_("Password"), password)],
    )


@app.command(help=_("Serve the site, the API and the worker's rounds in one process."))
def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help=_("The address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=_("0 takes any free one."))] = 8000,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help=_("Whether it does the rounds too."))
    ] = True,
    stop_jobs: Annotated[
        bool, typer.Option("--stop-jobs-on-exit", help=_("End running jobs first when it stops."))
    ] = False,
) -> None:
    not_remote(context)
    from praya.config.preparing import set_up as load  # noqa: PLC0415 -- help is quick without it

    load()
    from praya.config import serving  # noqa: PLC0415 -- Django is set up by now

    serving.serve(
        host,
        port,
        with_worker=worker,
        stop_jobs_on_exit=stop_jobs,
        when_ready=lambda address: typer.echo(_("Praya is at %s") % address),
    )


@app.command(help=_("Do the worker's rounds in a process that serves nothing."))
def worker(context: typer.Context) -> None:
    not_remote(context)
    from praya.config.preparing import set_up as load  # noqa: PLC0415 -- help is quick without it

    load()
    from praya.config.serving import run_worker  # noqa: PLC0415 -- Django is set up by now

    run_worker()
