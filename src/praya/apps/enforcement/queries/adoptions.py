"""What was taken over of clusters, and what it makes of what is wanted there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import ACCEPTED
from praya.apps.enforcement.models import Adoption, Link
from praya.apps.enforcement.rules import AdoptionKind
from praya.core.execution.limits import Standing, Wanted
from praya.core.refusal import NotFound


def adoption_of(code: str, adoption_id: int) -> Adoption:
    """What was asked to be taken over of a cluster; raises ``NotFound``."""
    found = Adoption.objects.select_related("link__cluster")
    adoption = found.filter(pk=adoption_id, link__cluster__code=code).first()
    if adoption is None:
        raise NotFound(kind="adoption", key=str(adoption_id))
    return adoption


def adoption_for_update(code: str, adoption_id: int) -> Adoption:
    """The same, locked until the transaction ends; raises ``NotFound``."""
    adoption_of(code, adoption_id)
    locked = Adoption.objects.select_for_update(of=("self",)).select_related("link__cluster")
    return locked.get(pk=adoption_id)


def adoptions_on(link: Link) -> list[Adoption]:
    """What stands or waits to be agreed to on a cluster, the latest first."""
    return list(link.adoptions.select_related("asked_by", "agreed_by").filter(ended_at=None))


def award_behind(account: str) -> Award | None:
    """The accepted award whose account on clusters is called so, with its application."""
    return (
        Award.objects.select_related("application__organisation")
        .filter(code__iexact=account, state__in=[state.value for state in ACCEPTED])
        .first()
    )


def cards_granted(account: str) -> int:
    """How many cards at once the award of an account has in all its lines in card-hours."""
    lines = AwardLine.objects.filter(
        award__code__iexact=account, shape=LineShape.CARD_HOURS.value
    ).order_by()
    return sum(lines.values_list("cards", flat=True))


def as_adopted(link: Link, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What is wanted on a cluster with what was taken over: never more than without. One query.

    An award that has fewer cards at once than were taken over keeps its own number.
    """
    adopted = {
        (one.account, one.kind): one.value
        for one in Adoption.objects.filter(link_id=link.pk, ended_at=None, agreed_at__isnull=False)
    }
    return [_as_adopted(one, adopted) for one in wanted] if adopted else list(wanted)


def _as_adopted(one: Wanted, adopted: dict[tuple[str, str], str]) -> Wanted:
    cards = adopted.get((one.account, AdoptionKind.CARDS.value))
    if cards is not None:
        most = int(cards) if one.cards_at_once is None else min(int(cards), one.cards_at_once)
        one = replace(one, cards_at_once=most)
    if (one.account, AdoptionKind.CLOSED.value) in adopted and one.standing is Standing.OPEN:
        one = replace(one, standing=Standing.SUSPENDED)
    return one
