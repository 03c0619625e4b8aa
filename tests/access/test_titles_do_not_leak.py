"""A title that nobody else has is read on lists by those who may see its case, and by no others."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from tests.access import walk
from tests.access.people import PEOPLE
from tests.access.place import Place
from tests.access.walk import Walker

# Who may see the case behind a title, by the rules in docs/designs/spine.md.
STAFF = {"offi", "audi"}
SEEN_BY = {
    "draft": {"lead", "hous"},
    "submitted": {"lead", "hous"} | STAFF,
    "asked": {"lead", "hous"} | STAFF,
    "foreign": {"othr"} | STAFF,
    # A reviewer reads the title before declaring a conflict: it says what the conflict is about.
    "in-review": {"lead", "hous", "revi", "revn", "revc"} | STAFF,
    # Who is recused reads on the round's list the code of the case, and no more.
    "to-decide": {"lead", "hous", "revi", "comm"} | STAFF,
    "decided": {"lead", "hous", "revi", "comm"} | STAFF,
    "waiting": {"lead", "hous", "comm"} | STAFF,
}


@pytest.mark.slow
def test_titles_are_read_only_by_those_who_may_know_of_the_case(place: Place):
    walker = Walker(place)
    found: dict[str, set[str]] = {name: set() for name in SEEN_BY}
    for column in PEOPLE:
        text = "\n".join(_lists(walker, column))
        for name in SEEN_BY:
            if place.titles[name] in text:
                found[name].add(column)
    assert found == SEEN_BY


def _lists(walker: Walker, column: str) -> list[str]:
    """Every page and endpoint that is about no single case: lists, queues, money, the home page."""
    said = []
    for method, address in sorted(walk.addresses()):
        names = set(re.findall(r"<(\w+)>", address))
        thing = walker.place.things["programme" if names else "site"]
        if method != "GET" or walk.own(address) or not names <= thing.keys():
            continue
        answer = walker.answer(column, "GET", walk.path_of(address, thing))
        if answer.status_code == HTTPStatus.OK and not answer.streaming:
            said.append(answer.content.decode())
    return said
