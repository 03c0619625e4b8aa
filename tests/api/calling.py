"""Calls as a program makes them: JSON in, status and JSON out."""

from __future__ import annotations

from typing import Any

from django.test import Client


class Caller:
    """Calls with a token, or as nobody. An answer is its status and its JSON."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{path}", query, headers=self.headers)
        return answer.status_code, answer.json()

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return self._send("post", path, body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        return self._send("put", path, body)

    def delete(self, path: str) -> tuple[int, Any]:
        return self._send("delete", path, None)

    def raw(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def _send(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        answer = getattr(self.client, method)(
            f"/api/v1{path}",
            data=body,
            content_type="application/json",
            headers=self.headers,
        )
        return answer.status_code, answer.json()


def problem(answer: tuple[int, Any]) -> tuple[int, str]:
    """Status and code of a no; its sentence must be there."""
    status, body = answer
    assert set(body) == {"code", "message", "facts"}, body
    assert body["message"]
    return status, body["code"]
