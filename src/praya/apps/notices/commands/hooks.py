"""What makes and keeps web hooks, and takes entries to them."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from praya.apps.books.queries import head_of
from praya.apps.each import each_by_itself
from praya.apps.notices import access, queries, sealing
from praya.apps.notices.models import Delivery, Hook
from praya.apps.notices.rules import (
    FAILURES_MAX,
    HookNotActive,
    HookState,
    check_url,
    retry_after_s,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import programme_of
from praya.core.actor import Actor
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.notices.sending import Answer

AT_ONCE = 200
ROUND_S_MAX = 30.0
LOG_KEPT_DAYS = 30
_FIRST_WAIT_S = 10
_WAIT_S_MAX = 3600


@transaction.atomic
def add_hook(
    *, programme_code: str, url: str, from_start: bool, by: Actor, now: datetime
) -> tuple[Hook, str]:
    """Send every entry of a book to an address from now on, or from its first; with the secret.

    The secret is shown this once. Not safe to repeat: each call makes another hook.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: only finance sends the book elsewhere.
        HookInvalid: the address cannot be one.

    """
    programme_of(programme_code)
    access.check_may_keep_hooks(by, programme_code)
    check_url(url, private_allowed=settings.PRAYA_HOOKS_PRIVATE)
    sealed, plain = sealing.new_secret()
    hook = Hook.objects.create(
        programme_code=programme_code,
        url=url,
        secret=sealed,
        state=HookState.ACTIVE.value,
        position=0 if from_start else head_of(programme_code).entries,
        made_by_id=access.check_known(by, "hook.keep"),
        made_at=now,
    )
    _record("hook.added", hook, by=by, now=now)
    return hook, plain


@transaction.atomic
def pause_hook(*, hook_id: int, by: Actor, now: datetime) -> Hook:
    """Send nothing more for now; nothing is lost meanwhile. Refused when repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: only finance keeps hooks.
        HookNotActive: it is not served anyway.

    """
    return _turn(
        hook_id, HookState.PAUSED, {HookState.ACTIVE}, action="hook.paused", by=by, now=now
    )


@transaction.atomic
def resume_hook(*, hook_id: int, by: Actor, now: datetime) -> Hook:
    """Go on where it stopped, at once. Refused when repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: only finance keeps hooks.
        HookNotActive: it is served, or was removed.

    """
    stopped = {HookState.PAUSED, HookState.DISABLED}
    return _turn(hook_id, HookState.ACTIVE, stopped, action="hook.resumed", by=by, now=now)


@transaction.atomic
def remove_hook(*, hook_id: int, by: Actor, now: datetime) -> Hook:
    """Send nothing there ever again; its log stays for a month. Refused when repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: only finance keeps hooks.
        HookNotActive: it was removed before.

    """
    there = {HookState.ACTIVE, HookState.PAUSED, HookState.DISABLED}
    return _turn(hook_id, HookState.REMOVED, there, action="hook.removed", by=by, now=now)


@transaction.atomic
def deliver_again(*, hook_id: int, entry_number: int, by: Actor, now: datetime) -> Delivery:
    """Take one entry there once more, before what is next. Safe to repeat: it is sent once more.

    Raises:
        NotFound: there is no such hook or entry, or the actor may not know of it.
        NotAllowed: only finance keeps hooks.
        HookNotActive: it is not served.

    """
    hook = _for_update(hook_id, by)
    if hook.state != HookState.ACTIVE.value:
        raise HookNotActive(state=hook.state, action="hook.sent_again")
    if not 1 <= entry_number <= hook.position:
        raise NotFound(kind="entry", key=f"{hook.programme_code}/{entry_number}")
    asked, _ = Delivery.objects.get_or_create(
        hook=hook, entry_number=entry_number, tried_at=None, defaults={"asked_at": now}
    )
    _record("hook.sent_again", hook, by=by, now=now, entry=entry_number)
    return asked


def deliver_hooks(*, now: datetime) -> int:
    """Take to every hook what it does not have yet, in order; how many entries were taken.

    An entry is taken at least once, and always under the same name: when Praya stops between the
    message and its note of it, the entry is sent again.
    """
    each = each_by_itself(queries.due_hooks(now), partial(_deliver, now=now), what="hook")
    return sum(taken for _, taken in each)


def forget_deliveries(*, now: datetime) -> int:
    """Remove what the log has kept long enough; how many lines."""
    old = Delivery.objects.filter(tried_at__lt=now - timedelta(days=LOG_KEPT_DAYS))
    return old.delete()[0]


def _deliver(hook_id: int, now: datetime) -> int:
    """Take entries to one hook until it has all, refuses one, or has had its time."""
    from praya.apps.notices.sending import Answer, send  # noqa: PLC0415 -- most sites have no hooks

    until = time.monotonic() + ROUND_S_MAX
    taken = 0
    while taken < AT_ONCE and time.monotonic() < until:
        found = queries.next_message(hook_id, now)
        if found is None:
            break
        answer = (
            send(found.url, found.body, found.headers, private_allowed=settings.PRAYA_HOOKS_PRIVATE)
            if found.headers
            else Answer(None, "secret.lost", 0)
        )
        if not _note(hook_id, found, answer, now):
            break
        taken += 1
    return taken


@transaction.atomic
def _note(hook_id: int, message: queries.Message, answer: Answer, now: datetime) -> bool:
    """Keep what came of a message; whether it was taken."""
    hook = Hook.objects.select_for_update().get(pk=hook_id)
    delivery = Delivery(hook=hook, entry_number=message.entry_number, asked_at=now)
    if message.delivery_id is not None:
        delivery = Delivery.objects.get(pk=message.delivery_id)
    delivery.tried_at, delivery.status = now, answer.status
    delivery.error, delivery.took_ms = answer.error, answer.took_ms
    delivery.save()
    if delivery.is_taken:
        hook.position = max(hook.position, message.entry_number)
        hook.failures, hook.next_try_at = 0, None
    else:
        if message.delivery_id is not None:  # the wish remains, the try stands in the log
            Delivery.objects.create(
                hook=hook, entry_number=message.entry_number, asked_at=delivery.asked_at
            )
        hook.failures += 1
        wait_s = retry_after_s(hook.failures, first_s=_FIRST_WAIT_S, most_s=_WAIT_S_MAX)
        hook.next_try_at = now + timedelta(seconds=wait_s)
        if hook.failures >= FAILURES_MAX and hook.state == HookState.ACTIVE.value:
            _disable(hook, now)
    hook.save(update_fields=["position", "failures", "next_try_at", "state"])
    return delivery.is_taken


def _disable(hook: Hook, now: datetime) -> None:
    hook.state = HookState.DISABLED.value
    send_letter(
        "hook.disabled",
        to=hook.made_by,
        programme=hook.programme_code,
        url=hook.url,
        failures=hook.failures,
        hook=hook.pk,
    )
    _record("hook.disabled", hook, by=Actor.praya("hooks"), now=now, failures=hook.failures)


def _turn(
    hook_id: int,
    state: HookState,
    allowed: set[HookState],
    *,
    action: str,
    by: Actor,
    now: datetime,
) -> Hook:
    hook = _for_update(hook_id, by)
    if HookState(hook.state) not in allowed:
        raise HookNotActive(state=hook.state, action=action)
    hook.state, hook.failures, hook.next_try_at = state.value, 0, None
    hook.save(update_fields=["state", "failures", "next_try_at"])
    _record(action, hook, by=by, now=now)
    return hook


def _for_update(hook_id: int, by: Actor) -> Hook:
    hook = Hook.objects.select_for_update().filter(pk=hook_id).first()
    if hook is None or not access.may_see_hooks(by, hook.programme_code):
        raise NotFound(kind="hook", key=hook_id)
    access.check_may_keep_hooks(by, hook.programme_code)
    return hook


def _record(action: str, hook: Hook, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("hook", str(hook.pk)),
        by=by,
        now=now,
        programme_code=hook.programme_code,
        url=hook.url,
        **facts,
    )
