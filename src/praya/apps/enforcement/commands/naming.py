"""Names of many people on clusters at once: found on a cluster, looked at, and then said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.queries import link_of, people_to_name
from praya.apps.enforcement.rules import Unreachable
from praya.apps.people.access import check_may_name
from praya.apps.people.commands import set_unix_name, set_unix_name_there, try_unix_name
from praya.core.actor import Actor
from praya.core.execution.names import is_member_name
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotFound, Refusal

_AT_ONCE = 100


class _Puts(Protocol):
    def __call__(self, *, email: str, name: str, by: Actor, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class NameGiven:
    """One line of a list: whom it is about, what they are called, and what became of it.

    ``is_new`` is false where it was said before; ``refusal`` says why it was not taken.
    """

    email: str
    name: str
    is_new: bool = False
    refusal: Refusal | None = None


def match_names(*, code: str, by: Actor) -> list[tuple[str, str]]:
    """Members of awards without a name there, each with the user that is probably theirs.

    It is the user of a cluster who is called as the person's address before the ``@``, where just
    one person is. Nothing is said by this.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable

    """
    check_may_change(by)
    link = link_of(code)
    try:
        users = set(engine_of(link).users())
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    people = people_to_name(by)
    users -= set(people.exclude(unix=None).values_list("unix__name", flat=True))
    called: dict[str, list[str]] = defaultdict(list)
    for email in people.filter(unix=None).order_by("email").values_list("email", flat=True):
        called[email.partition("@")[0].lower()].append(email)
    return [
        (emails[0], name)
        for name, emails in sorted(called.items())
        if name in users and len(emails) == 1 and is_member_name(name)
    ]


def name_person(*, email: str, name: str, cluster: str = "", by: Actor, now: datetime) -> bool:
    """Say what a person is called on the clusters, or on one where that is otherwise.

    See ``set_unix_name`` and ``set_unix_name_there``. Raises, in this order:
        NotAllowed: neither an operator nor a site admin.
        NotFound: no Slurm has this code, or nobody signs in with this address.
        UnixNameWrong, UnixNameTaken

    """
    check_may_name(by)
    if not cluster:
        return set_unix_name(email=email, name=name, by=by, now=now)
    code = link_of(cluster).cluster.code
    return set_unix_name_there(email=email, name=name, cluster_code=code, by=by, now=now)


def name_people(
    *, rows: Sequence[tuple[str, str]], is_trial: bool, by: Actor, now: datetime
) -> list[NameGiven]:
    """Say what many people are called on the clusters; each line is taken or refused by itself.

    Only of members of awards of programmes that the actor operates, see ``people_to_name``. A trial
    answers the same and says nothing. A hundred are said in one transaction, since each keeps
    others from the trail; cut off, what was said stands. Safe to repeat.

    Raises:
        NotAllowed: neither an operator nor a site admin.

    """
    check_may_name(by)
    emails = people_to_name(by).values_list("email", flat=True)
    known = {email.lower(): email for email in emails}
    if not is_trial:
        pieces = (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))
        return [one for some in pieces for one in _name_all(some, known, set_unix_name, by, now)]
    with transaction.atomic():
        tried = _name_all(rows, known, try_unix_name, by, now)
        transaction.set_rollback(True)
    return tried


@transaction.atomic
def _name_all(
    rows: Sequence[tuple[str, str]], known: dict[str, str], put: _Puts, by: Actor, now: datetime
) -> list[NameGiven]:
    return [_name(email.strip(), name.strip(), known, put, by, now) for email, name in rows]


def _name(  # noqa: PLR0917 -- a line, and what says it
    email: str, name: str, known: dict[str, str], put: _Puts, by: Actor, now: datetime
) -> NameGiven:
    try:
        with transaction.atomic():
            if email.lower() not in known:
                raise NotFound(kind="person", key=email)
            is_new = put(email=known[email.lower()], name=name, by=by, now=now)
    except Refusal as refusal:
        return NameGiven(email, name, refusal=refusal)
    return NameGiven(email, name, is_new=is_new)
