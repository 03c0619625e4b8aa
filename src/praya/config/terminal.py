"""The terminal program put together: on the data directory of this machine, or on a server."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from praya.cli import app as cli
from praya.cli import commands
from praya.cli.credentials import token_for
from praya.cli.trouble import Trouble
from praya.cli.words import _, language
from praya.config import doctoring, keeping
from praya.config.demonstrating import demo

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    import typer

    from praya.cli.connection import Connection
    from praya.core.programme.findings import Finding
    from praya.core.refusal import Refusal

_TOKEN_DAYS = 90


cli.app.command(
    "demo",
    help=_(
        "Play a whole programme on this machine, then serve its site on loopback. A second call "
        "goes on where the first one stopped; Ctrl-C ends everything it started."
    ),
)(demo)


def program() -> typer.Typer:
    """The program with every command."""
    assert commands.__all__, "they hang on the program by being imported"
    assert doctoring.doctor.registered_commands, "as above"
    return cli.app


def main() -> None:
    """Run ``praya``."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments; the exit status."""
    assert program() is cli.app
    return cli.run(_terminal, arguments)


def _terminal(server: str, as_json: bool) -> cli.Terminal:  # noqa: FBT001 -- as ``cli.Made`` says
    if server:
        return cli.Terminal(
            as_json=as_json,
            connect=lambda: _network(server),
            place=lambda: server,
            check_file=check_file,
            findings_told=findings_told,
            sentence_for=sentence_for,
        )
    return cli.Terminal(
        as_json=as_json,
        connect=_embedded,
        place=keeping.place,
        check_file=check_file,
        findings_told=findings_told,
        sentence_for=sentence_for,
        rounds=_rounds,
        embedded_token=_embedded_token,
    )


def _network(server: str) -> Connection:
    if not server.startswith(("http://", "https://")):
        raise Trouble(
            _("The address of a Praya begins with https:// or http://, not as %s.") % server,
            status=Trouble.UNREACHABLE,
        )
    from praya.cli.connection import Connection  # noqa: PLC0415 -- help is quick without it

    return Connection(server, token=token_for(server), language=language())


def _embedded() -> Connection:
    keeping.open_data()
    import httpx  # noqa: PLC0415 -- help and checks are quick without it
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now

    from praya.cli.connection import Connection  # noqa: PLC0415 -- help is quick without it
    from praya.config.wsgi import application  # noqa: PLC0415 -- Django is set up by now

    keeping.hush()
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    return Connection(
        f"{scheme}://localhost",
        token=token_for(keeping.place()),
        language=language(),
        transport=httpx.WSGITransport(app=_as_from_a_server(application)),
    )


def _as_from_a_server(application: WSGIApplication) -> WSGIApplication:
    """What a server, and a proxy before it, would say of a call.

    WSGI wants the bytes of a path, each as one sign of Latin-1 (PEP 3333); httpx hands text. A site
    that trusts its proxy asks it where a call came from.
    """

    def call(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        environ["HTTP_X_FORWARDED_FOR"] = environ["REMOTE_ADDR"]
        return application(environ, start)

    return call


def _embedded_token(email: str) -> str:
    """A token of anybody: who may read the data directory may do all that is in it."""
    keeping.open_data()
    from praya.apps.people.commands import make_token  # noqa: PLC0415 -- Django is set up by now
    from praya.apps.people.queries import person_by_email  # noqa: PLC0415 -- as above
    from praya.apps.people.rules import TokenScope  # noqa: PLC0415 -- as above
    from praya.core.refusal import NotFound  # noqa: PLC0415 -- as above
    from praya.words.clock import now  # noqa: PLC0415 -- as above

    try:
        person = person_by_email(email)
    except NotFound:
        raise Trouble(
            _("Nobody signs in here with %(email)s. Add them with: praya person add %(email)s")
            % {"email": email}
        ) from None
    _token, plain = make_token(
        person_id=person.pk,
        name=_("Terminal of %s") % getpass.getuser(),
        scope=TokenScope.WRITE,
        days=_TOKEN_DAYS,
        by=keeping.at_the_machine(),
        now=now(),
    )
    return plain


def _rounds() -> AbstractContextManager[object]:
    from praya.config.serving import rounds_beside  # noqa: PLC0415 -- Django is set up by then

    return rounds_beside()


def sentence_for(refusal: Refusal) -> str:
    """A refusal of this process in the reader's language; the API says those of a site.

    They are of traces and forecasts: other areas' sentences would load the whole of Django.
    """
    keeping.set_up_words(language())
    from praya.words.refusals import forecasts, traces  # noqa: PLC0415 -- the words are set up now

    return (traces.SENTENCES | forecasts.SENTENCES)[refusal.code](refusal)


def check_file(source: bytes, file: str) -> list[dict[str, Any]]:
    """The mistakes of a programme file with their places; no database and no server is needed."""
    from praya.core.programme.reading import read_programme  # noqa: PLC0415 -- help is quick

    _rules, findings = read_programme(source, file=file)
    return findings_told(findings)


def findings_told(findings: list[Finding]) -> list[dict[str, Any]]:
    """Mistakes of a file in the reader's language, with their places; no database is needed."""
    if not findings:
        return []
    keeping.set_up_words(language())
    from praya.words.programme_findings import (  # noqa: PLC0415 -- after the words are set up
        hint_for_finding,
        sentence_for_finding,
    )

    return [
        {
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "code": finding.code.value,
            "path": finding.path,
            "sentence": sentence_for_finding(finding),
            "hint": hint_for_finding(finding),
        }
        for finding in findings
    ]


if __name__ == "__main__":
    main()
