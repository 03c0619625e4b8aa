"""What holds for programmes on paper."""

from __future__ import annotations

from enum import StrEnum


class RoundState(StrEnum):
    """A round gathers applications of one window of a call, then decides and releases them."""

    GATHERING = "gathering"
    DECIDING = "deciding"
    RELEASED = "released"
