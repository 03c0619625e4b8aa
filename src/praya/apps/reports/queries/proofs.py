"""Nightly proofs of books: whose is due, how the last one went."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery

from praya.apps.books.queries import BookFinding, first_resealed
from praya.apps.programmes.models import Programme
from praya.apps.reports.models import BookProof
from praya.core.actor import Actor, Role

UNPROVED_FOR = timedelta(days=2)


def books_to_prove(now: datetime) -> list[str]:
    """The codes of programmes whose book was not proved on this day of theirs.

    One that could not be read is due until it can.
    """
    latest = BookProof.objects.filter(programme=OuterRef("pk")).order_by("-proved_at", "-id")
    rows = Programme.objects.annotate(last_proof=Subquery(latest.values("pk")[:1])).order_by("pk")
    last = BookProof.objects.in_bulk([one.last_proof for one in rows if one.last_proof])
    return [one.code for one in rows if _is_due(one, last.get(one.last_proof), now)]


def proofs_of(programme_code: str) -> QuerySet[BookProof]:
    """The proofs of a programme's book that are kept, the latest first."""
    return BookProof.objects.filter(programme__code=programme_code).order_by("-proved_at", "-id")


def last_proof(programme_code: str) -> BookProof | None:
    """The latest of them, if there is one."""
    return proofs_of(programme_code).first()


def is_unproved(programme: Programme, now: datetime) -> bool:
    """Whether a book was last proved so long ago that somebody is to know."""
    last = last_proof(programme.code)
    return (programme.made_at if last is None else last.proved_at) <= now - UNPROVED_FOR


def resealed(programme_code: str) -> list[BookFinding]:
    """The first entry whose seal is not the one that an earlier proof kept; none as a rule."""
    well = proofs_of(programme_code).filter(findings=[], entries__gt=0)
    number = first_resealed(programme_code, well.values_list("entries", "head_sha256"))
    return [] if number is None else [BookFinding("seal", number, "proof")]


def broken_books(actor: Actor) -> QuerySet[BookProof]:
    """The last proofs that found something, of programmes whose books the actor answers for.

    Those that could not be made are among them.
    """
    later = BookProof.objects.filter(programme=OuterRef("programme")).order_by("-proved_at", "-id")
    last = BookProof.objects.filter(
        programme__code__in=actor.programmes_as(Role.FINANCE, Role.AUDITOR),
        pk=Subquery(later.values("pk")[:1]),
    )
    return last.exclude(findings=[]).annotate(programme_code=F("programme__code"))


def _is_due(programme: Programme, last: BookProof | None, now: datetime) -> bool:
    if last is None or last.could_not_read:
        return True
    zone = ZoneInfo(programme.time_zone)
    return last.proved_at.astimezone(zone).date() < now.astimezone(zone).date()
