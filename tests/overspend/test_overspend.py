"""A grant that everybody wants at once, and a site that is killed in the middle of its work."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.overspend.sites import Site, new_site

pytestmark = pytest.mark.slow

HOUR = 3600
PROCESSES = 16


@pytest.fixture
def site():
    with new_site() as site:
        yield site


def test_two_hundred_submissions_by_sixteen_processes_never_pass_the_grant(site):
    """100 card-hours, 200 jobs of one: half are admitted, half refused for the right reason."""
    site.ask("seed", 100)
    counts = [13] * 8 + [12] * 8
    actors = [site.begin("submit", who, count) for who, count in enumerate(counts)]

    answers = [site.answer_of(actor) for actor in actors]

    admitted = [code for answer in answers for code in answer["admitted"]]
    refused = [refusal for answer in answers for refusal in answer["refused"]]
    assert (len(admitted), len(set(admitted)), len(refused)) == (100, 100, 100)
    full = ["book.exhausted", HOUR, 0, 100 * HOUR, 0, 100 * HOUR]
    assert refused == [full] * 100
    state = site.ask("state")
    assert set(state["jobs"]) == set(admitted) == set(state["open_holds"])
    assert state["time"] == [0, 100 * HOUR, 100 * HOUR, 0]
    assert (state["is_zero"], state["wrong"]) == (True, [])


class Browser:
    """Posts the form of the lead until it is answered, whatever happens to the server meanwhile."""

    def __init__(self, site: Site, session: str) -> None:
        self.site, self.session = site, session
        self.address = ""

    def submit(self, number: int) -> str:
        """The job that the form made, asked for under one key as often as it takes."""
        until = time.monotonic() + 100
        key = f"{number:032x}"
        while time.monotonic() < until:
            try:
                found = self._post(key)
            except httpx.TransportError:
                found = None
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(self.site.told())

    def _post(self, key: str) -> str | None:
        cookies = {"sessionid": self.session}
        with httpx.Client(base_url=self.address, cookies=cookies, timeout=20) as client:
            token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/jobs/new/").text)
            if token is None:
                return None
            form = {
                "csrfmiddlewaretoken": token[1],
                "key": key,
                "line": "PIR-0001:1",
                "cards": "1",
                "time_limit": "1m",
                "command": "sh -c 'echo begun; sleep 0.3'",
                "script": "",
                "name": key,
            }
            answer = client.post("/jobs/new/", data=form)
            if answer.status_code != httpx.codes.FOUND:
                return None
            return answer.headers["Location"].strip("/").rpartition("/")[2]


def test_a_site_killed_in_the_middle_loses_no_job_and_leaves_no_orphan_hold(site):
    """Jobs come in by the form while the serving process is killed, twice, and started again."""
    browser = Browser(site, site.ask("seed", 100)["session"])
    browser.address = site.serve()
    count = 24

    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(browser.submit, number) for number in range(count)]
        for share in (4, 2):
            while sum(answer.done() for answer in asked) < count // share:
                threading.Event().wait(0.02)
            were_done = all(answer.done() for answer in asked)
            site.kill()
            assert not were_done, "everything was over before the site was killed"
            browser.address = site.serve()
        codes = {answer.result() for answer in asked}

    state = site.wait_until_settled()
    assert len(codes) == count
    assert state["jobs"] == dict.fromkeys(sorted(codes), "completed")
    assert state["open_holds"] == []
    assert state["charges"] == count
    settled, in_flight, committed, free = state["time"]
    assert (settled, in_flight, committed) == (state["charged_s"], 0, 100 * HOUR)
    assert settled + free == committed
    assert (state["is_zero"], state["wrong"]) == (True, [])
    site.stop()
