"""An award that was ended before its time runs again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ProtectedError

from praya.apps.awards.access import may_confirm, may_run_desk
from praya.apps.awards.commands import (
    amend_award,
    check_meet_by,
    reminded_by_then,
    revive_award,
)
from praya.apps.awards.queries import (
    award_for_update,
    award_of,
    check_takes_part,
    is_given_up,
    meet_by_role,
    title_of,
)
from praya.apps.awards.rules import AwardState
from praya.apps.books.commands import commit_award, lock_book, reduce_line, reverse_entry
from praya.apps.changes import queries
from praya.apps.changes.models import Notice
from praya.apps.changes.rules import NoticeKind, NoticeState
from praya.apps.changes.rules.means import check_means
from praya.apps.changes.rules.refusals import (
    EndedSince,
    NotGivenUp,
    NoticeNotUndoable,
    ReasonMissing,
    SameOfficer,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import programme_for_update, today_in
from praya.core.actor import Actor
from praya.core.ledger import LineGrant
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.awards.models import Agreement, Award
    from praya.apps.changes.rules.reviving import Revival
    from praya.apps.changes.rules.standing import Standing

PRAYA = Actor.praya("changes")


@transaction.atomic
def undo_notice(*, notice_id: int, reason: str, by: Actor, now: datetime) -> Notice:
    """Let an award run again that a notice ended, as far as what went back is still there.

    Undoing again what was undone changes nothing. In this order:

    Raises:
        NotFound, NotAllowed: not an officer of the programme, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NoticeNotUndoable: it ended nothing: a suspension is resumed, an open one taken back.
        ReasonMissing: no reason.
        SameOfficer: the actor gave it, or agreed to it.
        AwardOver, NoPrice, PoolExhausted, EndedSince: see ``revive``.

    """
    seen = queries.notice_of(notice_id, by)
    programme = programme_for_update(seen.award.programme.code)
    award = award_for_update(seen.award.code)
    if not may_run_desk(by, award):
        raise NotAllowed(action="award.undo_notice", needs="officer")
    check_takes_part(by, award.application)
    notice = queries.notice_for_update(notice_id)
    if notice.state == NoticeState.UNDONE.value:
        return notice
    is_end = notice.kind == NoticeKind.END.value and notice.state == NoticeState.CARRIED_OUT.value
    if not is_end or award.state != AwardState.ENDED.value:
        raise NoticeNotUndoable(kind=notice.kind, state=notice.state)
    if not reason.strip():
        raise ReasonMissing(action="notice.undo")
    if by.person_id in {notice.given_by_id, notice.agreed_by_id}:
        raise SameOfficer(notice=notice.pk)
    lock_book(programme.code)
    standing = queries.standing_of(award, now)
    entries, _agreement = revive(
        award,
        standing,
        key=f"notice:{notice.pk}:undone",
        facts={"notice": notice.pk, "reason": reason.strip()},
        by=by,
        now=now,
    )
    notice.state, notice.closed_at = NoticeState.UNDONE.value, now
    notice.save(update_fields=["state", "closed_at"])
    record(
        "notice.undone",
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=programme.code,
        kind=notice.kind,
        cause=notice.cause,
        reason=reason.strip(),
        entries=entries,
    )
    return notice


@transaction.atomic
def take_up_unstarted(*, code: str, meet_by: date, reason: str, by: Actor, now: datetime) -> Award:
    """Let an award wait again that ended since its conditions were not met in time.

    As far as what went back is still there, and under the ceilings, which did not count it since.
    The lead is told, and reminded anew before the day. Again, it changes nothing. In this order:

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: the actor does not hold the role that the rules name, or leads the award.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotGivenUp: it did not end for that.
        MeetByUnfit: the day has begun, or lies after the award's last.
        ReasonMissing: no reason.
        CapPassed: with it, more would be granted than a ceiling allows.
        PoolExhausted, AwardOver: see ``revive``.

    """
    programme = programme_for_update(award_of(code, by).programme.code)
    award = award_for_update(code)
    role = meet_by_role(award)
    if not may_confirm(by, award, role):
        raise NotAllowed(action="award.take_up", needs=role)
    check_takes_part(by, award.application)
    if award.state == AwardState.WAITING.value and award.meet_by == meet_by:
        return award
    if not is_given_up(award):
        raise NotGivenUp(award=code, state=award.state)
    check_meet_by(award, meet_by, after=today_in(programme, now))
    if not reason.strip():
        raise ReasonMissing(action="award.take_up")
    lock_book(programme.code)
    standing = queries.standing_of(award, now)
    asked, nothing = (Money(minor, programme.currency) for minor in (award.subsidy_minor, 0))
    check_means(standing, asked, on_top_of=nothing)
    assert award.ended_at is not None, award
    entries, _agreement = revive(
        award,
        standing,
        key=f"taken-up:{code}:{award.ended_at.astimezone(UTC):%Y%m%d%H%M%S%f}",
        facts={"reason": reason.strip()},
        by=by,
        now=now,
    )
    award.meet_by = meet_by
    award.reminded_at = reminded_by_then(meet_by, today_in(programme, now), now)
    award.save(update_fields=["meet_by", "reminded_at"])
    send_letter(
        "award.meet_by_moved",
        to=award.lead,
        award=code,
        title=title_of(award),
        meet_by=meet_by,
        reason=reason.strip(),
    )
    facts = {"meet_by": meet_by.isoformat(), "reason": reason.strip(), "entries": entries}
    record(
        "award.taken_up",
        subject=("award", code),
        by=by,
        now=now,
        programme_code=programme.code,
        **facts,
    )
    return award


def revive(
    award: Award,
    standing: Standing,
    *,
    key: str,
    facts: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> tuple[list[int], Agreement | None]:
    """Take an ended award up again: the book, its state, and the terms of its leases.

    A step of undoing what ended it; programme, award and book are locked. ``facts`` name that, and
    the ``reason``. The numbers of its entries, and the new version of the agreement where leases
    have other lines now.

    Raises:
        AwardOver: its last day has passed.
        NoPrice: the award's rules have no price for a day of a lease.
        PoolExhausted: what went back has been given or promised to others.
        EndedSince: somebody decided something about a lease that would go.

    """
    plan, reason = queries.revival_of(award, standing), facts["reason"]
    entries = _post(award, standing, plan, key=key, facts=facts, now=now)
    revive_award(award=award, reason=reason, by=by, now=now)
    if not plan.lines and not plan.dropped:
        return entries, None
    try:
        agreement = amend_award(
            code=award.code,
            lines=plan.lines,
            dropped=plan.dropped,
            change={"kind": "end", "undone": reason},
            accepted_by=None,
            now=now,
        )
    except ProtectedError as kept:
        raise EndedSince(award=award.code) from kept
    return entries, agreement


def _post(
    award: Award,
    standing: Standing,
    plan: Revival,
    *,
    key: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> list[int]:
    """Turn round what the end returned, and give what came back since; the entries' numbers."""
    code, reason = award.programme.code, facts["reason"]
    entries = [
        reverse_entry(
            programme_code=code,
            number=number,
            key=f"{key}:{number}",
            by=PRAYA,
            now=now,
            reason=reason,
        )
        for number in plan.entries
    ]
    entries += [
        reduce_line(
            programme_code=code,
            line_code=cut.line,
            key=f"{key}:{cut.line}",
            time=cut.cut.time,
            subsidy=cut.cut.subsidy,
            pool=cut.pool,
            reason=reason,
            by=PRAYA,
            now=now,
            facts=facts,
        )
        for cut in plan.cuts
    ]
    if plan.gives:
        entries.append(
            commit_award(
                programme_code=code,
                award_code=award.code,
                pool=standing.pool,
                lines=[
                    LineGrant(give.line.code, give.grant.time, give.grant.subsidy)
                    for give in plan.gives
                ],
                key=key,
                by=PRAYA,
                now=now,
                facts=facts,
            )
        )
    return [entry.number for entry in entries]
