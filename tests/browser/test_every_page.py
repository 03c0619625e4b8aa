"""Every page that anybody may open is looked at by axe: both themes, both widths.

The pages are those of the table of who may see what (tests/access/expected.txt). Tests keep it
equal to the site's addresses, and see that each page is shown to somebody there: a new page cannot
be forgotten. Of readers to whom a page shows the same parts, one is enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from tests.access import table, walk
from tests.access.conftest import place
from tests.access.people import PEOPLE
from tests.access.walk import Walker
from tests.browser.looks import faults_in_every_look

__all__ = ["place"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_TAG = re.compile(r"<([a-z0-9]+)[^>]*?(?:class=\"([^\"]*)\")?[^>]*>")
_AREAS = ("other", "awards", "applications", "programmes", "finance", "account")  # largest first


def _area(address: str) -> str:
    first = address.strip("/").split("/")[0]
    return first if first in _AREAS else "other"


def _pages(walker: Walker, area: str) -> Iterator[tuple[str, Client, str]]:
    """Who opens each page of an area, once for all who see the same parts of it; and its path."""
    shapes: defaultdict[str, set[frozenset[tuple[str, str]]]] = defaultdict(set)
    for (method, address, thing), codes in table.read().items():
        if method != "GET" or address.startswith(walk.API) or _area(address) != area:
            continue
        path = walk.path_of(address, walker.place.things[thing])
        for column, code in zip(PEOPLE, codes, strict=True):
            client = walker.client(column, thing)
            if code != "ok" or client is None:
                continue
            answer = walker.answer(client, "GET", path)
            if answer.headers["Content-Type"].startswith("text/html"):
                shape = _shape(answer.text)
                if shape not in shapes[address]:
                    yield column, client, path
                shapes[address].add(shape)


def _shape(html: str) -> frozenset[tuple[str, str]]:
    """The kinds of parts that a page is made of, whatever its words and however many of each."""
    found = _MAIN.search(html)
    return frozenset(_TAG.findall(found[0] if found else html))


@pytest.mark.parametrize("area", _AREAS)
def test_every_page_can_be_read_by_all(browser_page, live_server, place, area):
    page, pages = browser_page, list(_pages(Walker(place), area))
    assert pages != []
    found = []
    for column, client, path in pages:
        page.context.clear_cookies()
        name = settings.SESSION_COOKIE_NAME
        if name in client.cookies:
            cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
            page.context.add_cookies([cookie])
        page.goto(path)
        found += [f"{path} as {column}: {fault}" for fault in faults_in_every_look(page)]
    assert found == [], "\n".join(found)
