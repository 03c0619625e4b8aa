"""What reviewers and the committee made of the cases: reviews, proposals, decisions."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.seed.cases import DAY, LEFT_BEHIND, RATE_BP, Case
from benchmarks.seed.scale import NOW
from benchmarks.seed.site import Place
from praya.apps.awards.models import Decision, DecisionLine, Proposal
from praya.apps.awards.queries import worth_of
from praya.apps.reviews.commands import keep_result
from praya.apps.reviews.models import Mark, RecommendedLine, Review
from praya.core.actor import Role
from praya.core.programme.asking import AskedLine

OUTCOME = {
    "decided": "award",
    "wait-listed": "wait-list",
    "deferred": "defer",
    "rejected": "reject",
    "awarded": "award",
}


def review(place: Place, cases: list[Case], chance: random.Random) -> None:
    """Reviews of the cases that have come so far, and what they say together."""
    reviewers = place.staff[Role.REVIEWER]
    reviews = []
    for case in cases:
        left_behind = LEFT_BEHIND[case.row.state]
        if left_behind < 2:
            continue
        for number, person in enumerate(chance.sample(reviewers, min(3, len(reviewers)))):
            is_done = left_behind > 2
            state = "submitted" if is_done else ("to-declare", "open", "submitted")[number]
            at = case.row.turn_since if not is_done else case.submitted_at + 20 * DAY
            reviews.append(
                Review(
                    application=case.row,
                    reviewer=person,
                    state=state,
                    assigned_at=case.submitted_at + 9 * DAY,
                    assigned_by=place.staff[Role.OFFICER][1],
                    due_on=(NOW + 10 * DAY).date(),
                    conflict="" if state == "to-declare" else "none",
                    declared_at=None if state == "to-declare" else at,
                    submission=case.submission if state == "submitted" else None,
                    comment="Worth doing." if state == "submitted" else "",
                    revision=3,
                    submitted_at=at if state == "submitted" else None,
                )
            )
    Review.objects.bulk_create(reviews, batch_size=1000)
    _marks(place, cases, reviews, chance)


def _marks(place: Place, cases: list[Case], reviews: list[Review], chance: random.Random) -> None:
    asked_of = {case.row.pk: case.asked for case in cases}
    done = [review for review in reviews if review.state == "submitted"]
    Mark.objects.bulk_create(
        (
            Mark(review=review, criterion=one.code, points=chance.randint(2, 5), comment="Clear.")
            for review in done
            for one in place.rules.scoring.criteria
        ),
        batch_size=2000,
    )
    RecommendedLine.objects.bulk_create(
        (
            RecommendedLine(
                review=review, number=line.number, cards=line.cards, card_hours=line.card_hours
            )
            for review in done
            for line in asked_of[review.application_id]
        ),
        batch_size=2000,
    )
    for pk in {review.application_id for review in done}:
        keep_result(pk)


def decide(place: Place, cases: list[Case], chance: random.Random) -> None:
    """Decisions on the cases that have come so far, and the desk's proposals for the others."""
    committee, officers = place.staff[Role.COMMITTEE], place.staff[Role.OFFICER]
    decided = [case for case in cases if case.row.state in OUTCOME]
    for case in decided:
        is_held = case.row.state == "decided"
        case.decision = Decision(
            application=case.row,
            round=case.row.round,
            submission=case.submission,
            rule_version=place.version,
            outcome=OUTCOME[case.row.state],
            reasons="It fits the programme.",
            rate_bp=RATE_BP if case.row.state in {"decided", "awarded"} else 0,
            decided_at=case.decided_at,
            decided_by=chance.choice(committee),
            released_at=None if is_held else case.decided_at + DAY,
            released_by=None if is_held else officers[0],
            **_worth(place, case),
        )
    Decision.objects.bulk_create((case.decision for case in decided), batch_size=500)
    DecisionLine.objects.bulk_create(
        (_decision_line(case, line) for case in decided for line in case.asked), batch_size=1000
    )
    Proposal.objects.bulk_create(
        (
            Proposal(
                application=case.row,
                number=line.number,
                cards=line.cards,
                card_hours=line.card_hours,
                proposed_at=case.row.turn_since,
                proposed_by=officers[0],
            )
            for case in cases
            if case.row.state == "to-decide"
            for line in case.asked
        ),
        batch_size=1000,
    )


def _worth(place: Place, case: Case) -> dict[str, Any]:
    lines = case.asked if case.row.state in {"decided", "awarded"} else []
    worth = worth_of(place.rules, lines, rate_bp=RATE_BP)
    return {
        "list_minor": worth.list_price.minor,
        "subsidy_minor": worth.subsidy.minor,
        "card_seconds": {one.device_model: one.seconds for one in worth.times},
    }


def _decision_line(case: Case, line: AskedLine) -> DecisionLine:
    grants = case.row.state in {"decided", "awarded"}
    return DecisionLine(
        decision=case.decision,
        number=line.number,
        shape=line.shape,
        device_model_code=line.device_model,
        first_on=line.first_on,
        last_on=line.last_on,
        requested_cards=line.cards,
        requested_card_hours=line.card_hours,
        recommended_cards=line.cards,
        recommended_card_hours=line.card_hours,
        awarded_cards=line.cards if grants else 0,
        awarded_card_hours=line.card_hours if grants else 0,
    )
