"""Every page that anybody may open is looked at by axe: both themes, both widths.

The pages are those of the table of who may see what (tests/access/expected.txt), which a test
keeps equal to the site's addresses: a new page cannot be forgotten. Of readers to whom a page
shows the same parts, one is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.access import table, walk
from tests.access.conftest import place
from tests.access.people import PEOPLE
from tests.access.place import Place
from tests.access.walk import Walker
from tests.browser.looks import faults_in_every_look
from tests.factories import make_person

__all__ = ["place"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_TAG = re.compile(r"<([a-z0-9]+)[^>]*?(?:class=\"([^\"]*)\")?[^>]*>")
_AREAS = ("account", "applications", "awards", "programmes", "finance", "other")


def _area(address: str) -> str:
    first = address.strip("/").split("/")[0]
    return first if first in _AREAS else "other"


def _pages(place: Place, area: str) -> Iterator[tuple[str, str]]:
    """Column and path of each page of an area, once for all who see the same parts of it."""
    walker = Walker(place)
    for (method, address, thing), codes in table.read().items():
        if method != "GET" or address.startswith(walk.API) or _area(address) != area:
            continue
        path = walk.path_of(address, place.things[thing])
        shapes = set()
        for column, code in zip(PEOPLE, codes, strict=True):
            if code != "ok":
                continue
            answer = walker.answer(column, "GET", path)
            if answer.headers["Content-Type"].startswith("text/html"):
                shape = _shape(answer.text)
                if shape not in shapes:
                    yield column, path
                shapes.add(shape)


def _shape(html: str) -> frozenset[tuple[str, str]]:
    """The kinds of parts that a page is made of, whatever its words and however many of each."""
    found = _MAIN.search(html)
    return frozenset(_TAG.findall(found[0] if found else html))


@pytest.mark.parametrize("area", _AREAS)
def test_every_page_can_be_read_by_all(browser_page, sign_in, place, area):
    page, pages = browser_page, list(_pages(place, area))
    assert pages != []
    found = []
    for column, path in pages:
        page.context.clear_cookies()
        if PEOPLE[column]:
            sign_in(page, make_person(PEOPLE[column]))
        page.goto(path)
        found += [f"{path} as {column}: {fault}" for fault in faults_in_every_look(page)]
    assert found == [], "\n".join(found)
