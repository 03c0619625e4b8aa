"""What a person types stays one part of the address that the terminal asks."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
from tests.awarding import active_award, make_site

from praya.cli.connection import Connection

NO_CODE = "praya: What you typed is no code or number of this kind. The lists show them.\n"


def test_each_part_is_quoted_and_a_written_address_is_left_alone():
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.raw_path.decode()))
        return httpx.Response(200, json={})

    line = Connection("https://praya.example", token=None, transport=httpx.MockTransport(answer))
    line.get("awards", "a?b#%41 埗", date(2026, 3, 1), 7, limit=2, after=None)
    line.send("charges", "quay:J-000012:1", "why", body={}, method="PUT")
    line.call("GET", "/jobs?limit=1&state=running")

    assert asked == [
        ("GET", "/api/v1/awards/a%3Fb%23%2541%20%E5%9F%97/2026-03-01/7?limit=2"),
        ("PUT", "/api/v1/charges/quay:J-000012:1/why"),
        ("GET", "/api/v1/jobs?limit=1&state=running"),
    ]


@pytest.mark.django_db
def test_what_can_be_no_code_is_said_to_be_none(praya, now):
    make_site(now)
    code = active_award(now).code
    praya("login", "lead@pier.example")
    for typed in ("../../x", "..", "", f"{code}/entries", f"{code}?x=1", "埗"):
        said = praya("award", "show", typed)
        assert (said.status, said.out, said.err) == (1, "", NO_CODE), typed
    assert "no such thing here" in praya("award", "show", "PIR-0099").err, "that one could be"
    for act in ("output", "cancel"):
        said = praya(act, "harbour/27_3")
        assert (said.status, said.out) == (1, "")
        assert said.err.startswith("praya: harbour/27_3 came in there by sbatch: ")
    assert praya("life", "plan", code, "2026-03=5").status == 2, "an award is no line"
