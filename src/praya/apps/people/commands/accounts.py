"""What makes and changes people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from praya.apps.people.access import check_adds_people, check_may_name, known_person_id
from praya.apps.people.commands.tokens import revoke_all
from praya.apps.people.commands.trail import record
from praya.apps.people.models import Person, Token, UnixName, UnixNameThere
from praya.apps.people.queries import person_by_email
from praya.apps.people.rules import (
    AddressTaken,
    UnixNameTaken,
    check_name,
    check_unix_name,
    one_line,
)
from praya.core.actor import Actor


@transaction.atomic
def sign_up(*, person: Person, name: str, name_zh: str, language: str, now: datetime) -> Person:
    """Store a person who made their own account; ``person`` carries address and password.

    Raises:
        NameMissing: neither name was given.
        AddressTaken: somebody made an account with this address at the same instant.

    """
    person.name, person.name_zh = one_line(name), one_line(name_zh)
    check_name(person.name, person.name_zh)
    person.language, person.joined_at = language, now
    with _once(person.email):
        person.save()
    actor = Actor(person_id=person.pk, name=person.recorded_name)
    record("person.signed_up", subject=("person", str(person.pk)), by=actor, now=now)
    return person


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    by: Actor,
    now: datetime,
    name_zh: str = "",
    password: str | None = None,
    language: str = "",
    is_site_admin: bool = False,
) -> Person:
    """Add somebody whose address is known to be theirs; without a password they set one by mail.

    Raises:
        NotAllowed: ``by`` is neither a site admin nor Praya itself.
        NameMissing: neither name was given.
        AddressTaken: somebody signs in with this address.

    """
    check_adds_people(by)
    name, name_zh = one_line(name), one_line(name_zh)
    check_name(name, name_zh)
    with _once(email):
        person = Person.objects.create_user(
            email,
            password,
            name=name,
            name_zh=name_zh,
            language=language,
            is_site_admin=is_site_admin,
            joined_at=now,
        )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record(
        "person.added",
        subject=("person", str(person.pk)),
        by=by,
        now=now,
        is_site_admin=is_site_admin,
    )
    return person


@transaction.atomic
def set_password(*, person: Person, password: str, ends_tokens: bool, now: datetime) -> list[Token]:
    """Store a person's new password, for who has shown to be them; the tokens that end with it.

    Sessions end by the new password. Tokens stay good, unless ``ends_tokens``: then every one that
    is in force is revoked.
    """
    by = Actor(person_id=person.pk, name=person.recorded_name)
    person.set_password(password)
    person.save(update_fields=["password"])
    ended = revoke_all(person_id=person.pk, by=by, now=now) if ends_tokens else []
    record(
        "person.password_set",
        subject=("person", str(person.pk)),
        by=by,
        now=now,
        tokens_ended=len(ended),
    )
    return ended


@transaction.atomic
def update_profile(*, name: str, name_zh: str, language: str, by: Actor, now: datetime) -> Person:
    """Change one's own names and language. Repeating it changes nothing more.

    Raises:
        NotAllowed: nobody has signed in.
        NameMissing: neither name was given.

    """
    person_id = known_person_id(by, "person.update")
    name, name_zh = one_line(name), one_line(name_zh)
    check_name(name, name_zh)
    person = Person.objects.select_for_update().get(pk=person_id)
    person.name, person.name_zh, person.language = name, name_zh, language
    person.save(update_fields=["name", "name_zh", "language"])
    record("person.updated", subject=("person", str(person.pk)), by=by, now=now)
    return person


@transaction.atomic
def choose_language(*, by: Actor, language: str) -> None:
    """Show pages to this person in ``language``. A convenience: it leaves no line in the trail."""
    person_id = known_person_id(by, "person.choose_language")
    Person.objects.filter(pk=person_id).update(language=language)


@transaction.atomic
def set_unix_name(*, email: str, name: str, by: Actor, now: datetime) -> bool:
    """Say what a person is called on the clusters; an empty name takes it back.

    Answers whether that is new; repeating it changes nothing. Two people never share a name, since
    what one uses would be the other's.

    Raises, in this order:
        NotAllowed: neither an operator nor a site admin.
        NotFound: nobody signs in with this address.
        UnixNameWrong: no cluster takes the name for a member of an award.
        UnixNameTaken: somebody else has it.

    """
    check_may_name(by)
    person = person_by_email(email)
    before = _put_unix_name(person, name, now=now)
    if name == before:
        return False
    record(
        "person.unix_name_set",
        subject=("person", str(person.pk)),
        by=by,
        now=now,
        before=before,
        after=name,
    )
    return True


@transaction.atomic
def set_unix_name_there(
    *, email: str, name: str, cluster_code: str, by: Actor, now: datetime
) -> bool:
    """Say what a person is called on one cluster, where names mean others than elsewhere.

    An empty name: they have no user there. The name that they have on the clusters takes back what
    was said for this one. Answers and refuses as ``set_unix_name``; the caller knows the cluster.
    """
    check_may_name(by)
    person = person_by_email(email)
    rows = UnixNameThere.objects.filter(person=person, cluster_code=cluster_code)
    before = rows.values_list("name", flat=True).first()
    everywhere = UnixName.objects.filter(person=person).values_list("name", flat=True).first() or ""
    after = None if name == everywhere else name
    if after == before:
        return False
    if after is None:
        rows.delete()
    else:
        if name:
            check_unix_name(name)
        others = UnixNameThere.objects.filter(cluster_code=cluster_code).exclude(person=person)
        if name and others.filter(name=name).exists():
            raise UnixNameTaken(name=name)
        rows.update_or_create(
            person=person, cluster_code=cluster_code, defaults={"name": name, "set_at": now}
        )
    record(
        "person.unix_name_set",
        subject=("person", str(person.pk)),
        by=by,
        now=now,
        cluster=cluster_code,
        before=everywhere if before is None else before,
        after=name,
    )
    return True


def try_unix_name(*, email: str, name: str, by: Actor, now: datetime) -> bool:
    """Answer and refuse as ``set_unix_name``, for a transaction that is rolled back: no audit line.

    So whoever tries many keeps nobody from the trail.
    """
    check_may_name(by)
    return _put_unix_name(person_by_email(email), name, now=now) != name


def _put_unix_name(person: Person, name: str, *, now: datetime) -> str:
    """Keep a name, or none; what was there before. Nothing is changed where it is the same."""
    before = UnixName.objects.filter(person=person).values_list("name", flat=True).first() or ""
    if name == before:
        return before
    if name:
        check_unix_name(name)
        if UnixName.objects.filter(name=name).exists():
            raise UnixNameTaken(name=name)
        UnixName.objects.update_or_create(person=person, defaults={"name": name, "set_at": now})
    else:
        UnixName.objects.filter(person=person).delete()
    return before


@contextmanager
def _once(email: str) -> Iterator[None]:
    """Store a person under an address that nobody has; of two at once the database takes one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise AddressTaken(email=email) from taken
