"""A case as those see it who decide it: asked, recommended, proposed and awarded side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.applications.access import check_not_recused, is_of_applicants
from praya.apps.applications.models import Application, Submission
from praya.apps.applications.queries import application_named, applications_named
from praya.apps.applications.rules import (
    BEFORE_THE_COMMITTEE,
    DECIDABLE,
    PROPOSABLE,
    CaseState,
    Recused,
)
from praya.apps.awards import access
from praya.apps.awards.models import Award, Decision, DecisionLine, Proposal, Recusal
from praya.apps.awards.queries.caps import case_facts, headrooms_of, held_beside
from praya.apps.awards.queries.money import (
    Envelope,
    asked_line,
    envelope_of,
    held_decisions,
    promised_by,
)
from praya.apps.awards.rules.caps import Headroom
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.apps.people.models import Affiliation
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import HEAVY, rules_of, today_in, version_in_force
from praya.apps.reviews.queries import (
    ReviewRecord,
    asked_amounts,
    result_from,
    reviews_beside,
    reviews_for_deciding,
)
from praya.apps.reviews.rules import ReviewState
from praya.core.actor import Actor, Role
from praya.core.programme.asking import AskedLine, decider_for, ordinary_rate_bp
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import Money
from praya.core.refusal import NotFound
from praya.core.review.amount import LineAmount
from praya.core.review.result import Result


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One request line with the amounts that were said of it; ``None`` where nobody did."""

    line: AskedLine
    requested: LineAmount
    recommended: LineAmount | None
    proposed: LineAmount | None
    awarded: LineAmount | None


@dataclass(frozen=True, slots=True)
class CaseToDecide:
    """A case before the committee, or before an officer by delegation.

    ``hand`` is as what the actor may decide it; ``None`` for who may only look on. ``decisions``
    are all that were taken, the latest first.
    """

    application: Application
    submission: Submission
    version: RuleVersion
    rules: ProgrammeRules
    decided_by: Literal["officer", "committee"]
    hand: Literal["officer", "committee"] | None
    is_open: bool
    lines: Sequence[SideBySide]
    result: Result
    reviews: Sequence[ReviewRecord]
    envelope: Envelope
    ordinary_bp: int
    headrooms: Sequence[Headroom]
    decisions: Sequence[Decision]
    recusals: Sequence[Recusal]
    may_propose: bool


def case_to_decide(application_code: str, actor: Actor, now: datetime) -> CaseToDecide:
    """Everything a decision stands on.

    Raises:
        NotFound: there is no such application, or the actor may not know of it as a decider.
        Recused, OwnOrganisation: who takes no part sees nothing of the case.

    """
    submission, recusals = submission_to_decide(application_code, actor)
    application = submission.application
    programme = application.programme
    today = today_in(programme, now)
    version = version_in_force(programme.code, today)
    rules = rules_of(version)
    reviews = reviews_beside(submission)
    result = result_from(rules_of(submission.rule_version).scoring, reviews)
    decisions = decisions_of(application)
    held = held_decisions(held_beside(application))
    decided_by = decided_by_whom(application, rules)
    return CaseToDecide(
        application=application,
        submission=submission,
        version=version,
        rules=rules,
        decided_by=decided_by,
        hand=access.deciding_hand(actor, programme.code, decided_by),
        is_open=is_open(application, decisions),
        lines=_side_by_side(submission, result, proposals_of(application), decisions),
        result=result,
        reviews=reviews,
        envelope=envelope_of(programme, rules, held=promised_by(held, programme)),
        ordinary_bp=ordinary_rate_bp(rules, case_facts(application, submission, today)),
        headrooms=headrooms_of(application, rules, today, held=held),
        decisions=decisions,
        recusals=recusals,
        may_propose=access.may_propose(actor, application) and application.state in PROPOSABLE,
    )


@dataclass(frozen=True, slots=True)
class ReleasedDecision:
    """What everybody who may see a case learns once it is decided: no reviewer has a name here.

    What was recommended and proposed is for those who see decisions (``shows_all``).
    """

    decision: Decision
    lines: Sequence[DecisionLine]
    comments: Sequence[str]
    award_code: str
    shows_all: bool


def released_decision(application_code: str, actor: Actor) -> ReleasedDecision:
    """The latest decision on a case that was released.

    Raises:
        NotFound: nothing is released, or the actor may not know of the case.

    """
    application = application_named(application_code, actor)
    decision = (
        application.decisions.filter(released_at__isnull=False)
        .select_related("application__programme", "rule_version")
        .prefetch_related("lines")
        .order_by("-number")
        .first()
    )
    if decision is None:
        raise NotFound(kind="decision", key=application_code)
    reviews = reviews_for_deciding(application.pk)
    award_code = Award.objects.filter(decision=decision).values_list("code", flat=True).first()
    return ReleasedDecision(
        decision=decision,
        lines=list(decision.lines.all()),
        comments=[
            one.review.comment
            for one in reviews
            if one.review.state == ReviewState.SUBMITTED.value and one.review.comment
        ],
        award_code=award_code or "",
        shows_all=access.may_see_decisions(actor, application.programme.code),
    )


def decisions_read_by(actor: Actor, codes: Collection[str]) -> set[str]:
    """Those of the applications whose released decision the actor may read; one query at most."""
    if not codes:
        return set()
    rows = applications_named(codes, actor).filter(decisions__released_at__isnull=False)
    return set(rows.values_list("code", flat=True))


def named(code: str) -> Application:
    """An application with what a decision reads of it.

    Raises:
        NotFound: there is none.

    """
    return _found(applications().filter(code=code).first(), code)


