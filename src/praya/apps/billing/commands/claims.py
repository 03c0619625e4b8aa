"""Finance answers a claim: line by line by one, as a whole by another, and pays it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands.recording import record_claim
from praya.apps.billing.models import Claim, ClaimLine
from praya.apps.billing.queries.claims import (
    check_state,
    claim_for_update,
    claim_of,
    claim_sums,
    next_attempt,
)
from praya.apps.billing.rules import ClaimState, ClaimStep
from praya.apps.billing.rules.refusals import (
    AboveShare,
    ClaimSamePerson,
    NotAssessed,
    PaidInFuture,
    ReasonMissing,
    ReferenceUsed,
)
from praya.apps.books.commands import lock_book, post_claim, post_reimbursement
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import today_in
from praya.core.actor import Actor
from praya.core.quantity import Money
from praya.core.refusal import NotFound


@transaction.atomic
def assess_line(
    *, claim_code: str, number: int, accepted: Money, reason: str, by: Actor, now: datetime
) -> ClaimLine:
    """Accept a line in full, in part, or not at all; anything less than its share has a reason.

    May be done again until the claim is decided; the last answer counts. In this order:

    Raises:
        NotFound: there is no such claim or line, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not submitted, or decided.
        ClaimSamePerson: the actor claims it.
        AboveShare: more than the rules reimburse.
        ReasonMissing: less, and no reason.

    """
    claim = _to_answer(claim_code, by, action="claim.assess")
    line = claim.lines.filter(number=number).first()
    if line is None:
        raise NotFound(kind="claim-line", key=f"{claim_code}/{number}")
    check_state(claim, ClaimState.SUBMITTED)
    if claim.claimed_by_id == by.person_id:
        raise ClaimSamePerson(claim=claim.code)
    assert accepted.currency == claim.currency, (accepted, claim)
    if not 0 <= accepted.minor <= line.share_minor:
        share = Money(line.share_minor, claim.currency)
        raise AboveShare(number=number, share=share, asked=accepted)
    if accepted.minor < line.share_minor and not reason.strip():
        raise ReasonMissing(action="claim.assess")
    line.accepted_minor, line.reason = accepted.minor, reason.strip()
    line.assessed_by_id = by.person_id
    line.save(update_fields=["accepted_minor", "reason", "assessed_by"])
    record_claim(
        "claim.assessed",
        claim,
        by=by,
        now=now,
        line=number,
        accepted_minor=accepted.minor,
        reason=line.reason,
    )
    return line


@transaction.atomic
def approve_claim(*, claim_code: str, by: Actor, now: datetime) -> Claim:
    """Approve what was accepted: it is used on the award's lines, and owed to the claimant.

    A claim of which nothing was accepted is rejected instead. Repeated, it is refused as decided.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not submitted, or decided.
        ClaimSamePerson: the actor claims it, or assessed a line of it.
        NotAssessed: a line has no answer yet.
        BookExhausted: the award has less money free.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    seen = claim_of(claim_code, by)
    check_may_bill(by, seen.programme.code, action="claim.approve")
    lock_book(seen.programme.code)
    claim = claim_for_update(claim_code)
    check_state(claim, ClaimState.SUBMITTED)
    lines = list(claim.lines.all())
    if by.person_id in {claim.claimed_by_id, *(line.assessed_by_id for line in lines)}:
        raise ClaimSamePerson(claim=claim.code)
    left = tuple(line.number for line in lines if line.accepted_minor is None)
    if left:
        raise NotAssessed(claim=claim.code, lines=left)
    accepted = claim_sums(claim).accepted
    if accepted:
        post_claim(
            programme_code=claim.programme.code,
            award_code=claim.award.code,
            number=claim.code,
            amount=accepted,
            attempt=next_attempt(claim, ClaimStep.APPROVAL),
            by=by,
            now=now,
            facts={"lines": len(lines)},
        )
    state = ClaimState.APPROVED if accepted else ClaimState.REJECTED
    _decide(claim, state, by=by, now=now)
    _tell(claim, accepted)
    record_claim("claim.approved", claim, by=by, now=now, accepted_minor=accepted.minor)
    return claim


