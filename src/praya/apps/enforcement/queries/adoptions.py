"""What was taken over of clusters, and what it makes of what is wanted there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from praya.apps.enforcement.models import Adoption, Link
from praya.apps.enforcement.rules import AdoptionKind
from praya.core.execution.limits import Standing, Wanted
from praya.core.refusal import NotFound


def adoption_of(code: str, adoption_id: int) -> Adoption:
    """What was asked to be taken over of a cluster; raises ``NotFound``."""
    found = Adoption.objects.select_related("link__cluster", "award")
    adoption = found.filter(pk=adoption_id, link__cluster__code=code).first()
    if adoption is None:
        raise NotFound(kind="adoption", key=str(adoption_id))
    return adoption


def adoption_for_update(code: str, adoption_id: int) -> Adoption:
    """The same, locked until the transaction ends; raises ``NotFound``."""
    adoption_of(code, adoption_id)
    locked = Adoption.objects.select_for_update(of=("self",))
    locked = locked.select_related("link__cluster", "award")
    return locked.get(pk=adoption_id)


def adoptions_on(link: Link) -> list[Adoption]:
    """What stands or waits to be agreed to on a cluster, the latest first."""
    related = ("asked_by", "agreed_by", "award", "link__cluster")
    return list(link.adoptions.select_related(*related).filter(ended_at=None))


def taken_over_on(link: Link) -> list[Adoption]:
    """The accounts that were taken over there, or are asked to be. One query."""
    rows = link.adoptions.select_related("award", "link__cluster", "asked_by", "agreed_by")
    return list(rows.filter(kind=AdoptionKind.ACCOUNT.value, ended_at=None))


def accounts_begun(link: Link) -> set[str]:
    """Accounts of others that are begun to be taken over there, which was cut off. One query."""
    begun = link.adoptions.filter(
        kind=AdoptionKind.ACCOUNT.value, agreed_at=None, ended_at=None
    ).exclude(before={})
    return set(begun.values_list("account", flat=True))


def given_back_of(link: Link, accounts: Collection[str]) -> list[Adoption]:
    """The last take-over of each of some accounts of others, where it was ended. One query."""
    rows = link.adoptions.select_related("link__cluster")
    rows = rows.filter(kind=AdoptionKind.ACCOUNT.value, account__in=accounts)
    last = {row.account: row for row in rows.order_by("pk")}
    return [row for row in last.values() if row.ended_at is not None and is_known_before(row)]


def is_known_before(adoption: Adoption) -> bool:
    """Whether it is known how an account was before it was taken over; else only whose it was."""
    return adoption.kind == AdoptionKind.ACCOUNT.value and "parent" in adoption.before


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
