"""Every form that arrives without a session: nothing is done, and what was typed is shown again."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.access import table, walk
from tests.access.bodies import PAGES
from tests.access.people import PEOPLE
from tests.access.place import Place
from tests.factories import make_person

from praya.web import kept

WRITES = ("INSERT", "UPDATE", "DELETE")
SAID = "You were signed out before this was sent."
# Forms that are sent to another address than the page they stand on.
STANDS_ON = {
    "/reviews/<review_id>/declare/": "/reviews/<review_id>/",
    "/reviews/<review_id>/save/": "/reviews/<review_id>/",
    "/applications/<code>/reviews/assign/": "/applications/<code>/reviews/",
    "/applications/<code>/reviews/close/": "/applications/<code>/reviews/",
}
# What stands on a button or is ticked, and what has a way of its own to be kept (the draft form).
NOTHING_TYPED = {
    "/theme/",
    "/i18n/setlang/",
    "/apply/<programme_code>/<call_code>/",
    "/applications/<code>/edit/<step>/",
    "/applications/<code>/save/<step>/",
    "/applications/<code>/check/",
    "/organisations/requests/<affiliation_id>/answer/",
    "/clusters/<code>/completeness/",
}
LONGEST = 8


def _cases() -> list[tuple[str, str, str]]:
    """Address, thing and somebody who may do it, for every page that something is typed into."""
    found = []
    for (method, address, thing), codes in table.read().items():
        doers = [who for who, code in zip(PEOPLE, codes, strict=True) if code == "go"]
        typed = address in PAGES and PAGES[address] and address not in NOTHING_TYPED
        if method == "POST" and typed and doers and doers[0] != "anon":
            found.append((address, thing, doers[0]))
    return found


@pytest.mark.slow
def test_what_is_typed_without_a_session_is_shown_after_signing_in(place: Place):
    wrong = []
    for address, thing, who in _cases():
        body = PAGES[address]
        body = body(place) if callable(body) else body
        page = walk.path_of(STANDS_ON.get(address, address), place.things[thing])
        client = Client()
        headers = {"referer": f"http://testserver{page}"}
        with CaptureQueriesContext(connection) as queries:
            sent = client.post(walk.path_of(address, place.things[thing]), body, headers=headers)
            asked = urlsplit(sent["Location"])
            client.force_login(make_person(PEOPLE[who]))
            shown = client.get(parse_qs(asked.query)["next"][0])
        text = unescape(shown.text)
        lost = [
            value
            for value in body.values()
            if isinstance(value, str) and len(value) > LONGEST and value not in text
        ]
        wrote = [
            query["sql"][:120]
            for query in queries
            if query["sql"].startswith(WRITES)
            and not any(name in query["sql"] for name in ("django_session", "last_login"))
        ]
        again = client.get(page)
        if (shown.status_code, SAID in text, lost, wrote, SAID in again.text) != (
            200,
            True,
            [],
            [],
            False,
        ):
            wrong.append((address, who, shown.status_code, lost, wrote))
    assert wrong == []


def test_secrets_and_files_are_not_kept(db, client):
    body = {"name": "Mei", "password1": "hush", "csrfmiddlewaretoken": "x"}
    client.post("/me/", body)
    assert client.session[kept.KEPT] == {"path": "/me/", "fields": "name=Mei", "files": False}


def test_what_is_too_long_is_not_kept(db, client):
    client.post("/me/", {"name": "x" * kept.CHARACTERS_MAX})
    assert kept.KEPT not in client.session


def test_another_site_does_not_choose_where_one_comes_back(db, client):
    sent = client.post("/me/", {"name": "Mei"}, headers={"referer": "https://trap.example/me/"})
    assert sent["Location"] == "/account/login/?next=/me/"


def test_what_was_typed_appears_on_its_own_page_only(db, client):
    client.post("/me/", {"name": "Typed while signed out"})
    client.force_login(make_person("mei@pier.example"))
    assert "Typed while signed out" not in client.get("/me/tokens/").text
    assert 'value="Typed while signed out"' in client.get("/me/").text
