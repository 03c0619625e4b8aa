"""What awards of the demo live through: a later day, more hours, a pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.awards.commands import resume_award, suspend_award
from praya.apps.awards.queries import awards_visible_to
from praya.apps.awards.rules import AwardState
from praya.apps.changes.commands import ask_change, grant_change
from praya.apps.changes.queries import changes_of
from praya.apps.changes.rules import ChangeKind, Wish
from praya.core.programme.months import add_months
from praya.demo.cases import Story
from praya.demo.stage import Stage

if TYPE_CHECKING:
    from praya.apps.awards.models import Award

MONTHS_MORE = 2
HOURS_MORE = 1_000


def extend(stage: Stage, story: Story, now: datetime) -> None:
    """The lead asks for two months more, and an officer grants them."""
    award = _award_of(stage, story, now)
    request = _Request(
        ChangeKind.EXTENSION,
        Wish(last_on=add_months(award.last_on, MONTHS_MORE)),
        "Recordings from the northern districts came two months late.",
    )
    _ask_and_grant(stage, story, request, now)


def supplement(stage: Stage, story: Story, now: datetime) -> None:
    """The lead asks for more hours on the second line, and an officer grants them."""
    request = _Request(
        ChangeKind.SUPPLEMENT,
        Wish(line=2, card_hours=HOURS_MORE),
        "A second evaluation with real viewers was asked for by the reviewers.",
    )
    _ask_and_grant(stage, story, request, now)


def pause(stage: Stage, story: Story, now: datetime) -> None:
    """An officer suspends an award whose report is late."""
    award = _award_of(stage, story, now)
    if award.state == AwardState.ACTIVE.value:
        suspend_award(
            code=award.code,
            reason="The half-year report has not come.",
            by=stage.who("officer", now),
            now=now,
        )


def resume(stage: Stage, story: Story, now: datetime) -> None:
    """The report came, and the award goes on."""
    award = _award_of(stage, story, now)
    if award.state == AwardState.SUSPENDED.value:
        resume_award(
            code=award.code,
            reason="The report came and was accepted.",
            by=stage.who("officer", now),
            now=now,
        )


@dataclass(frozen=True, slots=True)
class _Request:
    kind: ChangeKind
    wish: Wish
    reason: str


def _ask_and_grant(stage: Stage, story: Story, request: _Request, now: datetime) -> None:
    """Ask and grant, unless it was asked before: a second telling of the demo changes nothing."""
    award = _award_of(stage, story, now)
    lead, officer = stage.who(story.lead, now), stage.who("officer2", now)
    _award, requests = changes_of(award.code, lead)
    if requests.filter(kind=request.kind.value).exists():
        return
    change = ask_change(
        code=award.code,
        kind=request.kind,
        wish=request.wish,
        reason=request.reason,
        by=lead,
        now=now,
    )
    grant_change(change_id=change.pk, reason="It fits the plan.", by=officer, now=now)


def _award_of(stage: Stage, story: Story, now: datetime) -> Award:
    lead = stage.who(story.lead, now)
    return awards_visible_to(lead).get(application__code=stage.case(story, now))
