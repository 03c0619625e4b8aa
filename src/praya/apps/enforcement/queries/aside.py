"""What is set aside on a cluster, as those see it who may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from praya.apps.awards.access import SEES_AWARDS
from praya.apps.clusters.access import may_change_machines
from praya.apps.clusters.queries import partitions_with_windows
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.reserving import leases_standing_on, reserved_on
from praya.core.actor import Actor
from praya.core.execution.limits import StepKind
from praya.core.execution.reserving import Reservation

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.enforcement.models import Link

_RESERVING = (
    StepKind.ADD_RESERVATION.value,
    StepKind.SET_RESERVATION.value,
    StepKind.REMOVE_RESERVATION.value,
)


class Whose(StrEnum):
    """Whom something is set aside for, or by."""

    LEASE = "lease"
    OPERATOR = "operator"  # a window that takes devices out of service
    CLUSTER = "cluster"  # maintenance that was planned on the cluster itself
    OTHERS = "others"  # set aside there for somebody else


@dataclass(frozen=True, slots=True)
class Aside:
    """Something set aside on a cluster, or wanted to be; ``is_held`` tells which.

    ``about`` is the line of a lease, the note of a window, or the cluster's own name for it.
    ``said`` is what the cluster said when it refused, ``obstacle`` the code of what is in the way.
    """

    name: str
    whose: Whose
    about: str
    cards: int
    nodes: tuple[str, ...]
    who: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime | None
    is_held: bool
    said: str = ""
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class AsideHere:
    """What is set aside on a cluster, as last looked at."""

    link: Link
    rows: tuple[Aside, ...]


def aside_visible_to(actor: Actor, code: str, *, now: datetime) -> AsideHere:
    """What is set aside on a cluster, by its beginning; raises ``NotAllowed``, ``NotFound``.

    Of leases, those of awards that the actor may see, and for a site admin all. For whom others
    have set something aside, those are told who may change machines.
    """
    check_may_see(actor)
    link = link_of(code)
    leases = leases_standing_on(link)
    notes = {
        f"closed-{row.pk}": row.note
        for partition in partitions_with_windows(code)
        for row in partition.capacity.all()
    }
    seen = [_reservation(facts) for facts in link.reservations]
    ours = {one.name: one for one in seen if one.is_ours}
    said = {step["account"]: step["said"] for step in link.left if step["kind"] in _RESERVING}
    obstacles = {one["account"]: one["kind"] for one in link.obstacles}
    rows = []
    for one in reserved_on(link, leases, now=now):
        if one.account and not _may_know_of(leases[one.name], actor):
            continue
        has = ours.get(one.name)
        rows.append(
            Aside(
                name=one.name,
                whose=Whose.LEASE if one.account else Whose.OPERATOR,
                about=leases[one.name].code if one.account else notes[one.name],
                cards=one.cards,
                nodes=tuple(sorted(has.nodes if has else one.nodes)),
                who=(one.account,) if one.account else (),
                begins_at=_instant(one.begins_at),
                ends_at=None if one.ends_at is None else _instant(one.ends_at),
                is_held=has is not None and one.name not in said,
                said=said.get(one.name, ""),
                obstacle=obstacles.get(one.name, ""),
            )
        )
    others = [one for one in seen if not one.is_ours and one.ends_at > now.timestamp()]
    rows += [_of_others(one, is_told_who=may_change_machines(actor)) for one in others]
    return AsideHere(link, tuple(sorted(rows, key=lambda row: (row.begins_at, row.name))))


def facts_of(reservations: Iterable[Reservation]) -> list[dict[str, Any]]:
    """Reservations as they are kept with the link."""
    plain = (asdict(one) for one in sorted(reservations, key=lambda one: one.name))
    return [
        {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in one.items()
        }
        for one in plain
    ]


def _reservation(facts: Mapping[str, Any]) -> Reservation:
    names = ("nodes", "accounts", "users")
    return Reservation(**{**facts, **{name: frozenset(facts[name]) for name in names}})


def _may_know_of(lease: AwardLine, actor: Actor) -> bool:
    return actor.is_admin or actor.holds(lease.award.programme.code, *SEES_AWARDS)


def _of_others(one: Reservation, *, is_told_who: bool) -> Aside:
    return Aside(
        name=one.name,
        whose=Whose.CLUSTER if one.is_maintenance else Whose.OTHERS,
        about=one.name,
        cards=sum(one.cards.values()),
        nodes=tuple(sorted(one.nodes)),
        who=tuple(sorted({*one.users, *one.accounts})) if is_told_who else (),
        begins_at=_instant(one.begins_at),
        ends_at=_instant(one.ends_at),
        is_held=True,
    )


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
