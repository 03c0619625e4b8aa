"""Requests for changes, as those see them who may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry
from praya.apps.changes import access
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.queries.ends import RevivalPreview, revival_preview
from praya.apps.changes.queries.standing import granted_of, standing_of
from praya.apps.changes.rules import (
    ChangeKind,
    ChangeState,
    Wish,
)
from praya.apps.changes.rules.planning import check_allowed, plan_change
from praya.apps.changes.rules.standing import Plan, Standing
from praya.apps.programmes.queries import (
    HEAVY,
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
    """A request with what its page shows. Only an open one has a preview.

    One that ended its award has that of letting it run again, for who may undo it.
    """

    change: Change
    preview: Preview | None
    may_decide: bool
    may_withdraw: bool
    may_undo: bool
    revival: RevivalPreview | None = None


def changes_visible_to(actor: Actor) -> QuerySet[Change]:
    """Requests that the actor may see, the newest first."""
    return _changes().filter(access.visible_to(actor))


def changes_seen(numbers: Collection[int], actor: Actor) -> set[int]:
    """Those of some changes that the actor may see; one query, without numbers none."""
    if not numbers:
        return set()
    return set(changes_visible_to(actor).filter(pk__in=numbers).values_list("pk", flat=True))


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
    is_undoable = may_undo(change, preview, actor)
    has_ended = is_undoable and change.kind == ChangeKind.END.value
    return ChangeStanding(
        change=change,
        preview=preview if is_open else None,
        may_decide=is_open and may_decide(change, preview, actor),
        may_withdraw=is_open and change.asked_by_id == actor.person_id,
        may_undo=is_undoable,
        revival=revival_preview(change.award, preview.standing) if has_ended else None,
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
    roles = access.granting_roles(
        ChangeKind(change.kind), preview.standing.rules.changes, given_up(change)
    )
    return (
        change.state == ChangeState.GRANTED.value
        and actor.holds(change.award.programme.code, *roles)
        and actor.person_id not in {change.decided_by_id, change.award.lead_id}
    )


def given_up(change: Change) -> Money | None:
    """What a granted change gave up of a debt, undone since or not."""
    # Of an open one the stored figure is that of the day it was asked: more may be owed by now.
    if change.state not in {ChangeState.GRANTED.value, ChangeState.UNDONE.value}:
        return None
    if change.kind != ChangeKind.WRITE_OFF.value or "amount_minor" not in change.facts:
        return None
    return Money(change.facts["amount_minor"], change.award.programme.currency)


def debt_made(change: Change) -> Debt | None:
    """The debt that a change claimed, if it claimed one."""
    return Debt.objects.filter(change=change).first()


def interest_entries(change: Change) -> list[int]:
    """The numbers of the entries of interest on the debt that a change claimed, latest first."""
    debt = debt_made(change)
    if debt is None:
        return []
    entries = Entry.objects.filter(
        programme_code=change.award.programme.code, key__startswith=f"debt:{debt.pk}:interest:"
    )
    return list(entries.order_by("-number").values_list("number", flat=True))


def later_change(change: Change) -> int | None:
    """A granted change that altered lines of the same award afterwards."""
    assert change.agreement is not None, change  # who alters lines makes a version
    later = change.award.changes.filter(
        state=ChangeState.GRANTED.value, agreement__number__gt=change.agreement.number
    )
    return later.values_list("pk", flat=True).first()


def revived_since(change: Change) -> bool:
    """Whether the award was ended after the change, and has other lines since it was taken up."""
    assert change.agreement is not None, change
    later = change.award.agreements.filter(number__gt=change.agreement.number)
    return later.filter(text__change__kind=ChangeKind.END.value).exists()


def exclusions_beside(change: Change) -> list[Change]:
    """The exclusions that were granted of the same organisation, the latest first."""
    granted = _changes().filter(
        kind=ChangeKind.EXCLUSION.value,
        state=ChangeState.GRANTED.value,
        award__programme=change.award.programme,
        award__organisation=change.award.organisation_id,
    )
    return list(granted.order_by("-decided_at", "-id"))


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


def _changes() -> QuerySet[Change]:
    return Change.objects.select_related(
        "award__programme",
        "award__organisation",
        "award__lead",
        "award__rule_version",
        "award__application__programme",
        "asked_by",
        "decided_by",
        "agreement",
        "offered",
    ).defer(*(f"award__rule_version__{one}" for one in HEAVY))
