"""What can be asked about people, organisations, tokens and the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet, Value

from praya.apps.people.access import check_may_change_registration, may_manage, may_verify
from praya.apps.people.models import (
    Affiliation,
    AuditLine,
    Organisation,
    Person,
    Token,
    UnixName,
    UnixNameThere,
)
from praya.apps.people.rules import AffiliationState, TokenScope
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound


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


def is_anybody_there() -> bool:
    """Whether the site has people."""
    return Person.objects.exists()


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


@dataclass(frozen=True, slots=True)
class NamesThere:
    """What people are called on one cluster; ``own`` are the names said for that one alone.

    ``taken`` are names that are somebody's there, so nobody else's who is called so elsewhere.
    """

    own: Mapping[int, str]
    taken: frozenset[str]

    def of(self, person_id: int, everywhere: str | None) -> str:
        """What a person is called there who is called so ``everywhere``; empty where nothing."""
        if person_id in self.own:
            return self.own[person_id]
        return "" if everywhere is None or everywhere in self.taken else everywhere


def names_there(cluster_code: str) -> NamesThere:
    """The names that were said for one cluster alone. One query."""
    rows = UnixNameThere.objects.filter(cluster_code=cluster_code).order_by()
    own = dict(rows.values_list("person_id", "name"))
    return NamesThere(own, frozenset(own.values()) - {""})


def person_called(name: str, cluster_code: str) -> Person | None:
    """The person whose user on a cluster has this name, if there is one."""
    there = names_there(cluster_code)
    found = Person.objects.select_related("unix").filter(
        Q(unix__name=name) | Q(unix_there__cluster_code=cluster_code, unix_there__name=name)
    )
    called = (one for one in found if there.of(one.pk, _everywhere(one)) == name)
    return next(called, None)


def _everywhere(person: Person) -> str | None:
    unix = getattr(person, "unix", None)
    return None if unix is None else unix.name


@dataclass(frozen=True, slots=True)
class NamesOf:
    """What one person is called: ``everywhere``, but for the clusters in ``there`` by their codes.

    The name ``there`` is empty where they have none, or theirs is somebody else's. These are the
    names of now; those that they had before are not kept.
    """

    everywhere: str
    there: Mapping[str, str]


def names_of(person_id: int) -> NamesOf:
    """What the person is called on clusters; empty where nobody has said. One query."""
    everywhere = UnixName.objects.filter(person_id=person_id).order_by()
    there = UnixNameThere.objects.filter(
        Q(person_id=person_id) | Q(name__in=everywhere.values("name"))
    ).order_by()
    rows = everywhere.annotate(at=Value("")).values_list("person_id", "at", "name")
    called, names = "", dict[str, str]()
    for whose, at, name in rows.union(there.values_list("person_id", "cluster_code", "name")):
        if not at:
            called = name
        elif whose == person_id:
            names[at] = name
        else:
            names.setdefault(at, "")
    return NamesOf(called, names)


def unix_names(person_ids: Iterable[int]) -> dict[int, str]:
    """What people are called on the clusters; those of whom nobody has said are left out."""
    found = UnixName.objects.filter(person_id__in=list(person_ids))
    return dict(found.order_by().values_list("person_id", "name"))


def names_of_one_cluster(names: Iterable[str]) -> dict[str, set[int]]:
    """Who has one of some names on one cluster alone, by the name."""
    found: dict[str, set[int]] = {}
    rows = UnixNameThere.objects.filter(name__in=set(names) - {""}).order_by()
    for name, person_id in rows.values_list("name", "person_id"):
        found.setdefault(name, set()).add(person_id)
    return found


def taken_unix_names(names: Iterable[str]) -> set[str]:
    """Those of some names by which somebody is called on the clusters."""
    found = UnixName.objects.filter(name__in=list(names))
    return set(found.order_by().values_list("name", flat=True))


def tokens_of(person_id: int) -> QuerySet[Token]:
    """The tokens of a person, newest first."""
    return Token.objects.filter(person=person_id)


def tokens_in_force(person_id: int, now: datetime) -> QuerySet[Token]:
    """Those that are neither revoked nor expired."""
    return tokens_of(person_id).filter(revoked_at=None, expires_at__gt=now)


def organisations() -> QuerySet[Organisation]:
    """Every organisation, with ``people``: how many belong to it."""
    belongs = Q(affiliations__state=AffiliationState.ACTIVE)
    return Organisation.objects.annotate(people=Count("affiliations", filter=belongs))


def organisations_to_verify(actor: Actor) -> QuerySet[Organisation]:
    """Organisations that nobody has checked yet, oldest first, for those who may."""
    if not may_verify(actor):
        return Organisation.objects.none()
    return Organisation.objects.filter(verified_at=None).order_by("registered_at", "id")


def registration_changes(organisation_id: int) -> QuerySet[AuditLine]:
    """When an organisation's registration was changed, by whom and on what evidence, newest first.

    The facts are ``before``, ``after`` and ``evidence``.
    """
    return AuditLine.objects.filter(
        subject_kind="organisation",
        subject_key=str(organisation_id),
        action="organisation.registration_changed",
    ).select_related("by")


def organisation_to_register_anew(by: Actor, organisation_id: int) -> Organisation:
    """The organisation, for those who may change its registration.

    Raises:
        NotFound: there is no such organisation.
        NotAllowed: ``by`` neither manages it nor may check it.

    """
    organisation = organisation_by_id(organisation_id)
    check_may_change_registration(by, organisation_id)
    return organisation


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


def members_shown_to(by: Actor, organisation_id: int) -> QuerySet[Affiliation]:
    """Who belongs to the organisation now; its people see each other, and whoever may verify it.

    Raises:
        NotFound: there is no such organisation.
        NotAllowed: neither.

    """
    organisation_by_id(organisation_id)
    members = members_of(organisation_id)
    if not (may_verify(by) or members.filter(person=by.person_id).exists()):
        needs = ("organisation-member", Role.OFFICER, Role.ADMIN)
        raise NotAllowed(action="organisation.members", needs=needs)
    return members


def affiliation_to_manage(affiliation_id: int, by: Actor) -> Affiliation:
    """Somebody in an organisation, for those who manage it; refuses with ``NotFound``."""
    found = Affiliation.objects.select_related("person", "organisation").filter(pk=affiliation_id)
    affiliation = found.first()
    if affiliation is None or not may_manage(by, affiliation.organisation_id):
        raise NotFound(kind="affiliation", key=affiliation_id)
    return affiliation


def affiliation_to_leave(organisation_id: int, by: Actor) -> Affiliation:
    """One's own place in an organisation; refuses with ``NotFound`` who never belonged to it."""
    # By the key itself: with a number beyond every key it finds nothing, where a relation fails.
    found = Affiliation.objects.select_related("organisation").filter(
        organisation__in=Organisation.objects.filter(pk=organisation_id), person=by.person_id
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


def site_admins() -> list[Person]:
    """Active people who keep the site."""
    return list(Person.objects.filter(is_active=True, is_site_admin=True).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether a query finds any row, in the words of the database."""

    text: str
    parameters: tuple[Any, ...]


def asked_whether(rows: QuerySet[Any]) -> Asked | None:
    """The question whether a query finds any row; ``None`` where it is known to find none."""
    try:
        text, parameters = rows.query.exists().get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return Asked(f"EXISTS({text})", tuple(parameters))


def which_are_there(asked: Sequence[Asked | None]) -> list[bool]:
    """The answers to questions: all given by one query."""
    put = [one for one in asked if one is not None]
    if not put:
        return [False] * len(asked)
    given = [parameter for one in put for parameter in one.parameters]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(one.text for one in put)}", given)
        answers = iter(cursor.fetchone())
    return [one is not None and bool(next(answers)) for one in asked]


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
