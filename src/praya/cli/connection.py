"""The line to Praya: the same API, in this process for the embedded default or over the network."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from praya.cli.trouble import Trouble
from praya.cli.words import _

# Where a figure is explained, the command that asks for it, and what of the query it takes first.
_FIGURES = (
    (re.compile(r"/awards/([^/]+)/why/([a-z-]+)$"), "balance", ()),
    (re.compile(r"/awards/[^/]+/open/why$"), "open", ("line",)),
    (re.compile(r"/programmes/([^/]+)/accounts/why$"), "account", ("account",)),
    (re.compile(r"/programmes/([^/]+)/entries/(\d+)/why$"), "entry", ()),
    (re.compile(r"/applications/([^/]+)/ceilings/([a-z-]+)/why$"), "ceiling", ()),
    (re.compile(r"/programmes/([^/]+)/periods/([0-9-]+)/why$"), "period", ()),
)
API = "/api/v1"
_PATIENCE_S = 60
_NO_CODE = _("What you typed is no code or number of this kind. The lists show them.")
Part = str | int | date
"""A part of an address, between two slashes."""


class Connection:
    """Calls the API as the holder of a token.

    ``transport`` carries the calls inside this process when given; ``base_url`` is a name then.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        language: str = "en",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Accept-Language": language, "User-Agent": "praya-terminal"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.is_embedded = transport is not None
        self._made_with = (base_url, language, transport)
        self._client = httpx.Client(
            base_url=base_url, headers=headers, transport=transport, timeout=_PATIENCE_S
        )

    def like(self, *, token: str) -> Connection:
        """The same line for the holder of another token."""
        base_url, language, transport = self._made_with
        return Connection(base_url, token=token, language=language, transport=transport)

    def close(self) -> None:
        """Let go of the line to a server; nothing is asked after."""
        self._client.close()

    def get(self, *path: Part, **parameters: Any) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Ask for one thing: ``get("awards", "HCP-0007", "entries", limit=20)``."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return _json_of(self._answer("GET", _address(path), params=given))

    def every(self, *path: Part, **parameters: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- JSON is of any shape
        """Ask for a list, page after page."""
        after: int | None = None
        while True:
            page = self.get(*path, limit=200, after=after, **parameters)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def send(self, *path: Part, body: Any = None, method: str = "POST") -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Change something; the answer's JSON, or nothing where there is none."""
        return self.call(method, _address(path), body)

    def call(self, method: str, address: str, body: Any = None) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Call an address as it was written, ``/awards/HCP-0007?…``."""
        answer = self._answer(method, address, json=body)
        return _json_of(answer) if answer.content else None

    def fetch(self, *path: Part, **parameters: Any) -> bytes:  # noqa: ANN401 -- query parameters
        """Ask for a file."""
        return self._answer("GET", _address(path), params=parameters).content

    def upload(self, *path: Part, name: str, content: bytes, fields: dict[str, str]) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Send a file with its fields."""
        how = {"files": {"file": (name, content)}, "data": fields}
        return _json_of(self._answer("POST", _address(path), **how))

    def _answer(self, method: str, path: str, **how: Any) -> httpx.Response:  # noqa: ANN401 -- JSON is of any shape
        try:
            answer = self._client.request(method, API + path, **how)
        except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
            raise Trouble(
                _(
                    "Praya at %(server)s cannot be reached (%(error)s). Is it running, and is the "
                    "address right?"
                )
                % {"server": self._client.base_url, "error": error},
                status=Trouble.UNREACHABLE,
            ) from error
        if answer.is_success:
            return answer
        raise _trouble_of(answer)


def _address(path: Sequence[Part]) -> str:
    """The address below the API: a part is quoted, so that what was typed stays one part."""
    parts = [str(part) for part in path]
    for part in parts:
        if "/" in part or not part.strip("."):
            raise Trouble(_NO_CODE)
    return "".join("/" + quote(part, safe=":") for part in parts)


def _trouble_of(answer: httpx.Response) -> Trouble:
    """The sentence of an answer that is a no."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Trouble(
            _("Nobody is signed in here, or the token is good no more. Sign in with: praya login"),
            status=Trouble.NOT_SIGNED_IN,
        )
    out = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    status = Trouble.UNREACHABLE if out else Trouble.REFUSED
    try:
        problem = answer.json()
        is_misspelt = problem["code"] == "input.invalid" and all(
            fault["where"].startswith("path.") for fault in problem["facts"]["faults"]
        )
        sentence = _NO_CODE if is_misspelt else problem["message"] + _why(answer)
        facts = problem.get("facts")
        return Trouble(sentence, status=status, code=problem["code"], facts=facts)
    except (ValueError, KeyError, TypeError):
        return Trouble(
            _("Praya answered %(status)s without saying why. Is this the address of a Praya?")
            % {"status": answer.status_code},
            status=status,
        )


def _why(answer: httpx.Response) -> str:
    """How to ask for the figure that a refusal rests on; nothing where there is none."""
    address = httpx.URL(answer.links.get("describedby", {}).get("url", ""))
    given = address.params
    for pattern, command, positional in _FIGURES:
        found = pattern.search(address.path)
        if found is None:
            continue
        asked = [command, *found.groups(), *(given[name] for name in positional)]
        for name, option in (("commodity", "--of"), ("line", "--line")):
            if name in given and name not in positional:
                asked += [option, given[name]]
        return "\n" + _("Why: praya why %s") % shlex.join(asked)
    return ""


def _json_of(answer: httpx.Response) -> Any:  # noqa: ANN401 -- JSON is of any shape
    try:
        return answer.json()
    except ValueError as error:
        raise Trouble(
            _("%(server)s does not answer as a Praya does. Is the address right?")
            % {"server": answer.url.copy_with(path="/", query=None)}
        ) from error
