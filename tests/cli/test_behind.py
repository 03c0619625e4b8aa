"""After a refusal the terminal prints the question to ask."""

from __future__ import annotations

import httpx
import pytest

from praya.cli.connection import Connection
from praya.cli.trouble import Trouble


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (
            "awards/P-0001/why/free?commodity=HKD&line=P-0001.1",
            "balance P-0001 free --of HKD --line P-0001.1",
        ),
        ("awards/P-0001/open/why?line=P-0001.1", "open P-0001.1"),
        (
            "programmes/pier/accounts/why?account=pool%2Fsubsidy&commodity=HKD",
            "account pier pool/subsidy --of HKD",
        ),
        ("programmes/pier/entries/7/why", "entry pier 7"),
        (
            "applications/P-A0001/ceilings/organisation-year/why",
            "ceiling P-A0001 organisation-year",
        ),
        ("programmes/pier/periods/2026-02/why", "period pier 2026-02"),
    ],
)
def test_the_terminal_prints_the_question(address, asked):
    answer = httpx.Response(
        409,
        headers={"Link": f'</api/v1/{address}>; rel="describedby"'},
        json={"code": "book.pool_exhausted", "message": "No.", "facts": {}},
    )
    line = Connection(
        "http://praya.example", token=None, transport=httpx.MockTransport(lambda _: answer)
    )

    with pytest.raises(Trouble) as trouble:
        line.send("awards", "P-0001", "accept")

    assert str(trouble.value) == f"No.\nWhy: praya why {asked}"
