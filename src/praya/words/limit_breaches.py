"""What an application asks against the programme's limits, in words."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from praya.core.programme.asking import LimitBreach
from praya.core.quantity import CardTime, Money
from praya.words.quantities import card_hours, money, number

_SENTENCES = {
    "limit.empty": _("Nothing is asked for. Add at least one line."),
    "limit.shape": _("This programme does not take requests of this shape."),
    "limit.no_cards": _("Ask for at least one card."),
    "limit.no_card_hours": _("Ask for at least one card-hour."),
    "limit.dates_reversed": _("The line ends before it begins. Change one of the two days."),
    "limit.outside_period": _(
        "The days are outside the programme’s period, %(period_first)s to %(period_last)s."
    ),
    "limit.more_than_cards_give": _(
        "%(card_hours)s card-hours are more than these cards can give in these days: "
        "%(deliverable)s. Ask for more cards, more days or fewer hours."
    ),
    "limit.unknown_device_model": _("This programme does not lend “%(device_model)s”."),
    "limit.no_price": _(
        "There is no list price for %(device_model)s on %(day)s. Choose other days."
    ),
    "limit.card_hours_below": _(
        "%(time)s are asked for in all; the least is %(limit)s card-hours."
    ),
    "limit.card_hours_above": _("%(time)s are asked for in all; the most is %(limit)s card-hours."),
    "limit.cards_at_once": _(
        "%(cards)s cards of %(device_model)s are asked for at once; the most is %(cards_max)s."
    ),
    "limit.months": _(
        "The lines run from %(first_on)s to %(last_on)s; the most is %(months_max)s months."
    ),
    "limit.list_value_below": _("The list value is %(value)s; the least is %(limit)s."),
    "limit.list_value_above": _("The list value is %(value)s; the most is %(limit)s."),
}


def sentence_for_breach(breach: LimitBreach) -> str:
    """Which limit is passed, by how much, and what would be within it."""
    said = {name: _word(fact) for name, fact in breach.facts.items()}
    if "seconds" in breach.facts:
        said["time"] = card_hours(CardTime(breach.facts["seconds"], ""))
    sentence = gettext(_SENTENCES[breach.code]) % said
    if breach.line is None:
        return sentence
    return gettext("Line %(line)s: %(sentence)s") % {"line": breach.line, "sentence": sentence}


def _word(fact: Any) -> str:  # noqa: ANN401 -- facts are of every plain type
    """One fact as a reader writes it."""
    if isinstance(fact, Money):
        return money(fact)
    if isinstance(fact, int):
        return number(fact)
    return date_format(fact, "DATE_FORMAT") if hasattr(fact, "isoformat") else str(fact)
