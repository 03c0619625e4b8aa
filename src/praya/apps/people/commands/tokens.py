"""What makes, marks and revokes personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from praya.apps.people.access import check_self, known_person_id
from praya.apps.people.commands.trail import record
from praya.apps.people.models import Token
from praya.apps.people.rules import TokenScope, check_name, check_token_days
from praya.core.actor import Actor
from praya.core.refusal import NotFound

TOKEN_MARK = "praya_"  # noqa: S105 -- how tokens begin, so that leaked ones can be searched for
_PREFIX_LENGTH = 12


@transaction.atomic
def make_token(
    *, person_id: int, name: str, scope: TokenScope, days: int, by: Actor, now: datetime
) -> tuple[Token, str]:
    """Make a token and give it with its plain text, which is kept nowhere and shown once.

    Raises:
        NotAllowed: the token would be somebody else's.
        NameMissing: it has no name to recognise it by.
        TokenDaysOutOfRange: it would live no day, or more than a year.

    """
    check_self(by, person_id, "token.make")
    check_name(name, "")
    check_token_days(days)
    plain = TOKEN_MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person_id=person_id,
        name=name.strip(),
        prefix=plain[:_PREFIX_LENGTH],
        sha256=hashlib.sha256(plain.encode()).hexdigest(),
        scope=scope.value,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        "token.made",
        subject=("token", str(token.pk)),
        by=by,
        now=now,
        person_id=person_id,
        scope=scope.value,
        days=days,
    )
    return token, plain


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor, now: datetime) -> Token:
    """End a token at once. Revoking it again changes nothing.

    Raises:
        NotAllowed: nobody has signed in.
        NotFound: there is no such token, or it is somebody else's.

    """
    person_id = known_person_id(by, "token.revoke")
    token = Token.objects.select_for_update().filter(pk=token_id, person_id=person_id).first()
    if token is None:
        raise NotFound(kind="token", key=token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record("token.revoked", subject=("token", str(token.pk)), by=by, now=now)
    return token


def note_token_used(*, token_id: int, on: date) -> None:
    """Keep the day a token was last used; a day is written once, and leaves no line."""
    Token.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=on), pk=token_id).update(
        last_used_on=on
    )
