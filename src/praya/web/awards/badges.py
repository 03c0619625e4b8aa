"""States of awards and outcomes of decisions as badges."""

from __future__ import annotations

from praya.apps.awards.rules import AwardState, Outcome
from praya.web.badges import Badge, Tone
from praya.words.awards import OUTCOMES_IN_SHORT, STATES

_TONES = {
    AwardState.OFFERED: Tone.ACTIVE,
    AwardState.WAITING: Tone.WARN,
    AwardState.ACTIVE: Tone.GOOD,
    AwardState.DECLINED: Tone.PLAIN,
    AwardState.LAPSED: Tone.BAD,
    AwardState.WITHDRAWN: Tone.PLAIN,
    AwardState.SUSPENDED: Tone.WARN,
    AwardState.ENDED: Tone.PLAIN,
}
_OUTCOME_TONES = {
    Outcome.AWARD: Tone.GOOD,
    Outcome.PART_AWARD: Tone.GOOD,
    Outcome.CONDITIONAL: Tone.GOOD,
    Outcome.DEFER: Tone.PLAIN,
    Outcome.WAIT_LIST: Tone.PLAIN,
    Outcome.REJECT: Tone.BAD,
}


def state_badge(state: str) -> Badge:
    """Where an award stands."""
    known = AwardState(state)
    return Badge(str(STATES[known]), _TONES[known])


def outcome_badge(outcome: str) -> Badge:
    """What a decision says."""
    known = Outcome(outcome)
    return Badge(str(OUTCOMES_IN_SHORT[known]), _OUTCOME_TONES[known])
