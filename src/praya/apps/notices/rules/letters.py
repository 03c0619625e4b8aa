"""Letters on paper: what they are about, how a person wants them, and when they are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from praya.core.refusal import Refusal

TRIES_MAX = 12
_FIRST_WAIT_S = 60
_WAIT_S_MAX = 6 * 3600
_DAY = "date"


class Topic(StrEnum):
    """What a letter is about."""

    APPLICATION = "application"
    AWARD = "award"
    USE = "use"
    DATES = "dates"
    MONEY = "money"
    DESK = "desk"
    DIGEST = "digest"


class How(StrEnum):
    """How a person wants the letters of a topic, or of one kind."""

    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    KEPT = "kept"  # for the day's digest
    SENDING = "sending"
    SENT = "sent"
    BUNDLED = "bundled"  # went out inside a digest
    OFF = "off"  # the person does not want it
    FAILED = "failed"
    UNSURE = "unsure"  # Praya stopped while sending it: it may have gone out
    CANCELLED = "cancelled"


# A letter of these topics asks for something or tells of a decision: it cannot be switched off.
ALWAYS_TOLD = frozenset({Topic.APPLICATION, Topic.AWARD, Topic.MONEY})


class CannotSwitchOff(Refusal):
    """Letters of ``topic`` tell of decisions or ask for answers; they can wait for the digest."""

    code = "notice.cannot_switch_off"


class WrongLetterState(Refusal):
    """A letter in ``state`` cannot be sent again or cancelled; ``action`` says which was asked."""

    code = "notice.wrong_state"


def check_choice(topic: Topic, how: How) -> None:
    """Refuse to switch off what people must be told.

    Raises:
        CannotSwitchOff: the topic's letters can only be moved to the digest.

    """
    if how is How.OFF and topic in ALWAYS_TOLD:
        raise CannotSwitchOff(topic=topic.value)


def retry_after_s(failures: int, *, first_s: int = _FIRST_WAIT_S, most_s: int = _WAIT_S_MAX) -> int:
    """How long to wait after so many failures in a row: twice as long each time, up to a most."""
    assert failures > 0, failures
    return min(first_s << min(failures - 1, 30), most_s)


def packed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON keeps them; days remain days."""
    return {name: _packed(value) for name, value in facts.items()}


def unpacked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they were given."""
    return {name: _unpacked(value) for name, value in facts.items()}


def _packed(value: Any) -> Any:  # noqa: ANN401 -- facts are of every plain type
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, list | tuple):
        return [_packed(each) for each in value]
    assert value is None or isinstance(value, str | int | bool | dict), value
    return packed(value) if isinstance(value, dict) else value


def _unpacked(value: Any) -> Any:  # noqa: ANN401 -- as above
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value[_DAY]) if set(value) == {_DAY} else unpacked(value)
