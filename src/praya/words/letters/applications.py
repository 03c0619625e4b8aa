"""Mails about applications: to the lead what the desk did, and a receipt for what was submitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.words.quantities import number

Letter = tuple[str, str]


def application_submitted(
    *, application: str, title: str, submission: int, sha256: str, **_facts: object
) -> Letter:
    """A receipt: what was submitted, and how it can be recognised."""
    return (
        _("%(application)s: your application was received") % {"application": application},
        _(
            "Version %(number)s of your application “%(title)s” was received. You need to do "
            "nothing now; the page of the case says whose turn it is:\n%(url)s\n"
            "Checksum (SHA-256) of what was submitted: %(sha256)s"
        )
        % {
            "number": number(submission),
            "title": title,
            "url": _page(application),
            "sha256": sha256,
        },
    )


def application_asked(
    *, application: str, title: str, question: str, due_on: date | None, **_facts: object
) -> Letter:
    """The desk has a question."""
    due = (
        _("Please answer by %(day)s.") % {"day": date_format(due_on, "DATE_FORMAT")}
        if due_on is not None
        else _("No day is set for the answer.")
    )
    return (
        _("%(application)s: the desk has a question") % {"application": application},
        _(
            "About your application “%(title)s” the desk asks:\n\n%(question)s\n\n%(due)s "
            "The clock stands still until you answer, here:\n%(url)s"
        )
        % {"title": title, "question": question, "due": due, "url": _page(application)},
    )


def application_not_asked(
    *, application: str, title: str, question: str, reason: str, **_facts: object
) -> Letter:
    """The desk wants no answer any more."""
    return (
        _("%(application)s: an answer is not needed any more") % {"application": application},
        _(
            "About your application “%(title)s” the desk had asked:\n\n%(question)s\n\n"
            "It took the question back: %(reason)s\n%(url)s"
        )
        % {"title": title, "question": question, "reason": reason, "url": _page(application)},
    )


def application_returned(*, application: str, title: str, reason: str, **_facts: object) -> Letter:
    """The desk wants changes."""
    return (
        _("%(application)s: please change your application") % {"application": application},
        _(
            "The desk returned your application “%(title)s” for changes:\n\n%(reason)s\n\n"
            "What you entered is all there. Change it and submit it again, here:\n%(url)s"
        )
        % {"title": title, "reason": reason, "url": _page(application)},
    )


def application_reopened(*, application: str, title: str, reason: str, **_facts: object) -> Letter:
    """A case that waited or was put off is decided again."""
    return (
        _("%(application)s: your application is taken up again") % {"application": application},
        _(
            "Your application “%(title)s” is to be decided in the round that is open now:\n\n"
            "%(reason)s\n\nYou need to do nothing; the page of the case says where it stands:\n"
            "%(url)s"
        )
        % {"title": title, "reason": reason, "url": _page(application)},
    )


def application_failed(*, application: str, title: str, reason: str, **_facts: object) -> Letter:
    """The desk rejected the case."""
    return (
        _("%(application)s: your application was rejected") % {"application": application},
        _(
            "Your application “%(title)s” did not pass the desk's check:\n\n%(reason)s\n\n"
            "The case is closed. It can be read here:\n%(url)s"
        )
        % {"title": title, "reason": reason, "url": _page(application)},
    )


def application_answered(*, application: str, title: str, **_facts: object) -> Letter:
    """To the officer who asked: there is an answer."""
    return (
        _("%(application)s: your question was answered") % {"application": application},
        _("The applicant of “%(title)s” answered your question. Read the answer here:\n%(url)s")
        % {"title": title, "url": _page(application)},
    )


def _page(application: str) -> str:
    return f"{settings.PRAYA_URL}/applications/{application}/"


LETTERS: dict[str, Callable[..., Letter]] = {
    "application_submitted": application_submitted,
    "application_asked": application_asked,
    "application_not_asked": application_not_asked,
    "application_returned": application_returned,
    "application_failed": application_failed,
    "application_reopened": application_reopened,
    "application_answered": application_answered,
}
