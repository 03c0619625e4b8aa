"""What holds for changes of awards on paper: kinds, states, plans, refusals."""

from praya.apps.changes.rules.kinds import (
    ASKED_BY_LEADS,
    Cause,
    ChangeKind,
    ChangeState,
    Formula,
    NoticeKind,
    NoticeState,
    Wish,
)

__all__ = [
    "ASKED_BY_LEADS",
    "Cause",
    "ChangeKind",
    "ChangeState",
    "Formula",
    "NoticeKind",
    "NoticeState",
    "Wish",
]
