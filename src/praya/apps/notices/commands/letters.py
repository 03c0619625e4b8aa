"""What fills the outbox and empties it: put, send, bundle, send again, cancel, choose."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils.timezone import get_default_timezone

from praya.apps.each import each_by_itself
from praya.apps.notices import access, queries
from praya.apps.notices.models import Letter, Wish
from praya.apps.notices.rules import (
    TRIES_MAX,
    How,
    LetterState,
    Topic,
    WrongLetterState,
    check_choice,
    check_kind,
    packed,
    retry_after_s,
    topic_of,
    unpacked,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import worded
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.people.models import Person

_log = logging.getLogger(__name__)

AT_ONCE = 50
DIGEST_HOUR = 8
_SENDING_S_MAX = 15 * 60
_ERROR_LENGTH = 300
_STATES = {
    How.NOW: LetterState.WAITING,
    How.DIGEST: LetterState.KEPT,
    How.OFF: LetterState.OFF,
}
_SENT_AGAIN = {LetterState.FAILED.value, LetterState.UNSURE.value, LetterState.CANCELLED.value}
_CANCELLED = {LetterState.WAITING.value, LetterState.KEPT.value}


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round sent, and what it could not."""

    sent: int
    failed: int


def put_letter(
    kind: str, *, to: Person, facts: Mapping[str, Any], key: str | None = None
) -> Letter | None:
    """Keep a letter until it is sent, in the caller's transaction; ``None`` if it was told before.

    ``key`` makes a letter that is told once, however often it is put. Nobody is asked who they
    are: whoever changes something tells of it.
    """
    assert transaction.get_connection().in_atomic_block, "a letter belongs to what it tells of"
    about = str(facts.get("award") or facts.get("application") or "")
    topic = topic_of(kind)
    letter = Letter(
        kind=kind,
        topic=topic.value,
        to=to,
        programme_code=str(facts.get("programme") or queries.programme_of_code(about)),
        about=about,
        facts=packed(facts),
        key=key,
        state=_STATES[queries.wish_of(to.pk, kind)].value,
    )
    if key is None:
        letter.save(force_insert=True)
        return letter
    if Letter.objects.filter(key=key).exists():
        return None
    # Somebody else may put it at the same time: the unique key lets one of us through.
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    return letter


def send_letters(*, now: datetime, most: int = AT_ONCE) -> Sent:
    """Send what is due, each letter by itself; a mail server that is away is tried again later.

    A letter is marked before it is handed over. If Praya stops in between, nobody knows whether it
    went out: it is not sent again by itself, but shown to the officer as unsure.
    """
    _note_unsure(now)
    due = queries.due_letters(now)[:most]
    results = [went for _, went in each_by_itself(due, partial(_send, now=now), what="letter")]
    return Sent(sent=results.count(True), failed=results.count(False))


def bundle_digests(*, now: datetime) -> int:
    """Make the day's digest of everybody for whom letters are kept; how many. Repeatable.

    From eight in the morning on, site time; what is kept later goes with tomorrow's.
    """
    local = now.astimezone(get_default_timezone())
    if local.hour < DIGEST_HOUR:
        return 0
    bundle = partial(_bundle, day=f"{local:%Y-%m-%d}")
    each = each_by_itself(queries.digest_readers(), bundle, what="digest of person")
    return sum(made for _, made in each)


@transaction.atomic
def send_again(*, letter_id: int, by: Actor, now: datetime) -> Letter:
    """Let a letter that failed, is unsure or was cancelled go out. Refused when repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        WrongLetterState: it waits, or has gone out.

    """
    letter = queries.letter_for_update(letter_id, by)
    if letter.state not in _SENT_AGAIN:
        raise WrongLetterState(state=letter.state, action="send_again")
    letter.state, letter.tries, letter.next_try_at = LetterState.WAITING.value, 0, None
    letter.save(update_fields=["state", "tries", "next_try_at"])
    _record("letter.sent_again", letter, by=by, now=now)
    return letter


@transaction.atomic
def cancel_letter(*, letter_id: int, by: Actor, now: datetime) -> Letter:
    """Keep a letter that waits from going out. Refused when repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        WrongLetterState: it does not wait any more.

    """
    letter = queries.letter_for_update(letter_id, by)
    if letter.state not in _CANCELLED:
        raise WrongLetterState(state=letter.state, action="cancel")
    letter.state = LetterState.CANCELLED.value
    letter.save(update_fields=["state"])
    _record("letter.cancelled", letter, by=by, now=now)
    return letter


