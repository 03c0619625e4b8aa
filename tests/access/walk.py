"""Every address of the site, asked by everybody, answered in a few letters.

| letters | answer |
|---|---|
| ok | shown, or done |
| go | sent on to another page; after a change: something was done |
| idle | answered as if it were done, and nothing was changed |
| in | sent to sign in, or told to |
| no | refused: may not do this (403) |
| -- | not found: there is no such thing, or none that they may know of (404) |
| rule | a rule says no (409) |
| form | the form again, or input that does not fit (422): nothing was changed |
| way | not the way to ask: another method is needed (405) |
| . | not asked: the pages of one's own account know no roles |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from tests.access.bodies import BODIES, PAGES
from tests.access.people import PEOPLE
from tests.access.place import Place, Thing
from tests.access.titles import LISTS_ARE_ABOUT
from tests.factories import make_person

from praya.api.wiring import api

CODES = {401: "in", 403: "no", 404: "--", 405: "way", 409: "rule", 422: "form"}
WRITES = ("INSERT", "UPDATE", "DELETE")
OF_SESSIONS = ('"django_session"', '"people_token"')
API = "/api/v1"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
NOT_ASKED = "."
ASKED_OF_THEIR_OWN = ("anon", "lead")
_FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>", re.IGNORECASE)
_SENT_TO = re.compile(r"\b(?:formaction|hx-post|hx-put|hx-delete)=\"([^\"]*)\"")


def addresses() -> set[tuple[str, str]]:
    """Method and address of everything that the site answers, derived from its URL tables.

    Pages are asked by POST where they change something: those of the account, and all of ``PAGES``.
    """
    found = {("GET", path) for path in pages()}
    found |= {("POST", path) for path in PAGES} | {("POST", path) for path in pages() if own(path)}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                shown = re.sub(r"\{(?:\w+:)?(\w+)\}", r"<\1>", f"{API}{prefix}{path}")
                found |= {(method, shown) for method in operation.methods}
    return found | {("GET", f"{API}/openapi.json")}


def pages() -> set[str]:
    """Addresses of pages: everything but the API."""
    return {path for path in _paths(get_resolver(), "/") if not path.startswith(API)}


def own(address: str) -> bool:
    """Whether a page is about one's own account, where roles mean nothing."""
    return address.startswith("/account/")


def _paths(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + _plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _paths(pattern, path)


def _plain(pattern: str) -> str:
    """A part of an address with its parameters as ``<name>``, whether a route or an expression."""
    pattern = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", pattern)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", pattern).strip("^$")


