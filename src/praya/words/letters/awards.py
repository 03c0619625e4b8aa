"""Mails about decisions and awards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def award_started(*, award: str, title: str, **_facts: object) -> Letter:
    """The last condition before the start is met."""
    return (
        _("%(award)s can be used now") % {"award": award},
        _(
            "Everything that had to hold before the start of “%(title)s” is confirmed, so its "
            "members can run jobs. See what is free at\n%(url)s"
        )
        % {"title": title, "url": _page(f"/awards/{award}/")},
    )


def award_not_started(*, award: str, title: str, **_facts: object) -> Letter:
    """The conditions before the start were not met in time."""
    return (
        _("%(award)s has ended before it could be used") % {"award": award},
        _(
            "What had to hold before the start of “%(title)s” was not confirmed in time, so the "
            "award has ended and all of it went back to the programme. What was open stands at\n"
            "%(url)s\nIf you still need the compute, speak to the programme's officers."
        )
        % {"title": title, "url": _page(f"/awards/{award}/conditions/")},
    )


def condition_told(
    *, award: str, title: str, text: Mapping[str, str], told: str, **_facts: object
) -> Letter:
    """A lead says that a condition is met."""
    return (
        _("%(award)s: please confirm a condition") % {"award": award},
        _(
            "The lead of “%(title)s” says that this holds:\n%(text)s\n\nThey write:\n%(told)s\n\n"
            "Confirm it, or speak to them, at\n%(url)s"
        )
        % {
            "title": title,
            "text": in_readers_language(text),
            "told": told,
            "url": _page(f"/awards/{award}/conditions/"),
        },
    )


def condition_reopened(
    *, award: str, title: str, text: Mapping[str, str], reason: str, **_facts: object
) -> Letter:
    """A condition that was confirmed is open again."""
    return (
        _("%(award)s: a condition is open again") % {"award": award},
        _(
            "Before “%(title)s” can be used, this must hold after all:\n%(text)s\n\nThe reason: "
            "%(reason)s\nSay how it is met at\n%(url)s"
        )
        % {
            "title": title,
            "text": in_readers_language(text),
            "reason": reason,
            "url": _page(f"/awards/{award}/conditions/"),
        },
    )


def condition_waived(
    *, award: str, title: str, text: Mapping[str, str], reason: str, **_facts: object
) -> Letter:
    """A condition need not be met."""
    return (
        _("%(award)s: a condition is waived") % {"award": award},
        _(
            "“%(title)s” can be used without this:\n%(text)s\n\nThe reason: %(reason)s\nWhat is "
            "still open, if anything, stands at\n%(url)s"
        )
        % {
            "title": title,
            "text": in_readers_language(text),
            "reason": reason,
            "url": _page(f"/awards/{award}/conditions/"),
        },
    )


def meet_by_moved(
    *, award: str, title: str, meet_by: date, reason: str, **_facts: object
) -> Letter:
    """There is more time to meet conditions."""
    return (
        _("%(award)s: conditions may be met until %(day)s")
        % {"award": award, "day": date_format(meet_by)},
        _(
            "What must hold before “%(title)s” can be used is to be confirmed by %(day)s now: "
            "%(reason)s\nWhat is open stands at\n%(url)s"
        )
        % {
            "title": title,
            "day": date_format(meet_by),
            "reason": reason,
            "url": _page(f"/awards/{award}/conditions/"),
        },
    )


def conditions_due(
    *, award: str, title: str, meet_by: date, texts: Sequence[Mapping[str, str]], **_facts: object
) -> Letter:
    """The day by which conditions must be met is near."""
    return (
        _("%(award)s: conditions to meet by %(day)s")
        % {"award": award, "day": date_format(meet_by)},
        _(
            "“%(title)s” is signed and cannot be used yet. This must be confirmed by %(day)s, or "
            "the award ends:\n%(texts)s\nSay how it is met at\n%(url)s"
        )
        % {
            "title": title,
            "day": date_format(meet_by),
            "texts": "\n".join(f"- {in_readers_language(text)}" for text in texts),
            "url": _page(f"/awards/{award}/conditions/"),
        },
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


def award_revived(*, award: str, title: str, reason: str, **_facts: object) -> Letter:
    """An award that was ended runs again."""
    return (
        _("%(award)s runs again") % {"award": award},
        _(
            "The award for “%(title)s”, which was ended, runs again: %(reason)s\nWhat had gone "
            "back to the programme is on its lines again; where cards were held for some days "
            "only, a new line holds them from tomorrow on. What it gives now stands at\n%(url)s"
        )
        % {"title": title, "reason": reason, "url": _page(f"/awards/{award}/")},
    )


def award_withdrawn(*, award: str, title: str, reason: str, **_facts: object) -> Letter:
    """An offer was taken back."""
    return (
        _("%(award)s: the offer is taken back") % {"award": award},
        _(
            "The offer of an award for “%(title)s” was taken back before it was answered: "
            "%(reason)s\nYour other awards stay as they are."
        )
        % {"title": title, "reason": reason},
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


def hold_waived(*, award: str, title: str, line: str, reason: str, **_facts: object) -> Letter:
    """What a rule kept back of a line may be used now."""
    return (
        _("%(line)s: more may be used now") % {"line": line},
        _(
            "What the rules kept back of %(line)s of the award for “%(title)s” may be used now, in "
            "whole or in part: %(reason)s\nHow much stands at\n%(url)s"
        )
        % {"line": line, "title": title, "reason": reason, "url": _page(f"/awards/{award}/life/")},
    )


def waiver_withdrawn(*, award: str, title: str, line: str, reason: str, **_facts: object) -> Letter:
    """What was waived is not any more."""
    return (
        _("%(line)s: a waiver is withdrawn") % {"line": line},
        _(
            "A rule on %(line)s of the award for “%(title)s” had been waived, and is not any more: "
            "%(reason)s\nWhat it takes or keeps back stands at\n%(url)s"
        )
        % {"line": line, "title": title, "reason": reason, "url": _page(f"/awards/{award}/life/")},
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


def tranche_closed(*, award: str, title: str, part: str, reason: str, **_facts: object) -> Letter:
    """The acceptance of a report was taken back."""
    return (
        _("%(award)s: the part “%(part)s” is closed again") % {"award": award, "part": part},
        _(
            "The report that opened the part “%(part)s” of the award for “%(title)s” was accepted "
            "in error: %(reason)s\nNothing of the part was used. From now on jobs cannot use it "
            "until a report is accepted. What was handed in is read again, and another may be "
            "handed in at\n%(url)s"
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
    "award.started": award_started,
    "award.not_started": award_not_started,
    "award.condition_told": condition_told,
    "award.condition_reopened": condition_reopened,
    "award.condition_waived": condition_waived,
    "award.meet_by_moved": meet_by_moved,
    "award.conditions_due": conditions_due,
    "award.suspended": award_suspended,
    "award.resumed": award_resumed,
    "award.ended": award_ended,
    "award.revived": award_revived,
    "award.withdrawn": award_withdrawn,
    "award.hold_waived": hold_waived,
    "award.waiver_withdrawn": waiver_withdrawn,
    "award.cut_ahead": cut_ahead,
    "award.report_returned": report_returned,
    "award.tranche_closed": tranche_closed,
    "award.member_added": member_added,
}
