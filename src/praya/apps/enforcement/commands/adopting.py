"""What people take over of what a cluster has: as wanted from now on, or as Praya's own.

What may be used stays the book's to say, and who is a member the award's. A limit below the award's
can be taken over, an account closed by hand, and an account that was there before. What bears on
an award's quota needs two people: one asks and says why, another agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction

from praya.apps.awards.commands import add_member
from praya.apps.awards.queries import check_takes_part
from praya.apps.awards.rules import MemberRole
from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.models import Adoption, Drift, Link
from praya.apps.enforcement.queries import (
    adoption_for_update,
    adoption_of,
    award_behind,
    cards_granted,
    drift_of,
    link_of,
)
from praya.apps.enforcement.rules import (
    AdoptionKind,
    AdoptionOver,
    BookLeads,
    MoreThanGranted,
    NobodyCalledSo,
    NotAdoptable,
    NotInTheWay,
    ReasonMissing,
    SamePerson,
    Unreachable,
    check_mended_lately,
)
from praya.apps.people.commands import record
from praya.apps.people.queries import person_called
from praya.apps.usage.commands import count_before
from praya.apps.usage.queries.receiving import received_by_award
from praya.core.actor import Actor
from praya.core.execution.limits import ALL_MODELS, ObstacleKind, StepKind
from praya.core.execution.port import EngineUnavailable

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


_ADOPTABLE = frozenset({StepKind.SET_CARDS, StepKind.OPEN, StepKind.REMOVE_MEMBER})


class _Told(TypedDict):
    """Who says it, when, and why."""

    reason: str
    by: Actor
    now: datetime


@transaction.atomic
def adopt_drift(
    *, code: str, drift_id: int, reason: str, by: Actor, now: datetime
) -> Adoption | None:
    """Take what a cluster has as wanted. Fewer cards at once wait until another person agrees.

    An account that was closed by hand stays so there, at once. Who was let in by hand becomes a
    member of the award, which answers nothing. Repeated, the adoption that stands is answered.

    Raises, in this order:
        NotAllowed, NotFound
        ReasonMissing: nothing was said why.
        MendedLongAgo: the cluster has not been so for a week.
        BookLeads: it is what may be used, and that is the book's to say.
        NotAdoptable: nothing of this kind can be taken over, or nothing of a lease's account.
        NobodyCalledSo: nobody here has the name of the user that was let in.
        What ``add_member`` refuses: only who may add members of the award can adopt one.
        Recused, OwnOrganisation: who takes no part in the award's case.
        MoreThanGranted: it is more cards at once than the award has.

    """
    check_may_change(by)
    drift = drift_of(code, drift_id)
    if not reason.strip():
        raise ReasonMissing
    check_mended_lately(drift.pk, drift.mended_at, now=now)
    kind = StepKind(drift.kind)
    told: _Told = {"reason": reason, "by": by, "now": now}
    if kind is StepKind.SET_LIMIT:
        raise BookLeads(account=drift.account)
    award = award_behind(drift.account)
    if award is None or kind not in _ADOPTABLE:
        raise NotAdoptable(kind=drift.kind)
    if kind is StepKind.REMOVE_MEMBER:
        _adopt_member(drift, award.code, reason, by=by, now=now)
        return None
    check_takes_part(by, award.application)
    if kind is StepKind.SET_CARDS:
        _check_fewer(drift)
        adoption = _ask(drift.link, drift.account, AdoptionKind.CARDS, value=drift.has, **told)
    else:
        adoption = _ask(drift.link, drift.account, AdoptionKind.CLOSED, **told)
        if adoption.agreed_at is None:
            _put_in_force(adoption, agreed_by=None, by=by, now=now)
    return adoption


@transaction.atomic
def ask_take_over(*, code: str, account: str, reason: str, by: Actor, now: datetime) -> Adoption:
    """Ask that an account made by others becomes that of the award it is called as.

    Nothing is done until another person agrees. Repeated, what was asked first is answered.

    Raises, in this order:
        NotAllowed, NotFound
        ReasonMissing: nothing was said why.
        NotInTheWay: no account of that name was found that an accepted award wants.
        Recused, OwnOrganisation: who takes no part in the award's case.

    """
    check_may_change(by)
    link = link_of(code)
    if not reason.strip():
        raise ReasonMissing
    check_takes_part(by, _award_of(link, account, is_in_the_way=True).application)
    return _ask(link, account, AdoptionKind.ACCOUNT, reason=reason, by=by, now=now)


def agree_adoption(*, code: str, adoption_id: int, by: Actor, now: datetime) -> Adoption:
    """Agree to what another person asked to take over: it counts from now on. Safe to repeat.

    An account is marked as Praya's on the cluster first, outside the transaction.

    Raises, in this order:
        NotAllowed, NotFound
        AdoptionOver: it was taken back.
        SamePerson: who asked cannot agree.
        NotInTheWay: the account to be taken over is Praya's already, or no accepted award's.
        Recused, OwnOrganisation: who takes no part in the award's case.
        Unreachable: an account is to be taken over, and the cluster does not answer.

    """
    check_may_change(by)
    adoption = adoption_of(code, adoption_id)
    if not _is_to_be_agreed(adoption, by):
        return adoption
    is_account = adoption.kind == AdoptionKind.ACCOUNT.value
    award = _award_of(adoption.link, adoption.account, is_in_the_way=is_account)
    check_takes_part(by, award.application)
    counted_s = _take_over(adoption) if is_account else {}
    with transaction.atomic():
        adoption = adoption_for_update(code, adoption_id)
        if _is_to_be_agreed(adoption, by):  # another person may have agreed meanwhile
            _count_before(award.code, adoption.link.cluster.code, counted_s)
            _put_in_force(adoption, agreed_by=by.person_id, by=by, now=now)
    return adoption


@transaction.atomic
def end_adoption(*, code: str, adoption_id: int, by: Actor, now: datetime) -> Adoption:
    """Take back what was taken over, or asked to be: the next round mends it. Safe to repeat.

    An account that was taken over stays Praya's.

    Raises, in this order:
        NotAllowed, NotFound

    """
    check_may_change(by)
    adoption = adoption_for_update(code, adoption_id)
    if adoption.ended_at is None:
        adoption.ended_at = now
        adoption.save(update_fields=["ended_at"])
        _look_again(adoption.link_id)
        _record("adoption.ended", adoption, by=by, now=now)
    return adoption


def _is_to_be_agreed(adoption: Adoption, by: Actor) -> bool:
    if adoption.ended_at is not None:
        raise AdoptionOver(number=adoption.pk)
    if adoption.agreed_at is None and adoption.asked_by_id == by.person_id:
        raise SamePerson
    return adoption.agreed_at is None


def _award_of(link: Link, account: str, *, is_in_the_way: bool) -> Award:
    """The accepted award of an account; as the cluster was last seen, one of others if asked so."""
    award = award_behind(account)
    is_taken = any(
        one["kind"] == ObstacleKind.NAME_TAKEN.value and one["account"] == account
        for one in link.obstacles
    )
    if award is None or (is_in_the_way and not is_taken):
        raise NotInTheWay(account=account)
    return award


def _take_over(adoption: Adoption) -> Mapping[str, int]:
    """Make the account Praya's; what its counter shows, by device model, but of jobs that run.

    These are charged whole when they end.
    """
    try:
        engine = engine_of(adoption.link)
        engine.take_over(adoption.account)
        account = engine.observe().accounts.get(adoption.account)
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    if account is None:
        return {}
    return {
        model: seconds - account.running_s.get(model, 0)
        for model, seconds in account.counted_s.items()
        if model != ALL_MODELS
    }


def _count_before(award_code: str, cluster_code: str, counted_s: Mapping[str, int]) -> None:
    """What the counter shows and Praya has not received is no use of the award's."""
    received = received_by_award(cluster_code)
    card_seconds = {
        model: max(0, seconds - received.get((award_code, model), 0))
        for model, seconds in counted_s.items()
    }
    count_before(cluster_code=cluster_code, award_code=award_code, card_seconds=card_seconds)


