"""Amounts are proposed, members recuse themselves, cases are decided. Nothing is released here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.db.models import Q

from praya.apps.applications.commands import mark_decided
from praya.apps.applications.queries import application_named
from praya.apps.applications.rules import PROPOSABLE, CaseState
from praya.apps.awards import access, queries
from praya.apps.awards.models import Decision, DecisionLine, Proposal, Recusal
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.caps import Headroom, check_caps
from praya.apps.awards.rules.deciding import (
    check_decision,
    check_lines,
    check_pool,
    with_amount,
)
from praya.apps.awards.rules.refusals import (
    AmountAboveAsked,
    AwardsAtMost,
    NotProposable,
    NotToDecide,
    RecusalAfterDecision,
    RecusalReasonMissing,
)
from praya.apps.people.commands import record
from praya.apps.programmes.queries import (
    programme_for_update,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.reviews.queries import asked_amounts, latest_submission_of, results_of
from praya.core.actor import Actor
from praya.core.programme.asking import check_rate
from praya.core.programme.document import ProgrammeRules
from praya.core.refusal import NotAllowed, NotFound
from praya.core.review.amount import LineAmount

if TYPE_CHECKING:
    from praya.apps.applications.models import Application
    from praya.apps.programmes.models import RuleVersion


@transaction.atomic
def propose_amounts(
    *, application_code: str, lines: Sequence[LineAmount], by: Actor, now: datetime
) -> list[Proposal]:
    """The desk's amounts beside asked and recommended; they take the place of those before.

    Raises:
        NotFound: there is no such application.
        NotAllowed: not an officer of the programme.
        Recused, OwnOrganisation: the actor takes no part in the case.
        NotProposable: the case is decided, or not in review yet.
        UnknownLine, LineTwice: line by line, in the order given; then AmountAboveAsked likewise.

    """
    application = queries.for_update(application_code)
    if not access.may_propose(by, application):
        application_named(application_code, by)
        raise NotAllowed(action="award.propose", needs="officer")
    queries.check_takes_part(by, application)
    if CaseState(application.state) not in PROPOSABLE:
        raise NotProposable(application=application.code, state=application.state)
    assert by.person_id is not None  # who holds a role has signed in
    asked = asked_amounts(latest_submission_of(application.pk).lines.all())
    check_lines(asked, lines)
    for line in lines:
        if not line.is_within(asked[line.number]):
            raise AmountAboveAsked(number=line.number, given=line, asked=asked[line.number])
    application.proposals.all().delete()
    made = Proposal.objects.bulk_create(
        Proposal(
            application=application,
            number=line.number,
            cards=line.cards,
            card_hours=line.card_hours,
            proposed_at=now,
            proposed_by_id=by.person_id,
        )
        for line in lines
    )
    record(
        "award.proposed",
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        lines=[[line.number, line.cards, line.card_hours] for line in lines],
    )
    return made


@transaction.atomic
def recuse(*, application_code: str, reason: str, by: Actor, now: datetime) -> Recusal:
    """Take no part in a case from now on; kept for ever. Repeating it changes nothing.

    Raises:
        NotFound: there is no such application.
        NotAllowed: neither committee nor officer.
        RecusalReasonMissing: no reason.
        RecusalAfterDecision: the actor decided the case before.

    """
    application = queries.for_update(application_code)
    if not access.may_recuse(by, application.programme.code):
        application_named(application_code, by)
        raise NotAllowed(action="award.recuse", needs="committee")
    assert by.person_id is not None  # who holds a role has signed in
    known = application.recusals.filter(person_id=by.person_id).first()
    if known is not None:
        return known
    if not reason.strip():
        raise RecusalReasonMissing
    if application.decisions.filter(decided_by_id=by.person_id).exists():
        raise RecusalAfterDecision(application=application.code)
    made = Recusal.objects.create(
        application=application, person_id=by.person_id, reason=reason.strip(), at=now
    )
    record(
        "decision.recused",
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        reason=made.reason,
    )
    return made


@transaction.atomic
def decide(
    *,
    application_code: str,
    outcome: Outcome,
    lines: Sequence[LineAmount],
    rate_bp: int,
    rate_reason: str,
    reasons: str,
    conditions: str,
    by: Actor,
    now: datetime,
    before_start: Sequence[str] = (),
) -> Decision:
    """Decide a case. The decision is held until somebody else releases it.

    ``before_start`` is what must hold before the award may be used, beside what the rules ask; an
    officer confirms it.

    While it is held it may be taken anew: the new one has the next number and counts, the old ones
    stay. Not idempotent, since a decision taken again is a decision. Checked in this order:

    Raises:
        NotFound: there is no such application, or the actor may not know of it.
        NotAllowed: the case does not fall to the actor.
        Recused, OwnOrganisation: the actor takes no part in the case.
        NotToDecide: it is not decided now, or the decision was released.
        ReasonsMissing, UnknownLine, LineTwice, AboveRequest, NothingAwarded, NotInFull, InFull,
        ConditionsMissing: what is decided does not hold together.
        RateAboveCeiling, RateNotTheirs, RateReasonMissing: the subsidy rate.
        AwardsAtMost: the call takes no more awards in this round.
        CapPassed: the subsidy passes a ceiling.
        PoolExhausted: the pool cannot pay it beside what is promised.

    """
    application, version, hand = _case_of_theirs(application_code, by, now)
    rules = rules_of(version)
    earlier = queries.decisions_of(application)
    if not queries.is_open(application, earlier):
        raise NotToDecide(application=application.code, state=application.state)
    assert by.person_id is not None  # who holds a role has signed in
    submission = latest_submission_of(application.pk)
    awarded = check_decision(
        outcome=outcome,
        asked=asked_amounts(submission.lines.all()),
        lines=lines,
        reasons=reasons,
        conditions=conditions or "\n".join(before_start),
    )
    decision = Decision(
        application=application,
        number=earlier[0].number + 1 if earlier else 1,
        round=application.round,
        submission=submission,
        rule_version=version,
        outcome=outcome.value,
        reasons=reasons.strip(),
        conditions=conditions.strip(),
        decided_at=now,
        decided_by_id=by.person_id,
    )
    passed: list[Headroom] = []
    if queries.grants(decision):
        decision.rate_bp, decision.rate_reason = rate_bp, rate_reason.strip()
        decision.before_start = [text.strip() for text in before_start if text.strip()]
        passed = _check_means(decision, rules, awarded, hand)
    return _keep(decision, awarded, passed, by=by, now=now)


def _case_of_theirs(
    application_code: str, by: Actor, now: datetime
) -> tuple[Application, RuleVersion, Literal["officer", "committee"]]:
    """The case, locked; the rules in force, and as what the actor decides it by them."""
    # Lock before asking what is left: two deciders must not promise the same remainder.
    programme = programme_for_update(queries.named(application_code).programme.code)
    application = queries.for_update(application_code)
    if not queries.may_look(by, application):
        raise NotFound(kind="application", key=application_code)
    version = version_in_force(programme.code, today_in(programme, now))
    decided_by = queries.decided_by_whom(application, rules_of(version))
    hand = access.deciding_hand(by, programme.code, decided_by)
    if hand is None:
        raise NotAllowed(action="award.decide", needs="committee")
    queries.check_takes_part(by, application)
    return application, version, hand


def _keep(
    decision: Decision,
    awarded: Mapping[int, LineAmount],
    passed: Sequence[Headroom],
    *,
    by: Actor,
    now: datetime,
) -> Decision:
    application = decision.application
    decision.save(force_insert=True)
    _keep_lines(decision, awarded)
    if application.state != CaseState.DECIDED.value:
        mark_decided(application=application, by=by, now=now)
    record(
        "decision.taken",
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        number=decision.number,
        outcome=decision.outcome,
        rule_version=decision.rule_version.number,
        rate_bp=decision.rate_bp,
        lines=[[line.number, line.cards, line.card_hours] for line in awarded.values()],
        caps_passed=[headroom.cap.value for headroom in passed],
    )
    return decision


def _keep_worth(decision: Decision, worth: queries.Worth) -> None:
    """It stands with the decision for good, whatever the prices do later."""
    decision.list_minor = worth.list_price.minor
    decision.subsidy_minor = worth.subsidy.minor
    decision.card_seconds = {one.device_model: one.seconds for one in worth.times}


def _worth(
    decision: Decision, rules: ProgrammeRules, awarded: Mapping[int, LineAmount]
) -> queries.Worth:
    """What the amounts come to at the decision's rate."""
    lines = [
        with_amount(queries.asked_line(line), awarded[line.number])
        for line in decision.submission.lines.all()
    ]
    return queries.worth_of(rules, lines, rate_bp=decision.rate_bp)


