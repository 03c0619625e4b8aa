"""Mails about changes of awards, notices and advances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.words.changes import CAUSES, KINDS, NOTICES
from praya.words.quantities import card_hours, money

Letter = tuple[str, str]


def change_asked(
    *, award: str, title: str, change: int, change_kind: str, reason: str, **_facts: object
) -> Letter:
    """Somebody of the programme asks for a change of the lead's award."""
    return (
        _("%(award)s: a change is asked for") % {"award": award},
        _(
            "The programme asks for a change of the award for “%(title)s”: %(kind)s.\nThe reason: "
            "%(reason)s\nNothing has changed yet; somebody else decides. See what it would do "
            "at\n%(url)s"
        )
        % {
            "title": title,
            "kind": KINDS[change_kind],
            "reason": reason,
            "url": _page(f"/changes/{change}/"),
        },
    )


def change_granted(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    change: int,
    change_kind: str,
    reason: str,
    agreement: int,
    accepted: bool,
    **_facts: object,
) -> Letter:
    """A change was granted."""
    said = {
        "title": title,
        "kind": KINDS[change_kind],
        "reason": reason or "–",
        "url": _page(f"/changes/{change}/"),
        "number": agreement,
    }
    text = _(
        "A change of the award for “%(title)s” was granted: %(kind)s.\nIn the words of who granted "
        "it: %(reason)s\nWhat it did stands at\n%(url)s"
    )
    if agreement and accepted:
        text += "\n" + _("Your agreement is version %(number)s from now on.")
    elif agreement:
        text += "\n" + _("Please read version %(number)s of the agreement there, and accept it.")
    return _("%(award)s: a change was granted") % {"award": award}, text % said


def change_refused(
    *, award: str, title: str, change: int, change_kind: str, reason: str, **_facts: object
) -> Letter:
    """A change was refused."""
    return (
        _("%(award)s: a change was refused") % {"award": award},
        _(
            "A change of the award for “%(title)s” was refused: %(kind)s.\nThe reason: %(reason)s\n"
            "Everything stays as it was. The request stands at\n%(url)s"
        )
        % {
            "title": title,
            "kind": KINDS[change_kind],
            "reason": reason,
            "url": _page(f"/changes/{change}/"),
        },
    )


def change_undone(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    change: int,
    change_kind: str,
    reason: str,
    agreement: int,
    **_facts: object,
) -> Letter:
    """A change that was granted was turned round; of money alone, it has no agreement."""
    said = {
        "title": title,
        "kind": KINDS[change_kind],
        "reason": reason,
        "url": _page(f"/changes/{change}/"),
    }
    text = _(
        "A change of the award for “%(title)s” was undone: %(kind)s.\nThe reason: %(reason)s\n"
        "The request stands at\n%(url)s"
    )
    if agreement:
        text = _(
            "A change of the award for “%(title)s” was undone: %(kind)s.\nThe reason: %(reason)s\n"
            "Your agreement has a new version; please read and accept it. The request stands "
            "at\n%(url)s"
        )
    return _("%(award)s: a change was undone") % {"award": award}, text % said


def notice_given(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    notice_kind: str,
    cause: str,
    effective_on: date,
    reason: str,
    **_facts: object,
) -> Letter:
    """An award is suspended or ended on a day to come."""
    said = {
        "award": award,
        "title": title,
        "kind": NOTICES[notice_kind],
        "cause": CAUSES[cause],
        "day": date_format(effective_on, "DATE_FORMAT"),
        "reason": reason,
        "url": _page(f"/awards/{award}/"),
    }
    return (
        _("%(award)s: notice for %(day)s") % said,
        _(
            "Notice is given on the award for “%(title)s”: %(kind)s on %(day)s.\nThe cause: "
            "%(cause)s. %(reason)s\nFrom that day on no new job is admitted; what runs may finish. "
            "If you can mend it before, write to the programme's officers. The award stands "
            "at\n%(url)s"
        )
        % said,
    )


def notice_withdrawn(
    *, award: str, title: str, notice_kind: str, effective_on: date, reason: str, **_facts: object
) -> Letter:
    """A notice was taken back."""
    said = {
        "award": award,
        "title": title,
        "kind": NOTICES[notice_kind],
        "day": date_format(effective_on, "DATE_FORMAT"),
        "reason": reason,
    }
    return (
        _("%(award)s: the notice is taken back") % said,
        _(
            "The notice on the award for “%(title)s” (%(kind)s on %(day)s) is taken back: "
            "%(reason)s\nThe award runs on as before."
        )
        % said,
    )


def advance_taken_off(
    *, award: str, title: str, line: str, card_seconds: int, advance_of: str, **_facts: object
) -> Letter:
    """Part of an advance was taken off a later award."""
    return (
        _("%(award)s: your advance was taken off") % {"award": award},
        _(
            "Of line %(line)s of the award for “%(title)s”, %(hours)s went back to the "
            "programme: you had them beforehand, as an advance on %(advance)s."
        )
        % {
            "line": line,
            "title": title,
            "hours": card_hours(CardTime(card_seconds, "")),
            "advance": advance_of,
        },
    )


def debt_set_off(  # noqa: PLR0913 -- facts of one letter
    *,
    award: str,
    title: str,
    line: str,
    card_seconds: int,
    amount_minor: int,
    currency: str,
    debt_of: str,
    **_facts: object,
) -> Letter:
    """A debt was paid out of a newer award."""
    said = {
        "line": line,
        "title": title,
        "hours": card_hours(CardTime(card_seconds, "")),
        "amount": money(Money(amount_minor, currency)),
        "debt": debt_of,
        "award": award,
    }
    return (
        _("%(award)s: an overdue debt was set off") % said,
        _(
            "Your organisation owes money for %(debt)s, which is overdue. By the rules %(amount)s "
            "of it was paid out of line %(line)s of the award for “%(title)s”; %(hours)s of its "
            "time went with it, and so much less is owed. If this is wrong, write to the finance "
            "officers of the programme: they can take it back."
        )
        % said,
    )


def _page(path: str) -> str:
    return f"{settings.PRAYA_URL}{path}"


LETTERS: dict[str, Callable[..., Letter]] = {
    "change.asked": change_asked,
    "change.granted": change_granted,
    "change.refused": change_refused,
    "change.undone": change_undone,
    "notice.given": notice_given,
    "notice.withdrawn": notice_withdrawn,
    "advance.taken_off": advance_taken_off,
    "debt.set_off": debt_set_off,
}
