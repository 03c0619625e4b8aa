"""Mails in words: kinds and facts turned into subject and text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.words.letters import (
    appeals,
    applications,
    awards,
    bearing,
    billing,
    changes,
    leading,
    notices,
    people,
)
from praya.words.quantities import number

LETTERS = {
    **appeals.LETTERS,
    **applications.LETTERS,
    **awards.LETTERS,
    **bearing.LETTERS,
    **billing.LETTERS,
    **leading.LETTERS,
    **notices.LETTERS,
    **changes.LETTERS,
    **people.LETTERS,
}


def letter_for(kind: str, *, name: str, **facts: Any) -> tuple[str, str]:  # noqa: ANN401 -- facts are of every plain type
    """Subject and text of a mail, in the language that is active."""
    subject, text = _digest(facts["letters"]) if kind == "digest" else LETTERS[kind](**facts)
    greeting = _("Dear %(name)s,") % {"name": name}
    closing = _(
        "This mail was sent by Praya at %(url)s. Nobody reads answers to it. Which mails you are "
        "sent is yours to choose: %(wishes)s"
    ) % {"url": settings.PRAYA_URL, "wishes": f"{settings.PRAYA_URL}/me/notices/"}
    # A name with a line break in it would keep the letter, and those after it, from being sent.
    return " ".join(subject.split()), f"{greeting}\n\n{text}\n\n{closing}\n"


def _digest(letters: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Several letters in one: their subjects as headings."""
    told = [LETTERS[one["kind"]](**one["facts"]) for one in letters]
    subject = ngettext("%s notice from Praya", "%s notices from Praya", len(told))
    parts = [f"{heading}\n{'-' * len(heading)}\n{text}" for heading, text in told]
    return subject % number(len(told)), "\n\n".join(parts)
