"""What a person at the terminal should know when something does not go."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818 -- what a person reads, not a bug
    """Something the person at the terminal should know; ``status`` is the exit status."""

    REFUSED, NOT_SIGNED_IN, UNREACHABLE = 1, 3, 4

    def __init__(self, sentence: str, *, status: int = REFUSED, code: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
