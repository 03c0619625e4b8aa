"""Mails about another lead of an award."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

Letter = tuple[str, str]


def lead_asked(
    *, award: str, title: str, former: str, reason: str, lead_change: int, **_facts: object
) -> Letter:
    """Somebody is asked to lead an award."""
    return (
        _("%(award)s: will you lead it?") % {"award": award},
        _(
            "You are asked to lead “%(title)s” after %(former)s: %(reason)s\nRead its agreement, "
            "and say yes or no, at\n%(url)s"
        )
        % {"title": title, "former": former, "reason": reason, "url": _lead_page(lead_change)},
    )


def lead_asked_of(
    *, award: str, title: str, person: str, reason: str, lead_change: int, **_facts: object
) -> Letter:
    """The organisation asks for another lead."""
    return (
        _("%(award)s: your organisation asks for another lead") % {"award": award},
        _(
            "Your organisation asks that %(person)s leads “%(title)s”: %(reason)s\nThe programme "
            "decides. You can see it, and withdraw it, at\n%(url)s"
        )
        % {"title": title, "person": person, "reason": reason, "url": _lead_page(lead_change)},
    )


def lead_agreed(
    *, award: str, title: str, person: str, lead_change: int, **_facts: object
) -> Letter:
    """The person would lead."""
    return (
        _("%(award)s: %(person)s would lead it") % {"award": award, "person": person},
        _("%(person)s agrees to lead “%(title)s”. The programme decides now:\n%(url)s")
        % {"title": title, "person": person, "url": _lead_page(lead_change)},
    )


def lead_declined(
    *, award: str, title: str, person: str, lead_change: int, **_facts: object
) -> Letter:
    """The person would not lead."""
    return (
        _("%(award)s: %(person)s does not take it over") % {"award": award, "person": person},
        _("%(person)s does not wish to lead “%(title)s”. Nothing changes:\n%(url)s")
        % {"title": title, "person": person, "url": _lead_page(lead_change)},
    )


def lead_granted(
    *, award: str, title: str, person: str, former: str, lead_change: int, **_facts: object
) -> Letter:
    """Somebody else leads from now on."""
    return (
        _("%(award)s is led by %(person)s now") % {"award": award, "person": person},
        _(
            "“%(title)s” is led by %(person)s from now on, under the next version of its "
            "agreement; what is written to its lead goes there. %(former)s stays a member. It "
            "stands at\n%(url)s"
        )
        % {
            "title": title,
            "person": person,
            "former": former,
            "url": _lead_page(lead_change),
        },
    )


def lead_refused(
    *, award: str, title: str, former: str, reason: str, lead_change: int, **_facts: object
) -> Letter:
    """The programme keeps the lead."""
    return (
        _("%(award)s keeps its lead") % {"award": award},
        _("“%(title)s” stays with %(former)s: %(reason)s\nIt stands at\n%(url)s")
        % {"title": title, "former": former, "reason": reason, "url": _lead_page(lead_change)},
    )


def lead_withdrawn(*, award: str, title: str, lead_change: int, **_facts: object) -> Letter:
    """Nobody else is asked any more."""
    return (
        _("%(award)s: another lead is no longer asked for") % {"award": award},
        _("You are no longer asked to lead “%(title)s”:\n%(url)s")
        % {"title": title, "url": _lead_page(lead_change)},
    )


def lead_undone(
    *, award: str, title: str, former: str, reason: str, lead_change: int, **_facts: object
) -> Letter:
    """The former lead leads again."""
    return (
        _("%(award)s is led by %(former)s again") % {"award": award, "former": former},
        _(
            "“%(title)s” is led by %(former)s again: %(reason)s\nThe next version of its agreement "
            "waits to be acknowledged by them. It stands at\n%(url)s"
        )
        % {"title": title, "former": former, "reason": reason, "url": _lead_page(lead_change)},
    )


def _lead_page(lead_change: int) -> str:
    return f"{settings.PRAYA_URL}/lead-changes/{lead_change}/"


LETTERS: dict[str, Callable[..., Letter]] = {
    "award.lead_asked": lead_asked,
    "award.lead_asked_of": lead_asked_of,
    "award.lead_agreed": lead_agreed,
    "award.lead_declined": lead_declined,
    "award.lead_granted": lead_granted,
    "award.lead_refused": lead_refused,
    "award.lead_withdrawn": lead_withdrawn,
    "award.lead_undone": lead_undone,
}
