"""Runs the program in this process and keeps what it said."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from praya.config.terminal import run


@dataclass(frozen=True)
class Said:
    """Exit status, and what was printed on both streams."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def say(arguments: Sequence[object], *, capsys, monkeypatch, typed: str = "") -> Said:
    """Run ``praya`` with these arguments; ``typed`` is what the person answers."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    capsys.readouterr()
    status = run([str(one) for one in arguments])
    printed = capsys.readouterr()
    return Said(status, printed.out, printed.err)


def refused(said: Said) -> str:
    """The sentence of a refusal: one on stderr, and nothing on stdout."""
    assert (said.status, said.out) == (1, ""), said
    assert said.err.startswith("praya: ")
    return said.err
