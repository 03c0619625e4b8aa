"""What people take over of what a cluster has: as wanted from now on, or as Praya's own.

What may be used stays the book's to say, and who is a member the award's. A limit below the award's
can be taken over, an account closed by hand, and an account that was there before. What bears on
an award's quota needs two people: one asks and says why, another agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction

from praya.apps.awards.commands import add_member
from praya.apps.awards.queries import check_takes_part
from praya.apps.awards.rules import MemberRole
from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.asking import ask, record_adoption
from praya.apps.enforcement.commands.following import engine_of, look_soon, steps_to_before
from praya.apps.enforcement.commands.linking import tell_engine
from praya.apps.enforcement.commands.mapping import count_as_before, counted_before, make_way
from praya.apps.enforcement.differences import as_before
from praya.apps.enforcement.engines import HoldsAwards
from praya.apps.enforcement.models import Adoption, Drift, Link
from praya.apps.enforcement.queries import (
    adoption_for_update,
    adoption_of,
    award_behind,
    award_of_adoption,
    check_may_adopt,
    drift_of,
    hidden_accounts,
    is_known_before,
    link_of,
)
from praya.apps.enforcement.rules import (
    AdoptionKind,
    AdoptionOver,
    NotDropped,
    NotGivenBack,
    NotInTheWay,
    NotMappable,
    ReasonMissing,
    SamePerson,
    UnfitWhy,
    Unreachable,
)
from praya.apps.people.commands import record
from praya.apps.people.queries import person_called
from praya.core.actor import Actor
from praya.core.execution.limits import NotTaken, Obstacle, ObstacleKind, StepKind
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


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
        What ``check_may_adopt`` refuses.

    """
    check_may_change(by)
    drift = drift_of(code, drift_id, by)
    if not reason.strip():
        raise ReasonMissing
    award = check_may_adopt(drift, by, now=now)
    kind = StepKind(drift.kind)
    told: _Told = {"reason": reason, "by": by, "now": now}
    if kind is StepKind.REMOVE_MEMBER:
        _adopt_member(drift, award.code, reason, by=by, now=now)
        return None
    if kind is StepKind.SET_CARDS:
        adoption = ask(drift.link, drift.account, AdoptionKind.CARDS, value=drift.has, **told)
    else:
        adoption = ask(drift.link, drift.account, AdoptionKind.CLOSED, **told)
        if adoption.agreed_at is None:
            _put_in_force(adoption, agreed_by=None, by=by, now=now)
    return adoption


