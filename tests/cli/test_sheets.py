"""A file for spreadsheets written at the terminal holds no name that one would run."""

from __future__ import annotations

from praya.cli.completeness import _write_csv

NAME = '=HYPERLINK("https://thief.example")'
QUOTED = '"\'=HYPERLINK(""https://thief.example"")"'


def test_the_terminal_writes_no_name_that_a_spreadsheet_would_run(capsys):
    job = {"job_id": "7", "member": NAME, "card_seconds": -9, "kind": "@a", "why": "-b"}
    day = {"day": "2026-03-02", "account": "+c", "award": "", "device_model": "n", "summed_s": 1}
    day |= {"charged_s": 10, "differences": [job | {"needs_a_look": True}]}

    _write_csv([day])

    _head, line = capsys.readouterr().out.splitlines()
    assert line == f"2026-03-02,'+c,,n,1,10,7,{QUOTED},-9,'@a,'-b,True"
