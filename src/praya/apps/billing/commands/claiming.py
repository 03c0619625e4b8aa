"""The lead of an award writes a claim: costs with evidence, and submits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from praya.apps.applications.commands.storing import stored
from praya.apps.applications.rules.documents import file_name_of
from praya.apps.awards.queries import award_of
from praya.apps.billing.access import check_is_lead
from praya.apps.billing.commands.recording import record_claim
from praya.apps.billing.models import Claim, ClaimLine
from praya.apps.billing.queries.claims import check_state, claim_for_update, claim_of, claim_sums
from praya.apps.billing.rules import ClaimState
from praya.apps.billing.rules.refusals import (
    ClaimEmpty,
    NoShare,
    NotClaimable,
    OtherPayment,
    PaidInFuture,
    PaidOutsideAward,
    TooManyLines,
    UnknownCost,
)
from praya.apps.billing.rules.states import code_of
from praya.apps.books.commands import lock_book
from praya.apps.programmes.queries import rules_of, today_in
from praya.core.actor import Actor
from praya.core.ledger import check_amounts
from praya.core.programme.money import Claims, ClaimShare
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.awards.models import Award

LINES_MAX = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost as the lead writes it down."""

    cost_code: str
    origin: str
    supplier: str
    paid_on: date
    amount: Money


@transaction.atomic
def begin_claim(*, award_code: str, by: Actor, now: datetime) -> Claim:
    """Begin a claim under an award: the draft there is, if there is one.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: not the lead.
        OtherPayment: the award's rules invoice the own share.
        NotClaimable: the award was never accepted, or could never be used.

    """
    award = award_of(award_code, by)
    check_is_lead(by, award, action="claim.begin")
    _claims_of(award)
    if award.started_at is None:
        raise NotClaimable(award=award.code, state=award.state)
    # The book's lock gives out numbers; nothing is posted.
    lock_book(award.programme.code)
    draft = award.claims.filter(state=ClaimState.DRAFT.value).first()
    if draft is not None:
        return draft
    assert by.person_id is not None  # a lead has signed in
    mine = Claim.objects.filter(programme=award.programme)
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    claim = Claim.objects.create(
        programme=award.programme,
        number=number,
        code=code_of(award.programme.prefix, "R", number),
        award=award,
        currency=award.programme.currency,
        state=ClaimState.DRAFT.value,
        begun_at=now,
        claimed_by_id=by.person_id,
    )
    record_claim("claim.begun", claim, by=by, now=now)
    return claim


@transaction.atomic
def add_claim_line(
    *,
    claim_code: str,
    cost: Cost,
    file_name: str,
    content: IO[bytes],
    by: Actor,
    now: datetime,
) -> ClaimLine:
    """Add a cost with its evidence to a draft. Not idempotent: each call adds a line.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: not the lead.
        ClaimNotNow: it was submitted.
        TooManyLines: it is full.
        AmountNotPositive, AmountTooLarge: it is no amount.
        UnknownCost: the rules reimburse no such cost.
        PaidInFuture, PaidOutsideAward: the day cannot be.
        NoShare: the rules reimburse nothing of that origin on that day.
        AttachmentTooLarge, AttachmentEmpty, and the refusals of ``check_document``.

    """
    claim = _draft(claim_code, by, action="claim.add_line")
    numbers = list(claim.lines.values_list("number", flat=True))
    if len(numbers) >= LINES_MAX:
        raise TooManyLines(limit=LINES_MAX)
    check_amounts(cost.amount.minor)
    assert cost.amount.currency == claim.currency, (cost, claim)
    share = _share_of(claim, cost, now)
    over, under = share.parts
    kept = stored(
        content,
        file_name=file_name_of(file_name),
        limit=settings.PRAYA_ATTACHMENT_BYTES,
        below="evidence",
    )
    line = ClaimLine.objects.create(
        claim=claim,
        number=max(numbers, default=0) + 1,
        cost_code=cost.cost_code,
        origin=cost.origin,
        supplier=cost.supplier.strip(),
        paid_on=cost.paid_on,
        cost_minor=cost.amount.minor,
        share=share.share,
        share_minor=cost.amount.minor * over // under,
        file_name=file_name_of(file_name),
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
        stored_as=kept.stored_as,
    )
    record_claim("claim.line_added", claim, by=by, now=now, line=line.number, sha256=line.sha256)
    return line


@transaction.atomic
def remove_claim_line(*, claim_code: str, number: int, by: Actor, now: datetime) -> Claim:
    """Take a line out of a draft. A line that is not there is none: repeatable.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: not the lead.
        ClaimNotNow: it was submitted.

    """
    claim = _draft(claim_code, by, action="claim.remove_line")
    removed, _ = claim.lines.filter(number=number).delete()
    if removed:
        record_claim("claim.line_removed", claim, by=by, now=now, line=number)
    return claim


@transaction.atomic
def submit_claim(*, claim_code: str, by: Actor, now: datetime) -> Claim:
    """Hand a claim in; from here on it is finance's. Repeated, it is refused as submitted.

    Whoever hands it in claims it, though another lead may have begun it.

    Raises:
        NotFound: there is no such claim, or the actor may not know of it.
        NotAllowed: not the lead.
        ClaimNotNow: it was submitted.
        ClaimEmpty: it has no lines.

    """
    claim = _draft(claim_code, by, action="claim.submit")
    if not claim.lines.exists():
        raise ClaimEmpty(claim=claim.code)
    assert by.person_id is not None  # a lead has signed in
    claim.state, claim.submitted_at = ClaimState.SUBMITTED.value, now
    claim.claimed_by_id = by.person_id
    claim.save(update_fields=["state", "submitted_at", "claimed_by"])
    share = claim_sums(claim).share
    record_claim("claim.submitted", claim, by=by, now=now, share_minor=share.minor)
    return claim


def _draft(code: str, by: Actor, *, action: str) -> Claim:
    seen = claim_of(code, by)
    check_is_lead(by, seen.award, action=action)
    claim = claim_for_update(code)
    check_state(claim, ClaimState.DRAFT)
    return claim


def _share_of(claim: Claim, cost: Cost, now: datetime) -> ClaimShare:
    award = claim.award
    claims = _claims_of(award)
    known = tuple(one.code for one in claims.costs)
    if cost.cost_code not in known:
        raise UnknownCost(given=cost.cost_code, known=known)
    today = today_in(claim.programme, now)
    if cost.paid_on > today:
        raise PaidInFuture(paid_on=cost.paid_on, today=today)
    if not award.first_on <= cost.paid_on <= award.last_on:
        raise PaidOutsideAward(paid_on=cost.paid_on, first_on=award.first_on, last_on=award.last_on)
    share = claims.share_for(cost.origin, cost.paid_on)
    if share is None:
        raise NoShare(origin=cost.origin, paid_on=cost.paid_on)
    return share


def _claims_of(award: Award) -> Claims:
    rules = rules_of(award.rule_version)
    if rules.claims is None:
        raise OtherPayment(payment=rules.payment)
    return rules.claims
