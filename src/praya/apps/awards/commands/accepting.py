"""The lead accepts or declines; what nobody answers lapses."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from praya.apps.applications.commands import finish_agreement
from praya.apps.applications.rules import StageOutcome
from praya.apps.awards import access, queries
from praya.apps.awards.commands.starting import begin
from praya.apps.awards.commands.telling import record_award, tell_lead
from praya.apps.awards.models import Award, Member
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.awards.rules.caps import check_caps
from praya.apps.awards.rules.deciding import check_pool
from praya.apps.awards.rules.refusals import (
    AgreementChanged,
    NotOffered,
    OfferLapsed,
    ReasonMissing,
)
from praya.apps.books.commands import commit_award, lock_book
from praya.apps.books.queries import pool_numbers
from praya.apps.each import each_by_itself
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed, NotFound


@transaction.atomic
def accept_award(*, code: str, agreement_number: int, by: Actor, now: datetime) -> Award:
    """Sign: the pool's money becomes the award's in the book, and the lead its first member.

    While a condition before the start is open, the award waits and cannot be used. All of it or
    nothing. Accepting again what was accepted changes nothing. In this order:

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: not the lead.
        NotOffered: declined, lapsed or ended.
        AgreementChanged: another version is on offer than the one that was read.
        OfferLapsed: too late.
        CapPassed: a ceiling on subsidy was passed since by others.
        PoolExhausted: what came back to the purpose it is offered out of has gone since.
        ledger.PoolExhausted: the pool has less than the award's subsidy left.

    """
    award = _offered_to(code, by, action="award.accept")
    agreement = queries.latest_agreement(award)
    if award.accepted_at is not None and agreement.number == agreement_number:
        return award
    _check_offered(award)
    if agreement.number != agreement_number:
        raise AgreementChanged(yours=agreement_number, theirs=agreement.number)
    if today_in(award.programme, now) > award.accept_by:
        raise OfferLapsed(award=award.code, accept_by=award.accept_by)
    rules = rules_of(award.rule_version)
    # A renewal stands beside the award that it renews.
    headrooms = queries.headrooms_of(
        award.application, rules, today_in(award.programme, now), but_for=[award.pk]
    )
    check_caps(headrooms, Money(award.subsidy_minor, rules.currency))
    _check_came_back(award, now)
    commit_award(
        programme_code=award.programme.code,
        award_code=award.code,
        pool=award.pool or queries.paying_pool(rules),
        lines=[
            LineGrant(
                line.code,
                CardTime(line.card_seconds, line.device_model_code),
                Money(line.subsidy_minor, rules.currency),
            )
            for line in award.lines.all()
        ],
        key=award.code,
        by=by,
        now=now,
        facts={
            "decision": award.decision.number,
            "rule_version": award.rule_version.number,
            "agreement": agreement.number,
        },
    )
    award.accepted_at = now
    award.save(update_fields=["accepted_at"])
    begin(award, now=now)
    agreement.accepted_at, agreement.accepted_by_id = now, by.person_id
    agreement.save(update_fields=["accepted_at", "accepted_by"])
    Member.objects.create(
        award=award, person_id=award.lead_id, role=MemberRole.LEAD.value, since=now
    )
    finish_agreement(application=award.application, outcome=StageOutcome.AGREED, by=by, now=now)
    record_award("award.accepted", award, by=by, now=now, agreement=agreement.number)
    return award


def _check_came_back(award: Award, now: datetime) -> None:
    """Refuse to take what was voted for the purpose itself: the book knows what is in it alone.

    What a year that lapsed left in it for this offer is there beside what is voted.
    """
    programme = award.programme
    rules = rules_of(version_in_force(programme.code, today_in(programme, now)))
    if award.pool in {"", rules.envelope.paying}:
        return
    lock_book(programme.code)
    found = [one for one in pool_numbers(programme.code) if one.pool == award.pool]
    above = sum(one.free - max(one.funded, 0) for one in found)
    check_pool(
        programme=programme.code,
        pool=award.pool,
        free=Money(max(above, 0), rules.currency),
        promised=Money(0, rules.currency),
        asked=Money(award.subsidy_minor, rules.currency),
        pays_subsidy=False,
    )


@transaction.atomic
def decline_award(*, code: str, reason: str, by: Actor, now: datetime) -> Award:
    """Say no to an offer; its means are free for others. Repeating it changes nothing.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.
        NotAllowed: not the lead.
        NotOffered: accepted, lapsed or ended.
        ReasonMissing: the programme wants to know why.

    """
    award = _offered_to(code, by, action="award.decline")
    if award.state == AwardState.DECLINED.value:
        return award
    _check_offered(award)
    if not reason.strip():
        raise ReasonMissing(action="award.decline")
    award.state, award.ended_at = AwardState.DECLINED.value, now
    award.save(update_fields=["state", "ended_at"])
    finish_agreement(application=award.application, outcome=StageOutcome.WITHDRAWN, by=by, now=now)
    record_award("award.declined", award, by=by, now=now, reason=reason.strip())
    return award


def lapse_offers(*, by: Actor, now: datetime) -> list[str]:
    """Let every offer lapse whose last day has passed; codes of those. Each by itself; repeatable.

    Raises:
        NotAllowed: only Praya's own rounds do this.

    """
    if not by.is_praya:
        raise NotAllowed(action="award.lapse", needs="praya")
    lapse = partial(_lapse, by=by, now=now)
    each = each_by_itself(queries.lapsed_offers(now), lapse, what="offer to lapse")
    return [code for code, is_done in each if is_done]


@transaction.atomic
def _lapse(code: str, *, by: Actor, now: datetime) -> bool:
    award = queries.award_for_update(code)
    if award.state != AwardState.OFFERED.value:
        return False  # accepted or declined since it was listed
    award.state, award.ended_at = AwardState.LAPSED.value, now
    award.save(update_fields=["state", "ended_at"])
    finish_agreement(application=award.application, outcome=StageOutcome.WITHDRAWN, by=by, now=now)
    tell_lead("award.lapsed", award)
    record_award("award.lapsed", award, by=by, now=now)
    return True


def _offered_to(code: str, by: Actor, *, action: str) -> Award:
    award = queries.award_for_update(code)
    if not access.is_lead(by, award):
        if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
            raise NotFound(kind="award", key=code)
        raise NotAllowed(action=action, needs="lead")
    return award


def _check_offered(award: Award) -> None:
    if award.state == AwardState.LAPSED.value:
        raise OfferLapsed(award=award.code, accept_by=award.accept_by)
    if award.state != AwardState.OFFERED.value:
        raise NotOffered(award=award.code, state=award.state)
