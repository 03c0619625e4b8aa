"""Mails about what newer awards are to bear of older ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.words.quantities import card_hours, money

Letter = tuple[str, str]


def advance_ahead(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    line: str,
    older: str,
    card_seconds: int,
    on: date,
    **_facts: object,
) -> Letter:
    """An advance will be taken off a line."""
    said = {
        "line": line,
        "title": title,
        "older": older,
        "hours": card_hours(CardTime(card_seconds, "")),
        "on": date_format(on, "DATE_FORMAT"),
        "url": _page(award),
    }
    return (
        _("%(line)s: %(hours)s will be taken off for your advance") % said,
        _(
            "From %(on)s on, %(hours)s of line %(line)s of the award for “%(title)s” go back to "
            "the programme: you had them beforehand, as an advance on %(older)s. What is not free "
            "by then waits. If it should not be so, ask the officers of the programme whether it "
            "may be waived. It stands at\n%(url)s"
        )
        % said,
    )


def debt_ahead(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    line: str,
    older: str,
    card_seconds: int,
    amount_minor: int,
    currency: str,
    on: date,
    **_facts: object,
) -> Letter:
    """A debt will be set off against a line."""
    said = {
        "line": line,
        "title": title,
        "older": older,
        "hours": card_hours(CardTime(card_seconds, "")),
        "amount": money(Money(amount_minor, currency)),
        "on": date_format(on, "DATE_FORMAT"),
        "url": _page(award),
    }
    return (
        _("%(line)s: a debt will be set off") % said,
        _(
            "Your organisation owes money for %(older)s. Unless it is paid, from %(on)s on up to "
            "%(amount)s of it are paid out of line %(line)s of the award for “%(title)s”, and "
            "about %(hours)s of its time go with it. Pay the debt, or ask the officers of the "
            "programme whether it may be waived. It stands at\n%(url)s"
        )
        % said,
    )


def waived(*, title: str, line: str, older: str, reason: str, **_facts: object) -> Letter:
    """A line is spared what it was to bear."""
    said = {"title": title, "line": line, "older": older, "reason": reason}
    return (
        _("%(line)s bears nothing for %(older)s") % said,
        _(
            "Line %(line)s of the award for “%(title)s” is spared what it was to bear for "
            "%(older)s: %(reason)s\nWhat is open there stays open, for a later award."
        )
        % said,
    )


def waiver_withdrawn(*, title: str, line: str, older: str, reason: str, **_facts: object) -> Letter:
    """A line is to bear something after all."""
    said = {"title": title, "line": line, "older": older, "reason": reason}
    return (
        _("%(line)s is to bear something for %(older)s after all") % said,
        _(
            "Line %(line)s of the award for “%(title)s” had been spared what it was to bear for "
            "%(older)s. It is not any more: %(reason)s\nHow much and from which day on, another "
            "mail says."
        )
        % said,
    )


def _page(award: str) -> str:
    return f"{settings.PRAYA_URL}/awards/{award}/changes/"


LETTERS: dict[str, Callable[..., Letter]] = {
    "bearing.advance_ahead": advance_ahead,
    "bearing.debt_ahead": debt_ahead,
    "bearing.waived": waived,
    "bearing.waiver_withdrawn": waiver_withdrawn,
}
