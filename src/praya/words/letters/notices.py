"""Mails that warn, mails that gather others, and mails about web hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.life import KeptBack, Opened
from praya.core.quantity import HOUR_S
from praya.words.entries import quantity_text
from praya.words.notices import kept_back_sentence
from praya.words.quantities import number, percent
from praya.words.series import listed

Letter = tuple[str, str]


def used(*, award: str, title: str, commodity: str, **facts: Any) -> Letter:  # noqa: ANN401 -- facts are of every plain type
    """So much of a grant is used."""
    share = percent(facts["percent"] * 100)
    amounts = {
        name: quantity_text(commodity, facts[name])
        for name in ("settled", "in_flight", "free", "committed")
    }
    return (
        _("%(award)s: %(share)s of %(committed)s is used")
        % {"award": award, "share": share, "committed": amounts["committed"]},
        _(
            "Of %(committed)s committed to “%(title)s”, %(settled)s is settled, %(in_flight)s is "
            "in flight and %(free)s is free. Where every part of it comes from stands at\n%(url)s"
        )
        % {**amounts, "title": title, "url": _page(award)},
    )


def run_out(
    *,
    award: str,
    title: str,
    commodity: str,
    gone_on: date,
    soonest_on: date,
    **facts: Any,  # noqa: ANN401 -- as above
) -> Letter:
    """A grant will be used up before its award ends."""
    latest_on, free = facts["latest_on"], quantity_text(commodity, facts["free"])
    band = (
        _("between %(first)s and %(last)s") % {"first": _day(soonest_on), "last": _day(latest_on)}
        if latest_on is not None
        else _("not before %(first)s") % {"first": _day(soonest_on)}
    )
    return (
        _("%(award)s: %(free)s, used up by about %(day)s")
        % {"award": award, "free": free, "day": _day(gone_on)},
        _(
            "At the pace of the last four weeks, the %(free)s that is free for “%(title)s” is used "
            "up on %(day)s, and with a chance of four in five %(band)s. The award ends on "
            "%(last)s. How that is reckoned stands at\n%(url)s"
        )
        % {
            "free": free,
            "title": title,
            "day": _day(gone_on),
            "band": band,
            "last": _day(facts["last_on"]),
            "url": f"{_page(award)}outlook/",
        },
    )


def open_run_out(
    *,
    award: str,
    title: str,
    commodity: str,
    gone_on: date,
    kept: Sequence[Any],
    **_facts: object,
) -> Letter:
    """What is open of a grant will be used up before more of it opens."""
    shut = " ".join(
        kept_back_sentence(commodity, KeptBack(amount, Opened(opened_by), opens_on))
        for amount, opened_by, opens_on in kept
    )
    return (
        _("%(award)s: what is open is used up by about %(day)s")
        % {"award": award, "day": _day(gone_on)},
        _(
            "%(shut)s At the pace of the last four weeks, what “%(title)s” may use by now is used "
            "up on %(day)s. From then on jobs that could pass it are refused until more is open. "
            "What opens more stands at\n%(url)s"
        )
        % {"shut": shut, "title": title, "day": _day(gone_on), "url": f"{_page(award)}life/"},
    )


def ends(
    *, award: str, title: str, last_on: date, days: int, free: Sequence[Any], **_facts: object
) -> Letter:
    """An award ends soon."""
    left = listed(quantity_text(commodity, amount) for commodity, amount in free)
    return (
        ngettext("%(award)s ends in %(days)s day", "%(award)s ends in %(days)s days", days)
        % {"award": award, "days": number(days)},
        _(
            "The last day of the award for “%(title)s” is %(day)s. Free until then: %(left)s. What "
            "is not used goes back to the programme.\n%(url)s"
        )
        % {"title": title, "day": _day(last_on), "left": left, "url": _page(award)},
    )


def hook_disabled(
    *, programme: str, url: str, failures: int, hook: int, **_facts: object
) -> Letter:
    """A web hook was given up."""
    return (
        _("%(programme)s: a web hook was switched off") % {"programme": programme},
        _(
            "%(url)s did not take an entry of the book %(failures)s times in a row, so nothing "
            "more is sent there. Nothing is lost: once you resume the hook, it goes on with the "
            "entry at which it stopped.\n%(page)s"
        )
        % {
            "url": url,
            "failures": number(failures),
            "page": f"{settings.PRAYA_URL}/hooks/{hook}/",
        },
    )


def cluster_incomplete(
    *,
    cluster: str,
    name: str,
    day: date,
    accounts: Sequence[str],
    card_seconds: int,
    **_facts: object,
) -> Letter:
    """A cluster's own sums of a day and the book differ, and nothing explains it."""
    return (
        _("%(cluster)s: sums and charges of %(day)s differ") % {"cluster": name, "day": _day(day)},
        _(
            "On %(day)s what %(cluster)s has summed and what was charged differ by %(hours)s "
            "card-hours that somebody has to look at. Accounts: %(accounts)s. Which jobs they are "
            "stands at\n%(page)s"
        )
        % {
            "day": _day(day),
            "cluster": name,
            "hours": number(Decimal(card_seconds) / HOUR_S, 1),
            "accounts": listed(accounts),
            "page": f"{settings.PRAYA_URL}/clusters/{cluster}/completeness/",
        },
    )


def cluster_loosened(*, cluster: str, name: str, lines: Sequence[str], **_facts: object) -> Letter:
    """A setting that limits depend on was met on a cluster and is no longer."""
    return (
        _("%(cluster)s: limits do not hold any more") % {"cluster": name},
        _(
            "A setting of %(cluster)s was changed there, so awards may pass their limits. Praya "
            "goes on setting them. These lines put it right:\n%(lines)s\nWhat depends on each "
            "stands at\n%(page)s"
        )
        % {
            "cluster": name,
            "lines": "\n".join(lines),
            "page": f"{settings.PRAYA_URL}/clusters/{cluster}/",
        },
    )


def _page(award: str) -> str:
    return f"{settings.PRAYA_URL}/awards/{award}/"


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")


LETTERS: dict[str, Callable[..., Letter]] = {
    "warning.used": used,
    "warning.run_out": run_out,
    "warning.open_run_out": open_run_out,
    "warning.ends": ends,
    "hook.disabled": hook_disabled,
    "cluster.incomplete": cluster_incomplete,
    "cluster.loosened": cluster_loosened,
}
