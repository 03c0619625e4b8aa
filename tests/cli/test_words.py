"""What the program says of itself: durations, languages, printing, help without Django."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer

from praya.cli.durations import seconds_of
from praya.cli.printing import Printing, shown
from praya.cli.words import card_hours, language, language_of, money, share


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1:30:00", 5400),
        ("5:00", 300),
        (" 2H ", 7200),
    ],
)
def test_a_time_is_read_as_people_write_it(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "10", "1h 30m", "-5m", "1.5h", "1:2:3:4"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(typer.BadParameter):
        seconds_of(text)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("zh_HK.UTF-8", "zh-hant"),
        ("zh_TW", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh_CN.UTF-8", "zh-hans"),
        ("zh_SG", "zh-hans"),
        ("zh", "zh-hans"),
        ("C.UTF-8", "en"),
        ("pt_BR", "en"),
    ],
)
def test_a_locale_has_a_language(locale, expected):
    assert language_of(locale) == expected


def test_what_is_asked_for_first_decides(monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("PRAYA_LANGUAGE", raising=False)
    assert language() == "zh-hans"
    monkeypatch.setenv("PRAYA_LANGUAGE", "zh-hant")
    assert language() == "zh-hant"


def test_quantities_are_exact():
    assert money(123_450, "HKD") == "HKD 1,234.50"
    assert money(-5, "CREDIT") == "CREDIT -5"
    assert card_hours(5_400) == "1.5"
    assert (share(7000), share(1250)) == ("70 %", "12.5 %")


def test_a_narrow_terminal_cuts_no_number_in_two(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    names = ("Settled", "In flight", "Free", "Committed")
    time = ("20 card-seconds", "0.0 card-hours", "12,000 card-hours", "12,000 card-hours")
    money = ("HK$0.09", "HK$0.00", "HK$293,999.91", "HK$294,000.00")
    rows = [
        {"Award": "HCP-0012", "In": commodity, **dict(zip(names, amounts, strict=True))}
        for commodity, amounts in (("nvidia-h800", time), ("HKD", money))
    ]

    def printed():
        Printing(as_json=False).table(rows, {key: key for key in rows[0]}, none="", right=names)
        return capsys.readouterr().out

    assert {"HK$293,999.91", "HK$294,000.00", "nvidia-h800"} <= set(printed().split())
    monkeypatch.setenv("COLUMNS", "40")  # too narrow for that: broken, and nothing lost
    assert {sign for sign in "HK$293,999.91" if sign not in printed()} == set()


def test_nothing_that_is_printed_steers_the_terminal():
    assert shown("a\x1b[31mb\rc\nd") == "a�[31mb�c\nd"
    assert (shown(None), shown(1234567)) == ("", "1,234,567")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["--version"], ["award", "members", "--help"]]
)
def test_help_loads_no_django(arguments, tmp_path):
    program = (
        "import sys\nfrom praya.config.terminal import run\n"
        f"status = run({arguments!r})\n"
        "assert 'django' not in sys.modules, 'django is slow to load'\n"
        "sys.exit(status)"
    )
    environment = {**os.environ, "PRAYA_HOME": "/nonexistent/praya"}
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout
