"""Mails to people: an app says what happened to whom, the words come from above.

``PRAYA_LETTERS`` in the settings names the function that turns a kind and its facts into subject
and text, in the person's language.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string

from praya.apps.people.models import Person

Letters = Callable[..., tuple[str, str]]

_log = logging.getLogger(__name__)


def send_letter(kind: str, *, to: Person, **facts: Any) -> None:  # noqa: ANN401 -- facts are of every plain type
    """Mail a person once the transaction stands; nothing is sent for what was rolled back.

    A mail server that does not answer is logged and takes nothing back: what the mail tells stands
    on the person's first page as well.
    """
    transaction.on_commit(lambda: _send(kind, to, facts))


def _send(kind: str, to: Person, facts: dict[str, Any]) -> None:
    letter_for: Letters = import_string(settings.PRAYA_LETTERS)
    with translation.override(to.language or settings.LANGUAGE_CODE):
        subject, text = letter_for(kind, name=str(to), **facts)
        try:
            send_mail(subject, text, None, [to.email])
        except OSError:
            _log.exception("a letter was not sent: %s to person %s", kind, to.pk)
