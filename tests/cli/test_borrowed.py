"""What Typer says by itself goes through our catalogues; a changed wording is found here."""

from __future__ import annotations

import pytest
import typer
from tests.cli.running import say

from praya.cli import borrowed


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    """A language whose every sentence stands in marks."""
    monkeypatch.setattr(borrowed, "_", lambda text: f"«{text}»")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--nope"], "No such option: --nope"),
        (["jobs", "--limits"], "No such option: --limits (Possible options: --limit)"),
        (["zzz"], "No such command 'zzz'."),
        (["runn"], "No such command 'runn'. Did you mean 'run', 'round'?"),
        (["show"], "Missing argument 'JOB'."),
        (["show", "a", "b"], "Got unexpected extra argument(s) (b)"),
        (["run"], "Missing option '--award'."),
        (["jobs", "--limit"], "Option '--limit' requires an argument."),
        (["--json=3"], "Option '--json' does not take a value."),
    ],
)
def test_a_mistyped_line_is_told_in_the_readers_language(line, told, capsys, monkeypatch):
    said = say(line, capsys=capsys, monkeypatch=monkeypatch)
    assert (said.status, said.out) == (2, "")
    assert said.err.splitlines()[-1] == f"«Error: «{told}»»"


@pytest.mark.parametrize(
    ("line", "option", "reason"),
    [
        (
            ["jobs", "--limit", "a"],
            "--limit",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (["jobs", "--limit", "0"], "--limit", "Input should be greater than or equal to 1"),
        (["jobs", "--limit", "201"], "--limit", "Input should be less than or equal to 200"),
        (["programme", "check", "/no"], "FILE", "file '/no' does not exist."),
        (["programme", "check", "/"], "FILE", "file '/' is a directory."),
        (
            ["simulate", "--policy", "z"],
            "--policy",
            "Value error, 'z' is not one of 'fcfs', 'sjf', 'easy', 'conservative'.",
        ),
        (
            ["award", "conditions", "move", "--until", "z"],
            "--until",
            "Value error, 'z' does not match the formats '%Y-%m-%d'.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_reason(line, option, reason, capsys, monkeypatch):
    said = say(line, capsys=capsys, monkeypatch=monkeypatch)
    assert said.status == 2
    assert said.err.splitlines()[0].startswith("«Usage:» ")
    assert said.err.splitlines()[-1] == f"«Error: «Invalid value for '{option}': «{reason}»»»"


def test_our_own_words_in_a_mistake_stay_as_they_are(capsys, monkeypatch):
    line = ["run", "--award", "A", "--time", "z", "--", "ls"]
    said = say(line, capsys=capsys, monkeypatch=monkeypatch)
    assert said.err.splitlines()[-1].startswith("«Error: «Invalid value: “z” is no time.")


def test_a_help_has_its_parts_in_the_readers_language(capsys, monkeypatch):
    said = say(["jobs", "--help"], capsys=capsys, monkeypatch=monkeypatch)
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("«Usage:» ")
    assert "«Options:»" in lines
    assert lines[-1].endswith("«Show this message and exit.»")
    assert any(line.endswith("[«default: 50»; 1<=x<=200]") for line in lines)
    said = say(["run", "--help"], capsys=capsys, monkeypatch=monkeypatch)
    assert "«Arguments:»" in said.out.splitlines()
    assert "[«required»]" in said.out


def test_without_a_command_the_help_is_shown_and_the_line_was_wrong(capsys, monkeypatch):
    said = say([], capsys=capsys, monkeypatch=monkeypatch)
    assert (said.status, said.out) == (2, "")
    assert "«Commands:»" in said.err.splitlines()
    assert "[«env var: PRAYA_SERVER»]" in said.err


def test_what_a_person_breaks_off_is_said_to_be(capsys):
    app = typer.Typer(add_completion=False)

    @app.command()
    def ask() -> None:
        raise typer.Abort

    assert borrowed.run(app, []) == 1
    assert capsys.readouterr().err == "«Aborted!»\n"
