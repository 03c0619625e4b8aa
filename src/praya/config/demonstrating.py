"""``praya demo``: plays the demo on the embedded default and leaves the site serving."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from praya.cli.words import _, language
from praya.config.environment import CHECKOUT, Environment

EXAMPLES = CHECKOUT / "examples"


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

    A second call goes on where the first one stopped. Ctrl-C ends everything it started.
    """
    console = Console(stderr=as_json)
    home = Environment().home
    if not no_serve:
        _check_port(port, console)
    if fresh:
        _remove_demo(home, console)
    os.environ["PRAYA_URL"] = f"http://127.0.0.1:{port}" if port else "http://127.0.0.1"
    from praya.config.preparing import prepare  # noqa: PLC0415 -- the address is set before
    from praya.config.serving import (  # noqa: PLC0415 -- as above
        rounds_beside,
        serve,
        stop_jobs_now,
    )

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        prepare()
        from django.utils import translation  # noqa: PLC0415 -- help is quick without Django

        from praya.demo import telling  # noqa: PLC0415 -- after Django is set up

        translation.activate(language())
        logging.getLogger("praya").setLevel(logging.WARNING)
        told = telling.tell(home=home, examples=EXAMPLES, rounds=rounds_beside, console=console)
        telling.print_story(told, console)
        if no_serve:
            if as_json:
                typer.echo(json.dumps(telling.summary(told, None), ensure_ascii=False))
            return

        def ready(address: str) -> None:
            telling.print_ways_in(told, address, console)
            console.print("\n" + _("Ctrl-C ends it."), highlight=False)
            if as_json:
                typer.echo(json.dumps(telling.summary(told, address), ensure_ascii=False))

        serve(port=port, stop_jobs_on_exit=True, when_ready=ready)
    except KeyboardInterrupt:
        console.print("\n" + _("Stopping …"))
        stop_jobs_now()
        raise typer.Exit(130) from None


def _check_port(port: int, console: Console) -> None:
    """Say now, not after the story, that somebody else serves there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            console.print(
                f"Port {port} cannot be used ({error.strerror}). Choose another: --port N"
            )
            raise typer.Exit(1) from None


def _remove_demo(home: Path, console: Console) -> None:
    """Remove the data directory's content, but only where a demo was told."""
    left = [one for one in home.iterdir() if one.name != "secret_key"]
    if left and not (home / "demo.json").exists():
        sentence = _(
            "%s holds something that is not a demo, so it is left alone. Set PRAYA_HOME to another "
            "folder."
        )
        console.print(sentence % home)
        raise typer.Exit(1)
    for one in left:
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
