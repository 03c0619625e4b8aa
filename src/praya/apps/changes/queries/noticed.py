"""What is asked about notices on awards, and about early ends that somebody has yet to agree to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from praya.apps.awards.access import may_run_desk
from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.changes import access
from praya.apps.changes.models import Notice
from praya.apps.changes.queries.standing import standing_of
from praya.apps.changes.rules import Cause, NoticeKind, NoticeState
from praya.apps.changes.rules.ending import earliest_end, leases, returned
from praya.apps.changes.rules.standing import Standing
from praya.apps.programmes.queries import actor_for, today_in
from praya.core.actor import Actor, Role
from praya.core.ledger import Posting
from praya.core.refusal import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """The first day a notice can name, and what would go back if the award ended now."""

    earliest: date
    postings: tuple[Posting, ...]
    leases: tuple[str, ...]


def open_notices(award: Award) -> QuerySet[Notice]:
    """Notices on an award that are asked or given, and neither carried out nor withdrawn."""
    return award.notices.filter(state__in=[NoticeState.ASKED.value, NoticeState.GIVEN.value])


def asked_notices(award: Award, actor: Actor) -> QuerySet[Notice]:
    """Early ends of an award that somebody has yet to agree to, for the programme's staff."""
    asked = award.notices.filter(state=NoticeState.ASKED.value)
    is_staff = actor.holds(award.programme.code, *access.SEES_CHANGES)
    return asked if is_staff and award.lead_id != actor.person_id else asked.none()


def notices_to_agree(actor: Actor) -> QuerySet[Notice]:
    """Early ends asked for by others, where the actor is an officer or of the committee."""
    codes = actor.programmes_as(Role.OFFICER, Role.COMMITTEE)
    found = Notice.objects.select_related("award__programme", "award__lead")
    found = found.filter(state=NoticeState.ASKED.value, award__programme__code__in=codes)
    mine = Q(given_by_id=actor.person_id) | Q(award__lead_id=actor.person_id)
    return found.exclude(mine).order_by("given_at", "id")


def notice_preview(
    code: str, kind: NoticeKind, cause: Cause, actor: Actor, now: datetime
) -> NoticePreview:
    """What giving notice would come to, for an officer; nothing is changed.

    Raises:
        NotFound, NotAllowed: not an officer of the programme, or the award is their own.

    """
    award = award_of(code, actor)
    if not may_run_desk(actor, award):
        raise NotAllowed(action="award.give_notice", needs="officer")
    standing = standing_of(award, now)
    if kind is NoticeKind.SUSPENSION:
        return NoticePreview(standing.today + timedelta(days=1), (), ())
    return _end_preview(standing, cause)


def end_preview(notice: Notice, actor: Actor, now: datetime) -> NoticePreview:
    """What an early end that is asked for would come to, for who may agree to it.

    Raises:
        NotAllowed: by the rules somebody else agrees, or the award is their own.

    """
    standing = standing_of(notice.award, now)
    changes = standing.rules.changes
    if not access.may_agree_to_end(actor, notice.award, changes):
        raise NotAllowed(action="award.agree_notice", needs=changes.notice_granted_by)
    return _end_preview(standing, Cause(notice.cause))


def _end_preview(standing: Standing, cause: Cause) -> NoticePreview:
    return NoticePreview(
        earliest=earliest_end(standing.rules.changes, cause, standing.today),
        postings=returned(standing),
        leases=tuple(leases(standing)),
    )


def notice_of(notice_id: int, actor: Actor) -> Notice:
    """A notice on an award that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    notice = Notice.objects.select_related("award__programme", "award__lead").filter(pk=notice_id)
    found = notice.first()
    if found is None:
        raise NotFound(kind="notice", key=str(notice_id))
    award_of(found.award.code, actor)
    is_asked = found.state == NoticeState.ASKED.value
    if is_asked and not asked_notices(found.award, actor).filter(pk=notice_id).exists():
        raise NotFound(kind="notice", key=str(notice_id))
    return found


def notices_due(now: datetime) -> list[int]:
    """Ids of open notices, asked or given, whose day has begun where their programme is."""
    states = [NoticeState.ASKED.value, NoticeState.GIVEN.value]
    given = Notice.objects.filter(state__in=states).order_by("effective_on", "id")
    return [
        notice.pk
        for notice in given.select_related("award__programme")
        if notice.effective_on <= today_in(notice.award.programme, now)
    ]


def notice_for_update(notice_id: int) -> Notice:
    """A notice with its award, locked until the transaction ends."""
    rows = Notice.objects.select_related("award__programme", "award__lead")
    return rows.select_for_update(of=("self", "award")).get(pk=notice_id)


def officer_behind(notice: Notice, now: datetime) -> Actor:
    """Who gave a notice, with the role they had then: the word stands when they have left."""
    actor = actor_for(notice.given_by, now)
    role = (notice.award.programme.code, Role.OFFICER)
    return replace(actor, appointments=actor.appointments | {role})