@transaction.atomic
def reject_claim(*, claim_code: str, reason: str, by: Actor, now: datetime) -> Claim:
    """Reject a claim as a whole; it costs nothing, so one person does. Repeated, it is refused.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not submitted, or decided.
        ClaimSamePerson: the actor claims it.
        ReasonMissing: no reason.

    """
    claim = _to_answer(claim_code, by, action="claim.reject")
    check_state(claim, ClaimState.SUBMITTED)
    if claim.claimed_by_id == by.person_id:
        raise ClaimSamePerson(claim=claim.code)
    if not reason.strip():
        raise ReasonMissing(action="claim.reject")
    claim.reason = reason.strip()
    _decide(claim, ClaimState.REJECTED, by=by, now=now)
    _tell(claim, Money(0, claim.currency))
    record_claim("claim.rejected", claim, by=by, now=now, reason=claim.reason)
    return claim


@transaction.atomic
def pay_claim(
    *, claim_code: str, paid_on: date, bank_reference: str, by: Actor, now: datetime
) -> Claim:
    """Record that an approved claim was paid. Repeated, it is refused as paid.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ClaimNotNow: it is not approved, or paid.
        ClaimSamePerson: the actor claims it.
        PaidInFuture: the day is still to come.
        ReferenceUsed: the bank's reference stands for the payment of another claim.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    bank_reference = bank_reference.strip()
    seen = claim_of(claim_code, by)
    check_may_bill(by, seen.programme.code, action="claim.pay")
    lock_book(seen.programme.code)
    claim = claim_for_update(claim_code)
    check_state(claim, ClaimState.APPROVED)
    if claim.claimed_by_id == by.person_id:
        raise ClaimSamePerson(claim=claim.code)
    today = today_in(claim.programme, now)
    if paid_on > today:
        raise PaidInFuture(paid_on=paid_on, today=today)
    _check_reference(claim, bank_reference)
    accepted = claim_sums(claim).accepted
    post_reimbursement(
        programme_code=claim.programme.code,
        award_code=claim.award.code,
        number=claim.code,
        amount=accepted,
        attempt=next_attempt(claim, ClaimStep.PAYMENT),
        by=by,
        now=now,
        facts={"paid_on": paid_on.isoformat(), "bank_reference": bank_reference},
    )
    claim.state, claim.paid_on = ClaimState.PAID.value, paid_on
    claim.bank_reference, claim.paid_by_id = bank_reference, by.person_id
    claim.save(update_fields=["state", "paid_on", "bank_reference", "paid_by"])
    record_claim("claim.paid", claim, by=by, now=now, paid_minor=accepted.minor)
    return claim


def _to_answer(code: str, by: Actor, *, action: str) -> Claim:
    seen = claim_of(code, by)
    check_may_bill(by, seen.programme.code, action=action)
    return claim_for_update(code)


def _check_reference(claim: Claim, bank_reference: str) -> None:
    """Under the book's lock, so two payments cannot both be the first with a reference."""
    paid = Claim.objects.filter(programme=claim.programme, state=ClaimState.PAID.value)
    other = paid.filter(bank_reference=bank_reference).order_by("number").first()
    if other is not None:
        raise ReferenceUsed(claim=other.code, reference=bank_reference)


def _decide(claim: Claim, state: ClaimState, *, by: Actor, now: datetime) -> None:
    claim.state, claim.decided_at, claim.decided_by_id = state.value, now, by.person_id
    claim.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _tell(claim: Claim, accepted: Money) -> None:
    send_letter(
        "claim.decided",
        to=claim.claimed_by,
        claim=claim.code,
        award=claim.award.code,
        accepted_minor=accepted.minor,
        currency=accepted.currency,
        reason=claim.reason,
    )
