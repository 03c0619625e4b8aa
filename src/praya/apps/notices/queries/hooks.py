"""Web hooks as they stand, and the message that one of them is sent next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from praya.apps.books.queries import core_entry, entries_in
from praya.apps.notices.access import may_see_hooks
from praya.apps.notices.models import Delivery, Hook
from praya.apps.notices.rules import HookState, signature_of
from praya.apps.notices.rules.events import event_id, event_of
from praya.apps.notices.sealing import opened
from praya.core.actor import Actor
from praya.core.refusal import NotFound

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Message:
    """An entry as it is sent to a hook; ``delivery_id`` where somebody asked for it again.

    Without ``headers`` it cannot be signed: the site's secret has changed since the hook was made.
    """

    url: str
    entry_number: int
    body: bytes
    headers: Mapping[str, str]
    delivery_id: int | None


def hooks_of(programme_code: str) -> QuerySet[Hook]:
    """The hooks of a programme with who made them, but for those that were removed."""
    found = Hook.objects.filter(programme_code=programme_code)
    return found.exclude(state=HookState.REMOVED.value).select_related("made_by").order_by("id")


def hook_of(hook_id: int, actor: Actor) -> Hook:
    """A hook; refuses with ``NotFound`` who may not know of it."""
    hook = Hook.objects.select_related("made_by").filter(pk=hook_id).first()
    if hook is None or not may_see_hooks(actor, hook.programme_code):
        raise NotFound(kind="hook", key=hook_id)
    return hook


def deliveries_of(hook_id: int) -> QuerySet[Delivery]:
    """What was sent to a hook or is to be sent again, the newest first."""
    return Delivery.objects.filter(hook=hook_id).order_by("-id")


def due_hooks(now: datetime) -> list[int]:
    """The keys of hooks that are served and do not wait after a failure."""
    active = Hook.objects.filter(state=HookState.ACTIVE.value)
    due = active.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    return list(due.order_by("id").values_list("pk", flat=True))


def next_message(hook_id: int, now: datetime) -> Message | None:
    """What a hook is sent next: what somebody asked for again, then the entry after the last."""
    hook = Hook.objects.filter(pk=hook_id, state=HookState.ACTIVE.value).first()
    if hook is None:
        return None
    asked = Delivery.objects.filter(hook=hook, tried_at=None).order_by("id").first()
    number = asked.entry_number if asked else hook.position + 1
    row = entries_in(hook.programme_code).filter(number=number).first()
    if row is None:
        return None
    site = settings.PRAYA_URL
    event = event_of(
        core_entry(row), programme_code=hook.programme_code, sha256=row.sha256, site=site
    )
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    headers = _headers(hook, event_id(hook.programme_code, number), body, now)
    return Message(hook.url, number, body, headers, asked.pk if asked else None)


def _headers(hook: Hook, name: str, body: bytes, now: datetime) -> dict[str, str]:
    """What a message carries beside its body; nothing where it cannot be signed."""
    secret, timestamp = opened(hook.secret), int(now.timestamp())
    if secret is None:
        return {}
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "praya-hook",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, message_id=name, timestamp=timestamp, body=body),
    }
