"""An approved claim is decided anew, a paid one is owed again: each by another person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands.recording import record_claim
from praya.apps.billing.models import Claim, ClaimUndoing
from praya.apps.billing.queries.claims import (
    check_state,
    claim_for_update,
    claim_of,
    claim_sums,
    next_attempt,
)
from praya.apps.billing.rules import ClaimState, ClaimStep
from praya.apps.billing.rules.refusals import ClaimUndoSamePerson, ReasonMissing
from praya.apps.books.commands import lock_book, post_claim_undone
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor
from praya.core.ledger import EntryKind

_ENTRIES = {ClaimStep.APPROVAL: EntryKind.CLAIM, ClaimStep.PAYMENT: EntryKind.REIMBURSE}


@transaction.atomic
def undo_claim_payment(*, claim_code: str, reason: str, by: Actor, now: datetime) -> Claim:
    """Undo a payment that was none: the claim is approved, and owed to the claimant again.

    The bank's reference is free again. Repeated, it is refused as not paid.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not paid.
        ClaimUndoSamePerson: the actor recorded the payment, or claims it.
        ReasonMissing: no reason.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    claim = _to_undo(claim_code, by, action="claim.undo_payment")
    check_state(claim, ClaimState.PAID)
    undone = _undo(claim, ClaimStep.PAYMENT, claim.paid_by_id, reason, by=by, now=now)
    claim.state, claim.paid_on = ClaimState.APPROVED.value, None
    claim.bank_reference, claim.paid_by = "", None
    claim.save(update_fields=["state", "paid_on", "bank_reference", "paid_by"])
    _tell("claim.payment_undone", claim, undone, by=by, now=now)
    return claim


@transaction.atomic
def undo_claim_approval(*, claim_code: str, reason: str, by: Actor, now: datetime) -> Claim:
    """Undo an approval: what was drawn is free again, and finance decides the claim anew.

    What a line closed since had paid goes to its pool. Its answers stand until they are given
    again. Repeated, it is refused as not approved.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not approved; of a paid one the payment is undone first.
        ClaimUndoSamePerson: the actor approved it, or claims it.
        ReasonMissing: no reason.
        PeriodClosed: ``now`` lies in a period that was closed.
        CannotReverse: less is used on a line; somebody took it back by other means.

    """
    claim = _to_undo(claim_code, by, action="claim.undo_approval")
    check_state(claim, ClaimState.APPROVED)
    undone = _undo(claim, ClaimStep.APPROVAL, claim.decided_by_id, reason, by=by, now=now)
    claim.state, claim.decided_at, claim.decided_by = ClaimState.SUBMITTED.value, None, None
    claim.save(update_fields=["state", "decided_at", "decided_by"])
    _tell("claim.approval_undone", claim, undone, by=by, now=now)
    return claim


def _to_undo(code: str, by: Actor, *, action: str) -> Claim:
    seen = claim_of(code, by)
    check_may_bill(by, seen.programme.code, action=action)
    lock_book(seen.programme.code)
    return claim_for_update(code)


def _undo(
    claim: Claim, step: ClaimStep, done_by: int | None, reason: str, *, by: Actor, now: datetime
) -> ClaimUndoing:
    assert done_by is not None, claim
    assert by.person_id is not None  # who holds a role has signed in
    if by.person_id in {done_by, claim.claimed_by_id}:
        raise ClaimUndoSamePerson(claim=claim.code, step=step.value)
    if not reason.strip():
        raise ReasonMissing(action=f"claim.undo_{step.value}")
    number = next_attempt(claim, step)
    entry = post_claim_undone(
        programme_code=claim.programme.code,
        kind=_ENTRIES[step],
        number=claim.code,
        attempt=number,
        by=by,
        now=now,
        reason=reason.strip(),
    )
    return ClaimUndoing.objects.create(
        claim=claim,
        step=step.value,
        number=number,
        amount_minor=claim_sums(claim).accepted.minor,
        done_by_id=done_by,
        paid_on=claim.paid_on,
        bank_reference=claim.bank_reference,
        reason=reason.strip(),
        entry=entry.number,
        undone_at=now,
        undone_by_id=by.person_id,
    )


def _tell(action: str, claim: Claim, undone: ClaimUndoing, *, by: Actor, now: datetime) -> None:
    send_letter(
        "claim.undone",
        to=claim.claimed_by,
        claim=claim.code,
        award=claim.award.code,
        step=undone.step,
        amount_minor=undone.amount_minor,
        currency=claim.currency,
        reason=undone.reason,
    )
    record_claim(
        action,
        claim,
        by=by,
        now=now,
        amount_minor=undone.amount_minor,
        bank_reference=undone.bank_reference,
        entry=undone.entry,
        reason=undone.reason,
    )
