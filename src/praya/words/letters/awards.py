"""Mails about decisions and awards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime
from praya.words.languages import in_readers_language
from praya.words.life import cut_sentence
from praya.words.quantities import card_hours

Letter = tuple[str, str]


def award_offered(*, award: str, title: str, accept_by: date, **_facts: object) -> Letter:
    """The lead is offered an award."""
    return (
        _("%(award)s: you are offered an award") % {"award": award},
        _(
            "Your application “%(title)s” was granted. Read the agreement and accept it by "
            "%(day)s at\n%(url)s\nAfter that day the offer lapses."
        )
        % {"title": title, "day": date_format(accept_by), "url": _page(f"/awards/{award}/accept/")},
    )


def application_decided(*, application: str, title: str, **_facts: object) -> Letter:
    """A case was decided, and no award follows now."""
    return (
        _("%(application)s: your application was decided") % {"application": application},
        _(
            "A decision on your application “%(title)s” was released. Read it with its reasons "
            "at\n%(url)s"
        )
        % {"title": title, "url": _page(f"/applications/{application}/decision/")},
    )


def award_lapsed(*, award: str, title: str, **_facts: object) -> Letter:
    """An offer was not accepted in time."""
    return (
        _("%(award)s: the offer has lapsed") % {"award": award},
        _(
            "The award for “%(title)s” was not accepted in time, so the offer has lapsed and its "
            "means are free for others. If you still need them, speak to the programme's officers."
        )
        % {"title": title},
    )


def award_suspended(*, award: str, title: str, reason: str, **_facts: object) -> Letter:
    """An award was suspended."""
    return (
        _("%(award)s is suspended") % {"award": award},
        _(
            "The award for “%(title)s” is suspended: %(reason)s\nNo new job is admitted under it "
            "until an officer resumes it. What is granted stays granted."
        )
        % {"title": title, "reason": reason},
    )


def award_resumed(*, award: str, title: str, **_facts: object) -> Letter:
    """An award goes on."""
    return (
        _("%(award)s goes on") % {"award": award},
        _("The award for “%(title)s” is active again; jobs are admitted as before.")
        % {"title": title},
    )


def award_ended(*, award: str, title: str, reason: str, **_facts: object) -> Letter:
    """An award ended."""
    return (
        _("%(award)s has ended") % {"award": award},
        _(
            "The award for “%(title)s” has ended: %(reason)s\nWhat was not used went back to the "
            "programme. Your statements stay at\n%(url)s"
        )
        % {
            "title": title,
            "reason": reason or _("its last day has passed."),
            "url": _page(f"/awards/{award}/"),
        },
    )


def cut_ahead(  # noqa: PLR0913 -- keyword-only facts of one letter
    *,
    award: str,
    title: str,
    line: str,
    rule: Mapping[str, str],
    card_seconds: int,
    used_seconds: int,
    device_model: str,
    due_on: date,
    **_facts: object,
) -> Letter:
    """A rule will take back what is not used."""
    hours = card_hours(CardTime(card_seconds, device_model))
    said = cut_sentence(
        rule=in_readers_language(rule),
        used_s=used_seconds,
        cut_s=card_seconds,
        device_model=device_model,
        due_on=due_on,
    )
    return (
        _("%(line)s may lose %(hours)s") % {"line": line, "hours": hours},
        _(
            "On %(line)s of the award for “%(title)s”, %(said)s\nUse it by then, or ask the "
            "programme's officers whether the rule may be waived. What awaits the award stands "
            "at\n%(url)s"
        )
        % {"line": line, "title": title, "said": said, "url": _page(f"/awards/{award}/life/")},
    )


def report_returned(*, award: str, title: str, part: str, reason: str, **_facts: object) -> Letter:
    """A report that was to open a part of a grant came back."""
    return (
        _("%(award)s: the report for the part “%(part)s” came back")
        % {"award": award, "part": part},
        _(
            "The report that is to open the part “%(part)s” of the award for “%(title)s” was not "
            "accepted yet. What is wanted: %(reason)s\nHand it in anew at\n%(url)s"
        )
        % {"part": part, "title": title, "reason": reason, "url": _page(f"/awards/{award}/life/")},
    )


def member_added(*, award: str, title: str, **_facts: object) -> Letter:
    """A person may now run jobs under an award."""
    return (
        _("You are a member of %(award)s") % {"award": award},
        _("You may now run jobs under the award for “%(title)s”. See what is free at\n%(url)s")
        % {"title": title, "url": _page(f"/awards/{award}/")},
    )


def _page(path: str) -> str:
    return f"{settings.PRAYA_URL}{path}"


LETTERS: dict[str, Callable[..., Letter]] = {
    "award.offered": award_offered,
    "application.decided": application_decided,
    "award.lapsed": award_lapsed,
    "award.suspended": award_suspended,
    "award.resumed": award_resumed,
    "award.ended": award_ended,
    "award.cut_ahead": cut_ahead,
    "award.report_returned": report_returned,
    "award.member_added": member_added,
}
