"""Every no of billing, in the order in which it is met."""

from __future__ import annotations

from praya.core.refusal import Refusal


class PeriodNotOver(Refusal):
    """The ``month`` goes on until ``last_on``; it is closed after that."""

    code = "period.not_over"


class PeriodClosedBefore(Refusal):
    """The ``month`` was closed; it is never opened again."""

    code = "period.closed_before"


class PeriodNotNext(Refusal):
    """Months are closed one after another; ``next`` comes before ``month``."""

    code = "period.not_next"


class PeriodNotReady(Refusal):
    """Something in the books of the ``month`` is not in order; ``checks`` are the codes of what."""

    code = "period.not_ready"


class OtherPayment(Refusal):
    """The programme's rules say ``payment``, so there is nothing of the other kind."""

    code = "billing.other_payment"


class ReasonMissing(Refusal):
    """Who takes something back, or gives less, says why; ``action`` is what was tried."""

    code = "billing.reason_missing"


class MonthOpen(Refusal):
    """The ``month`` is not closed, so its charges may still change."""

    code = "invoice.month_open"


class NotAnInvoice(Refusal):
    """``number`` is a credit note: nothing is owed under it."""

    code = "invoice.credit_note"


class AheadInUse(Refusal):
    """What was paid ahead on ``invoice`` can still be used: ``award`` runs, or a job of it does.

    Or a month in which it was used is not closed yet.
    """

    code = "invoice.ahead_in_use"


class AheadKept(Refusal):
    """The rules of ``award`` pay nothing back of what was paid ahead on ``invoice``."""

    code = "invoice.ahead_kept"


class PaidBackAlone(Refusal):
    """Who issued ``invoice``, or recorded or undid a payment of it, does not also take it back."""

    code = "invoice.paid_back_alone"


class UnknownReference(Refusal):
    """No invoice of the programme has this ``reference``."""

    code = "payment.unknown_reference"


class PaidInFuture(Refusal):
    """The money is said to have moved on ``paid_on``, after ``today``."""

    code = "payment.in_future"


class PaidBeforeIssue(Refusal):
    """The payment is said to be of ``paid_on``, and the invoice is of ``issued_on``."""

    code = "payment.before_issue"


class PaymentUndone(Refusal):
    """The payment was undone before, or undoes another one."""

    code = "payment.undone_before"


class ClaimNotNow(Refusal):
    """The ``claim`` is in the ``state`` it is in, and this is done in another."""

    code = "claim.not_now"


class NotClaimable(Refusal):
    """The ``award`` is not accepted, or was ended without use; nothing is claimed under it."""

    code = "claim.award_not_active"


class UnknownCost(Refusal):
    """The rules know no eligible cost ``given``; ``known`` lists those they do."""

    code = "claim.unknown_cost"


class NoShare(Refusal):
    """The rules reimburse nothing of a cost of this ``origin`` paid on ``paid_on``."""

    code = "claim.no_share"


class PaidOutsideAward(Refusal):
    """The cost was paid on ``paid_on``, outside the award's days ``first_on`` to ``last_on``."""

    code = "claim.paid_outside"


class TooManyLines(Refusal):
    """A claim has at most ``limit`` lines."""

    code = "claim.too_many_lines"


class ClaimEmpty(Refusal):
    """A claim without lines asks for nothing."""

    code = "claim.empty"


class AboveShare(Refusal):
    """Line ``number`` may be accepted up to ``share``; ``asked`` is more."""

    code = "claim.above_share"


class NotAssessed(Refusal):
    """Some lines have no answer yet: ``lines`` are their numbers."""

    code = "claim.not_assessed"


class ClaimSamePerson(Refusal):
    """Who claimed or assessed cannot also approve or pay."""

    code = "claim.same_person"


class ClaimUndoSamePerson(Refusal):
    """Who approved, paid or claimed ``claim`` does not also undo that; ``step`` says what."""

    code = "claim.undo_same_person"


class ReferenceUsed(Refusal):
    """The bank's ``reference`` stands for the payment of ``claim`` already; it counts once."""

    code = "claim.reference_used"


class YearStays(Refusal):
    """The rules let nobody waive the year of ``purpose`` from ``first_on``, or it never lapses."""

    code = "year.cannot_waive"


class YearLapsed(Refusal):
    """Of the year of ``purpose`` from ``first_on``, ``lapsed`` is gone already."""

    code = "year.lapsed"


class YearReasonMissing(Refusal):
    """The act needs its reason; ``action`` says which."""

    code = "year.reason_missing"
