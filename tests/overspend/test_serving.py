"""The serving process stops cleanly, and hands its seat over."""

from __future__ import annotations

import httpx
import pytest
from tests.overspend.sites import new_site

pytestmark = pytest.mark.slow


@pytest.fixture
def site():
    with new_site() as site:
        site.ask("seed", 100)
        yield site


def test_jobs_go_on_while_praya_is_stopped_and_are_found_again(site):
    site.serve()
    gate = site.home / "gate"
    code = site.ask("wait", gate)
    site.wait_until("running")
    site.stop()
    assert site.ask("state")["jobs"] == {code: "running"}

    gate.touch()
    site.serve()
    state = site.wait_until_settled()

    assert (state["jobs"], state["open_holds"]) == ({code: "completed"}, [])
    assert (state["charges"], state["time"][0]) == (1, state["charged_s"])


def test_asked_to_it_ends_and_settles_its_jobs_before_it_stops(site):
    site.serve("stop-jobs")
    code = site.ask("wait", site.home / "never")
    site.wait_until("running")

    site.stop()

    state = site.ask("state")
    assert (state["jobs"], state["open_holds"]) == ({code: "cancelled"}, [])
    assert state["time"][0] == state["charged_s"] > 0


def test_of_two_servers_one_does_the_rounds_and_the_other_takes_over(site):
    site.serve()
    first = site.serving
    assert first is not None
    address = site.serve()
    first.kill()
    first.communicate()

    code = site.ask("wait", site.home)

    assert site.wait_until_settled()["jobs"] == {code: "completed"}
    health = httpx.get(f"{address}/healthz").json()
    assert (health["database"], health["worker_age_s"] <= 5) == (True, True)
