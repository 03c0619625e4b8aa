"""Refusals about money that holders of awards have to pay back."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.quantities import money


def _owner_unfit(refusal: Refusal) -> str:
    return _(
        "Nobody who keeps this programme's money signs in as %(email)s. A debt belongs to somebody "
        "of finance."
    ) % {"email": refusal.email}


def _paid_in_future(refusal: Refusal) -> str:
    return _("The money is said to have moved on %s, which is still to come.") % date_format(
        refusal.paid_on
    )


def _paid_before(refusal: Refusal) -> str:
    return _("The debt is of %(made)s, and the money is said to have come in on %(paid)s.") % {
        "made": date_format(refusal.made_on),
        "paid": date_format(refusal.paid_on),
    }


def _debt_settled(refusal: Refusal) -> str:
    del refusal
    return _(
        "Something was paid on this claim, or given up of it, so it is not undone. Take the "
        "payments back and undo the write-offs first."
    )


def _same_payer(refusal: Refusal) -> str:
    del refusal
    return _("Two people are needed: who recorded the payment may not take it back.")


def _debt_exhausted(refusal: Refusal) -> str:
    return _("%(award)s owes %(owed)s, and %(asked)s is more than that. Give less.") % {
        "award": refusal.award,
        "owed": money(refusal.owed),
        "asked": money(refusal.asked),
    }


def _cannot_spare(refusal: Refusal) -> str:
    return _(
        "Nobody may waive what %(line)s is to bear, since the rules in force name nobody for it. A "
        "later version of the rules can."
    ) % {"line": refusal.line}


SENTENCES = {
    "bearing.cannot_waive": _cannot_spare,
    "debt.owner_unfit": _owner_unfit,
    "debt.paid_in_future": _paid_in_future,
    "debt.paid_before": _paid_before,
    "change.debt_settled": _debt_settled,
    "change.same_payer": _same_payer,
    "book.debt_exhausted": _debt_exhausted,
}
