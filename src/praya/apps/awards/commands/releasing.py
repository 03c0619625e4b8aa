"""Held decisions become known: awards are offered, cases end in their outcome, leads are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.commands import mark_outcome
from praya.apps.applications.rules import CaseState
from praya.apps.awards import access, queries
from praya.apps.awards.commands.agreeing import make_agreement
from praya.apps.awards.commands.starting import make_conditions
from praya.apps.awards.models import Award, AwardLine, Decision
from praya.apps.awards.rules import AwardState, Outcome
from praya.apps.awards.rules.refusals import (
    AlreadyReleased,
    NothingToRelease,
    SamePerson,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.commands import mark_round_released, next_award_code
from praya.apps.programmes.queries import (
    programme_for_update,
    round_of,
    rules_of,
    today_in,
)
from praya.core.actor import Actor
from praya.core.programme.asking import AskedLine, card_time_of, value_of
from praya.core.refusal import NotAllowed, NotFound

if TYPE_CHECKING:
    from praya.apps.applications.models import RequestLine
    from praya.apps.programmes.models import Programme

STATE_AFTER = {
    Outcome.AWARD: CaseState.AWARDED,
    Outcome.PART_AWARD: CaseState.AWARDED,
    Outcome.CONDITIONAL: CaseState.AWARDED,
    Outcome.DEFER: CaseState.DEFERRED,
    Outcome.WAIT_LIST: CaseState.WAIT_LISTED,
    Outcome.REJECT: CaseState.REJECTED,
}


@transaction.atomic
def release_round(*, round_id: int, by: Actor, now: datetime) -> list[Decision]:
    """Release every held decision of a round. Cases not decided yet stay, and may follow later.

    Raises:
        NotFound: there is no such round.
        NotAllowed: neither officer nor committee of the programme.
        NothingToRelease: no decision is held; a second release finds none either.
        Recused, OwnOrganisation: the actor takes no part in one of the cases; others release the
            round, or that case by itself before it.
        SamePerson: the actor decided one of them.

    """
    round_ = round_of(round_id)
    programme = programme_for_update(round_.programme.code)
    if not access.may_release(by, programme.code):
        raise NotAllowed(action="award.release", needs="officer")
    held = [
        decision
        for decision in queries.latest_decisions(queries.held_in(programme.pk))
        if decision.round_id == round_.pk
    ]
    if not held:
        raise NothingToRelease(round=round_.code)
    for decision in held:
        queries.check_takes_part(by, decision.application)
    _check_two_people(held, by)
    awards = [_release(decision, programme, by=by, now=now) for decision in held]
    mark_round_released(round_id=round_.pk, by=by, now=now)
    record(
        "round.released",
        subject=("round", f"{round_.call_code}/{round_.code}"),
        by=by,
        now=now,
        programme_code=programme.code,
        applications=[decision.application.code for decision in held],
        awards=[award.code for award in awards if award is not None],
    )
    return held


@transaction.atomic
def release_decision(*, decision_id: int, by: Actor, now: datetime) -> Decision:
    """Release one held decision by itself, as of a small case or one decided after its round.

    Raises:
        NotFound: there is no such decision, or the actor may not know of it.
        NotAllowed: neither officer nor committee of the programme.
        Recused, OwnOrganisation: the actor takes no part in the case.
        AlreadyReleased: it was released, or a later decision took its place.
        SamePerson: the actor decided it.

    """
    decision = queries.decision_of(decision_id)
    programme = programme_for_update(decision.application.programme.code)
    if not access.may_release(by, programme.code):
        if not access.may_see_decisions(by, programme.code):
            raise NotFound(kind="decision", key=str(decision_id))
        raise NotAllowed(action="award.release", needs="officer")
    queries.check_takes_part(by, decision.application)
    held = queries.latest_decisions(queries.held_in(programme.pk)).filter(pk=decision.pk).first()
    if held is None:
        raise AlreadyReleased(application=decision.application.code)
    _check_two_people([held], by)
    award = _release(held, programme, by=by, now=now)
    record(
        "decision.released",
        subject=("application", held.application.code),
        by=by,
        now=now,
        programme_code=programme.code,
        number=held.number,
        award=award.code if award else "",
    )
    return held


def _check_two_people(held: Sequence[Decision], by: Actor) -> None:
    """Refuse who decided."""
    own = [one.application.code for one in held if one.decided_by_id == by.person_id]
    if own:
        raise SamePerson(applications=tuple(own))


def _release(decision: Decision, programme: Programme, *, by: Actor, now: datetime) -> Award | None:
    """Make the decision known; the award it offers, if any."""
    decision.released_at, decision.released_by_id = now, by.person_id
    decision.save(update_fields=["released_at", "released_by"])
    application = decision.application
    state = STATE_AFTER[Outcome(decision.outcome)]
    mark_outcome(application=application, state=state, by=by, now=now)
    title = application.title or application.title_zh
    if not queries.grants(decision):
        send_letter(
            "application.decided", to=application.lead, application=application.code, title=title
        )
        return None
    award = make_offer(decision, programme, now=now)
    send_letter(
        "award.offered",
        to=application.lead,
        award=award.code,
        title=title,
        accept_by=award.accept_by,
    )
    return award


def make_offer(decision: Decision, programme: Programme, *, pool: str = "", now: datetime) -> Award:
    """The award as an offer: its lines priced under the decision's rules, and its agreement.

    It is committed from ``pool`` once it is accepted; left out, from the one that pays the subsidy.
    """
    application = decision.application
    rules = rules_of(decision.rule_version)
    granted = [queries.awarded_line(line) for line in decision.lines.all()]
    granted = [line for line in granted if card_time_of(line).seconds > 0 and line.cards > 0]
    worth = queries.worth_of(rules, granted, rate_bp=decision.rate_bp)
    days = timedelta(days=rules.agreement.accept_within_days)
    award = Award.objects.create(
        code=next_award_code(programme),
        programme=programme,
        application=application,
        decision=decision,
        organisation_id=application.organisation_id,
        lead_id=application.lead_id,
        title=application.title,
        title_zh=application.title_zh,
        state=AwardState.OFFERED.value,
        rule_version=decision.rule_version,
        pool=pool,
        rate_bp=decision.rate_bp,
        list_minor=worth.list_price.minor,
        subsidy_minor=worth.subsidy.minor,
        first_on=min(line.first_on for line in granted),
        last_on=max(line.last_on for line in granted),
        conditions=decision.conditions,
        offered_at=now,
        accept_by=today_in(programme, now) + days,
    )
    asked = {row.number: row for row in decision.submission.lines.all()}
    lines = AwardLine.objects.bulk_create(
        _award_line(award, line, asked.get(line.number)) for line in granted
    )
    make_conditions(award, decision.before_start)
    make_agreement(award, lines, number=1, now=now)
    return award


def _award_line(award: Award, line: AskedLine, asked: RequestLine | None) -> AwardLine:
    """A line as granted, with what its team will run; its schedule only holds for its own days.

    A line that came of an exchange was never asked for, and is renewed as any other.
    """
    plan = sizing = None
    if asked and (asked.first_on, asked.last_on) == (line.first_on, line.last_on):
        plan = asked.plan
    if asked and asked.device_model_code == line.device_model:
        sizing = asked.sizing
    value = value_of(rules_of(award.rule_version), line, rate_bp=award.rate_bp)
    return AwardLine(
        award=award,
        number=line.number,
        code=f"{award.code}.{line.number}",
        shape=line.shape,
        device_model_code=line.device_model,
        service_class=line.service_class,
        cards=line.cards,
        first_on=line.first_on,
        last_on=line.last_on,
        card_seconds=card_time_of(line).seconds,
        list_minor=value.list_price.minor,
        subsidy_minor=value.subsidy.minor,
        plan=plan,
        sizing=sizing,
    )
