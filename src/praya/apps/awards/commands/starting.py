"""What must hold before an award may be used: told by the lead, confirmed, or too late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from praya.apps.awards import access, queries
from praya.apps.awards.commands.ending import end_unstarted
from praya.apps.awards.commands.telling import record_award, tell, tell_lead
from praya.apps.awards.models import Award, Condition
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import (
    ConditionsClosed,
    ConditionStays,
    EvidenceMissing,
    MeetByUnfit,
    ReasonMissing,
)
from praya.apps.each import each_by_itself
from praya.apps.programmes.queries import people_holding, rules_of, today_in
from praya.core.actor import Actor, Role
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import NotAllowed, NotFound

REMIND_DAYS = 7
_OPEN = frozenset({AwardState.OFFERED, AwardState.WAITING})


def make_conditions(award: Award, texts: Sequence[str]) -> list[Condition]:
    """What must hold before an offer may be used: by the programme's rules, then by its decision.

    What the decision sets is confirmed by an officer, and waived by the committee.
    """
    kind = OrganisationKind(award.organisation.kind)
    asked = [
        one
        for one in rules_of(award.rule_version).agreement.before_start
        if not one.only_kinds or kind in one.only_kinds
    ]
    made = [
        Condition(
            code=one.code,
            text=one.text.model_dump(),
            confirmed_by=one.confirmed_by,
            needs_evidence=one.evidence,
            waived_by=one.waived_by or "",
        )
        for one in asked
    ]
    of_decision = {"confirmed_by": Role.OFFICER.value, "waived_by": Role.COMMITTEE.value}
    made += [Condition(text={"en": text}, **of_decision) for text in texts]
    for number, one in enumerate(made, start=1):
        one.award, one.number = award, number
    return Condition.objects.bulk_create(made)


def begin(award: Award, *, now: datetime) -> None:
    """Let an award that was just accepted run, or wait for what is open."""
    if queries.open_conditions(award):
        days = timedelta(days=rules_of(award.rule_version).agreement.meet_within_days)
        award.state = AwardState.WAITING.value
        award.meet_by = min(today_in(award.programme, now) + days, award.last_on)
    else:
        award.state, award.started_at = AwardState.ACTIVE.value, now
    award.save(update_fields=["state", "meet_by", "started_at"])


@transaction.atomic
def tell_condition(*, code: str, number: int, told: str, by: Actor, now: datetime) -> Condition:
    """The lead says that a condition is met, and how; who confirms it gets a letter.

    Said anew, it takes the place of what was said before; the same words change nothing. In order:

    Raises:
        NotFound: there is no such award or condition, or the actor may not know of it.
        NotAllowed: not the lead.
        ConditionsClosed: nothing is open any more.
        ReasonMissing: nothing is said.

    """
    award, condition = _condition_for_update(code, number, by)
    if not access.is_lead(by, award):
        raise NotAllowed(action="award.tell_condition", needs="lead")
    told = told.strip()
    if condition.met_at is not None or (told and told == condition.told):
        return condition
    _check_open(award)
    if not told:
        raise ReasonMissing(action="award.tell_condition")
    condition.told, condition.told_at = told, now
    condition.save(update_fields=["told", "told_at"])
    for person in people_holding(award.programme.code, Role(condition.confirmed_by), now):
        if person.pk != award.lead_id:
            tell("award.condition_told", award, to=person, text=condition.text, told=told)
    record_award("award.condition_told", award, by=by, now=now, number=number, told=told)
    return condition


@transaction.atomic
def confirm_condition(
    *, code: str, number: int, evidence: str, by: Actor, now: datetime
) -> Condition:
    """Say that a condition is met, and by what evidence; with the last one a signed award starts.

    Repeating it changes nothing. In this order:

    Raises:
        NotFound: there is no such award or condition, or the actor may not know of it.
        NotAllowed: the actor does not hold the condition's role, or leads the award.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ConditionsClosed: it ended, lapsed or was declined.
        EvidenceMissing: the condition asks where the evidence is.

    """
    award, condition = _condition_for_update(code, number, by)
    _check_may(award, condition.confirmed_by, by, action="award.confirm_condition")
    if condition.met_at is not None:
        return condition
    _check_open(award)
    if condition.needs_evidence and not evidence.strip():
        raise EvidenceMissing(award=code, number=number)
    condition.evidence, condition.met_at = evidence.strip(), now
    condition.met_by_id = by.person_id
    condition.save(update_fields=["evidence", "met_at", "met_by"])
    record_award(
        "award.condition_met", award, by=by, now=now, number=number, evidence=condition.evidence
    )
    if award.state == AwardState.WAITING.value and not queries.open_conditions(award):
        _start(award, by=by, now=now)
    return condition


@transaction.atomic
def waive_condition(*, code: str, number: int, reason: str, by: Actor, now: datetime) -> Condition:
    """Let an award start without a condition, with the reason; the lead is told.

    What is met or waived stays as it is. It is opened again as one that is met. In this order:

    Raises:
        NotFound: there is no such award or condition, or the actor may not know of it.
        ConditionStays: the rules let nobody.
        NotAllowed: the actor does not hold the role that the rule names, or leads the award.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ConditionsClosed: it started, ended, lapsed or was declined.
        ReasonMissing: no reason.

    """
    award, condition = _condition_for_update(code, number, by)
    if not condition.waived_by:
        raise ConditionStays(award=code, number=number)
    _check_may(award, condition.waived_by, by, action="award.waive_condition")
    if condition.met_at is not None:
        return condition
    _check_open(award)
    if not reason.strip():
        raise ReasonMissing(action="award.waive_condition")
    condition.waived_because, condition.met_at = reason.strip(), now
    condition.met_by_id = by.person_id
    condition.save(update_fields=["waived_because", "met_at", "met_by"])
    tell_lead(
        "award.condition_waived",
        award,
        text=condition.text,
        reason=condition.waived_because,
    )
    record_award(
        "award.condition_waived",
        award,
        by=by,
        now=now,
        number=number,
        reason=condition.waived_because,
    )
    if award.state == AwardState.WAITING.value and not queries.open_conditions(award):
        _start(award, by=by, now=now)
    return condition


@transaction.atomic
def reopen_condition(*, code: str, number: int, reason: str, by: Actor, now: datetime) -> Condition:
    """Take back that a condition is met or waived, before the award has started; the lead is told.

    Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: as for ``confirm_condition``, or ``waive_condition`` if it was waived.
        ConditionsClosed: the award has started or is over; an officer can suspend it.
        ReasonMissing: the lead wants to know why.

    """
    award, condition = _condition_for_update(code, number, by)
    _check_may(award, condition.settled_by, by, action="award.confirm_condition")
    _check_open(award)
    if condition.met_at is None:
        return condition
    if not reason.strip():
        raise ReasonMissing(action="award.reopen_condition")
    condition.evidence, condition.met_at, condition.met_by = "", None, None
    condition.told, condition.told_at, condition.waived_because = "", None, ""
    condition.save(
        update_fields=["evidence", "met_at", "met_by", "told", "told_at", "waived_because"]
    )
    tell_lead(
        "award.condition_reopened",
        award,
        text=condition.text,
        reason=reason.strip(),
    )
    record_award(
        "award.condition_reopened", award, by=by, now=now, number=number, reason=reason.strip()
    )
    return condition


@transaction.atomic
def move_meet_by(*, code: str, meet_by: date, reason: str, by: Actor, now: datetime) -> Award:
    """Set a later day by which the conditions of a signed award are to be met; the lead is told.

    They are reminded anew before it. Repeating it changes nothing. In this order:

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: the actor does not hold the role that the rules name, or leads the award.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ConditionsClosed: it waits for nothing.
        MeetByUnfit: the day is not a later one, or lies after the award's last.
        ReasonMissing: no reason.

    """
    award = queries.award_for_update(code)
    if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
        raise NotFound(kind="award", key=code)
    _check_may(award, queries.meet_by_role(award), by, action="award.move_meet_by")
    if award.state != AwardState.WAITING.value or award.meet_by is None:
        raise ConditionsClosed(award=award.code, state=award.state)
    if award.meet_by == meet_by:
        return award
    today = today_in(award.programme, now)
    check_meet_by(award, meet_by, after=max(award.meet_by, today - timedelta(days=1)))
    if not reason.strip():
        raise ReasonMissing(action="award.move_meet_by")
    award.meet_by, award.reminded_at = meet_by, reminded_by_then(meet_by, today, now)
    award.save(update_fields=["meet_by", "reminded_at"])
    tell_lead(
        "award.meet_by_moved",
        award,
        meet_by=meet_by,
        reason=reason.strip(),
    )
    facts = {"meet_by": meet_by.isoformat(), "reason": reason.strip()}
    record_award("award.meet_by_moved", award, by=by, now=now, **facts)
    return award


def check_meet_by(award: Award, meet_by: date, *, after: date) -> None:
    """Refuse a day to meet conditions by that is not later than another, or than the award.

    Raises:
        MeetByUnfit: it is not.

    """
    if not after < meet_by <= award.last_on:
        raise MeetByUnfit(award=award.code, given=meet_by, after=after, last_on=award.last_on)


def reminded_by_then(meet_by: date, today: date, now: datetime) -> datetime | None:
    """Now, if the letter that tells the day is the reminder of it, since it is so near."""
    return now if meet_by <= today + timedelta(days=REMIND_DAYS) else None


def follow_conditions(*, by: Actor, now: datetime) -> list[str]:
    """Remind leads of conditions whose day is near, and end awards whose day has passed.

    An award whose lead could not be reminded in time, since nothing ran, has its days from then on.
    Answers the codes of those that ended. Each by itself; repeatable.

    Raises:
        NotAllowed: only Praya's own rounds do this.

    """
    if not by.is_praya:
        raise NotAllowed(action="award.follow_conditions", needs="praya")
    near, over = queries.conditions_near(now, days=REMIND_DAYS), queries.conditions_over(now)
    remind, give_up = partial(_remind, now=now), partial(_give_up, by=by, now=now)
    list(each_by_itself(near, remind, what="conditions to remind of"))
    each = each_by_itself(over, give_up, what="conditions that were not met")
    return [code for code, is_done in each if is_done]


@transaction.atomic
def _remind(code: str, *, now: datetime) -> None:
    award = queries.award_for_update(code)
    if award.state != AwardState.WAITING.value or award.reminded_at is not None:
        return  # started, or reminded since it was listed
    today = today_in(award.programme, now)
    assert award.meet_by is not None, award
    if award.meet_by > today + timedelta(days=REMIND_DAYS):
        return  # its day was moved since
    days = min(REMIND_DAYS, rules_of(award.rule_version).agreement.meet_within_days)
    in_time = today + timedelta(days=days)
    award.reminded_at, award.meet_by = now, min(max(award.meet_by, in_time), award.last_on)
    award.save(update_fields=["reminded_at", "meet_by"])
    tell_lead(
        "award.conditions_due",
        award,
        meet_by=award.meet_by,
        texts=[one.text for one in queries.open_conditions(award)],
    )


@transaction.atomic
def _give_up(code: str, *, by: Actor, now: datetime) -> bool:
    award = queries.award_for_update(code)
    if award.state != AwardState.WAITING.value:
        return False  # started since it was listed
    today = today_in(award.programme, now)
    if award.meet_by is not None and award.meet_by >= today <= award.last_on:
        return False  # its day was moved since
    end_unstarted(award, by=by, now=now)
    return True


def _start(award: Award, *, by: Actor, now: datetime) -> None:
    award.state, award.started_at = AwardState.ACTIVE.value, now
    award.save(update_fields=["state", "started_at"])
    tell_lead("award.started", award)
    record_award("award.started", award, by=by, now=now)


def _condition_for_update(code: str, number: int, by: Actor) -> tuple[Award, Condition]:
    award = queries.award_for_update(code)
    if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
        raise NotFound(kind="award", key=code)
    condition = award.before_start.filter(number=number).first()
    if condition is None:
        raise NotFound(kind="condition", key=f"{code}/{number}")
    return award, condition


def _check_may(award: Award, role: str, by: Actor, *, action: str) -> None:
    if not access.may_confirm(by, award, role):
        raise NotAllowed(action=action, needs=role)
    queries.check_takes_part(by, award.application)


def _check_open(award: Award) -> None:
    if AwardState(award.state) not in _OPEN:
        raise ConditionsClosed(award=award.code, state=award.state)
