"""What can be wrong with the file of a trace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from praya.core.refusal import Refusal


class Fault(StrEnum):
    """What is wrong with a line."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    MISSING = "missing"
    NOT_TEXT = "not_text"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read, counted from 1, and why; ``column`` says where, if known."""

    line: int
    fault: Fault
    column: str = ""


class BadLines(Refusal):
    """Lines of a trace cannot be read; ``file``, ``count``, and the first of them in ``lines``."""

    code = "trace.bad_lines"


class TraceEmpty(Refusal):
    """There is no job in the trace; ``skipped`` lines were left out."""

    code = "trace.empty"


class TraceUnreadable(Refusal):
    """The file is no trace of a known kind; ``file`` and ``why``."""

    code = "trace.unreadable"


def check_file(path: Path) -> None:
    """Refuse what is no file; raises ``TraceUnreadable``."""
    if not path.is_file():
        why = "no_plain_file" if path.exists() else "no_file"
        raise TraceUnreadable(file=str(path), why=why)


class NoPool(Refusal):
    """Nothing says how many slots the machine has."""

    code = "trace.no_pool"


class ColumnsMissing(Refusal):
    """The file lacks columns; ``file``, ``missing`` and ``found``."""

    code = "trace.columns_missing"


class MapUnreadable(Refusal):
    """The column map cannot be followed; ``file`` and ``why``, in the reader's own words."""

    code = "trace.map_unreadable"


class NoSuchQueue(Refusal):
    """No job of the trace is of that queue; ``given`` and ``known``."""

    code = "trace.no_such_queue"


class NothingToPack(Refusal):
    """The list has no cards: no node with any, or no task that asks for any; ``file``."""

    code = "trace.nothing_to_pack"


class TooManyModels(Refusal):
    """The lists name more device models than are told apart; ``given`` and ``most``."""

    code = "trace.too_many_models"