def _check_means(
    decision: Decision,
    rules: ProgrammeRules,
    awarded: Mapping[int, LineAmount],
    hand: Literal["officer", "committee"],
) -> list[Headroom]:
    """Refuse a rate that is not theirs to give, an award too many, and money that is not there.

    Answers the ceilings that are passed and only warn.
    """
    application = decision.application
    today = today_in(application.programme, decision.decided_at)
    check_rate(
        rules,
        decision.rate_bp,
        granted_by=hand,
        reason=decision.rate_reason,
        case=queries.case_facts(application, decision.submission, today),
    )
    call = next((one for one in rules.calls if one.code == application.call_code), None)
    if call is not None and call.awards_max is not None:
        given = queries.awards_of_round(decision.round, but_for=application)
        if given >= call.awards_max:
            raise AwardsAtMost(awards_max=call.awards_max)
    programme = application.programme
    others = Q(application__programme=programme) & ~Q(application=application)
    held = queries.held_decisions(others)
    envelope = queries.envelope_of(programme, rules, held=queries.promised_by(held, programme))
    worth = _worth(decision, rules, awarded)
    passed = check_caps(queries.headrooms_of(application, rules, today), worth.subsidy)
    check_pool(
        programme=programme.code,
        pool=envelope.pool,
        free=envelope.free,
        promised=envelope.promised,
        asked=worth.subsidy,
    )
    _keep_worth(decision, worth)
    return passed


def _keep_lines(decision: Decision, awarded: Mapping[int, LineAmount]) -> None:
    """Keep the four amounts of each line side by side, as they are now."""
    application_id = decision.application_id
    recommended = results_of([application_id])[application_id].recommended
    proposed = queries.proposals_of(decision.application)
    lines = list(decision.submission.lines.all())
    asked = asked_amounts(lines)
    DecisionLine.objects.bulk_create(
        DecisionLine(
            decision=decision,
            number=line.number,
            shape=line.shape,
            device_model_code=line.device_model_code,
            service_class=line.service_class,
            first_on=line.first_on,
            last_on=line.last_on,
            **_columns("requested", asked[line.number]),
            **_columns("recommended", recommended.get(line.number)),
            **_columns("proposed", proposed.get(line.number)),
            **_columns("awarded", awarded[line.number]),
        )
        for line in lines
    )


def _columns(name: str, amount: LineAmount | None) -> dict[str, int | None]:
    return {
        f"{name}_cards": amount.cards if amount else None,
        f"{name}_card_hours": amount.card_hours if amount else None,
    }
