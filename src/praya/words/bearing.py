"""What lines of newer awards are to bear of older ones, in sentences."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.changes.queries import AdvanceAhead, Bearing
from praya.words.quantities import card_hours, money


def bearing_word(one: Bearing) -> str:
    """What it is borne for."""
    words = _("Advance on %s") if isinstance(one, AdvanceAhead) else _("Debt of %s")
    return words % one.award.code


def bearing_amount(one: Bearing) -> str:
    """What is taken, off which line, and from which day on; or that the line is spared it."""
    said = {
        "amount": money(one.cut.subsidy),
        "hours": card_hours(one.cut.time),
        "line": one.line.code,
        "day": date_format(one.on, "DATE_FORMAT"),
    }
    if one.waiver is not None:
        return _("%(hours)s of %(line)s, waived: %(reason)s") % {
            **said,
            "reason": one.waiver.reason,
        }
    if isinstance(one, AdvanceAhead):
        return _("%(hours)s of %(line)s, from %(day)s") % said
    return _("%(amount)s and %(hours)s of %(line)s, from %(day)s") % said


def bearing_on_offer(one: Bearing) -> str:
    """What an award would bear if it were accepted today."""
    said = {
        "amount": money(one.cut.subsidy),
        "hours": card_hours(one.cut.time),
        "line": one.line.code,
        "older": one.award.code,
        "day": date_format(one.on, "DATE_FORMAT"),
    }
    if isinstance(one, AdvanceAhead):
        return (
            _(
                "You had %(hours)s beforehand, as an advance on %(older)s: if you accept today, "
                "they are taken off line %(line)s from %(day)s on."
            )
            % said
        )
    return (
        _(
            "Your organisation owes money for %(older)s: if you accept today and it is not paid, "
            "%(amount)s and %(hours)s of line %(line)s go to it from %(day)s on."
        )
        % said
    )
