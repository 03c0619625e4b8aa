"""A grant that everybody wants at once, and a site that is killed in the middle of its work."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.overspend.sites import Site, new_site

pytestmark = pytest.mark.slow

HOUR = 3600


@pytest.fixture
def site():
    with new_site() as site:
        yield site


def test_two_hundred_submissions_by_sixteen_processes_never_pass_the_grant(site):
    """100 card-hours, 200 jobs of one: half are admitted, half refused for the right reason."""
    site.ask("seed", 100)

    answers = site.ask("submit", *[13] * 8, *[12] * 8)

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

    def __init__(
        self, site: Site, session: str, *, command: str = "echo begun", time_limit: str = "1m"
    ) -> None:
        self.site, self.session = site, session
        self.asked = {"command": command, "time_limit": time_limit}

    def go_to(self, address: str) -> None:
        """Open the form of the site that serves there."""
        client = httpx.Client(
            base_url=address,
            cookies={"sessionid": self.session},
            timeout=60,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/jobs/new/").text)
        assert token is not None, self.site.told()
        self.form = client, token[1]

    def submit(self, number: int) -> str:
        """The job that the form made or what it said, asked under one key as often as it takes."""
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
        client, token = self.form
        form = {
            "csrfmiddlewaretoken": token,
            "key": key,
            "line": "PIR-0001:1",
            "cards": "1",
            "script": "",
            "name": key,
        }
        answer = client.post("/jobs/new/", data=form | self.asked)
        if answer.status_code == httpx.codes.FOUND:
            return answer.headers["Location"].strip("/").rpartition("/")[2]
        refused = re.search(r"The award line .*? in flight: [\d.]+ card-hours", answer.text)
        return refused[0] if refused else None


def test_a_site_killed_among_two_hundred_posts_loses_no_job_and_never_passes_the_grant(site):
    """100 card-hours, 200 forms of one by 16 people; the serving process is killed, twice."""
    gate = site.home / "gate"
    command = f"sh -c 'until [ -e {gate} ]; do sleep 0.1; done'"
    browser = Browser(site, site.ask("seed", 100)["session"], command=command, time_limit="1h")
    browser.go_to(site.serve())
    count = 200

    with ThreadPoolExecutor(16) as people:
        asked = [people.submit(browser.submit, number) for number in range(count)]
        for share in (4, 2):
            while sum(answer.done() for answer in asked) < count // share:
                threading.Event().wait(0.02)
            were_done = all(answer.done() for answer in asked)
            site.kill()
            assert not were_done, "everything was over before the site was killed"
            browser.go_to(site.serve())
        answers = [answer.result() for answer in asked]

    codes = {answer for answer in answers if answer.startswith("J-")}
    refused = Counter(answer for answer in answers if answer not in codes)
    full = (
        "The award line PIR-0001.1 cannot hold 1.0 card-hour of nvidia-h800. Of the 100.0 "
        "card-hours of nvidia-h800 committed to it, free: 0.0 card-hours of nvidia-h800; settled: "
        "0.0 card-hours of nvidia-h800; in flight: 100.0 card-hours"
    )
    assert (len(codes), refused) == (100, {full: 100})
    state = site.ask("state")
    assert set(state["jobs"]) == codes == set(state["open_holds"])
    assert state["time"] == [0, 100 * HOUR, 100 * HOUR, 0]
    assert (state["is_zero"], state["wrong"]) == (True, [])

    # Those that began before a kill, or after it, are followed to their end.
    cancelled = site.ask("cancel-waiting")
    gate.touch()
    state = site.wait_until_settled()
    site.stop()

    begun = sorted(codes - set(cancelled))
    assert len(begun) == 8
    assert state["jobs"] == dict.fromkeys(cancelled, "cancelled") | dict.fromkeys(
        begun, "completed"
    )
    assert state["open_holds"] == []
    assert sorted(code for code, _seconds in state["charged"]) == begun
    settled, in_flight, committed, free = state["time"]
    assert (settled, in_flight, committed) == (state["charged_s"], 0, 100 * HOUR)
    assert settled + free == committed
    assert (state["is_zero"], state["wrong"]) == (True, [])