def for_update(code: str) -> Application:
    """An application, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    return _found(applications().select_for_update(of=("self",)).filter(code=code).first(), code)


def of_own_house(actor: Actor) -> Q:
    """Applications that the actor leads, or that their organisation makes."""
    person_id = access.person_of(actor)
    affiliated = Affiliation.objects.filter(
        organisation=OuterRef("organisation"),
        person_id=person_id,
        state=AffiliationState.ACTIVE.value,
    )
    return Q(lead_id=person_id) | Q(Exists(affiliated))


def may_look(actor: Actor, application: Application) -> bool:
    """Whether the actor sees the case as one to decide.

    Officers and auditors once it is submitted; the committee once it is to be decided.
    """
    code = application.programme.code
    if actor.holds(code, Role.OFFICER, Role.AUDITOR):
        return application.submitted_at is not None
    return actor.holds(code, Role.COMMITTEE) and (
        CaseState(application.state) in BEFORE_THE_COMMITTEE
    )


def check_takes_part(actor: Actor, application: Application) -> None:
    """Refuse who said that they take no part, and who should.

    Raises:
        Recused: by their own word.
        OwnOrganisation: a lead, or somebody of the applicant's organisation.

    """
    check_not_recused(actor, application)
    if is_of_applicants(actor.person_id, application):
        raise OwnOrganisation(application=application.code)


def is_open(application: Application, decisions: Sequence[Decision]) -> bool:
    """Whether a decision may be taken, or changed while it is held."""
    state = CaseState(application.state)
    if state is CaseState.DECIDED:
        return bool(decisions) and decisions[0].released_at is None
    return state in DECIDABLE


def decided_by_whom(
    application: Application, rules: ProgrammeRules
) -> Literal["officer", "committee"]:
    """To whom a case of this size falls."""
    value = Money(application.list_value_minor, rules.currency)
    return decider_for(rules, value).decided_by


def decisions_of(application: Application) -> list[Decision]:
    """All decisions on a case, the latest first."""
    return list(
        application.decisions.select_related("decided_by", "released_by", "rule_version")
        .defer(*(f"rule_version__{one}" for one in HEAVY))
        .prefetch_related("lines")
        .order_by("-number")
    )


def decision_of(decision_id: int) -> Decision:
    """A decision; who changes it locks its programme.

    Raises:
        NotFound: there is none.

    """
    found = (
        Decision.objects.select_related("application__programme", "rule_version__programme")
        .filter(pk=decision_id)
        .first()
    )
    if found is None:
        raise NotFound(kind="decision", key=str(decision_id))
    return found


def proposals_of(application: Application) -> dict[int, LineAmount]:
    """The amounts the desk proposes, by line."""
    return {
        one.number: LineAmount(one.number, one.cards, one.card_hours)
        for one in Proposal.objects.filter(application=application)
    }


def decision_to_release(decision_id: int, actor: Actor) -> Decision:
    """A decision for who may release it.

    Raises:
        NotFound: there is none, or the actor may not release in its programme.
        Recused, OwnOrganisation: who takes no part in the case learns nothing of its decision.

    """
    decision = (
        Decision.objects.select_related("application__programme", "decided_by")
        .filter(pk=decision_id)
        .first()
    )
    if decision is None or not access.may_release(actor, decision.application.programme.code):
        raise NotFound(kind="decision", key=str(decision_id))
    check_takes_part(actor, decision.application)
    return decision


def submission_to_decide(
    application_code: str, actor: Actor
) -> tuple[Submission, Sequence[Recusal]]:
    """The version of a case that counts, for who may look at it and takes part."""
    submission, is_of_own_house = _submitted_with_house(application_code, actor)
    if not may_look(actor, submission.application):
        raise NotFound(kind="application", key=application_code)
    recusals = list(submission.application.recusals.select_related("person"))
    if actor.person_id in {one.person_id for one in recusals}:
        raise Recused(application=application_code)
    if is_of_own_house:
        raise OwnOrganisation(application=application_code)
    return submission, recusals


def _side_by_side(
    submission: Submission,
    result: Result,
    proposals: dict[int, LineAmount],
    decisions: Sequence[Decision],
) -> list[SideBySide]:
    lines = list(submission.lines.all())
    requested = asked_amounts(lines)
    awarded = awarded_amounts(decisions[0]) if decisions else {}
    return [
        SideBySide(
            line=asked_line(line),
            requested=requested[line.number],
            recommended=result.recommended.get(line.number),
            proposed=proposals.get(line.number),
            awarded=awarded.get(line.number),
        )
        for line in lines
    ]


def awarded_amounts(decision: Decision) -> dict[int, LineAmount]:
    """What a decision gives, by line."""
    return {line.number: line.awarded for line in decision.lines.all()}


def applications() -> QuerySet[Application]:
    """Applications with what a decision reads of them."""
    return Application.objects.select_related("programme", "organisation", "lead", "round")


def _submitted_with_house(code: str, actor: Actor) -> tuple[Submission, bool]:
    """The version of a case that counts, and whether the actor is of those who apply."""
    own = Application.objects.filter(of_own_house(actor), pk=OuterRef("application"))
    beside = ("programme", "organisation", "lead", "round")
    found = (
        Submission.objects.filter(application__code=code)
        .select_related("rule_version", *(f"application__{one}" for one in beside))
        .defer("application__draft", *(f"rule_version__{one}" for one in HEAVY))
        .prefetch_related("lines")
        .annotate(is_own=Exists(own))
        .order_by("-number")
        .first()
    )
    if found is None:
        raise NotFound(kind="application", key=code)
    return found, found.is_own


def _found(application: Application | None, code: str) -> Application:
    if application is None:
        raise NotFound(kind="application", key=code)
    return application
