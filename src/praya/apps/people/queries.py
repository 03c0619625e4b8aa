"""What can be asked about people, organisations, tokens and the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from praya.apps.people.access import may_manage
from praya.apps.people.models import Affiliation, AuditLine, Organisation, Person, Token, UnixName
from praya.apps.people.rules import AffiliationState, TokenScope
from praya.core.actor import Actor
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """Whom a token stands for, and what it may be used for."""

    token_id: int
    person: Person
    scope: TokenScope
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """How many lines of the trail were read, and the first that does not hold, if any."""

    lines: int
    broken_at: int | None

    @property
    def holds(self) -> bool:
        """Whether every line is as it was written."""
        return self.broken_at is None


def person_of_token(plain: str, now: datetime) -> TokenBearer | None:
    """The bearer of a token; ``None`` when it is unknown, revoked or expired. One query."""
    sha256 = hashlib.sha256(plain.encode()).hexdigest()
    token = (
        Token.objects.select_related("person")
        .filter(sha256=sha256, revoked_at=None, expires_at__gt=now, person__is_active=True)
        .first()
    )
    if token is None:
        return None
    return TokenBearer(token.pk, token.person, TokenScope(token.scope), token.last_used_on)


def person_by_id(person_id: int) -> Person:
    """The person; refuses with ``NotFound``."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound(kind="person", key=person_id)
    return person


def person_by_email(email: str) -> Person:
    """The person who signs in with the address, whatever its case; refuses with ``NotFound``."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise NotFound(kind="person", key=email)
    return person


def person_called(name: str) -> Person | None:
    """The person whose user on the clusters has this name, if there is one."""
    return Person.objects.filter(unix__name=name).first()


def unix_name_of(person_id: int) -> str:
    """What the person is called on the clusters; empty where nobody has said."""
    name = UnixName.objects.filter(person_id=person_id).values_list("name", flat=True).first()
    return name or ""


def tokens_of(person_id: int) -> QuerySet[Token]:
    """The tokens of a person, newest first."""
    return Token.objects.filter(person=person_id)


def organisations() -> QuerySet[Organisation]:
    """Every organisation, with ``people``: how many belong to it."""
    belongs = Q(affiliations__state=AffiliationState.ACTIVE)
    return Organisation.objects.annotate(people=Count("affiliations", filter=belongs))


def organisation_by_id(organisation_id: int) -> Organisation:
    """The organisation; refuses with ``NotFound``."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound(kind="organisation", key=organisation_id)
    return organisation


def organisations_of(person_id: int) -> QuerySet[Affiliation]:
    """Where the person belongs now, with the organisations."""
    return (
        Affiliation.objects.filter(person=person_id, state=AffiliationState.ACTIVE)
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


def affiliations_of(person_id: int) -> QuerySet[Affiliation]:
    """Where the person belongs, has asked to or did, with the organisations."""
    return (
        Affiliation.objects.filter(person=person_id)
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


def members_of(organisation_id: int) -> QuerySet[Affiliation]:
    """Who belongs to the organisation now, managers first."""
    return (
        Affiliation.objects.filter(organisation=organisation_id, state=AffiliationState.ACTIVE)
        .select_related("person")
        .order_by("-is_manager", "person__name", "id")
    )


def affiliation_to_manage(affiliation_id: int, by: Actor) -> Affiliation:
    """Somebody in an organisation, for those who manage it; refuses with ``NotFound``."""
    found = Affiliation.objects.select_related("person", "organisation").filter(pk=affiliation_id)
    affiliation = found.first()
    if affiliation is None or not may_manage(by, affiliation.organisation_id):
        raise NotFound(kind="affiliation", key=affiliation_id)
    return affiliation


def affiliation_to_leave(organisation_id: int, by: Actor) -> Affiliation:
    """One's own place in an organisation; refuses with ``NotFound`` who never belonged to it."""
    found = Affiliation.objects.select_related("organisation").filter(
        organisation=organisation_id, person=by.person_id
    )
    affiliation = found.first()
    if affiliation is None:
        raise NotFound(kind="organisation", key=organisation_id)
    return affiliation


def join_requests(organisation_id: int) -> QuerySet[Affiliation]:
    """Who waits to be let into the organisation, longest first."""
    return _asked().filter(organisation=organisation_id)


def managed_join_requests(person_id: int) -> QuerySet[Affiliation]:
    """Who waits to be let into an organisation that the person manages, longest first."""
    managed = Affiliation.objects.filter(
        person=person_id, state=AffiliationState.ACTIVE, is_manager=True
    )
    return _asked().filter(organisation__in=managed.values("organisation"))


def which_are_there(asked: Sequence[QuerySet[Any]]) -> list[bool]:
    """Of each query, whether it finds any row: all answered by one.

    Put together of their text, since below another query the ORM copies each several times.
    """
    are_there = [False] * len(asked)
    places: list[int] = []
    texts: list[str] = []
    given: list[Any] = []
    for place, rows in enumerate(asked):
        try:
            text, parameters = rows.query.exists().get_compiler(connection=connection).as_sql()
        except EmptyResultSet:  # known to find nothing
            continue
        places.append(place)
        texts.append(f"EXISTS({text})")
        given += parameters
    if texts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(texts)}", given)
            for place, is_there in zip(places, cursor.fetchone(), strict=True):
                are_there[place] = bool(is_there)
    return are_there


def audit_lines(
    *, programme_code: str | None = None, subject: tuple[str, str] | None = None
) -> QuerySet[AuditLine]:
    """The trail, newest first; of one programme, or of one thing given as kind and key."""
    lines = AuditLine.objects.all()
    if programme_code is not None:
        lines = lines.filter(programme_code=programme_code)
    if subject is not None:
        lines = lines.filter(subject_kind=subject[0], subject_key=subject[1])
    return lines


def verify_trail() -> TrailCheck:
    """Read the whole trail and recompute its seals; stop at the first line that does not hold."""
    previous, count = "", 0
    for line in AuditLine.objects.order_by("id").iterator(chunk_size=2000):
        if line.previous_sha256 != previous or line.seal() != line.sha256:
            return TrailCheck(count, line.pk)
        previous, count = line.sha256, count + 1
    return TrailCheck(count, None)


def _asked() -> QuerySet[Affiliation]:
    return (
        Affiliation.objects.filter(state=AffiliationState.ASKED)
        .select_related("person", "organisation")
        .order_by("asked_at", "id")
    )