@transaction.atomic
def choose(*, topic: Topic, kind: str = "", how: How | None, by: Actor, now: datetime) -> None:
    """Say how one wants the letters of a topic, or of one kind of them, from now on.

    ``None`` takes a choice back: the kind comes as its topic does, the topic at once. A choice for
    a topic leaves those for its kinds alone. Safe to repeat.

    Raises:
        NotAllowed: nobody has signed in.
        UnknownKind: the topic has no letters of that kind.
        CannotSwitchOff: people must be told of these; they can wait for the digest.

    """
    person_id = access.check_known(by, "notice.choose")
    if kind:
        check_kind(topic, kind)
    if how is None:
        Wish.objects.filter(person_id=person_id, topic=topic.value, kind=kind).delete()
    else:
        check_choice(topic, how)
        Wish.objects.update_or_create(
            person_id=person_id, topic=topic.value, kind=kind, defaults={"how": how.value}
        )
    record(
        "notice.chosen",
        subject=("person", str(person_id)),
        by=by,
        now=now,
        topic=topic.value,
        kind=kind,
        how=None if how is None else how.value,
    )


def _send(letter_id: int, now: datetime) -> bool | None:
    """Whether a letter went out; nothing where somebody else took it."""
    waiting = Letter.objects.filter(pk=letter_id, state=LetterState.WAITING.value)
    taken = waiting.update(
        state=LetterState.SENDING.value,
        tries=F("tries") + 1,
        next_try_at=now + timedelta(seconds=_SENDING_S_MAX),
    )
    if not taken:
        return None
    letter = Letter.objects.select_related("to").get(pk=letter_id)
    if not letter.to.is_active:
        Letter.objects.filter(pk=letter_id).update(state=LetterState.CANCELLED.value)
        return None
    letter.subject, letter.text = worded(letter.kind, to=letter.to, facts=unpacked(letter.facts))
    try:
        _mail(letter).send()
    except (OSError, ValueError) as error:  # as of an address that cannot be one
        _log.warning("letter %s was not sent: %s", letter_id, error)
        _put_back(letter, str(error) or type(error).__name__, now)
        return False
    letter.state, letter.sent_at, letter.error = LetterState.SENT.value, now, ""
    letter.save(update_fields=["state", "sent_at", "subject", "text", "error"])
    return True


def _mail(letter: Letter) -> EmailMessage:
    """The mail, with the same name each time, so that a server that had it can tell."""
    host = urlsplit(settings.PRAYA_URL).hostname or "localhost"
    return EmailMessage(
        letter.subject,
        letter.text,
        to=[letter.to.email],
        headers={"Message-ID": f"<praya-letter-{letter.pk}@{host}>"},
    )


def _put_back(letter: Letter, error: str, now: datetime) -> None:
    given_up = letter.tries >= TRIES_MAX
    letter.state = (LetterState.FAILED if given_up else LetterState.WAITING).value
    letter.error = error[:_ERROR_LENGTH]
    letter.next_try_at = now + timedelta(seconds=retry_after_s(letter.tries))
    letter.save(update_fields=["state", "error", "next_try_at"])


def _note_unsure(now: datetime) -> None:
    sending = Letter.objects.filter(state=LetterState.SENDING.value)
    sending.filter(next_try_at__lt=now).update(state=LetterState.UNSURE.value)


@transaction.atomic
def _bundle(person_id: int, day: str) -> bool:
    """One person's digest of a day, unless they had it."""
    key = f"digest:{person_id}:{day}"
    kept = Letter.objects.filter(to_id=person_id, state=LetterState.KEPT.value)
    letters = list(kept.select_for_update().order_by("id"))
    if not letters or Letter.objects.filter(key=key).exists():
        return False
    digest = Letter.objects.create(
        kind="digest",
        topic=Topic.DIGEST.value,
        to_id=person_id,
        facts={"letters": [{"kind": one.kind, "facts": one.facts} for one in letters]},
        key=key,
        state=LetterState.WAITING.value,
    )
    # These and no other: one that was kept meanwhile is not in this digest.
    those = Letter.objects.filter(pk__in=[one.pk for one in letters])
    those.update(state=LetterState.BUNDLED.value, digest=digest)
    return True


def _record(action: str, letter: Letter, *, by: Actor, now: datetime) -> None:
    record(
        action,
        subject=("letter", str(letter.pk)),
        by=by,
        now=now,
        programme_code=letter.programme_code,
        kind=letter.kind,
        to=letter.to_id,
    )
