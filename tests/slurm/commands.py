"""The table of every command that Praya runs on a Slurm, read from its reference page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/reference/slurm.md"
_OF_WORDS = frozenset({"sacctmgr", "scontrol", "sreport"})  # the others are told by their options
_PROGRAMS = _OF_WORDS | {"sacct", "squeue", "scancel", "sbatch"}
_CODE = re.compile(r"`([^`]+)`")


def is_told(command: Sequence[str]) -> bool:
    """Whether some entry of the table tells of a command: the same words, and all its options."""
    program, words, options = _shape(command)
    return any(
        (program, words) == (told, told_words) and options >= told_options
        for told, told_words, told_options in _table()
    )


def _shape(command: Sequence[str]) -> tuple[str, tuple[str, ...], frozenset[str]]:
    program, *rest = command
    values = {after for before, after in pairwise(rest) if before in {"-t", "-T"}}
    plain = [w for w in rest if not w.startswith("-") and "=" not in w and w not in values]
    words = tuple(plain[:2]) if program in _OF_WORDS else ()
    return program, words, frozenset(w.partition("=")[0] for w in rest if w.startswith("-"))


@cache
def _table() -> tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]:
    return tuple(_shape(command) for command in _entries())


def _entries() -> Iterator[list[str]]:
    """Each command of the first column; one that names no program is of the one before it."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Every command that is run")
    for line in section.partition("\n## ")[0].splitlines():
        program = ""
        for code in _CODE.findall(line.split(" | ")[0]) if line.startswith("| `") else ():
            words = [word for word in code.split() if word not in {"…", "(or"}]
            if words[0] in _PROGRAMS:
                program, *words = words
            assert program, line
            yield [program, *words]
