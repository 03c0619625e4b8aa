"""Refusals of the book; that of a job past its limit stands with the jobs'."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.entries import quantity_text


def _amount_not_positive(refusal: Refusal) -> str:
    del refusal
    return _("The amount is nothing, or less. Give one above zero.")


def _amount_too_large(refusal: Refusal) -> str:
    del refusal
    return _("The amount is larger than any programme could mean. Look at its digits again.")


def _key_reused(refusal: Refusal) -> str:
    return _(
        "The key «%(key)s» was used before for something else, in entry %(number)s. Nothing was "
        "posted. Use a new key."
    ) % {"key": refusal.key, "number": refusal.number}


def _period_closed(refusal: Refusal) -> str:
    return _(
        "The book is closed to the end of %(day)s, and this would stand before that. Nothing was "
        "posted. Post it in the open period; finance can tell when that began."
    ) % {"day": date_format(refusal.closed_until, "DATE_FORMAT")}


def _hold_expired(refusal: Refusal) -> str:
    return _(
        "The hold under the key «%(key)s» would have expired before it is made. Nothing was "
        "held. Ask with an instant that lies ahead."
    ) % {"key": refusal.key}


def _unknown_line(refusal: Refusal) -> str:
    return _("The book has no award line %(line)s. It appears when the award is accepted.") % {
        "line": refusal.line
    }


def _line_closed(refusal: Refusal) -> str:
    return _(
        "Award line %(line)s is closed: what was free on it has been given back, and nothing new "
        "begins on it. The officers of the programme can tell what comes next."
    ) % {"line": refusal.line}


def _wrong_commodity(refusal: Refusal) -> str:
    return _("Award line %(line)s counts %(expected)s, not %(given)s. Nothing was posted.") % {
        "line": refusal.line,
        "expected": refusal.expected,
        "given": refusal.given,
    }


def _wrong_pool(refusal: Refusal) -> str:
    return _(
        "Award line %(line)s was granted out of the pool %(expected)s; it cannot go back to "
        "%(given)s."
    ) % {"line": refusal.line, "expected": refusal.expected, "given": refusal.given}


def _pool_exhausted(refusal: Refusal) -> str:
    return _(
        "The pool %(pool)s has %(free)s left, and %(asked)s is asked for. Finance can fund the "
        "pool, or less can be awarded."
    ) % {
        "pool": refusal.pool,
        "free": quantity_text(refusal.commodity, refusal.free),
        "asked": quantity_text(refusal.commodity, refusal.asked),
    }


def _hold_unknown(refusal: Refusal) -> str:
    return _("The book has no hold under the key «%(key)s».") % {"key": refusal.key}


def _hold_ended(refusal: Refusal) -> str:
    return _("The hold under the key «%(key)s» has ended before; nothing was posted again.") % {
        "key": refusal.key
    }


def _unknown_entry(refusal: Refusal) -> str:
    return _("The book has no entry %(number)s.") % {"number": refusal.number}


def _not_reversible(refusal: Refusal) -> str:
    del refusal
    return _(
        "Entries of this kind are not reversed. A hold is released; a reversal is posted anew."
    )


def _already_reversed(refusal: Refusal) -> str:
    return _("Entry %(number)s was reversed before.") % {"number": refusal.number}


def _part_of_change(refusal: Refusal) -> str:
    if refusal.change is None:
        return _(
            "Entry %(number)s belongs to a debt, which would not follow. Nothing was asked. Put it "
            "right at the debt."
        ) % {"number": refusal.number}
    return _(
        "Entry %(number)s belongs to change %(change)s of an award, whose terms would not follow. "
        "Nothing was asked. Undo the change instead."
    ) % {"number": refusal.number, "change": refusal.change}


def _part_of_claim(refusal: Refusal) -> str:
    return _(
        "Entry %(number)s approved or paid a claim of costs, which would not follow. Nothing was "
        "asked. Undo the approval or the payment at the claim instead."
    ) % {"number": refusal.number}


def _part_of_award(refusal: Refusal) -> str:
    return _(
        "Entry %(number)s granted an award what its agreement says; the award would stay in force "
        "with nothing left to use. Nothing was asked. Cut the award by a change, or end it."
    ) % {"number": refusal.number}


def _part_of_end(refusal: Refusal) -> str:
    return _(
        "Entry %(number)s returned what was free when the award ended. The award stays ended, so "
        "what came back could not be used. Nothing was asked. Grant the team a new award instead."
    ) % {"number": refusal.number}


def _cannot_reverse(refusal: Refusal) -> str:
    return _(
        "What the entry moved has moved on: %(short)s is missing on %(account)s. Undo what came "
        "after it first."
    ) % {"short": quantity_text(refusal.commodity, refusal.short), "account": refusal.account}


def _reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("Say why: the book keeps the reason beside the correction.")


def _unknown_account(refusal: Refusal) -> str:
    return _(
        "Nothing ever stood on the account «%(account)s» in %(commodity)s. Take the name of an "
        "account, and its commodity, as the book lists them."
    ) % {"account": refusal.account, "commodity": refusal.commodity}


def _not_adjustable(refusal: Refusal) -> str:
    return _(
        "Nothing is moved by hand on «%(account)s»: what is in flight belongs to holds, which are "
        "settled or released; what is to be paid back belongs to a debt, which is paid or given "
        "up; what is open belongs to an invoice or a claim, which is paid or taken back; and from "
        "an account to itself nothing moves."
    ) % {"account": refusal.account}


def _account_short(refusal: Refusal) -> str:
    return _(
        "%(short)s is missing on «%(account)s» for what is to be taken from it. Take less."
    ) % {"short": quantity_text(refusal.commodity, refusal.short), "account": refusal.account}


def _same_person(refusal: Refusal) -> str:
    del refusal
    return _(
        "You asked for this, so somebody else of finance has to approve it: money takes two people."
    )


def _already_decided(refusal: Refusal) -> str:
    del refusal
    return _("This request was decided before. Nothing was posted twice.")


SENTENCES = {
    "book.amount_not_positive": _amount_not_positive,
    "book.amount_too_large": _amount_too_large,
    "book.key_reused": _key_reused,
    "book.period_closed": _period_closed,
    "book.hold_expired": _hold_expired,
    "book.unknown_line": _unknown_line,
    "book.line_closed": _line_closed,
    "book.wrong_commodity": _wrong_commodity,
    "book.wrong_pool": _wrong_pool,
    "book.pool_exhausted": _pool_exhausted,
    "book.hold_unknown": _hold_unknown,
    "book.hold_ended": _hold_ended,
    "book.unknown_entry": _unknown_entry,
    "book.not_reversible": _not_reversible,
    "book.already_reversed": _already_reversed,
    "book.part_of_change": _part_of_change,
    "book.part_of_claim": _part_of_claim,
    "book.part_of_award": _part_of_award,
    "book.part_of_end": _part_of_end,
    "book.cannot_reverse": _cannot_reverse,
    "book.reason_missing": _reason_missing,
    "book.unknown_account": _unknown_account,
    "book.not_adjustable": _not_adjustable,
    "book.account_short": _account_short,
    "funding.same_person": _same_person,
    "funding.already_decided": _already_decided,
}
