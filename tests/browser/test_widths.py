"""Tables of many figures have room on a page as wide as a small screen: no column is hidden."""

from __future__ import annotations

import pytest
from django.conf import settings
from tests.access import walk
from tests.access.conftest import place
from tests.access.walk import Walker

from praya.apps.enforcement.models import Drift
from praya.core.execution.limits import StepKind

__all__ = ["place"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
_PAGES = (
    ("comm", "/finance/<code>/years/", "programme"),
    ("comm", "/committee/<code>/<round_id>/", "programme"),
    ("comm", "/applications/<code>/decide/", "to-decide"),
    ("oper", "/clusters/<code>/held/", "held"),
    ("oper", "/clusters/<code>/completeness/", "held"),
)
_WIDER = """() => [...document.querySelectorAll('main .table-scroll')]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText)"""


def test_no_table_of_many_figures_is_wider_than_its_place(browser_page, live_server, place):
    walker = Walker(place)
    # What others changed, in words as long as a cluster's are.
    Drift.objects.update(
        kind=StepKind.REMOVE_MEMBER,
        member="chan.siu-ming",
        has="limit 36000",
        wants="limit 72000",
        changed_by="operator-on-duty",
    )
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    for who, address, thing in _PAGES:
        client = walker.client(who, thing)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        browser_page.context.add_cookies([cookie])
        browser_page.goto(walk.path_of(address, place.things[thing]))
        assert browser_page.locator("main .table-scroll").count() > 0, address
        assert browser_page.evaluate(_WIDER) == [], address
