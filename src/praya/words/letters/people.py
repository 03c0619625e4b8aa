"""Mails about organisations: to their managers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from praya.words.languages import in_readers_script

Letter = tuple[str, str]


def registration_changed(  # noqa: PLR0913 -- the facts of the mail
    *,
    organisation: int,
    called: str,
    called_zh: str,
    before: str,
    after: str,
    evidence: str,
    **_facts: object,
) -> Letter:
    """Somebody else has changed where the organisation is registered."""
    said = {
        "name": in_readers_script(called, called_zh),
        "before": before,
        "after": after,
        "evidence": evidence,
        "url": f"{settings.PRAYA_URL}/organisations/{organisation}/",
    }
    return (
        _("%(name)s: its registration was changed") % said,
        _(
            "%(name)s was registered as %(before)s and is now registered as %(after)s. What is "
            "said to show it: %(evidence)s\nAn officer checks the new entry. Applications that are "
            "submitted stay as they were judged; the next are judged by the new entry. If it is "
            "wrong, change it back on its page:\n%(url)s"
        )
        % said,
    )


LETTERS: dict[str, Callable[..., Letter]] = {
    "organisation.registration_changed": registration_changed,
}