def _adopt_member(drift: Drift, award_code: str, reason: str, *, by: Actor, now: datetime) -> None:
    person = person_called(drift.member)
    if person is None:
        raise NobodyCalledSo(member=drift.member)
    add_member(code=award_code, email=person.email, role=MemberRole.MEMBER, by=by, now=now)
    record(
        "drift.adopted",
        subject=("cluster", drift.link.cluster.code),
        by=by,
        now=now,
        account=drift.account,
        kind=drift.kind,
        member=drift.member,
        reason=reason.strip()[:300],
    )


def _check_fewer(drift: Drift) -> None:
    most = cards_granted(drift.account)
    if not drift.has.isdecimal() or int(drift.has) > most:
        raise MoreThanGranted(account=drift.account, has=drift.has, most=most)


def _ask(
    link: Link,
    account: str,
    kind: AdoptionKind,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    value: str = "",
) -> Adoption:
    facts = {"account": account, "kind": kind.value, "value": value, "ended_at": None}
    assert by.person_id is not None, "people take things over"
    known = link.adoptions.filter(**facts).first()
    if known is not None:
        return known
    adoption = Adoption.objects.create(
        link=link, **facts, reason=reason.strip()[:300], asked_by_id=by.person_id, asked_at=now
    )
    _record("adoption.asked", adoption, by=by, now=now)
    return adoption


def _put_in_force(adoption: Adoption, *, agreed_by: int | None, by: Actor, now: datetime) -> None:
    """Let it count, in place of what was taken over of the same kind before."""
    others = adoption.link.adoptions.filter(
        account=adoption.account, kind=adoption.kind, ended_at=None, agreed_at__isnull=False
    )
    others.update(ended_at=now)
    adoption.agreed_at, adoption.agreed_by_id = now, agreed_by
    adoption.save(update_fields=["agreed_at", "agreed_by"])
    _look_again(adoption.link_id)
    _record("adoption.agreed", adoption, by=by, now=now)


def _look_again(link_id: int) -> None:
    Link.objects.filter(pk=link_id).update(looked_at=None)


def _record(action: str, adoption: Adoption, *, by: Actor, now: datetime) -> None:
    record(
        action,
        subject=("cluster", adoption.link.cluster.code),
        by=by,
        now=now,
        adoption=adoption.pk,
        account=adoption.account,
        kind=adoption.kind,
        value=adoption.value,
        reason=adoption.reason,
    )
