"""The row of what is asked to be taken over of a cluster, and its line in the trail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.enforcement.models import Adoption, Link
from praya.apps.enforcement.rules import AdoptionKind
from praya.apps.people.commands import record
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


def ask(
    link: Link,
    account: str,
    kind: AdoptionKind,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    value: str = "",
    award: Award | None = None,
) -> Adoption:
    """The row of what is asked; what was asked first is answered."""
    facts = {"account": account, "kind": kind.value, "value": value, "award": award}
    facts["ended_at"] = None
    assert by.person_id is not None, "people take things over"
    known = link.adoptions.filter(**facts).first()
    if known is not None:
        return known
    adoption = Adoption.objects.create(
        link=link, **facts, reason=reason.strip()[:300], asked_by_id=by.person_id, asked_at=now
    )
    record_adoption("adoption.asked", adoption, by=by, now=now)
    return adoption


def record_adoption(action: str, adoption: Adoption, *, by: Actor, now: datetime) -> None:
    """Leave a line of it in the trail."""
    record(
        action,
        subject=("cluster", adoption.link.cluster.code),
        by=by,
        now=now,
        adoption=adoption.pk,
        account=adoption.account,
        kind=adoption.kind,
        value=adoption.value,
        award=adoption.award.code if adoption.award else "",
        reason=adoption.reason,
    )
