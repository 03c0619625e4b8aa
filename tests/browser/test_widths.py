"""Tables of many figures have room on a page as wide as a small screen: no column is hidden."""

from __future__ import annotations

import pytest
from django.conf import settings
from tests.access import walk
from tests.access.conftest import place
from tests.access.walk import Walker

__all__ = ["place"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
_PAGES = (
    ("/finance/<code>/years/", "programme"),
    ("/committee/<code>/<round_id>/", "programme"),
    ("/applications/<code>/decide/", "to-decide"),
)
_WIDER = """() => [...document.querySelectorAll('main .table-scroll')]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText)"""


def test_no_table_of_a_committees_pages_is_wider_than_its_place(browser_page, live_server, place):
    walker = Walker(place)
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    for address, thing in _PAGES:
        client = walker.client("comm", thing)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        browser_page.context.add_cookies([cookie])
        browser_page.goto(walk.path_of(address, place.things[thing]))
        assert browser_page.locator("main .table-scroll").count() > 0, address
        assert browser_page.evaluate(_WIDER) == [], address
