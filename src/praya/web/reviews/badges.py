"""States and results of reviews as badges."""

from __future__ import annotations

from django.utils.translation import gettext as _

from praya.apps.reviews.rules import ReviewState
from praya.core.review.result import Result
from praya.web.badges import Badge, Tone
from praya.words.reviews import STATES, in_percent

_TONES = {
    ReviewState.TO_DECLARE: Tone.ACTIVE,
    ReviewState.OPEN: Tone.ACTIVE,
    ReviewState.SUBMITTED: Tone.GOOD,
    ReviewState.CONFLICTED: Tone.WARN,
    ReviewState.WITHDRAWN: Tone.PLAIN,
}


def state_badge(state: str) -> Badge:
    """Where a review stands."""
    known = ReviewState(state)
    return Badge(str(STATES[known]), _TONES[known])


def result_badge(result: Result) -> Badge:
    """Whether the marks pass, and what stands in the way."""
    if result.mark is None:
        return Badge(_("No marks"), Tone.PLAIN)
    if result.wants_further_review:
        return Badge(_("%s apart") % in_percent(result.spread), Tone.WARN)
    if not result.passes:
        return Badge(_("Below the pass mark"), Tone.BAD)
    if not result.is_complete:
        return Badge(_("Too few reviews"), Tone.WARN)
    return Badge(_("Passes"), Tone.GOOD)
