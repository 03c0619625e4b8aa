"""Everybody asks for everything, and gets what stands in ``expected.txt``.

The table is read by people: an answer in it is there because somebody looked at it beside "Who may
see and do what" in docs/designs/spine.md. When a test fails it prints the rows as they are now.
"""

from __future__ import annotations

import pytest
from django.db import connection
from tests.access import table, walk
from tests.access.bodies import PAGES
from tests.access.nobody import DONE_BY_NOBODY, NEVER_SHOWN
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
DONE = {"ok", "go"}


def test_the_table_has_every_address_and_no_other():
    listed = {(method, address) for method, address, _ in EXPECTED}
    assert listed == walk.addresses()


def test_every_change_is_done_by_somebody():
    """A row in which everybody is refused would say as much if the address were broken."""
    done: dict[str, bool] = {}
    for (method, address, _thing), codes in EXPECTED.items():
        if method != "GET" and not walk.own(address):
            change = f"{method} {address}"
            done[change] = done.get(change, False) or not DONE.isdisjoint(codes)
    assert {change for change, is_done in done.items() if not is_done} == set(DONE_BY_NOBODY)


def test_every_page_is_shown_to_somebody():
    """Only what is shown in the walk is looked at by axe, and searched for forms."""
    shown: dict[str, bool] = {}
    for (method, address, _thing), codes in EXPECTED.items():
        if method == "GET" and not address.startswith(walk.API):
            shown[address] = shown.get(address, False) or "ok" in codes
    assert {address for address, is_shown in shown.items() if not is_shown} == set(NEVER_SHOWN)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_everybody_gets_what_the_table_says(part: str, place: Place):
    walker = Walker(place)
    everybody = connection.vendor == "sqlite" or part.startswith("changes")
    wrong = []
    for key, codes in EXPECTED.items():
        if not PARTS[part](*key[:2]):
            continue
        columns = list(PEOPLE) if everybody else _one_for_each_answer(codes)
        expected = [codes[list(PEOPLE).index(column)] for column in columns]
        found = walker.row(*key, columns)
        if found != expected:
            wrong += ["", f"- {table.written(key, expected)}", f"+ {table.written(key, found)}"]
            wrong += [] if everybody else [f"  asked by {', '.join(columns)}"]
    assert not wrong, "\n".join([" " * 86 + " ".join(PEOPLE), *wrong])
    assert {name: walker.readers[name] - who for name, who in SEEN_BY.items()} == NOBODY
    if part == "pages" and everybody:
        assert {name: walker.readers[name] for name in SEEN_BY} == SEEN_BY
        unsaid = {to: page for to, page in walker.targets.items() if to not in PAGES}
        assert {to: page for to, page in unsaid.items() if not walk.own(to)} == {}


def _one_for_each_answer(codes: list[str]) -> list[str]:
    """The first and the last who get each answer.

    All are asked on the first database. On the second it is to be seen that each answer is the same
    there; what changes something is asked by all on both.
    """
    columns = list(PEOPLE)
    first = dict(zip(reversed(codes), reversed(columns), strict=True))
    last = dict(zip(codes, columns, strict=True))
    chosen = {*first.values(), *last.values()}
    return [column for column in columns if column in chosen]


@pytest.mark.slow
def test_pages_that_are_not_said_to_change_anything_do_not(place: Place):
    walker = Walker(place)
    wrote = []
    for method, address, thing in EXPECTED:
        if method != "GET" or address in PAGES or address.startswith(walk.API) or walk.own(address):
            continue
        path = walk.path_of(address, place.things[thing])
        for column in ("lead", "offi", "admi"):
            changed = walker.changed_by(column, path)
            wrote += [f"{column} {path}: {statement[:120]}" for statement in changed]
    assert wrote == []
