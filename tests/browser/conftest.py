"""A real browser before a real server; skipped by name where Debian's Chromium is missing.

def test_a_list_can_be_read(browser_page, live_server, sign_in):
    sign_in(browser_page, person)
    browser_page.goto(live_server.url + "/organisations/")
    assert_accessible(browser_page)      # from tests.browser.looks
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.looks import ANSWER_S_MAX

# Playwright keeps an event loop in this thread, and Django would refuse to query beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)

expect.set_options(timeout=ANSWER_S_MAX * 1000)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Debian's Chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    }


@pytest.fixture
def browser_page(browser, live_server):
    """A page that fails the test when a script, or the policy against scripts, complains."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(ANSWER_S_MAX * 1000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def sign_in(live_server):
    """Signs a person in without walking through the form."""
    from django.conf import settings
    from django.test import Client

    def signed_in(page, person):
        client = Client()
        client.force_login(person)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": live_server.url,
        }
        page.context.add_cookies([cookie])

    return signed_in
