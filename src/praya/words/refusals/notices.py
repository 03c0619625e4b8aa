"""Refusals about letters and web hooks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from praya.apps.notices.rules import HookState, LetterState, Topic
from praya.core.refusal import Refusal
from praya.words.notices import HOOK_STATES, LETTER_STATES, TOPICS


def _cannot_switch_off(refusal: Refusal) -> str:
    del refusal
    return _(
        "These letters tell of decisions or ask for answers, so they cannot be switched off. They "
        "can wait for the day's digest."
    )


def _unknown_kind(refusal: Refusal) -> str:
    return _(
        "“%(kind)s” is no kind of letter about “%(topic)s”. The kinds stand below their topic on "
        "the page of your notices, and are listed by “praya notices show %(code)s”."
    ) % {
        "kind": refusal.kind,
        "topic": TOPICS[Topic(refusal.topic)],
        "code": refusal.topic,
    }


def _letter_state(refusal: Refusal) -> str:
    facts = {"state": LETTER_STATES[LetterState(refusal.state)]}
    if refusal.action == "cancel":
        return _("Only a letter that waits can be cancelled. This one: %(state)s.") % facts
    return (
        _(
            "Only a letter that was given up, cancelled or perhaps sent can be sent again. This "
            "one: %(state)s."
        )
        % facts
    )


def _hook_invalid(refusal: Refusal) -> str:
    reasons = {
        "too-long": _("it is longer than 500 characters"),
        "scheme": _("it must begin with https://"),
        "host": _("it names no server"),
        "user": _("a name or password in it would be seen by others; the signature is the proof"),
        "port": _("its port is none"),
        "private": _(
            "it is of a private network; whoever runs this site can allow that with "
            "PRAYA_HOOKS_PRIVATE"
        ),
    }
    return _("Nothing can be sent to this address: %(reason)s.") % {
        "reason": reasons[refusal.reason]
    }


def _hook_state(refusal: Refusal) -> str:
    return _("That cannot be done with this web hook now. It is: %(state)s.") % {
        "state": HOOK_STATES[HookState(refusal.state)]
    }


SENTENCES = {
    "notice.cannot_switch_off": _cannot_switch_off,
    "notice.unknown_kind": _unknown_kind,
    "notice.wrong_state": _letter_state,
    "hook.invalid": _hook_invalid,
    "hook.state": _hook_state,
}
