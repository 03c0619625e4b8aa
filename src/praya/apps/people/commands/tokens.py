"""What makes, marks and revokes personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from praya.apps.people.access import check_self, known_person_id
from praya.apps.people.commands.trail import record
from praya.apps.people.models import Token
from praya.apps.people.queries import tokens_in_force
from praya.apps.people.rules import TokenScope, check_name, end_of_token
from praya.core.actor import Actor
from praya.core.refusal import NotFound

TOKEN_MARK = "praya_"  # noqa: S105 -- how tokens begin, so that leaked ones can be searched for
_PREFIX_LENGTH = 12


@transaction.atomic
def make_token(
    *,
    person_id: int,
    name: str,
    scope: TokenScope,
    days: int | None,
    by: Actor,
    now: datetime,
    made_with: int | None = None,
) -> tuple[Token, str]:
    """Make a token and give it with its plain text, which is kept nowhere and shown once.

    ``made_with`` is the token by which the call came, which may write. The new one does not outlive
    it: it is good no longer, and is revoked with it. Without ``days`` it is good for 90, or as long
    as that one.

    Raises:
        NotAllowed: the token would be somebody else's.
        NameMissing: it has no name to recognise it by.
        TokenDaysOutOfRange: it would live no day, or more than a year.
        TokenOutlivesMaker: it would be good longer than the token it is made with.

    """
    check_self(by, person_id, "token.make")
    check_name(name, "")
    # Locked: revoking it revokes what it has made by then.
    maker = Token.objects.select_for_update().get(pk=made_with) if made_with else None
    until = (maker.revoked_at or maker.expires_at) if maker else None
    ends = end_of_token(days, now=now, until=until)
    plain = TOKEN_MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person_id=person_id,
        name=name.strip(),
        prefix=plain[:_PREFIX_LENGTH],
        sha256=hashlib.sha256(plain.encode()).hexdigest(),
        scope=scope.value,
        made_at=now,
        expires_at=ends,
        made_with=maker,
    )
    record(
        "token.made",
        subject=("token", str(token.pk)),
        by=by,
        now=now,
        person_id=person_id,
        scope=scope.value,
        days=(ends - now).days,
        made_with=made_with,
    )
    return token, plain


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor, now: datetime) -> Token:
    """End a token at once, and those made with it. Revoking it again changes nothing.

    Raises:
        NotAllowed: nobody has signed in.
        NotFound: there is no such token, or it is somebody else's.

    """
    person_id = known_person_id(by, "token.revoke")
    token = Token.objects.select_for_update().filter(pk=token_id, person_id=person_id).first()
    if token is None:
        raise NotFound(kind="token", key=token_id)
    if token.revoked_at is None:
        _revoke(token, by=by, now=now)
    return token


def revoke_all(*, person_id: int, by: Actor, now: datetime) -> list[Token]:
    """End every token of a person that is in force, each with its line; within a transaction."""
    ended = list(tokens_in_force(person_id, now).select_for_update())
    for token in ended:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record("token.revoked", subject=("token", str(token.pk)), by=by, now=now)
    return ended


def _revoke(token: Token, *, by: Actor, now: datetime) -> None:
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    record("token.revoked", subject=("token", str(token.pk)), by=by, now=now)
    for made in token.made.select_for_update().filter(revoked_at=None):
        _revoke(made, by=by, now=now)


def note_token_used(*, token_id: int, on: date) -> None:
    """Keep the day a token was last used; a day is written once, and leaves no line."""
    Token.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=on), pk=token_id).update(
        last_used_on=on
    )
