"""Leads are told what newer awards are to bear of older ones; and some lines are spared it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from praya.apps.awards.queries import check_takes_part, title_of
from praya.apps.changes import queries
from praya.apps.changes.models import BearingTold, BearingWaiver
from praya.apps.changes.queries import Bearing
from praya.apps.changes.rules.refusals import CannotSpare, ReasonMissing
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed

PRAYA = Actor.praya("bearings")


def tell_bearings(*, now: datetime) -> list[str]:
    """Tell leads of what their lines are to bear, each once; codes of the lines.

    Nothing is cut before so many days after as the rules say. Each by itself; repeatable.
    """
    each = each_by_itself(
        queries.bearings_to_tell(now),
        partial(_tell, now=now),
        name_of=lambda one: f"{one.matter} on {one.line.code}",
        what="bearing to tell of",
    )
    return [one.line.code for one, is_new in each if is_new]


@transaction.atomic
def _tell(one: Bearing, *, now: datetime) -> bool:
    line, award = one.line, one.line.award
    _, is_new = BearingTold.objects.get_or_create(
        matter=one.matter,
        line=line,
        defaults={
            "on": one.on,
            "card_seconds": one.cut.time.seconds,
            "subsidy_minor": one.cut.subsidy.minor,
            "person": award.lead,
            "at": now,
        },
    )
    if not is_new:
        return False
    send_letter(
        f"bearing.{one.matter.partition('-')[0]}_ahead",
        to=award.lead,
        award=award.code,
        title=title_of(award),
        line=line.code,
        older=one.award.code,
        card_seconds=one.cut.time.seconds,
        amount_minor=one.cut.subsidy.minor,
        currency=one.cut.subsidy.currency,
        on=one.on,
    )
    _record("bearing.told", one, by=PRAYA, now=now, on=one.on.isoformat())
    return True


@transaction.atomic
def waive_bearing(
    *, line_code: str, matter: str, reason: str, by: Actor, now: datetime
) -> BearingWaiver:
    """Spare a line what it is to bear of an advance or a debt, which the next award bears instead.

    The lead is told. Asked again while it counts, that waiver is returned. In this order:

    Raises:
        NotFound: the line is to bear nothing of it, or the actor may not know of the award.
        CannotSpare: the rules let nobody.
        NotAllowed: not the role that the rule names, or the award is the actor's own.
        OwnOrganisation: it is that of the actor's organisation.
        ReasonMissing: no reason.

    """
    one = _for_update(line_code, matter, by=by, now=now)
    _check_may(one, by, action="bearing.waive")
    if one.waiver is not None:
        return one.waiver
    _check_reason(reason, action="bearing.waive")
    assert by.person_id is not None, by  # holds a role
    waiver = BearingWaiver.objects.create(
        matter=matter, line=one.line, reason=reason.strip(), by_id=by.person_id, at=now
    )
    _say("bearing.waived", one, reason.strip())
    _record("bearing.waived", one, by=by, now=now, reason=reason.strip())
    return waiver


@transaction.atomic
def withdraw_bearing_waiver(
    *, line_code: str, matter: str, reason: str, by: Actor, now: datetime
) -> None:
    """Let a line bear again what it was spared; the lead is told anew, and the days count anew.

    Repeating it changes nothing. In this order:

    Raises:
        NotFound: the line is to bear nothing of it, or the actor may not know of the award.
        CannotSpare: the rules let nobody.
        NotAllowed: not the role that the rule names, or the award is the actor's own.
        OwnOrganisation: it is that of the actor's organisation.
        ReasonMissing: no reason.

    """
    one = _for_update(line_code, matter, by=by, now=now)
    _check_may(one, by, action="bearing.withdraw_waiver")
    if one.waiver is None:
        return
    _check_reason(reason, action="bearing.withdraw_waiver")
    one.waiver.withdrawn_at, one.waiver.withdrawn_by_id = now, by.person_id
    one.waiver.withdrawn_reason = reason.strip()
    one.waiver.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    BearingTold.objects.filter(matter=matter, line=one.line).delete()
    _say("bearing.waiver_withdrawn", one, reason.strip())
    _record("bearing.waiver_withdrawn", one, by=by, now=now, reason=reason.strip())


def _for_update(line_code: str, matter: str, *, by: Actor, now: datetime) -> Bearing:
    """What a line is to bear, once more since its award is locked: a round may have cut it."""
    seen = queries.bearing_on(line_code, matter, by, now)
    queries.line_to_take_from(seen.line.pk)
    return queries.bearing_on(line_code, matter, by, now)


def _check_may(one: Bearing, by: Actor, *, action: str) -> None:
    if one.rule.waived_by is None:
        raise CannotSpare(line=one.line.code, matter=one.matter)
    if not queries.may_spare(by, one):
        raise NotAllowed(action=action, needs=one.rule.waived_by)
    check_takes_part(by, one.line.award.application)


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise ReasonMissing(action=action)


def _say(kind: str, one: Bearing, reason: str) -> None:
    award = one.line.award
    send_letter(
        kind,
        to=award.lead,
        award=award.code,
        title=title_of(award),
        line=one.line.code,
        older=one.award.code,
        reason=reason,
    )


def _record(action: str, one: Bearing, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("award-line", one.line.code),
        by=by,
        now=now,
        programme_code=one.line.award.programme.code,
        matter=one.matter,
        card_seconds=one.cut.time.seconds,
        subsidy_minor=one.cut.subsidy.minor,
        **facts,
    )
