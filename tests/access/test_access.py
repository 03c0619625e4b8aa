"""Everybody asks for everything, and gets what stands in ``expected.txt``.

The table is read by people: an answer in it is there because somebody looked at it beside "Who may
see and do what" in docs/designs/spine.md. When a test fails it prints the rows as they are now.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.access import table, walk
from tests.access.bodies import PAGES
from tests.access.people import PEOPLE
from tests.access.place import Place
from tests.access.titles import NOBODY, SEEN_BY
from tests.access.walk import Walker

EXPECTED = table.read()
PARTS = {
    "pages": lambda method, address: method == "GET" and not address.startswith(walk.API),
    "changes by pages": lambda method, address: (
        method != "GET" and not address.startswith(walk.API)
    ),
    "endpoints": lambda method, address: method == "GET" and address.startswith(walk.API),
    "changes by endpoints": lambda method, address: (
        method != "GET" and address.startswith(walk.API)
    ),
}
WRITES = ("INSERT", "UPDATE", "DELETE")
OF_SESSIONS = ('"django_session"', '"people_token"')


def test_the_table_has_every_address_and_no_other():
    listed = {(method, address) for method, address, _ in EXPECTED}
    assert listed == walk.addresses()


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_everybody_gets_what_the_table_says(part: str, place: Place):
    walker = Walker(place)
    wrong = []
    for key, codes in EXPECTED.items():
        if not PARTS[part](*key[:2]):
            continue
        found = walker.row(*key)
        if found != codes:
            wrong += ["", f"- {table.written(key, codes)}", f"+ {table.written(key, found)}"]
    assert not wrong, "\n".join([" " * 86 + " ".join(PEOPLE), *wrong])
    assert {name: walker.readers[name] - who for name, who in SEEN_BY.items()} == NOBODY
    if part == "pages":
        assert {name: walker.readers[name] for name in SEEN_BY} == SEEN_BY


@pytest.mark.slow
def test_pages_that_are_not_said_to_change_anything_do_not(place: Place):
    walker = Walker(place)
    wrote = []
    for method, address, thing in EXPECTED:
        if method != "GET" or address in PAGES or address.startswith(walk.API) or walk.own(address):
            continue
        path = walk.path_of(address, place.things[thing])
        for column in ("lead", "offi", "admi"):
            with CaptureQueriesContext(connection) as queries:
                walker.answer(column, "POST", path, {})
            wrote += [
                f"{column} {path}: {query['sql'][:120]}"
                for query in queries
                if query["sql"].startswith(WRITES)
                and not any(name in query["sql"] for name in OF_SESSIONS)
            ]
    assert wrote == []
