"""Mails in words: kinds and facts turned into subject and text."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from praya.words.letters import applications, awards

LETTERS = {**applications.LETTERS, **awards.LETTERS}


def letter_for(kind: str, *, name: str, **facts: Any) -> tuple[str, str]:  # noqa: ANN401 -- facts are of every plain type
    """Subject and text of a mail, in the language that is active."""
    subject, text = LETTERS[kind](**facts)
    greeting = _("Dear %(name)s,") % {"name": name}
    closing = _("This mail was sent by Praya at %(url)s. Nobody reads answers to it.") % {
        "url": settings.PRAYA_URL
    }
    return subject, f"{greeting}\n\n{text}\n\n{closing}\n"
