"""What can be asked about differences that Praya did not make, and what may be done about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from praya.apps.awards.access import may_keep_members
from praya.apps.awards.models import Award
from praya.apps.awards.queries import check_takes_part
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import NotActive
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.models import Drift, Link
from praya.apps.enforcement.queries.accounts import award_behind, cards_granted
from praya.apps.enforcement.queries.links import link_of
from praya.apps.enforcement.queries.told import hidden_accounts
from praya.apps.enforcement.rules import (
    AllowsMore,
    BookLeads,
    MoreThanGranted,
    NobodyCalledSo,
    NotAdoptable,
    check_mended_lately,
    takes_away,
)
from praya.apps.people.queries import person_called
from praya.core.actor import Actor
from praya.core.execution.limits import StepKind
from praya.core.refusal import NotAllowed, NotFound, Refusal

_ADOPTABLE = frozenset({StepKind.SET_CARDS, StepKind.OPEN, StepKind.REMOVE_MEMBER})


@dataclass(frozen=True, slots=True)
class DriftStanding:
    """A difference, and what may not be done about it: nothing is refused where there is none."""

    drift: Drift
    not_left: Refusal | None
    not_adopted: Refusal | None


def drifts_visible_to(actor: Actor, code: str) -> QuerySet[Drift]:
    """Differences found on a cluster, the latest first; raises ``NotAllowed``, ``NotFound``.

    Those that stand (``stands``) are neither mended yet nor left as they are.
    """
    check_may_see(actor)
    link = link_of(code)
    return drifts_on(link, hidden=hidden_accounts(actor, link))


def drifts_on(link: Link, *, hidden: frozenset[str]) -> QuerySet[Drift]:
    """As ``drifts_visible_to``, of a link that the reader sees but for some accounts."""
    drifts = link.drifts.select_related("ignored_by")
    drifts = drifts.annotate(stands=Q(mended_at=None, ignored_at=None))
    return drifts.exclude(account__in=hidden) if hidden else drifts.all()


def drift_of(code: str, drift_id: int, actor: Actor) -> Drift:
    """A difference found on a cluster; raises ``NotAllowed``, ``NotFound``."""
    drift = drifts_visible_to(actor, code).filter(pk=drift_id).first()
    if drift is None:
        raise NotFound(kind="drift", key=str(drift_id))
    return drift


def drift_standing(code: str, drift_id: int, actor: Actor, *, now: datetime) -> DriftStanding:
    """A difference with what may be done about it, as the commands would answer."""
    drift = drift_of(code, drift_id, actor)
    return DriftStanding(
        drift,
        not_left=_refusal(lambda: check_may_leave(drift)),
        not_adopted=_refusal(lambda: check_may_adopt(drift, actor, now=now)),
    )


def check_may_leave(drift: Drift) -> None:
    """Refuse to leave a cluster as it is where that may be more than is wanted.

    Raises:
        AllowsMore

    """
    if takes_away(StepKind(drift.kind), has=drift.has, wants=drift.wants):
        raise AllowsMore(kind=drift.kind)


def check_may_adopt(drift: Drift, by: Actor, *, now: datetime) -> Award:
    """Refuse to take over what a cluster had; the award it bears on.

    Raises, in this order:
        MendedLongAgo: the cluster has not been so for a week.
        BookLeads: it is what may be used, and that is the book's to say.
        NotAdoptable: nothing of this kind can be taken over, nothing of a lease's account, nor the
            cards at once of one device model alone.
        NobodyCalledSo: nobody here has the name of the user that was let in.
        NotAllowed: only who may add members of the award can adopt one.
        NotActive: nobody becomes a member of an award that is suspended.
        Recused, OwnOrganisation: who takes no part in the award's case.
        MoreThanGranted: it is more cards at once than the award has.

    """
    check_mended_lately(drift.pk, drift.mended_at, now=now)
    kind = StepKind(drift.kind)
    if kind is StepKind.SET_LIMIT:
        raise BookLeads(account=drift.account)
    award = award_behind(drift.link, drift.account)
    is_of_model = kind is StepKind.SET_CARDS and drift.device_model
    if award is None or kind not in _ADOPTABLE or is_of_model:
        raise NotAdoptable(kind=drift.kind)
    if kind is StepKind.REMOVE_MEMBER:
        if person_called(drift.member, drift.link.cluster.code) is None:
            raise NobodyCalledSo(member=drift.member)
        if not may_keep_members(by, award):
            raise NotAllowed(action="award.add_member", needs="lead")
        if award.state != AwardState.ACTIVE.value:
            raise NotActive(award=award.code, state=award.state)
        return award
    check_takes_part(by, award.application)
    if kind is StepKind.SET_CARDS:
        most = cards_granted(award)
        if not drift.has.isdecimal() or int(drift.has) > most:
            raise MoreThanGranted(account=drift.account, has=drift.has, most=most)
    return award


def _refusal(check: Callable[[], object]) -> Refusal | None:
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None
