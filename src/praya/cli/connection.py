"""The line to Praya: the same API, in this process for the embedded default, else over the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

API = "/api/v1"


class Trouble(Exception):  # noqa: N818 -- what a person reads, not a bug
    """Something the person at the terminal should know; ``status`` is the exit status."""

    REFUSED, NOT_SIGNED_IN, UNREACHABLE = 1, 3, 4

    def __init__(self, sentence: str, *, status: int = REFUSED, code: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class Connection:
    """Calls the API as the holder of a token.

    ``transport`` carries the calls inside this process when given; ``base_url`` is then only a name.
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
        self._client = httpx.Client(
            base_url=base_url, headers=headers, transport=transport, timeout=60
        )

    def get(self, path: str, **parameters: Any) -> Any:  # noqa: ANN401 -- JSON is of any shape
        """Ask for one thing."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._answer("GET", path, params=given).json()

    def every(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        """Ask for a list, page after page."""
        after: int | None = None
        while True:
            page = self.get(path, limit=200, after=after, **parameters)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def send(self, path: str, body: Any = None, *, method: str = "POST") -> Any:  # noqa: ANN401
        """Change something; the answer's JSON, or nothing where there is none."""
        answer = self._answer(method, path, json=body)
        return answer.json() if answer.content else None

    def fetch(self, path: str, **parameters: Any) -> bytes:  # noqa: ANN401 -- query parameters
        """Ask for a file."""
        return self._answer("GET", path, params=parameters).content

    def upload(self, path: str, *, name: str, content: bytes, fields: dict[str, str]) -> Any:  # noqa: ANN401
        """Send a file with its fields."""
        return self._answer("POST", path, files={"file": (name, content)}, data=fields).json()

    def _answer(self, method: str, path: str, **how: Any) -> httpx.Response:  # noqa: ANN401
        try:
            answer = self._client.request(method, API + path, **how)
        except httpx.TransportError as error:
            raise Trouble(
                f"Praya at {self._client.base_url} cannot be reached ({error}). "
                "Is it running, and is the address right?",
                status=Trouble.UNREACHABLE,
            ) from error
        if answer.is_success:
            return answer
        raise _trouble_of(answer)


def _trouble_of(answer: httpx.Response) -> Trouble:
    """The sentence of an answer that is a no."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Trouble(
            "Nobody is signed in here, or the token is no longer good. Sign in with: praya login",
            status=Trouble.NOT_SIGNED_IN,
        )
    try:
        problem = answer.json()
        return Trouble(problem["message"], code=problem["code"])
    except (ValueError, KeyError, TypeError):
        return Trouble(f"Praya answered {answer.status_code} without saying why.", status=1)