class Walker:
    """Asks addresses as each of the people; whatever is changed is undone at once.

    ``readers`` tells, for each case's title, who has read it on a list; ``targets`` the addresses
    to which the pages that were shown send a form, and one such page for each.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.readers: defaultdict[str, set[str]] = defaultdict(set)
        self.targets: dict[str, str] = {}
        self.clients = {}
        for number, (column, email) in enumerate(PEOPLE.items(), start=1):
            client = Client(raise_request_exception=False, REMOTE_ADDR=f"127.0.0.{number}")
            if email:
                client.force_login(make_person(email))
            self.clients[column] = client

    def client(self, column: str, thing_name: str) -> Client | None:
        """Who asks about a thing; nobody, where it is one's own and no role of the column's."""
        if thing_name in self.place.account.clients:
            asked_as, client = self.place.account.clients[thing_name]
            return client if column == asked_as else None
        return self.clients[column]

    def row(
        self, method: str, address: str, thing_name: str, columns: Iterable[str] = PEOPLE
    ) -> list[str]:
        """The answers to everybody, in the order of the columns."""
        path = path_of(address, self.place.things[thing_name])
        is_list = method == "GET" and thing_name in LISTS_ARE_ABOUT and not own(address)
        codes = []
        cache.clear()  # nobody is slowed down for what other rows tried
        for column in columns:
            client = self.client(column, thing_name)
            if client is None or (own(address) and column not in ASKED_OF_THEIR_OWN):
                codes.append(NOT_ASKED)
                continue
            response, wrote = self._answer(client, method, path, self._body(address, method))
            codes.append(code_of(method, address, response, wrote=wrote))
            if method == "GET" and response.status_code == HTTPStatus.OK and not response.streaming:
                text = response.content.decode(errors="replace")
                if not address.startswith(API):
                    self._note_targets(path, text)
                if is_list:
                    self._note_titles(column, text)
        return codes

    def _note_titles(self, column: str, text: str) -> None:
        for name, title in self.place.titles.items():
            if title in text:
                self.readers[name].add(column)

    def _note_targets(self, path: str, text: str) -> None:
        sent_to = {_target(form) for form in _FORM.findall(text)} | set(_SENT_TO.findall(text))
        for target in sent_to:
            self.targets.setdefault(address_of(unescape(target) or path), path)

    def answer(self, client: Client, method: str, path: str) -> HttpResponse:
        """The answer itself; the database is afterwards as it was before."""
        return self._answer(client, method, path, None)[0]

    def changed_by(self, column: str, path: str) -> list[str]:
        """The statements with which an empty form, sent by somebody, changes something."""
        return self._answer(self.clients[column], "POST", path, {})[1]

    def _answer(
        self, client: Client, method: str, path: str, body: Any
    ) -> tuple[HttpResponse, list[str]]:
        """The answer, and the statements that changed something in the database."""
        session = {name: morsel.value for name, morsel in client.cookies.items()}
        options: dict[str, Any] = {}
        if body is not None:
            is_json = path.startswith(API) and "file" not in body
            options = {"data": body}
            if is_json:
                options["content_type"] = "application/json"
        try:
            with transaction.atomic(), _written_down(method) as statements:
                response = getattr(client, method.lower())(path, **options)
                response.close()
                transaction.set_rollback(True)
        finally:
            client.cookies.clear()
            client.cookies.load(session)
        return response, changing(statements)

    def _body(self, address: str, method: str) -> Any:
        if method not in UNSAFE:
            return None
        body = BODIES.get((method, address), {})
        return body(self.place) if callable(body) else body


@contextmanager
def _written_down(method: str) -> Iterator[list[str]]:
    """The statements of a request that may change something; of others none are kept.

    Django's own log of queries asks SQLite once more for each, to show what stood in it.
    """
    statements: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        statements.append(sql)
        return execute(sql, *more)

    if method not in UNSAFE:
        yield statements
        return
    with connection.execute_wrapper(note):
        yield statements


def changing(statements: Iterable[str]) -> list[str]:
    """The statements that change something else than sessions."""
    return [
        sql
        for sql in statements
        if sql.startswith(WRITES) and not any(name in sql for name in OF_SESSIONS)
    ]


def path_of(address: str, thing: Thing) -> str:
    """The address of a thing, with what it asks beyond its path."""
    path = re.sub(r"<(\w+)>", lambda found: str(thing[found[1]]), address)
    return f"{path}?{thing['query']}" if "query" in thing else path


def address_of(target: str) -> str:
    """The address in the URL table that a path, or a whole URL, is one of."""
    return "/" + _plain(resolve(urlsplit(target).path).route)


def _target(form: str) -> str:
    found = re.search(r"\baction=\"([^\"]*)\"", form)
    return found[1] if found else ""


def code_of(method: str, address: str, response: HttpResponse, *, wrote: list[str]) -> str:
    """An answer in a few letters."""
    status = response.status_code
    is_change = method in UNSAFE and not own(address)
    if 300 <= status < 400:
        if response.headers["Location"].startswith("/account/login/"):
            return "in"
        return "go" if wrote or not is_change else "idle"
    if status == 200 and is_change and not wrote and not address.startswith(API):
        return "form"
    if 200 <= status < 300:
        return "ok" if wrote or not is_change else "idle"
    return CODES.get(status, str(status))
