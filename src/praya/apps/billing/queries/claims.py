"""Claims, as those see them who may."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet, Sum

from praya.apps.billing.access import (
    check_may_read_billing,
    may_bill,
    may_read_billing,
    may_see_of_award,
)
from praya.apps.billing.models import Claim, ClaimLine, ClaimUndoing
from praya.apps.billing.rules import ClaimState, ClaimStep
from praya.apps.billing.rules.refusals import ClaimNotNow
from praya.apps.programmes.queries import HEAVY, programme_of
from praya.core.actor import Actor, Role
from praya.core.quantity import Money
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """What was paid, what of it the rules reimburse, and what was accepted so far."""

    cost: Money
    share: Money
    accepted: Money


@dataclass(frozen=True, slots=True)
class SameEvidence:
    """A line of a claim with the same file as another."""

    claim: str
    number: int
    state: ClaimState

    def __str__(self) -> str:
        return f"{self.claim}/{self.number}"


def claims_in(programme_code: str, by: Actor) -> QuerySet[Claim]:
    """Every claim of a programme but drafts, with ``share_minor`` and ``accepted_minor``.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor.

    """
    programme_of(programme_code)
    check_may_read_billing(by, programme_code)
    found = _summed().filter(programme__code=programme_code)
    return found.exclude(state=ClaimState.DRAFT.value)


def claims_of_award(award_code: str) -> QuerySet[Claim]:
    """An award's claims, the latest first; ask ``may_see_of_award`` first."""
    return _summed().filter(award__code=award_code)


def claims_to_do(by: Actor) -> QuerySet[Claim]:
    """Claims that wait for finance: to be assessed and approved, or to be paid."""
    waiting = (ClaimState.SUBMITTED.value, ClaimState.APPROVED.value)
    codes = by.programmes_as(Role.FINANCE)
    return _summed().filter(programme__code__in=codes, state__in=waiting).order_by("submitted_at")


def claim_of(code: str, by: Actor) -> Claim:
    """A claim. A draft is its lead's alone.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    claim = _claims().filter(code=code).first()
    if claim is None or not _may_see(by, claim):
        raise NotFound(kind="claim", key=code)
    return claim


def claim_for_update(code: str) -> Claim:
    """A claim, locked until the transaction ends; raises ``NotFound``."""
    claim = _claims().select_for_update(of=("self",)).filter(code=code).first()
    if claim is None:
        raise NotFound(kind="claim", key=code)
    return claim


def check_state(claim: Claim, state: ClaimState) -> None:
    """Refuse what is done to claims in another state.

    Raises:
        ClaimNotNow: the claim is elsewhere on its way.

    """
    if claim.state != state.value:
        raise ClaimNotNow(claim=claim.code, state=claim.state)


def claim_sums(claim: Claim) -> ClaimSums:
    """The sums of a claim's lines; a row of a list has them already."""
    names = ("cost_minor", "share_minor", "accepted_minor")
    if not hasattr(claim, "cost_minor"):
        found = claim.lines.aggregate(**{name: Sum(name, default=0) for name in names})
    else:
        found = {name: getattr(claim, name) for name in names}
    return ClaimSums(*(Money(found[name], claim.currency) for name in names))


def next_attempt(claim: Claim, step: ClaimStep) -> int:
    """Which approval or payment of a claim the next one is: one more for each that was undone."""
    return claim.undoings.filter(step=step.value).count() + 1


def undoings_of(claim: Claim) -> QuerySet[ClaimUndoing]:
    """What of a claim was undone, the latest last."""
    return claim.undoings.select_related("done_by", "undone_by").order_by("id")


def also_claimed(claim: Claim, by: Actor) -> dict[int, list[SameEvidence]]:
    """Lines of submitted claims of the whole site with the same evidence, by number of line.

    Those who answer and audit read it; to all others it is empty, since it tells of other claims.
    Another line of the same claim counts as well. One query.
    """
    if not may_read_billing(by, claim.programme.code):
        return {}
    mine = list(claim.lines.all())
    others = ClaimLine.objects.filter(sha256__in={line.sha256 for line in mine})
    found = list(
        others.exclude(claim__state=ClaimState.DRAFT.value)
        .order_by("claim__code", "number")
        .values_list("sha256", "claim__code", "number", "claim__state")
    )
    return {
        line.number: [
            SameEvidence(code, number, ClaimState(state))
            for sha256, code, number, state in found
            if sha256 == line.sha256 and (code, number) != (claim.code, line.number)
        ]
        for line in mine
    }


def evidence_of(code: str, number: int, by: Actor) -> tuple[ClaimLine, Path]:
    """A line of a claim and where its document lies.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    claim = claim_of(code, by)
    line = claim.lines.filter(number=number).first()
    if line is None:
        raise NotFound(kind="evidence", key=f"{code}/{number}")
    return line, Path(settings.PRAYA_HOME) / "evidence" / line.stored_as


def _may_see(by: Actor, claim: Claim) -> bool:
    if claim.state == ClaimState.DRAFT.value:
        return by.is_known and claim.award.lead_id == by.person_id
    return may_see_of_award(by, claim.award) or may_bill(by, claim.programme.code)


def _claims() -> QuerySet[Claim]:
    return Claim.objects.select_related(
        "programme",
        "award__organisation",
        "award__programme",
        "award__rule_version",
        "award__lead",
        "claimed_by",
        "decided_by",
        "paid_by",
    ).defer(*(f"award__rule_version__{one}" for one in HEAVY))


def _summed() -> QuerySet[Claim]:
    return _claims().annotate(
        cost_minor=Sum("lines__cost_minor", default=0),
        share_minor=Sum("lines__share_minor", default=0),
        accepted_minor=Sum("lines__accepted_minor", default=0),
    )
