"""The main navigation: which pages stand in it, and for whom.

An area adds a line to ``ITEMS``; nothing here may ask the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.applications.access import sits_at_a_desk
from praya.apps.awards.access import sees_decisions
from praya.apps.changes.access import SEES_CHANGES
from praya.apps.clusters.access import may_see_machines
from praya.apps.forecasts.access import sees_forecasts
from praya.apps.reviews.access import reviews_cases
from praya.core.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the navigation, with what is found there. ``shown_to`` reads the actor only."""

    label: str | Promise
    url_name: str
    icon: str
    shown_to: Callable[[Actor], bool]
    about: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as one page shows it."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    about: str | Promise


def is_known(actor: Actor) -> bool:
    """Whoever has signed in."""
    return actor.is_known


def anyone(actor: Actor) -> bool:
    """Every visitor."""
    del actor
    return True


def keeps_the_money(actor: Actor) -> bool:
    """Who keeps the money of some programme, or looks into it."""
    return bool(actor.programmes_as(Role.FINANCE, Role.AUDITOR))


def sees_changes(actor: Actor) -> bool:
    """Who decides on changes of awards somewhere, or looks into them."""
    return bool(actor.programmes_as(*SEES_CHANGES))


ITEMS: tuple[Item, ...] = (
    Item(_("Home"), "web:home", "home", anyone),
    Item(
        _("Programmes"),
        "web:programmes",
        "book",
        anyone,
        _("Programmes with their calls, rules and public figures."),
    ),
    Item(
        _("Applications"),
        "web:applications",
        "file-text",
        is_known,
        _("Apply for time, and see where each case stands and whose turn it is."),
    ),
    Item(
        _("Desk"),
        "web:desks",
        "clipboard-list",
        sits_at_a_desk,
        _("Cases to check, stage by stage, with the days each may take."),
    ),
    Item(
        _("Reviews"),
        "web:review-list",
        "edit",
        reviews_cases,
        _("Cases to mark, and what you have marked."),
    ),
    Item(
        _("Committee"),
        "web:committee",
        "gavel",
        sees_decisions,
        _("Rounds to decide, ranked, beside the money that is left."),
    ),
    Item(
        _("Awards"),
        "web:award-list",
        "star",
        is_known,
        _("What was granted, how much is used and what is free."),
    ),
    Item(
        _("Changes"),
        "web:change-list",
        "refresh",
        sees_changes,
        _("What teams ask to change on their awards."),
    ),
    Item(
        _("Jobs"),
        "web:job-list",
        "player-play",
        is_known,
        _("What runs, what waits and why, and what has ended."),
    ),
    Item(
        _("Forecasts"),
        "web:forecast-list",
        "chart-bar",
        sees_forecasts,
        _("What the machines will do, and what would come of a change."),
    ),
    Item(
        _("Clusters"),
        "web:clusters",
        "server",
        may_see_machines,
        _("The machines, and whether they still answer."),
    ),
    Item(
        _("Finance"),
        "web:finance-list",
        "wallet",
        keeps_the_money,
        _("Statements, claims, invoices and figures by programme."),
    ),
)


def navigation_for(actor: Actor, path: str) -> list[Entry]:
    """The entries an actor sees; the longest address that ``path`` begins with is the current."""
    shown = [(item, reverse(item.url_name)) for item in ITEMS if item.shown_to(actor)]
    home = reverse("web:home")
    fitting = [url for _item, url in shown if path == url or (url != home and path.startswith(url))]
    current = max(fitting, key=len, default=None)
    return [Entry(item.label, url, item.icon, url == current, item.about) for item, url in shown]
