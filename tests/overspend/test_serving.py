"""The serving process stops cleanly, hands its seat over, and leaves the rounds to a worker."""

from __future__ import annotations

import httpx
import pytest
from django.db import connection
from tests.overspend.sites import new_site
from tests.overspend.test_overspend import Browser

FIRST_ANSWER_S_MAX = 60  # all pages are loaded for it
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place():
    """One site for all of them, since it takes long to make; each looks at its own job."""
    with new_site() as site:
        yield site, site.ask("seed", 100)["session"]


@pytest.fixture
def site(place):
    site, _session = place
    yield site
    site.end()


def charges_of(state, code: str) -> list[int]:
    """The card-seconds of each charge of a job."""
    return [seconds for job, seconds in state["charged"] if job == code]


def test_jobs_go_on_while_praya_is_stopped_and_are_found_again(site):
    site.serve()
    gate = site.home / "gate"
    code = site.ask("wait", gate)
    site.wait_until("running")
    site.stop()
    assert site.ask("state")["jobs"][code] == "running"

    gate.touch()
    site.serve()
    state = site.wait_until_settled()

    assert (state["jobs"][code], state["open_holds"]) == ("completed", [])
    assert len(charges_of(state, code)) == 1
    assert state["time"][0] == state["charged_s"]


def test_asked_to_it_ends_and_settles_its_jobs_before_it_stops(site):
    site.serve("stop-jobs")
    code = site.ask("wait", site.home / "never")
    site.wait_until("running")

    site.stop()

    state = site.ask("state")
    assert (state["jobs"][code], state["open_holds"]) == ("cancelled", [])
    [seconds] = charges_of(state, code)
    assert seconds > 0
    assert state["time"][0] == state["charged_s"]


def test_of_two_servers_one_does_the_rounds_and_the_other_takes_over(site):
    site.serve()
    first = site.serving
    assert first is not None
    address = site.serve()
    first.kill()
    first.communicate()

    code = site.ask("wait", site.home)

    assert site.wait_until_settled()["jobs"][code] == "completed"
    health = httpx.get(f"{address}/healthz", timeout=FIRST_ANSWER_S_MAX).json()
    assert (health["database"], health["worker_age_s"] <= 5) == (True, True)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite one process does both")
def test_the_web_takes_jobs_and_a_worker_beside_it_does_them(site, place):
    browser = Browser(*place)
    web = site.praya("serve", "--no-worker", "--port", "0")
    assert web.stdout is not None
    address = web.stdout.readline().rpartition(" ")[2].strip()
    browser.go_to(address)
    code = browser.submit(1)
    assert site.ask("state")["jobs"][code] == "waiting"

    worker = site.praya("worker")
    state = site.wait_until_settled()

    assert (state["jobs"][code], len(charges_of(state, code))) == ("completed", 1), site.told()
    health = httpx.get(f"{address}/healthz", timeout=60).json()
    assert (health["database"], health["worker_age_s"] <= 5) == (True, True)
    for program in (worker, web):
        program.terminate()
        program.communicate(timeout=400)
    assert (worker.returncode, web.returncode) == (0, 0), site.told()
