"""All that newer awards are to bear, advances and debts together, for who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from praya.apps.awards.access import recused_from
from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.awards.rules import AwardState
from praya.apps.changes import access
from praya.apps.changes.queries.advances import advances_ahead
from praya.apps.changes.queries.bearing import Bearing, is_to_tell
from praya.apps.changes.queries.setting_off import ahead_of, set_offs_ahead
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound


def bearings_in(programme_code: str, actor: Actor, now: datetime) -> list[Bearing]:
    """What newer awards of a programme are to bear, for those who see its debts.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor of it.

    """
    set_offs = set_offs_ahead(programme_code, actor, now)
    return [*advances_ahead(Q(award__programme__code=programme_code), now), *set_offs]


def bearings_of(code: str, actor: Actor, now: datetime) -> list[Bearing]:
    """What the lines of an award are to bear; of an open offer, once it were accepted now.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: neither its lead, nor of those who see its changes.

    """
    award = award_of(code, actor)
    if not access.may_see_bearings(actor, award):
        raise NotAllowed(action="bearing.see", needs="lead")
    return borne_by(award, actor, now)


def borne_by(award: Award, actor: Actor, now: datetime) -> list[Bearing]:
    """As ``bearings_of``, for an award that the reader has been shown; else nothing."""
    if not access.may_see_bearings(actor, award):
        return []
    if award.state not in {AwardState.OFFERED.value, AwardState.ACTIVE.value}:
        return []
    beside = Q(award__programme=award.programme_id, award__organisation=award.organisation_id)
    offered = award if award.state == AwardState.OFFERED.value else None
    found: list[Bearing] = [
        *advances_ahead(beside, now, offered),
        *ahead_of(beside, now, offered=offered),
    ]
    return [one for one in found if one.line.award_id == award.pk]


def bearing_on(line_code: str, matter: str, actor: Actor, now: datetime) -> Bearing:
    """What a line is to bear of a matter.

    Raises:
        NotFound: nothing, or the actor may not know of the award.
        NotAllowed: neither its lead, nor of those who see its changes.

    """
    for one in bearings_of(line_code.partition(".")[0], actor, now):
        if (one.line.code, one.matter) == (line_code, matter):
            return one
    raise NotFound(kind="bearing", key=f"{line_code}:{matter}")


def may_spare(actor: Actor, one: Bearing) -> bool:
    """Whether somebody may waive it, or withdraw a waiver of it."""
    return access.may_spare(actor, one.line.award, one.rule)


def sparable(actor: Actor, found: Iterable[Bearing]) -> set[tuple[str, str]]:
    """Which of these somebody may waive, each by its line and matter. One query at most."""
    could = [one for one in found if access.could_spare(actor, one.line.award, one.rule)]
    cases = {one.line.award.application_id for one in could}
    recused = recused_from(actor, cases) if cases else set()
    return {
        (one.line.code, one.matter) for one in could if one.line.award.application_id not in recused
    }


def bearings_to_tell(now: datetime) -> list[Bearing]:
    """What leads are to be told of now."""
    found: list[Bearing] = [*advances_ahead(Q(), now), *ahead_of(Q(), now)]
    return [one for one in found if is_to_tell(one, now)]