@transaction.atomic
def ask_take_over(*, code: str, account: str, reason: str, by: Actor, now: datetime) -> Adoption:
    """Ask that an account made by others becomes that of the award it is called as.

    One that is called otherwise is mapped, see ``ask_mapping``.

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
    if account in hidden_accounts(by, link):
        raise NotInTheWay(account=account)
    check_takes_part(by, _award_in_the_way(link, account).application)
    return ask(link, account, AdoptionKind.ACCOUNT, reason=reason, by=by, now=now)


def agree_adoption(*, code: str, adoption_id: int, by: Actor, now: datetime) -> Adoption:
    """Agree to what another person asked to take over: it counts from now on. Safe to repeat.

    An account is marked as Praya's on the cluster first, outside the transaction. Cut off after
    that, the account is left alone until it is agreed to again, which ends what was begun.

    Raises, in this order:
        NotAllowed, NotFound
        AdoptionOver: it was taken back.
        SamePerson: who asked cannot agree.
        NotInTheWay: the account to be taken over is Praya's already, or no accepted award's.
        NotAllowed: who does not operate the programme of the award to which one is mapped.
        Recused, OwnOrganisation: who takes no part in the award's case.
        NotMappable: it is to be mapped and no longer can be, see ``ask_mapping``.
        Unreachable: an account is to be taken over, and the cluster does not answer.
        JobsAlive: jobs are alive under the account that the award would no longer use.

    """
    check_may_change(by)
    adoption = adoption_of(code, adoption_id)
    _check_told_of(adoption, by)
    if not _is_to_be_agreed(adoption, by):
        return adoption
    is_account = adoption.kind == AdoptionKind.ACCOUNT.value
    award = _award_of(adoption, by)
    check_takes_part(by, award.application)
    if adoption.award is not None:
        make_way(adoption, award)
    taken = _take_over(adoption) if is_account else _Taken()
    with transaction.atomic():
        adoption = adoption_for_update(code, adoption_id)
        if _is_to_be_agreed(adoption, by):  # another person may have agreed meanwhile
            count_as_before(award.code, adoption.link.cluster.code, taken.counted_s)
            adoption.before = taken.before
            adoption.save(update_fields=["before"])
            _put_in_force(adoption, agreed_by=by.person_id, by=by, now=now)
            tell_engine(adoption.link)
    return adoption


def end_adoption(*, code: str, adoption_id: int, by: Actor, now: datetime) -> Adoption:
    """Take back what was taken over, or asked to be: the next round mends it. Safe to repeat.

    An account that was taken over stays Praya's; see ``give_back``.

    Raises, in this order:
        NotAllowed, NotFound
        Unreachable: mapping an account was begun, and the cluster does not say whether it is there.
        NotDropped: an account was mapped, or that was begun: it would stay nobody's and open.
            Unless it is gone, and how it was is not known: nothing could be given back.

    """
    check_may_change(by)
    adoption = adoption_of(code, adoption_id)
    _check_told_of(adoption, by)
    is_lost = _is_begun(adoption) and not is_known_before(adoption) and _is_gone(adoption)
    with transaction.atomic():
        adoption = adoption_for_update(code, adoption_id)
        if adoption.ended_at is None:
            if _is_begun(adoption) and (is_known_before(adoption) or not is_lost):
                raise NotDropped(account=adoption.account)
            adoption.ended_at = now
            adoption.save(update_fields=["ended_at"])
            look_soon(adoption.link_id)
            tell_engine(adoption.link)
            record_adoption("adoption.ended", adoption, by=by, now=now)
    return adoption


def give_back(*, code: str, adoption_id: int, by: Actor, now: datetime) -> tuple[NotTaken, ...]:
    """Give an account that was taken over back as it was: parent, limits, members, whose it is.

    From then on it is left alone, so jobs under it are no longer charged; the award may take it
    over again. Answers the steps that the cluster refused. Who has jobs alive stays in. Repeated
    after it was done, nothing happens; after it was cut off, the limits are set again.

    Raises, in this order:
        NotAllowed, NotFound
        NotAllowed, Recused, OwnOrganisation: who does not operate the award's programme, or takes
            no part in its case.
        NotGivenBack: it is no account that was taken over, or how it was is not known.
        Unreachable: the cluster does not answer.

    """
    check_may_change(by)
    adoption = adoption_of(code, adoption_id)
    _check_told_of(adoption, by)
    name, before = adoption.account, adoption.before
    award = award_of_adoption(adoption)
    if award is not None:  # its jobs are not charged from then on
        check_may_change(by, award.programme.code)
        check_takes_part(by, award.application)
    if adoption.ended_at is not None:
        return ()
    if not is_known_before(adoption):
        raise NotGivenBack(account=name)
    try:
        engine = engine_of(adoption.link)
        # From here on no round begins to touch it; one that goes on puts right what it did.
        engine.give_back(name, before["owner"])
        refused = engine.apply(steps_to_before(adoption, engine))
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    with transaction.atomic():
        adoption = adoption_for_update(code, adoption_id)
        adoption.ended_at = now
        adoption.save(update_fields=["ended_at"])
        if award_behind(adoption.link, name) is not None:
            _note_as_others(adoption)
        look_soon(adoption.link_id)
        tell_engine(adoption.link)
        record_adoption("adoption.given_back", adoption, by=by, now=now)
    return refused


def _is_begun(adoption: Adoption) -> bool:
    """Whether an account was mapped, or that was begun, and was not ended since."""
    is_mapping = adoption.award is not None and adoption.ended_at is None
    return is_mapping and bool(adoption.agreed_at or adoption.before)


def _is_gone(adoption: Adoption) -> bool:
    try:
        seen = engine_of(adoption.link).observe(also=frozenset({adoption.account}))
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    return adoption.account not in seen.accounts


def _note_as_others(adoption: Adoption) -> None:
    """What a look would find of an account called as an award: until then nothing is charged."""
    link = Link.objects.select_for_update().get(pk=adoption.link_id)
    in_the_way = Obstacle(ObstacleKind.NAME_TAKEN, adoption.account)
    link.obstacles = [*link.obstacles, asdict(in_the_way)]
    link.save(update_fields=["obstacles"])


def _check_told_of(adoption: Adoption, by: Actor) -> None:
    if adoption.account in hidden_accounts(by, adoption.link):
        raise NotFound(kind="adoption", key=str(adoption.pk))


def _is_to_be_agreed(adoption: Adoption, by: Actor) -> bool:
    if adoption.ended_at is not None:
        raise AdoptionOver(number=adoption.pk)
    if adoption.agreed_at is None and adoption.asked_by_id == by.person_id:
        raise SamePerson
    return adoption.agreed_at is None


def _award_of(adoption: Adoption, by: Actor) -> Award:
    """The accepted award that an adoption bears on; one not begun is still there to be had."""
    is_account = adoption.kind == AdoptionKind.ACCOUNT.value
    if is_account and adoption.award is None and not adoption.before:
        return _award_in_the_way(adoption.link, adoption.account)
    award = award_of_adoption(adoption)
    if award is None:
        raise NotInTheWay(account=adoption.account)
    if adoption.award is not None:
        check_may_change(by, award.programme.code)
    return award


def _award_in_the_way(link: Link, account: str) -> Award:
    """The accepted award that wants an account of others, as the cluster was last seen."""
    award = award_behind(link, account)
    is_taken = any(
        one["kind"] == ObstacleKind.NAME_TAKEN.value and one["account"] == account
        for one in link.obstacles
    )
    if award is None or not is_taken:
        raise NotInTheWay(account=account)
    return award


@dataclass(frozen=True, slots=True)
class _Taken:
    """What an account's counter showed, see ``counted_before``; and how the account was."""

    counted_s: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


