"""Topics and states of letters, states of hooks, and outlooks of awards, in words."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from praya.apps.notices.rules import HookState, How, LetterState, Topic
from praya.apps.notices.rules.warnings import Outlook
from praya.core.life import KeptBack, Opened
from praya.words.entries import quantity_text
from praya.words.quantities import percent

TOPICS: dict[Topic, Promise] = {
    Topic.APPLICATION: gettext_lazy("My applications"),
    Topic.AWARD: gettext_lazy("My awards"),
    Topic.USE: gettext_lazy("How much is used, and when it runs out"),
    Topic.DATES: gettext_lazy("Days that come: ends, checks of unused time"),
    Topic.MONEY: gettext_lazy("Invoices and claims"),
    Topic.DESK: gettext_lazy("My work at a desk: answers, web hooks"),
    Topic.DIGEST: gettext_lazy("Digest"),
}
HOWS: dict[How, Promise] = {
    How.NOW: gettext_lazy("At once"),
    How.DIGEST: gettext_lazy("Once a day, together"),
    How.OFF: gettext_lazy("Not at all"),
}
AS_THE_TOPIC = gettext_lazy("As the topic")
LETTER_STATES: dict[LetterState, Promise] = {
    LetterState.WAITING: pgettext_lazy("state of a letter", "Waits"),
    LetterState.KEPT: pgettext_lazy("state of a letter", "Kept for the digest"),
    LetterState.SENDING: pgettext_lazy("state of a letter", "Being sent"),
    LetterState.SENT: pgettext_lazy("state of a letter", "Sent"),
    LetterState.BUNDLED: pgettext_lazy("state of a letter", "Sent in a digest"),
    LetterState.OFF: pgettext_lazy("state of a letter", "Not wanted"),
    LetterState.FAILED: pgettext_lazy("state of a letter", "Given up"),
    LetterState.UNSURE: pgettext_lazy("state of a letter", "Perhaps sent"),
    LetterState.CANCELLED: pgettext_lazy("state of a letter", "Cancelled"),
}
HOOK_STATES: dict[HookState, Promise] = {
    HookState.ACTIVE: pgettext_lazy("state of a web hook", "Served"),
    HookState.PAUSED: pgettext_lazy("state of a web hook", "Paused"),
    HookState.DISABLED: pgettext_lazy("state of a web hook", "Switched off after failures"),
    HookState.REMOVED: pgettext_lazy("state of a web hook", "Removed"),
}
_ERRORS: dict[str, Promise] = {
    "timeout": gettext_lazy("It did not answer in time."),
    "name.unknown": gettext_lazy("Its name is not known."),
    "address.private": gettext_lazy("Its name leads to a private address."),
    "secret.lost": gettext_lazy(
        "Its secret cannot be read, since the site's own is another: remove it and add it anew."
    ),
}


def delivery_result(status: int | None, error: str) -> str:
    """What came of a message: the other side's answer, or why there was none."""
    if status is not None:
        return _("Answered %s") % status
    if not error:
        return _("To be sent again")
    return str(_ERRORS.get(error, _("It could not be reached.")))


def used_sentence(outlook: Outlook) -> str:
    """How much of a commodity is used."""
    numbers = outlook.numbers
    return _("%(share)s of %(committed)s is used; %(free)s is free.") % {
        "share": percent(outlook.used_percent * 100),
        "committed": quantity_text(numbers.commodity, numbers.committed),
        "free": quantity_text(numbers.commodity, numbers.free),
    }


def run_out_sentence(outlook: Outlook, last_on: date, today: date) -> str:
    """When a commodity will be used up at the pace of the last four weeks, with its band."""
    forecast = outlook.run_out
    if forecast is None:
        return _("When it will be used up cannot be told yet: that takes a week of use.")
    gone_on = today + timedelta(days=forecast.days)
    facts = {
        "pace": quantity_text(outlook.numbers.commodity, round(forecast.per_day)),
        "day": _day(gone_on),
        "soonest": _day(today + timedelta(days=forecast.soonest_days)),
        "last": _day(last_on),
    }
    if gone_on > last_on:
        return (
            _(
                "At %(pace)s a day, the pace of the last four weeks, it lasts beyond the award's "
                "last day, %(last)s."
            )
            % facts
        )
    if forecast.latest_days is None:
        return (
            _(
                "At %(pace)s a day, the pace of the last four weeks, it is used up on %(day)s; "
                "with a chance of nine in ten not before %(soonest)s."
            )
            % facts
        )
    if forecast.latest_days == forecast.soonest_days:
        return (
            _("At %(pace)s a day, the pace of the last four weeks, it is used up on %(day)s.")
            % facts
        )
    facts["latest"] = _day(today + timedelta(days=forecast.latest_days))
    return (
        _(
            "At %(pace)s a day, the pace of the last four weeks, it is used up on %(day)s; with a "
            "chance of four in five between %(soonest)s and %(latest)s."
        )
        % facts
    )


def kept_sentence(outlook: Outlook, last_on: date, today: date) -> str:
    """What may not be used by now, what opens it, and when the rest is used up; empty if all is."""
    if not outlook.kept:
        return ""
    commodity = outlook.numbers.commodity
    said = [kept_back_sentence(commodity, one) for one in outlook.kept]
    forecast = outlook.open_run_out
    if forecast is None:
        return " ".join(said)
    gone_on = today + timedelta(days=forecast.days)
    if gone_on >= min(last_on, outlook.opens_on or last_on):
        return " ".join([*said, _("What is open lasts until then at this pace.")])
    gone = _(
        "At this pace what is open is used up on %(day)s already; jobs that could pass it are "
        "refused until more is open."
    ) % {"day": _day(gone_on)}
    return " ".join([*said, gone])


def kept_back_sentence(commodity: str, kept: KeptBack) -> str:
    """What of the free time may not be used by now, and what opens it."""
    amount = quantity_text(commodity, kept.amount)
    match kept.opened_by:
        case Opened.MONTH:
            assert kept.opens_on is not None, kept
            return _(
                "Of what is free, %(amount)s is not open yet; a month's share of it opens on "
                "%(day)s."
            ) % {"amount": amount, "day": _day(kept.opens_on)}
        case Opened.PAYMENT:
            return (
                _(
                    "Of what is free, %s is not open yet; more of it opens once the next part of "
                    "the own share is paid."
                )
                % amount
            )
        case Opened.REPORT:
            return (
                _(
                    "Of what is free, %s is not open yet; more of it opens once an officer has "
                    "accepted the report that is due."
                )
                % amount
            )


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")
