"""Changes are granted and refused: the book, the terms and the agreement move together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from praya.apps.applications.commands import exclude_organisation
from praya.apps.awards.commands import amend_award, end_award, offer_outside_rounds
from praya.apps.awards.rules import Outcome
from praya.apps.books.commands import (
    commit_award,
    exchange_time,
    recover_money,
    reduce_line,
    settle_debt,
    transfer_time,
)
from praya.apps.changes.commands.interest import ONE_DAY, bring_up_to, locked_debt
from praya.apps.changes.commands.taking_up import take_up
from praya.apps.changes.commands.telling import record_change, tell_lead
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.rules import ASKED_BY_LEADS, Cause, ChangeKind, ChangeState
from praya.apps.changes.rules.planning import plan_change
from praya.apps.changes.rules.refusals import NotOpen, ReasonMissing, SamePerson
from praya.apps.changes.rules.standing import (
    ClaimBack,
    Deed,
    End,
    Exclude,
    Give,
    GiveUp,
    OfferAnew,
    Plan,
    Shift,
    Standing,
    Swap,
    TakeBack,
)
from praya.apps.programmes.queries import version_in_force
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, LineGrant

if TYPE_CHECKING:
    from praya.apps.books.models import Entry


@transaction.atomic
def grant_change(*, change_id: int, reason: str, by: Actor, now: datetime) -> Change:
    """Grant a change: worked out anew, entered in the book, written into the next agreement.

    All of it or nothing. Granting again what was granted changes nothing. In this order:

    Raises:
        NotFound: there is no such request, or the actor may not know of it.
        NotAllowed: it falls to somebody else.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotOpen: it was refused or withdrawn before.
        SamePerson: the actor asked for it.
        KindNotAllowed, WrongState, TimesSpent, and what the kind's planner refuses by now.

    """
    change, standing = take_up(change_id, action="change.decide", by=by, now=now)
    if change.state == ChangeState.GRANTED.value:
        return change
    _check_open(change)
    if change.asked_by_id == by.person_id:
        raise SamePerson(change=change.pk)
    worked_out = plan_change(ChangeKind(change.kind), change.wished, standing)
    change.entries = []
    for deed in worked_out.deeds:
        change.entries += _do(deed, change, standing, by=by, now=now)
    if worked_out.lines:
        numbers = {line.number for line in worked_out.lines}
        change.before = [line.as_json() for line in standing.lines if line.number in numbers]
        # Who led when it was asked for has agreed to it; who leads since has not.
        is_leads = (
            ChangeKind(change.kind) in ASKED_BY_LEADS and change.asked_by_id == change.award.lead_id
        )
        change.agreement = amend_award(
            code=change.award.code,
            lines=worked_out.lines,
            change={"kind": change.kind, "number": change.pk, "reason": change.reason},
            accepted_by=change.asked_by_id if is_leads else None,
            now=now,
        )
    change.facts = _facts(change, worked_out, standing)
    _close(change, ChangeState.GRANTED, reason, by=by, now=now)
    tell_lead("change.granted", change, reason=change.decided_reason)
    record_change(
        "change.granted", change, by=by, now=now, reason=change.decided_reason, **change.facts
    )
    return change


@transaction.atomic
def refuse_change(*, change_id: int, reason: str, by: Actor, now: datetime) -> Change:
    """Refuse a change, with the reason that whoever asked reads. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed, Recused, OwnOrganisation: as for granting.
        NotOpen: it was granted or withdrawn before.
        ReasonMissing: no reason.

    """
    change, _standing = take_up(change_id, action="change.decide", by=by, now=now)
    if change.state == ChangeState.REFUSED.value:
        return change
    _check_open(change)
    if not reason.strip():
        raise ReasonMissing(action="change.refuse")
    _close(change, ChangeState.REFUSED, reason, by=by, now=now)
    tell_lead("change.refused", change, reason=change.decided_reason)
    record_change("change.refused", change, by=by, now=now, reason=change.decided_reason)
    return change


def _check_open(change: Change) -> None:
    if change.state != ChangeState.ASKED.value:
        raise NotOpen(state=change.state)


def _close(change: Change, state: ChangeState, reason: str, *, by: Actor, now: datetime) -> None:
    change.state = state.value
    change.decided_at, change.decided_by_id = now, by.person_id
    change.decided_reason = reason.strip()
    change.save()


def _facts(change: Change, plan: Plan, standing: Standing) -> dict[str, Any]:
    facts = dict(plan.facts)
    known = {one.number for one in standing.lines}
    made = [one.number for one in plan.lines if one.number not in known]
    if made:
        facts["made_line"] = made[0]
    line = standing.line(change.wished.line)
    if line is not None and change.wished.card_hours:
        time = change.wished.card_hours * 3600
        facts |= {"device_model": line.device_model, "card_seconds": time}
    return facts


def _do(deed: Deed, change: Change, standing: Standing, *, by: Actor, now: datetime) -> list[int]:
    """Carry out one part of a plan; the numbers of its entries in the book."""
    code = change.award.programme.code
    facts = {"change": change.pk, "kind": change.kind, "reason": change.reason}
    book: dict[str, Any] = {"programme_code": code, "by": by, "now": now, "key": _key(change, deed)}
    match deed:
        case Give(line, grant):
            given = LineGrant(line.code, grant.time, grant.subsidy)
            stands = standing.book.get(line.code)
            pool = stands.pool if stands else standing.pool
            award_code = change.award.code
            lines = [given]
            entry = commit_award(**book, award_code=award_code, pool=pool, lines=lines, facts=facts)
        case Shift(source, target, moved):
            entry = transfer_time(
                **book, source_code=source, target_code=target, moved=moved, facts=facts
            )
        case Swap(source, target, grant, taken):
            rate = _rate_of(change, standing)
            entry = exchange_time(
                **book,
                source_code=source,
                target_code=target,
                given=grant,
                taken=taken,
                facts=facts | rate,
            )
        case TakeBack(line_code, cut, pool):
            entry = reduce_line(
                **book,
                line_code=line_code,
                time=cut.time,
                subsidy=cut.subsidy,
                pool=pool,
                reason=change.reason,
                facts=facts,
            )
        case ClaimBack(pool, amount):
            entry = recover_money(
                **book, award_code=change.award.code, pool=pool, amount=amount, facts=facts
            )
            _make_debt(change, deed, standing, by=by, now=now)
        case GiveUp():
            entry = _give_up(deed, change, standing, book, facts, now=now)
        case OfferAnew(lines):
            change.offered = offer_outside_rounds(
                application_code=change.award.application.code,
                outcome=Outcome.AWARD,
                lines=lines,
                rate_bp=standing.rate_bp,
                reasons=change.reason,
                pool=change.award.pool,
                by=by,
                now=now,
            )
            return []
        case Exclude(until):
            exclude_organisation(
                organisation_id=change.award.organisation_id,
                award_code=change.award.code,
                programme=change.award.programme,
                until=until,
                change_number=change.pk,
                now=now,
            )
            return []
        case End():
            end_award(code=change.award.code, reason=change.reason, by=by, now=now)
            return []
    return [entry.number]


def _give_up(
    deed: GiveUp,
    change: Change,
    standing: Standing,
    book: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    now: datetime,
) -> Entry:
    debt = locked_debt(deed.debt)
    if deed.amount < debt.owed:
        # What stays open bears interest until it was less; all of it given up, none more.
        bring_up_to(debt, standing.today - ONE_DAY, now=now)
    entry = settle_debt(
        **book,
        kind=EntryKind.WRITE_OFF,
        award_code=change.award.code,
        pool=deed.pool,
        amount=deed.amount,
        facts={**facts, "authority": change.wished.authority, "debt": deed.debt},
    )
    debt.written_off_minor += deed.amount.minor
    debt.save(update_fields=["written_off_minor"])
    return entry


def _key(change: Change, deed: Deed) -> str:
    part = f":{deed.line}" if isinstance(deed, TakeBack) else ""
    return f"change:{change.pk}{part}"


def _rate_of(change: Change, standing: Standing) -> dict[str, str]:
    wish = change.wished
    line = standing.line(wish.line)
    assert line is not None, wish
    rate = standing.rules.changes.rate_on(line.device_model, wish.device_model, standing.today)
    assert rate is not None, wish
    version = version_in_force(change.award.programme.code, standing.today)
    return {
        "rate": f"{rate.rate:f}",
        "valid_from": rate.valid_from.isoformat(),
        "evidence": rate.evidence,
        "rate_version": str(version.number),
    }


def _make_debt(
    change: Change, claim: ClaimBack, standing: Standing, *, by: Actor, now: datetime
) -> Debt:
    """The debt of a claim; whoever of finance granted it owns it until it is given to another."""
    assert by.person_id is not None  # who holds a role has signed in
    return Debt.objects.create(
        award=change.award,
        change=change,
        pool=claim.pool,
        cause=(change.wished.cause or Cause.OTHER).value,
        currency=claim.amount.currency,
        amount_minor=claim.amount.minor,
        owner_id=by.person_id,
        made_at=now,
        due_on=standing.today + timedelta(days=standing.rules.changes.recovery.due_days),
    )