def _take_over(adoption: Adoption) -> _Taken:
    """Make the account Praya's; nothing else of it is changed yet.

    One called as its award that vanished meanwhile is made anew by the next round; no other is.
    """
    try:
        engine = engine_of(adoption.link)
        owner = _mark_as_ours(adoption, engine)
        account = engine.observe().accounts.get(adoption.account)
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    if account is None and adoption.award is not None:
        told = {"account": adoption.account, "award": adoption.award.code}
        raise NotMappable(**told, why=UnfitWhy.GONE.value)
    return _Taken(counted_before(account), as_before(account, owner))


def _mark_as_ours(adoption: Adoption, engine: HoldsAwards) -> str:
    """Mark the account; whose it was, which is kept at once, since the cluster tells it once only.

    That it is begun is kept before, so that one cut off in the middle is left alone.
    """
    waits = Adoption.objects.filter(pk=adoption.pk, agreed_at=None, ended_at=None)
    waits.filter(before={}).update(before={"owner": ""})
    owner = engine.take_over(adoption.account)
    if owner:
        waits.update(before={"owner": owner})
        return owner
    adoption.refresh_from_db(fields=["before"])
    return str(adoption.before.get("owner", ""))


def _adopt_member(drift: Drift, award_code: str, reason: str, *, by: Actor, now: datetime) -> None:
    person = person_called(drift.member, drift.link.cluster.code)
    assert person is not None, "as was checked"
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


def _put_in_force(adoption: Adoption, *, agreed_by: int | None, by: Actor, now: datetime) -> None:
    """Let it count, in place of what was taken over of the same kind before."""
    others = adoption.link.adoptions.filter(
        account=adoption.account, kind=adoption.kind, ended_at=None, agreed_at__isnull=False
    )
    others.update(ended_at=now)
    adoption.agreed_at, adoption.agreed_by_id = now, agreed_by
    adoption.save(update_fields=["agreed_at", "agreed_by"])
    look_soon(adoption.link_id)
    record_adoption("adoption.agreed", adoption, by=by, now=now)
