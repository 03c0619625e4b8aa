"""Reviewers, committee and leads of the demo, by the commands a click or a call runs."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from praya.apps.applications.queries import application_named, latest_submission
from praya.apps.applications.rules import CaseState, LineShape
from praya.apps.awards import commands as awards
from praya.apps.awards.queries import awards_visible_to, case_to_decide
from praya.apps.awards.rules import AwardState, MemberRole, Outcome
from praya.apps.people.queries import person_by_email
from praya.apps.reviews import commands as reviews
from praya.apps.reviews.queries import reviews_of
from praya.apps.reviews.rules import ConflictKind, MarkGiven, ReviewState
from praya.core.programme.document import ProgrammeRules
from praya.core.review.amount import LineAmount
from praya.demo.cases import Story
from praya.demo.stage import Stage

_GRANTING = {
    "award": Outcome.AWARD,
    "part": Outcome.PART_AWARD,
    "offer": Outcome.AWARD,
    "conditional": Outcome.CONDITIONAL,
}
_OTHER = {"reject": Outcome.REJECT, "wait": Outcome.WAIT_LIST, "defer": Outcome.DEFER}
REVIEWERS = ("reviewer", "reviewer2", "reviewer3")


def assign(stage: Stage, story: Story, now: datetime) -> None:
    """An officer asks two reviewers; one with a conflict is replaced by the third."""
    code = stage.case(story, now)
    officer = stage.who("officer", now)
    asked = {one.review.reviewer_id for one in reviews_of(code, officer)}
    for key in _reviewers_of(story):
        person = person_by_email(f"{key}@praya.example")
        if person.pk not in asked:
            reviews.assign_reviewer(
                application_code=code,
                person_id=person.pk,
                due_on=(now + timedelta(days=15)).date(),
                by=officer,
                now=now,
            )


def review(stage: Stage, story: Story, now: datetime, *, key: str) -> None:
    """A reviewer denies a conflict, marks every criterion and recommends an amount a line."""
    code = stage.case(story, now)
    reviewer = stage.who(key, now)
    found = [
        one.review
        for one in reviews_of(code, stage.who("officer", now))
        if one.review.reviewer_id == reviewer.person_id
    ]
    if not found or found[0].state in {ReviewState.SUBMITTED, ReviewState.CONFLICTED}:
        return
    one = found[0]
    if story.twist == "conflict" and key == REVIEWERS[0]:
        reviews.declare_conflict(
            review_id=one.pk, kind=ConflictKind.CO_AUTHOR,
            note="We wrote a paper together last year.", by=reviewer, now=now,
        )  # fmt: skip
        return
    if one.state == ReviewState.TO_DECLARE:
        one = reviews.declare_conflict(
            review_id=one.pk, kind=ConflictKind.NONE, note="", by=reviewer, now=now
        )
    one = reviews.save_review(
        review_id=one.pk,
        marks=_marks(stage.rules(now), story, key),
        recommended=_amounts(stage, story, now),
        comment="The aims are clear; the plan uses the machines from the first week.",
        comment_to_desk="",
        revision=one.revision,
        by=reviewer,
        now=now,
    )
    reviews.submit_review(review_id=one.pk, revision=one.revision, by=reviewer, now=now)


def close_review(stage: Stage, story: Story, now: datetime) -> None:
    """The desk closes the review and proposes amounts."""
    code = stage.case(story, now)
    officer = stage.who("officer", now)
    if stage.state_of(story, now) != CaseState.IN_REVIEW:
        return
    awards.propose_amounts(
        application_code=code, lines=_amounts(stage, story, now), by=officer, now=now
    )
    reviews.close_review_stage(
        application_code=code, note="The reviews agree well enough.", by=officer, now=now
    )


def decide(stage: Stage, story: Story, now: datetime) -> None:
    """The committee decides, or an officer a small case; one member may take no part."""
    code = stage.case(story, now)
    if stage.state_of(story, now) != CaseState.TO_DECIDE:
        return
    if story.twist == "recusal":
        awards.recuse(
            application_code=code,
            reason="I teach at the university that applies.",
            by=stage.who("committee", now),
            now=now,
        )
    hand = case_to_decide(code, stage.who("officer", now), now).decided_by
    outcome = _GRANTING.get(story.fate) or _OTHER[story.fate]
    awards.decide(
        application_code=code,
        outcome=outcome,
        lines=_amounts(stage, story, now) if story.fate in _GRANTING else [],
        rate_bp=story.rate_percent * 100,
        rate_reason=story.rate_reason,
        reasons=story.reasons,
        conditions=story.conditions,
        by=stage.who("officer2" if hand == "officer" else "chair", now),
        now=now,
    )


def accept(stage: Stage, story: Story, now: datetime) -> None:
    """The lead accepts the award and adds members."""
    lead = stage.who(story.lead, now)
    award = awards_visible_to(lead).filter(application__code=stage.case(story, now)).first()
    if award is None:
        return
    if award.state == AwardState.OFFERED:
        awards.accept_award(code=award.code, agreement_number=1, by=lead, now=now)
    for key in story.members:
        person = person_by_email(f"{key}@praya.example")
        if not award.members.filter(person=person, until=None).exists():
            awards.add_member(
                code=award.code, email=person.email, role=MemberRole.MEMBER, by=lead, now=now
            )


def _reviewers_of(story: Story) -> tuple[str, ...]:
    return REVIEWERS if story.twist == "conflict" else REVIEWERS[:2]


def _marks(rules: ProgrammeRules, story: Story, key: str) -> list[MarkGiven]:
    """Marks around the quality of the story, the same in every demo."""
    rng = random.Random(f"{story.key} {key}")  # noqa: S311 -- marks of a demo, not a secret
    scoring = rules.scoring
    given = []
    for criterion in scoring.criteria:
        points = story.quality + rng.choice((-1, 0, 0, 0, 1))
        points = min(max(points, scoring.lowest), scoring.highest)
        given.append(MarkGiven(criterion.code, points, "As the application shows."))
    return given


def _amounts(stage: Stage, story: Story, now: datetime) -> list[LineAmount]:
    """What is recommended, proposed and awarded: what was asked, or what the story gives."""
    lead = stage.who(story.lead, now)
    submission = latest_submission(application_named(stage.case(story, now), lead))
    assert submission is not None, story.key
    amounts = []
    for line, ask in zip(submission.lines.all(), story.asks, strict=True):
        if line.shape == LineShape.CARDS:
            amounts.append(LineAmount(line.number, ask.given or line.cards))
        else:
            amounts.append(LineAmount(line.number, line.cards, ask.given or line.card_hours))
    return amounts
