"""What a person at the terminal should know when something does not go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Trouble(Exception):  # noqa: N818 -- what a person reads, not a bug
    """Something the person at the terminal should know; ``status`` is the exit status.

    ``code`` and ``facts`` are those of a refusal, where it is one.
    """

    REFUSED, NOT_SIGNED_IN, UNREACHABLE, INTERRUPTED = 1, 3, 4, 130

    def __init__(
        self,
        sentence: str,
        *,
        status: int = REFUSED,
        code: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.facts = facts or {}
