"""Requests for changes, as those see them who may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.awards.rules import AwardState
from praya.apps.changes import access
from praya.apps.changes.models import Change, Notice
from praya.apps.changes.queries.standing import granted_of, standing_of
from praya.apps.changes.rules import UNDOABLE, ChangeKind, ChangeState, NoticeState, Wish
from praya.apps.changes.rules.planning import check_allowed, plan_change
from praya.apps.changes.rules.standing import Plan, Standing
from praya.apps.programmes.queries import (
    HEAVY,
    actor_for,
    rules_of,
    today_in,
    version_in_force,
)
from praya.core.actor import Actor, Role
from praya.core.quantity import Money
from praya.core.refusal import NotFound, Refusal


@dataclass(frozen=True, slots=True)
class Preview:
    """What granting would do now: the plan, or the refusal that stands in its way."""

    standing: Standing
    plan: Plan | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class ChangeStanding:
    """A request with what its page shows. Only an open one has a preview."""

    change: Change
    preview: Preview | None
    may_decide: bool
    may_withdraw: bool
    may_undo: bool


def changes_visible_to(actor: Actor) -> QuerySet[Change]:
    """Requests that the actor may see, the newest first."""
    return _changes().filter(access.visible_to(actor))


def change_of(change_id: int, actor: Actor) -> Change:
    """A request.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    change = changes_visible_to(actor).filter(pk=change_id).first()
    if change is None:
        raise NotFound(kind="change", key=str(change_id))
    return change


def change_standing(change_id: int, actor: Actor, now: datetime) -> ChangeStanding:
    """A request with its preview, and what the actor may do about it.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    change = change_of(change_id, actor)
    is_open = change.state == ChangeState.ASKED.value
    preview = preview_of(change.award, ChangeKind(change.kind), change.wished, now)
    return ChangeStanding(
        change=change,
        preview=preview if is_open else None,
        may_decide=is_open and may_decide(change, preview, actor),
        may_withdraw=is_open and change.asked_by_id == actor.person_id,
        may_undo=may_undo(change, preview, actor),
    )


def may_decide(change: Change, preview: Preview, actor: Actor) -> bool:
    """Whether the request falls to the actor, who neither asked nor leads the award."""
    roles = access.granting_roles(
        ChangeKind(change.kind), preview.standing.rules.changes, amount_of(preview.plan)
    )
    return actor.holds(change.award.programme.code, *roles) and actor.person_id not in {
        change.asked_by_id,
        change.award.lead_id,
    }


def may_undo(change: Change, preview: Preview, actor: Actor) -> bool:
    """Whether a granted change can be turned round, and by the actor, who did not grant it."""
    roles = access.granting_roles(ChangeKind(change.kind), preview.standing.rules.changes, None)
    return (
        change.state == ChangeState.GRANTED.value
        and ChangeKind(change.kind) in UNDOABLE
        and actor.holds(change.award.programme.code, *roles)
        and actor.person_id not in {change.decided_by_id, change.award.lead_id}
    )


def later_change(change: Change) -> int | None:
    """A granted change that altered lines of the same award afterwards."""
    assert change.agreement is not None, change  # who alters lines makes a version
    later = change.award.changes.filter(
        state=ChangeState.GRANTED.value, agreement__number__gt=change.agreement.number
    )
    return later.values_list("pk", flat=True).first()


def amount_of(plan: Plan | None) -> Money | None:
    """The money that a plan claims back or gives up."""
    deeds = plan.deeds if plan else ()
    return next((deed.amount for deed in deeds if hasattr(deed, "amount")), None)


def preview_of(award: Award, kind: ChangeKind, wish: Wish, now: datetime) -> Preview:
    """What granting a change would do now. Nothing is changed, and nothing is locked."""
    standing = standing_of(award, now)
    try:
        plan = plan_change(kind, wish, standing)
    except Refusal as refusal:
        return Preview(standing, None, refusal)
    return Preview(standing, plan, None)


def preview_for(code: str, kind: ChangeKind, wish: Wish, actor: Actor, now: datetime) -> Preview:
    """As ``preview_of``, for whoever may see the award.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    return preview_of(award_of(code, actor), kind, wish, now)


def kinds_to_ask(award: Award, actor: Actor, now: datetime) -> dict[ChangeKind, Refusal | None]:
    """The changes that the actor may ask for, each with what stands in its way before any wish."""
    rules = rules_of(version_in_force(award.programme.code, today_in(award.programme, now)))
    granted = granted_of(award)
    found: dict[ChangeKind, Refusal | None] = {}
    for kind in ChangeKind:
        if not access.may_ask(actor, award, kind):
            continue
        try:
            check_allowed(
                kind,
                award=award.code,
                state=AwardState(award.state),
                changes=rules.changes,
                granted=granted,
            )
        except Refusal as refusal:
            found[kind] = refusal
        else:
            found[kind] = None
    return found


def may_ask_any(award: Award, actor: Actor) -> bool:
    """Whether the actor may ask for any change of the award."""
    return any(access.may_ask(actor, award, kind) for kind in ChangeKind)


def changes_of(code: str, actor: Actor) -> tuple[Award, QuerySet[Change]]:
    """An award, and every request about it that the actor may see.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    award = award_of(code, actor)
    return award, changes_visible_to(actor).filter(award=award)


def changes_waiting(actor: Actor) -> QuerySet[Change]:
    """Open requests in programmes where the actor may grant some, asked by others."""
    kinds = [kind.value for kind in ChangeKind]
    money = [ChangeKind.RECOVERY.value, ChangeKind.WRITE_OFF.value]
    of_officer = [kind for kind in kinds if kind not in money]
    mine = (
        Q(award__programme__code__in=actor.programmes_as(Role.OFFICER), kind__in=of_officer)
        | Q(
            award__programme__code__in=actor.programmes_as(Role.COMMITTEE),
            kind__in=[kind for kind in kinds if kind != ChangeKind.RECOVERY.value],
        )
        | Q(award__programme__code__in=actor.programmes_as(Role.FINANCE), kind__in=money)
    )
    found = _changes().filter(mine, state=ChangeState.ASKED.value)
    return found.exclude(asked_by_id=actor.person_id).order_by("asked_at", "id")


def change_for_update(change_id: int) -> Change:
    """A request, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    change = _changes().select_for_update(of=("self",)).filter(pk=change_id).first()
    if change is None:
        raise NotFound(kind="change", key=str(change_id))
    return change


def open_notices(award: Award) -> QuerySet[Notice]:
    """Notices on an award that are neither carried out nor withdrawn."""
    return award.notices.filter(state=NoticeState.GIVEN.value)


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
    return found


def notices_due(now: datetime) -> list[int]:
    """Ids of open notices whose day has begun where their programme is."""
    given = Notice.objects.filter(state=NoticeState.GIVEN.value).order_by("effective_on", "id")
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


def _changes() -> QuerySet[Change]:
    return Change.objects.select_related(
        "award__programme",
        "award__organisation",
        "award__lead",
        "award__rule_version",
        "asked_by",
        "decided_by",
        "agreement",
        "offered",
    ).defer(*(f"award__rule_version__{one}" for one in HEAVY))
