"""Letters to people: an app says what happened to whom; the outbox and the words come from above.

``PRAYA_OUTBOX`` in the settings names the function that keeps a letter until a round sends it,
``PRAYA_LETTERS`` the one that turns a kind and its facts into subject and text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from praya.apps.people.models import Person

Letters = Callable[..., tuple[str, str]]


def send_letter(kind: str, *, to: Person, **facts: Any) -> None:  # noqa: ANN401 -- facts are of every plain type
    """Put a letter into the outbox, inside the caller's transaction; a round sends it.

    So nothing is sent for what was rolled back, and nothing is forgotten when Praya stops between
    the change and the mail. What the letter tells stands on the person's first page as well.
    """
    import_string(settings.PRAYA_OUTBOX)(kind, to=to, facts=facts)


def worded(
    kind: str, *, to: Person, facts: Mapping[str, Any], language: str | None = None
) -> tuple[str, str]:
    """Subject and text of a letter, in a language; without one, in the person's own."""
    letter_for: Letters = import_string(settings.PRAYA_LETTERS)
    with translation.override(language or to.language or settings.LANGUAGE_CODE):
        return letter_for(kind, name=str(to), **facts)
