"""Leases in words: what of the cards that are held is used."""

from __future__ import annotations

from django.utils.translation import gettext as _

from praya.apps.usage.rules import HeldCards
from praya.core.quantity import CardTime, Money
from praya.words.quantities import card_hours, money, percent_of


def held_sentence(held: HeldCards, currency: str) -> str:
    """How much of what was held was busy, and what the idle rest costs."""
    time = CardTime(held.held_s, held.device_model)
    if not held.idle_s:
        return _("%(line)s: %(held)s were held, and jobs ran on all of them.") % {
            "line": held.line,
            "held": card_hours(time),
        }
    return _(
        "%(line)s: %(held)s were held. Jobs ran on %(busy)s of them; %(idle)s were idle and cost "
        "%(cost)s at list price, of which the own share is %(own)s."
    ) % {
        "line": held.line,
        "held": card_hours(time),
        "busy": percent_of(held.busy_s, held.held_s),
        "idle": card_hours(CardTime(held.idle_s, held.device_model)),
        "cost": money(Money(held.idle_list_minor, currency)),
        "own": money(Money(held.idle_own_minor, currency)),
    }
