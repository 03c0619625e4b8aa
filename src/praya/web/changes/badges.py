"""States of requests and notices, and ages of debts, as badges."""

from __future__ import annotations

from praya.apps.changes.queries import DebtStanding
from praya.apps.changes.rules import ChangeState, NoticeState
from praya.web.badges import Badge, Tone
from praya.words.changes import AGES, NOTICE_STATES, STATES

_TONES = {
    ChangeState.ASKED: Tone.ACTIVE,
    ChangeState.GRANTED: Tone.GOOD,
    ChangeState.REFUSED: Tone.BAD,
    ChangeState.WITHDRAWN: Tone.PLAIN,
    ChangeState.UNDONE: Tone.WARN,
}


def change_badge(state: str) -> Badge:
    """Where a request stands."""
    return Badge(str(STATES[state]), _TONES[ChangeState(state)])


def notice_badge(state: str) -> Badge:
    """Where a notice stands."""
    is_open = state == NoticeState.GIVEN.value
    return Badge(str(NOTICE_STATES[state]), Tone.WARN if is_open else Tone.PLAIN)


def age_badge(standing: DebtStanding) -> Badge:
    """How old a debt is, and whether its day has passed."""
    tone = Tone.BAD if standing.is_overdue else Tone.PLAIN
    return Badge(str(AGES[standing.age]), tone if standing.debt.owed else Tone.GOOD)
