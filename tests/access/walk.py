"""Every address of the site, asked by everybody, answered in a few letters.

| letters | answer |
|---|---|
| ok | shown, or done |
| go | sent on to another page, as after something was done |
| in | sent to sign in, or told to |
| no | refused: may not do this (403) |
| -- | not found: there is no such thing, or none that they may know of (404) |
| rule | a rule says no (409) |
| form | the form again, or input that does not fit (422): nobody got past it |
| way | not the way to ask: another method is needed (405) |
| . | not asked: the pages of one's own account know no roles |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.access.bodies import BODIES, PAGES
from tests.access.people import PEOPLE
from tests.access.place import Place, Thing
from tests.access.titles import LISTS_ARE_ABOUT
from tests.factories import make_person

from praya.api.wiring import api

CODES = {401: "in", 403: "no", 404: "--", 405: "way", 409: "rule", 422: "form"}
API = "/api/v1"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
NOT_ASKED = "."
ASKED_OF_THEIR_OWN = ("anon", "lead")


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

    ``readers`` tells, for each case's title, who has read it on a list.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.readers: defaultdict[str, set[str]] = defaultdict(set)
        self.clients = {}
        for number, (column, email) in enumerate(PEOPLE.items(), start=1):
            client = Client(raise_request_exception=False, REMOTE_ADDR=f"127.0.0.{number}")
            if email:
                client.force_login(make_person(email))
            self.clients[column] = client
        self.cookies = {column: self.clients[column].cookies.output() for column in PEOPLE}

    def row(self, method: str, address: str, thing_name: str) -> list[str]:
        """The answers to everybody, in the order of the columns."""
        path = path_of(address, self.place.things[thing_name])
        is_list = method == "GET" and thing_name in LISTS_ARE_ABOUT and not own(address)
        codes = []
        for column in PEOPLE:
            if own(address) and column not in ASKED_OF_THEIR_OWN:
                codes.append(NOT_ASKED)
                continue
            response = self.answer(column, method, path, self._body(address, method))
            codes.append(code_of(method, address, response))
            if is_list and response.status_code == HTTPStatus.OK and not response.streaming:
                self._note_titles(column, response.content.decode())
        return codes

    def _note_titles(self, column: str, text: str) -> None:
        for name, title in self.place.titles.items():
            if title in text:
                self.readers[name].add(column)

    def answer(self, column: str, method: str, path: str, body: Any = None) -> HttpResponse:
        """The answer itself; the database is afterwards as it was before."""
        client = self.clients[column]
        session = {name: morsel.value for name, morsel in client.cookies.items()}
        options: dict[str, Any] = {}
        if body is not None:
            is_json = path.startswith(API) and "file" not in body
            options = {"data": body}
            if is_json:
                options["content_type"] = "application/json"
        try:
            with transaction.atomic():
                response = getattr(client, method.lower())(path, **options)
                response.close()
                transaction.set_rollback(True)
        finally:
            client.cookies.clear()
            client.cookies.load(session)
        return response

    def _body(self, address: str, method: str) -> Any:
        if method not in UNSAFE:
            return None
        body = BODIES.get((method, address), {})
        return body(self.place) if callable(body) else body


def path_of(address: str, thing: Thing) -> str:
    """The address of a thing."""
    return re.sub(r"<(\w+)>", lambda found: str(thing[found[1]]), address)


def code_of(method: str, address: str, response: HttpResponse) -> str:
    """An answer in a few letters."""
    status = response.status_code
    if 300 <= status < 400:
        return "in" if response.headers["Location"].startswith("/account/login/") else "go"
    if status == 200 and method == "POST" and not address.startswith((API, "/account")):
        return "form"
    if 200 <= status < 300:
        return "ok"
    return CODES.get(status, str(status))
