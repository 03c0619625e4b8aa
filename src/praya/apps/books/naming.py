"""What is refused in a book says whose it is: the ledger itself knows no programme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from praya.core.refusal import Refusal

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def in_book_of(programme_code: str) -> Iterator[None]:
    """Give what is refused meanwhile the fact ``programme``, unless it has one."""
    try:
        yield
    except Refusal as refusal:
        refusal.facts.setdefault("programme", programme_code)
        raise


def naming_its_book(command: Callable[P, R]) -> Callable[P, R]:
    """A command of the book of ``programme_code``, whose refusals name it."""

    @wraps(command)
    def named(*args: P.args, **given: P.kwargs) -> R:
        with in_book_of(str(given["programme_code"])):
            return command(*args, **given)

    return named
