"""A state as an icon and a word; its colour only repeats what they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a state asks of the reader."""

    PLAIN = "plain"
    ACTIVE = "active"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


_ICONS = {
    Tone.PLAIN: "circle-dashed",
    Tone.ACTIVE: "hourglass",
    Tone.GOOD: "circle-check",
    Tone.WARN: "alert-triangle",
    Tone.BAD: "circle-x",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """The word for a state, with its tone; ``own_icon`` where the tone's would mislead."""

    label: str
    tone: Tone = Tone.PLAIN
    own_icon: str = ""

    @property
    def icon(self) -> str:
        """The name of the icon in the sprite."""
        return self.own_icon or _ICONS[self.tone]

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    label: str
    url: str

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a way: ``standing`` is ``done``, ``current`` or ``to-come``."""

    label: str
    standing: str
    detail: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown standing: the page could not say it."""
        assert self.standing in {"done", "current", "to-come"}, self.standing


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question before something that cannot be undone, or that others will see.

    Not ``is_open``, the page says why it cannot be done, and asks nothing.
    """

    title: str
    what: str
    button: str
    cancel_url: str
    facts: tuple[tuple[str, object], ...] = ()
    is_grave: bool = False
    is_open: bool = True
