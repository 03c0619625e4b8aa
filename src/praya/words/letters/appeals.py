"""Mails about appeals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.words.appeals import AGAINST

Letter = tuple[str, str]


def appeal_made(
    *, application: str, title: str, appeal: int, against: str, due_on: date, **_facts: object
) -> Letter:
    """Somebody who may answer is told of an appeal."""
    return (
        _("%(application)s: a decision is contested") % {"application": application},
        _(
            "The lead of “%(title)s” has made an appeal (%(against)s). It should be answered by "
            "%(day)s, by somebody who did not take the decision:\n%(url)s"
        )
        % {
            "title": title,
            "against": AGAINST[against],
            "day": date_format(due_on, "DATE_FORMAT"),
            "url": _page(appeal),
        },
    )


def appeal_upheld(
    *, application: str, title: str, appeal: int, against: str, reason: str, **_facts: object
) -> Letter:
    """The lead was right."""
    said = {"title": title, "reason": reason, "url": _page(appeal), "against": AGAINST[against]}
    text = _(
        "Your appeal about “%(title)s” (%(against)s) is upheld: %(reason)s\nWhat you contested is "
        "turned round. The appeal stands at\n%(url)s"
    )
    if against == "case":
        text = _(
            "Your appeal about “%(title)s” is upheld: %(reason)s\nThe case is decided anew, and "
            "you are told when that decision is released. The appeal stands at\n%(url)s"
        )
    return _("%(application)s: your appeal is upheld") % {"application": application}, text % said


def appeal_rejected(
    *, application: str, title: str, appeal: int, against: str, reason: str, **_facts: object
) -> Letter:
    """The decision stands."""
    return (
        _("%(application)s: your appeal is rejected") % {"application": application},
        _(
            "Your appeal about “%(title)s” (%(against)s) is rejected, and the decision stands: "
            "%(reason)s\nThe appeal stands at\n%(url)s"
        )
        % {"title": title, "against": AGAINST[against], "reason": reason, "url": _page(appeal)},
    )


def _page(appeal: int) -> str:
    return f"{settings.PRAYA_URL}/appeals/{appeal}/"


LETTERS: dict[str, Callable[..., Letter]] = {
    "appeal.made": appeal_made,
    "appeal.upheld": appeal_upheld,
    "appeal.rejected": appeal_rejected,
}
