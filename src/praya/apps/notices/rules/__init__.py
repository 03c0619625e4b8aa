"""What holds for notices on paper: topics, choices, states, and when something is tried again."""

from praya.apps.notices.rules.hooks import (
    FAILURES_MAX,
    HookInvalid,
    HookNotActive,
    HookState,
    check_address,
    check_url,
    signature_of,
)
from praya.apps.notices.rules.kinds import KINDS, UnknownKind, check_kind, topic_of
from praya.apps.notices.rules.letters import (
    ALWAYS_TOLD,
    TRIES_MAX,
    CannotSwitchOff,
    How,
    LetterState,
    Topic,
    WrongLetterState,
    check_choice,
    packed,
    retry_after_s,
    unpacked,
)

__all__ = [
    "ALWAYS_TOLD",
    "FAILURES_MAX",
    "KINDS",
    "TRIES_MAX",
    "CannotSwitchOff",
    "HookInvalid",
    "HookNotActive",
    "HookState",
    "How",
    "LetterState",
    "Topic",
    "UnknownKind",
    "WrongLetterState",
    "check_address",
    "check_choice",
    "check_kind",
    "check_url",
    "packed",
    "retry_after_s",
    "signature_of",
    "topic_of",
    "unpacked",
]
