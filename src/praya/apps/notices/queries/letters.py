"""The outbox as it stands, and what each person wants of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from praya.apps.notices.access import letters_visible_to
from praya.apps.notices.models import Letter, Wish
from praya.apps.notices.rules import How, LetterState, Topic, topic_of, unpacked
from praya.apps.people.letters import worded
from praya.apps.programmes.models import Programme
from praya.core.actor import Actor
from praya.core.refusal import NotFound


def due_letters(now: datetime) -> list[int]:
    """The keys of letters to send now, the oldest first."""
    waiting = Letter.objects.filter(state=LetterState.WAITING.value)
    due = waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    return list(due.order_by("id").values_list("pk", flat=True)[:1000])


def digest_readers() -> list[int]:
    """The people for whom letters are kept."""
    kept = Letter.objects.filter(state=LetterState.KEPT.value).order_by("to_id")
    return list(kept.values_list("to_id", flat=True).distinct())


def letters_of(programme_code: str) -> QuerySet[Letter]:
    """The letters of a programme with their addressees, the newest first."""
    found = Letter.objects.filter(programme_code=programme_code)
    return found.select_related("to").defer("facts", "text")


def letter_of(letter_id: int, actor: Actor) -> Letter:
    """A letter; refuses with ``NotFound`` who may not know of it."""
    found = Letter.objects.select_related("to", "digest").filter(letters_visible_to(actor))
    letter = found.filter(pk=letter_id).first()
    if letter is None:
        raise NotFound(kind="letter", key=letter_id)
    return letter


def letter_for_update(letter_id: int, actor: Actor) -> Letter:
    """A letter, locked until the transaction ends; refuses as ``letter_of``."""
    found = Letter.objects.select_for_update(of=("self",)).select_related("to")
    letter = found.filter(letters_visible_to(actor), pk=letter_id).first()
    if letter is None:
        raise NotFound(kind="letter", key=letter_id)
    return letter


def preview_of(letter: Letter) -> tuple[str, str]:
    """Subject and text: as it was sent, or as it would be now."""
    if letter.subject:
        return letter.subject, letter.text
    return worded(letter.kind, to=letter.to, facts=unpacked(letter.facts))


def subject_in(letter: Letter, language: str | None) -> str:
    """The subject of a letter in a language: as it was sent, if that was in the same."""
    if letter.subject and language == (letter.to.language or settings.LANGUAGE_CODE):
        return letter.subject
    facts = unpacked(letter.facts)
    return worded(letter.kind, to=letter.to, facts=facts, language=language)[0]


def warnings_to(actor: Actor, since: datetime) -> QuerySet[Letter]:
    """Warnings that the actor was given since an instant, the newest first."""
    topics = [Topic.USE.value, Topic.DATES.value]
    found = Letter.objects.filter(to_id=actor.person_id, topic__in=topics, made_at__gte=since)
    return found.select_related("to").order_by("-id")


def wishes_of(person_id: int) -> dict[Topic, How]:
    """What a person wants of every topic."""
    found = Wish.objects.filter(person_id=person_id, kind="")
    chosen = dict(found.values_list("topic", "how"))
    topics = [topic for topic in Topic if topic is not Topic.DIGEST]
    return {topic: How(chosen.get(topic.value, How.NOW.value)) for topic in topics}


def kind_wishes_of(person_id: int) -> dict[str, How]:
    """What a person wants of single kinds; of the others, what they want of their topics."""
    found = Wish.objects.filter(person_id=person_id).exclude(kind="")
    return {kind: How(how) for kind, how in found.values_list("kind", "how")}


def wish_of(person_id: int, kind: str) -> How:
    """What a person wants of a kind: their choice for it, else for its topic, else at once."""
    topic = topic_of(kind).value
    found = Wish.objects.filter(person_id=person_id, topic=topic, kind__in=["", kind])
    chosen = dict(found.values_list("kind", "how"))
    return How(chosen.get(kind) or chosen.get("") or How.NOW.value)


def programme_of_code(code: str) -> str:
    """The programme of an award or application, by how its code begins; empty where none is."""
    prefix = code.partition("-")[0]
    if not prefix:
        return ""
    found = Programme.objects.filter(prefix=prefix).values_list("code", flat=True).first()
    return found or ""
