"""States of reviews, grounds of conflicts, marks and amounts in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from praya.apps.reviews.rules import ConflictKind, ReviewState
from praya.core.review.amount import LineAmount
from praya.words.quantities import number

STATES: dict[ReviewState, Promise] = {
    ReviewState.TO_DECLARE: gettext_lazy("Conflict to declare"),
    ReviewState.CONFLICTED: gettext_lazy("Conflict declared"),
    ReviewState.OPEN: gettext_lazy("To mark"),
    ReviewState.SUBMITTED: pgettext_lazy("state of a review", "Submitted"),
    ReviewState.WITHDRAWN: gettext_lazy("Withdrawn"),
}
CONFLICTS: dict[ConflictKind, Promise] = {
    ConflictKind.NONE: gettext_lazy("No: I have no conflict of interest in this application"),
    ConflictKind.SAME_ORGANISATION: gettext_lazy("Yes: I belong to the same organisation"),
    ConflictKind.CO_AUTHOR: gettext_lazy("Yes: I publish or have lately published with them"),
    ConflictKind.ADVISER: gettext_lazy("Yes: I advise them, or am or was advised by them"),
    ConflictKind.FINANCIAL: gettext_lazy("Yes: I gain or lose money by the outcome"),
    ConflictKind.RELATIVE: gettext_lazy("Yes: one of them is family or a close friend"),
    ConflictKind.OTHER: gettext_lazy("Yes: for another reason, which I write below"),
}
GROUNDS: dict[ConflictKind, Promise] = {
    ConflictKind.SAME_ORGANISATION: gettext_lazy("same organisation"),
    ConflictKind.CO_AUTHOR: gettext_lazy("joint publications"),
    ConflictKind.ADVISER: gettext_lazy("adviser or advised"),
    ConflictKind.FINANCIAL: gettext_lazy("money at stake"),
    ConflictKind.RELATIVE: gettext_lazy("family or friend"),
    ConflictKind.OTHER: gettext_lazy("another reason"),
}
_HUNDREDTH = Decimal("0.01")


def in_percent(value: Fraction | None) -> str:
    """A mark or a spread to two decimals; a dash without one."""
    if value is None:
        return "–"
    return _("%s %%") % number(rounded(value), 2)


def rounded(value: Fraction) -> Decimal:
    """An exact share to two decimals, halves up; for show, never to compare."""
    return (Decimal(value.numerator) / value.denominator).quantize(_HUNDREDTH, ROUND_HALF_UP)


def mean_mark(value: Fraction) -> str:
    """The mean on one criterion."""
    return number(rounded(value), 2)


def amount(given: LineAmount | None) -> str:
    """``16 cards``; ``5,000 card-hours on at most 8 cards``; a dash where nobody said anything."""
    if given is None:
        return "–"
    cards = ngettext("%s card", "%s cards", given.cards) % number(given.cards)
    if not given.card_hours:
        return cards
    hours = ngettext("%s card-hour", "%s card-hours", given.card_hours) % number(given.card_hours)
    return _("%(hours)s on at most %(cards)s") % {"hours": hours, "cards": cards}
