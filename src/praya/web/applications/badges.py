"""States, verdicts and clocks of cases as badges."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from praya.apps.applications.rules import CaseState, Clock
from praya.core.programme.eligibility import Verdict
from praya.web.badges import Badge, Tone
from praya.words.cases import STATES, days
from praya.words.eligibility import VERDICTS

_TONES = {
    CaseState.DRAFT: Tone.PLAIN,
    CaseState.SUBMITTED: Tone.ACTIVE,
    CaseState.ASKED: Tone.WARN,
    CaseState.RETURNED: Tone.WARN,
    CaseState.IN_REVIEW: Tone.ACTIVE,
    CaseState.TO_DECIDE: Tone.ACTIVE,
    CaseState.DECIDED: Tone.ACTIVE,
    CaseState.AWARDED: Tone.GOOD,
    CaseState.WAIT_LISTED: Tone.PLAIN,
    CaseState.DEFERRED: Tone.PLAIN,
    CaseState.REJECTED: Tone.BAD,
    CaseState.WITHDRAWN: Tone.PLAIN,
}
_VERDICT_BADGES = {
    Verdict.YES: (Tone.GOOD, ""),
    Verdict.NO: (Tone.BAD, ""),
    Verdict.HUMAN: (Tone.WARN, "user"),
    Verdict.UNANSWERED: (Tone.PLAIN, "help-circle"),
}


def state_badge(state: CaseState) -> Badge:
    """Where a case stands."""
    return Badge(str(STATES[state]), _TONES[state])


def verdict_badge(verdict: Verdict) -> Badge:
    """What a rule says."""
    tone, icon = _VERDICT_BADGES[verdict]
    return Badge(str(VERDICTS[verdict]), tone, icon)


def clock_badge(clock: Clock, now: datetime) -> Badge:
    """Days in the stage against its target; overdue and paused are said in words."""
    words = _("%(days)s of %(target)s") % {
        "days": clock.days(now),
        "target": days(clock.target_days),
    }
    if clock.is_paused:
        return Badge(_("%(days)s, paused") % {"days": words}, Tone.PLAIN, "player-pause")
    if clock.is_overdue(now):
        return Badge(_("%(days)s, overdue") % {"days": words}, Tone.BAD, "alert-triangle")
    return Badge(words, Tone.PLAIN, "clock")
