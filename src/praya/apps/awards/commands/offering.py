"""Offers that need no round, and their taking back: a new period, a case from the waiting list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from praya.apps.applications.commands import finish_agreement, mark_outcome
from praya.apps.applications.queries import excluded_until
from praya.apps.applications.rules import CaseState, Excluded, StageOutcome
from praya.apps.awards import queries
from praya.apps.awards.commands.releasing import make_offer
from praya.apps.awards.commands.telling import record_award, tell_lead
from praya.apps.awards.models import Award, Decision, DecisionLine
from praya.apps.awards.rules import AwardState, Outcome
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import (
    programme_for_update,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.reviews.queries import latest_submission_of
from praya.core.actor import Actor
from praya.core.programme.asking import AskedLine


@transaction.atomic
def offer_outside_rounds(
    *,
    application_code: str,
    outcome: Outcome,
    lines: Sequence[AskedLine],
    rate_bp: int,
    reasons: str,
    pool: str = "",
    by: Actor,
    now: datetime,
) -> Award:
    """Offer an award on a case that was decided before; the usual agreement follows.

    It is a decision with the next number, taken and released at once, under the rules in force. It
    is committed from ``pool``; left out, from the one that pays the subsidy.
    The lead is told. The caller has seen to it that two people stand behind it, that the pool can
    pay, and writes the audit line.

    Raises:
        Excluded: the organisation may not apply for a time, so nothing is offered to it either.

    """
    programme = programme_for_update(queries.named(application_code).programme.code)
    application = queries.for_update(application_code)
    earlier = queries.decisions_of(application)
    assert earlier, application_code
    assert by.person_id is not None  # who offers has signed in
    today = today_in(programme, now)
    until = excluded_until(programme.code, application.organisation_id, today)
    if until is not None:
        raise Excluded(until=until)
    version = version_in_force(programme.code, today)
    worth = queries.worth_of(rules_of(version), lines, rate_bp=rate_bp)
    decision = Decision.objects.create(
        application=application,
        number=earlier[0].number + 1,
        round_id=earlier[0].round_id,
        submission=latest_submission_of(application.pk),
        rule_version=version,
        outcome=outcome.value,
        reasons=reasons,
        conditions=earlier[0].conditions,
        before_start=earlier[0].before_start,
        rate_bp=rate_bp,
        rate_reason=earlier[0].rate_reason,
        list_minor=worth.list_price.minor,
        subsidy_minor=worth.subsidy.minor,
        card_seconds={one.device_model: one.seconds for one in worth.times},
        decided_at=now,
        decided_by_id=by.person_id,
        released_at=now,
        released_by_id=by.person_id,
    )
    _keep_lines(decision, lines)
    if application.state != CaseState.AWARDED.value:
        mark_outcome(application=application, state=CaseState.AWARDED, by=by, now=now)
    award = make_offer(decision, programme, pool=pool, now=now)
    send_letter(
        "award.offered",
        to=application.lead,
        award=award.code,
        title=application.title or application.title_zh,
        accept_by=award.accept_by,
    )
    return award


@transaction.atomic
def withdraw_offer(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """Take an offer back that nobody has answered; its means are free for others.

    An award that is no open offer is left as it is: the caller, who also sees to who may, asks.
    """
    award = queries.award_for_update(code)
    if award.state != AwardState.OFFERED.value:
        return award
    award.state, award.ended_at = AwardState.WITHDRAWN.value, now
    award.save(update_fields=["state", "ended_at"])
    finish_agreement(application=award.application, outcome=StageOutcome.WITHDRAWN, by=by, now=now)
    tell_lead("award.withdrawn", award, reason=reason)
    record_award("award.withdrawn", award, by=by, now=now, reason=reason)
    return award


def _keep_lines(decision: Decision, lines: Sequence[AskedLine]) -> None:
    DecisionLine.objects.bulk_create(
        DecisionLine(
            decision=decision,
            number=line.number,
            shape=line.shape,
            device_model_code=line.device_model,
            service_class=line.service_class,
            first_on=line.first_on,
            last_on=line.last_on,
            **_amounts(line),
        )
        for line in lines
    )


def _amounts(line: AskedLine) -> Mapping[str, int]:
    """What is asked and given here is one amount, since it was agreed on before."""
    return {
        "requested_cards": line.cards,
        "requested_card_hours": line.card_hours,
        "awarded_cards": line.cards,
        "awarded_card_hours": line.card_hours,
    }
