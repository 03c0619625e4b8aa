"""Refusals of invoices, payments, claims, closed months and ceilings."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.awards.rules.caps import Cap
from praya.apps.billing.rules import ClaimState, ClaimStep
from praya.core.refusal import Refusal
from praya.words import billing
from praya.words.entries import quantity_text
from praya.words.quantities import money, month
from praya.words.series import listed


def _cap_passed(refusal: Refusal) -> str:
    return _(
        "A ceiling on subsidy would be passed: %(cap)s at most %(ceiling)s, of which %(left)s is "
        "left; %(asked)s is to be granted. Grant less, or have the programme's rules changed."
    ) % {
        "cap": billing.cap_in_words(Cap(refusal.cap), refusal.years),
        "ceiling": money(refusal.ceiling),
        "left": money(refusal.left),
        "asked": money(refusal.asked),
    }


def _not_over(refusal: Refusal) -> str:
    return _("%(month)s goes on until %(day)s. Close it when it is over.") % {
        "month": month(refusal.month),
        "day": date_format(refusal.last_on),
    }


def _closed_before(refusal: Refusal) -> str:
    return _(
        "%s was closed before, and is never opened again. What comes late counts to the open month."
    ) % month(refusal.month)


def _not_next(refusal: Refusal) -> str:
    return _("Months are closed one after another: %(next)s comes before %(month)s.") % {
        "next": month(refusal.next),
        "month": month(refusal.month),
    }


def _not_ready(refusal: Refusal) -> str:
    return _("%(month)s cannot be closed. Not in order: %(checks)s. Look at the checklist.") % {
        "month": month(refusal.month),
        "checks": listed(str(billing.CHECKS[code]) for code in refusal.checks),
    }


def _other_payment(refusal: Refusal) -> str:
    if refusal.payment == "claim":
        return _("Under these rules holders claim their costs back; nothing is invoiced.")
    return _("Under these rules the own share is invoiced; nothing can be claimed.")


def _reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("Write a reason. Whoever it costs money reads it.")


def _month_open(refusal: Refusal) -> str:
    return _(
        "%s is not closed, so its charges may still change. Close the month first, then invoice it."
    ) % month(refusal.month)


def _credit_note(refusal: Refusal) -> str:
    text = _("%s is a credit note; nothing is owed under it. Give the number of the invoice.")
    return text % str(refusal.number)


def _unknown_reference(refusal: Refusal) -> str:
    return _(
        "The programme has no invoice “%s”. Nothing was recorded. Look at the payment again, or "
        "ask the payer."
    ) % str(refusal.reference)


def _in_future(refusal: Refusal) -> str:
    return _("The money is said to have moved on %s, which is still to come.") % date_format(
        refusal.paid_on
    )


def _before_issue(refusal: Refusal) -> str:
    return _("The invoice is of %(issued)s, and the payment is said to be of %(paid)s.") % {
        "issued": date_format(refusal.issued_on),
        "paid": date_format(refusal.paid_on),
    }


def _undone_before(refusal: Refusal) -> str:
    del refusal
    return _("This payment was undone before; nothing was changed.")


def _overpaid(refusal: Refusal) -> str:
    return _(
        "%(open)s is open on %(invoice)s, and %(asked)s is more. Nothing was recorded. What was "
        "paid too much goes back to the payer."
    ) % {
        "open": quantity_text(refusal.commodity, refusal.open),
        "asked": quantity_text(refusal.commodity, refusal.asked),
        "invoice": refusal.invoice,
    }


def _claim_not_now(refusal: Refusal) -> str:
    return _("%(claim)s is “%(state)s”, so this cannot be done now.") % {
        "claim": refusal.claim,
        "state": billing.CLAIM_STATES[ClaimState(refusal.state)],
    }


def _award_not_active(refusal: Refusal) -> str:
    return _("%s was not accepted, so nothing can be claimed under it.") % str(refusal.award)


def _unknown_cost(refusal: Refusal) -> str:
    return _("The rules reimburse no cost “%(given)s”. They know: %(known)s.") % {
        "given": refusal.given,
        "known": listed(refusal.known),
    }


def _no_share(refusal: Refusal) -> str:
    return _("The rules reimburse nothing of the origin “%(origin)s” paid on %(day)s.") % {
        "origin": refusal.origin,
        "day": date_format(refusal.paid_on),
    }


def _paid_outside(refusal: Refusal) -> str:
    return _(
        "The cost was paid on %(day)s; the award runs from %(first)s to %(last)s, and only what "
        "was paid in these days can be claimed."
    ) % {
        "day": date_format(refusal.paid_on),
        "first": date_format(refusal.first_on),
        "last": date_format(refusal.last_on),
    }


def _too_many_lines(refusal: Refusal) -> str:
    return _("A claim has at most %s lines. Submit this one and begin another.") % str(
        refusal.limit
    )


def _claim_empty(refusal: Refusal) -> str:
    return _("%s has no lines. Add the costs with their evidence first.") % str(refusal.claim)


def _above_share(refusal: Refusal) -> str:
    return _(
        "Line %(number)s may be accepted up to %(share)s; %(asked)s is more, or below zero."
    ) % {
        "number": refusal.number,
        "share": money(refusal.share),
        "asked": money(refusal.asked),
    }


def _not_assessed(refusal: Refusal) -> str:
    return _("Lines without an answer: %s. Accept or reject each of them first.") % listed(
        str(one) for one in refusal.lines
    )


def _claim_same_person(refusal: Refusal) -> str:
    del refusal
    return _(
        "You claimed or assessed this, so somebody else of finance has to do it: money takes two "
        "people."
    )


def _ahead_in_use(refusal: Refusal) -> str:
    return _(
        "What was paid ahead on %(invoice)s can still be used: %(award)s runs, or a job of it "
        "does, or a month of its use is not closed. Pay the rest back after that; until then only "
        "what is open can be taken back."
    ) % {"invoice": refusal.invoice, "award": refusal.award}


def _ahead_kept(refusal: Refusal) -> str:
    return _(
        "By the rules of %(award)s the centre keeps what was paid ahead and not used, so nothing "
        "of %(invoice)s is paid back."
    ) % {"invoice": refusal.invoice, "award": refusal.award}


def _paid_back_alone(refusal: Refusal) -> str:
    return _(
        "You issued %(invoice)s, or recorded or undid a payment of it, so somebody else of finance "
        "takes it back: money takes two people."
    ) % {"invoice": refusal.invoice}


def _claim_undo_same_person(refusal: Refusal) -> str:
    done = {
        ClaimStep.APPROVAL: _("You approved or wrote %s, so somebody else of finance undoes it."),
        ClaimStep.PAYMENT: _(
            "You recorded the payment of %s or wrote the claim, so somebody else of finance undoes "
            "it."
        ),
    }
    return done[ClaimStep(refusal.step)] % str(refusal.claim)


def _claim_reference_used(refusal: Refusal) -> str:
    return _(
        "The bank's reference “%(reference)s” stands for the payment of %(claim)s, and counts "
        "once. Nothing was recorded. Look at the bank's statement again."
    ) % {"reference": refusal.reference, "claim": refusal.claim}


def _year_stays(refusal: Refusal) -> str:
    return _(
        "What the year of “%(purpose)s” from %(day)s leaves can be waived by nobody: the rules in "
        "force name nobody for it, or nothing of it lapses. A later version of the rules can."
    ) % {"purpose": refusal.purpose, "day": date_format(refusal.first_on, "DATE_FORMAT")}


def _year_lapsed(refusal: Refusal) -> str:
    return _(
        "%(lapsed)s of the year of “%(purpose)s” from %(day)s has lapsed. Two people of finance "
        "can turn the entry round; then it does not lapse again."
    ) % {
        "lapsed": money(refusal.lapsed),
        "purpose": refusal.purpose,
        "day": date_format(refusal.first_on, "DATE_FORMAT"),
    }


def _year_reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("Write the reason: it stays with the year.")


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "year.cannot_waive": _year_stays,
    "year.lapsed": _year_lapsed,
    "year.reason_missing": _year_reason_missing,
    "subsidy.cap_passed": _cap_passed,
    "period.not_over": _not_over,
    "period.closed_before": _closed_before,
    "period.not_next": _not_next,
    "period.not_ready": _not_ready,
    "billing.other_payment": _other_payment,
    "billing.reason_missing": _reason_missing,
    "invoice.month_open": _month_open,
    "invoice.credit_note": _credit_note,
    "invoice.ahead_in_use": _ahead_in_use,
    "invoice.ahead_kept": _ahead_kept,
    "invoice.paid_back_alone": _paid_back_alone,
    "payment.unknown_reference": _unknown_reference,
    "payment.in_future": _in_future,
    "payment.before_issue": _before_issue,
    "payment.undone_before": _undone_before,
    "book.invoice_overpaid": _overpaid,
    "claim.not_now": _claim_not_now,
    "claim.award_not_active": _award_not_active,
    "claim.unknown_cost": _unknown_cost,
    "claim.no_share": _no_share,
    "claim.paid_outside": _paid_outside,
    "claim.too_many_lines": _too_many_lines,
    "claim.empty": _claim_empty,
    "claim.above_share": _above_share,
    "claim.not_assessed": _not_assessed,
    "claim.same_person": _claim_same_person,
    "claim.undo_same_person": _claim_undo_same_person,
    "claim.reference_used": _claim_reference_used,
}
