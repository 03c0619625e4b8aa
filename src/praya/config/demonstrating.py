"""``praya demo``: plays the demo on the embedded default and leaves the site serving."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from praya.cli.trouble import Trouble
from praya.cli.words import _, language
from praya.config.environment import CHECKOUT, Environment

if TYPE_CHECKING:
    from praya.demo.telling import Notes

EXAMPLES = CHECKOUT / "examples"
_LOCK = "demo.lock"
# What a folder may hold that nobody has used yet.
_MADE_BY_LOOKING = {"secret_key", _LOCK}


def demo(
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help=_("Begin anew; the old demo is removed."))
    ] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help=_("End after the story."))] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Print a JSON summary as the last line."))
    ] = False,
    port: Annotated[int, typer.Option(help=_("Where to serve; 0 takes any free port."))] = 8000,
) -> None:
    """Play a whole programme on this machine, then serve its site on loopback.

    A second call goes on where the first one stopped. Ctrl-C ends everything it started. Where
    there is a site that is no demo, nothing is played and nothing removed.
    """
    console = Console(stderr=as_json)
    environment = Environment()
    if not no_serve:
        _check_port(port)
    os.environ["PRAYA_URL"] = f"http://127.0.0.1:{port}" if port else "http://127.0.0.1"
    from praya.config.preparing import prepare, set_up  # noqa: PLC0415 -- the address is set before

    set_up()
    from praya.demo.telling import notes_in  # noqa: PLC0415 -- after Django is set up

    with _alone(environment.home):
        notes = notes_in(environment.home)
        if fresh:
            _check_may_begin_anew(environment, notes)
            _remove_demo(environment.home)
        else:
            _check_may_go_on(environment, notes)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        prepare()
        _play(environment, console, port=None if no_serve else port, as_json=as_json)


def _play(environment: Environment, console: Console, *, port: int | None, as_json: bool) -> None:
    """Tell the story and serve its site; however that ends, no job of it runs on."""
    from django.utils import translation  # noqa: PLC0415 -- help is quick without Django

    from praya.config.serving import rounds_beside, serve, stop_jobs_now  # noqa: PLC0415 -- as above
    from praya.demo import telling, working  # noqa: PLC0415 -- as above

    translation.activate(language())
    logging.getLogger("praya").setLevel(logging.WARNING)
    try:
        told = telling.tell(
            home=environment.home,
            database=environment.database_elsewhere,
            examples=EXAMPLES,
            rounds=rounds_beside,
            console=console,
        )
        telling.print_story(told, console)

        def ready(address: str) -> None:
            telling.print_ways_in(told, address, console)
            console.print("\n" + _("Ctrl-C ends it."), highlight=False)
            if as_json:
                typer.echo(json.dumps(telling.summary(told, address), ensure_ascii=False))

        if port is not None:
            serve(port=port, stop_jobs_on_exit=True, when_ready=ready)
        elif as_json:
            typer.echo(json.dumps(telling.summary(told, None), ensure_ascii=False))
    except BaseException as end:
        console.print("\n" + _("Stopping …"))
        stop_jobs_now()
        if isinstance(end, KeyboardInterrupt):
            raise typer.Exit(128 + signal.SIGINT) from None
        if isinstance(end, working.StillRunning):
            raise Trouble(
                _(
                    "The demo waited %(seconds)s seconds for its jobs, and these have not ended: "
                    "%(codes)s. They are stopped; ./run demo --fresh begins anew."
                )
                % {"seconds": end.seconds, "codes": ", ".join(end.codes)}
            ) from end
        raise


def _check_port(port: int) -> None:
    """Say now, not after the story, that somebody else serves there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                _("Port %(port)s cannot be used (%(reason)s). Choose another: --port N")
                % {"port": port, "reason": error.strerror}
            ) from error


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep a second demo away: it would play the same acts, or remove what this one plays."""
    file = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _in_use(home) from None
        yield
    finally:
        os.close(file)


def _check_may_go_on(environment: Environment, notes: Notes | None) -> None:
    """Refuse to play in a site that is no demo: what is written in its book stays for ever."""
    if notes is None and _is_inhabited():
        raise Trouble(
            _(
                "%s is the site of people who are not of the demo, so it is left alone. Set "
                "PRAYA_HOME to another folder, and leave DATABASE_URL empty."
            )
            % (environment.database_elsewhere or environment.home)
        )
    if notes is not None and notes.database != environment.database_elsewhere:
        raise Trouble(
            _(
                "The demo in %s was played in another database than DATABASE_URL names now. Set "
                "it as it was, or PRAYA_HOME to another folder."
            )
            % environment.home
        )


def _check_may_begin_anew(environment: Environment, notes: Notes | None) -> None:
    """Refuse to remove what is no demo, what is in use, and what another server keeps."""
    home = environment.home
    if notes is None and _left_in(home):
        raise Trouble(
            _(
                "%s holds something that is not a demo, so it is left alone. Set PRAYA_HOME to "
                "another folder."
            )
            % home
        )
    if environment.database_elsewhere and _is_inhabited():
        raise Trouble(
            _(
                "The database %s is not emptied from here. Drop it and create it anew, or leave "
                "DATABASE_URL empty; then call this again."
            )
            % environment.database_elsewhere
        )
    from praya.worker.seat import Seat  # noqa: PLC0415 -- help is quick without Django

    seat = Seat(home)
    try:
        if not seat.is_taken_by_me():
            raise _in_use(home)
    finally:
        seat.leave()


def _in_use(home: Path) -> Trouble:
    return Trouble(
        _(
            "A Praya is running on %s. End it first, with Ctrl-C where it runs, or set PRAYA_HOME "
            "to another folder."
        )
        % home
    )


def _is_inhabited() -> bool:
    """Whether the database has people; it is not made by looking."""
    from praya.apps.people.queries import is_anybody_there  # noqa: PLC0415 -- Django is set up
    from praya.config.keeping import is_prepared  # noqa: PLC0415 -- as above

    return is_prepared() and is_anybody_there()


def _left_in(home: Path) -> list[Path]:
    return [one for one in home.iterdir() if one.name not in _MADE_BY_LOOKING]


def _remove_demo(home: Path) -> None:
    """Remove the data directory's content."""
    for one in _left_in(home):
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
