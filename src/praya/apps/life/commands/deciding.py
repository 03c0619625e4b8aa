"""What people decide about cuts: waived, not waived any more, reversed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.queries import check_takes_part, title_of
from praya.apps.awards.rules.refusals import ReasonMissing
from praya.apps.books.commands import reverse_entry
from praya.apps.life import access
from praya.apps.life.models import Waiver, WaiverWithdrawal
from praya.apps.life.queries import (
    Hold,
    LineLife,
    ceiling_again,
    check_on_line,
    hold_on_line,
    line_life_for_update,
    line_seen,
    made_check,
    waiver_seen,
)
from praya.apps.life.rules import AlreadyOpen, CannotWaive, CheckMade, NothingCut, WaiverUsed
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor
from praya.core.quantity import CardTime
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.books.models import Entry


@transaction.atomic
def waive_check(
    *, line_code: str, rule_code: str, mark: str = "", reason: str, by: Actor, now: datetime
) -> Waiver:
    """Keep a rule from cutting at a check, or from keeping part of a line back.

    ``mark`` is that of a check; without one it is every check to come. Under tranches it is a later
    part of the grant, which opens on this line without its report; under a window it may be
    ``later-months``, which may then be used now, while leftovers lapse as before. Who waived it
    first stays on record; asked again while it counts, that waiver is returned.

    Raises:
        NotFound: no such line in force or suspended, rule, check or part, or the actor may not
            know of it.
        CannotWaive: the rule lets nobody.
        NotAllowed: not the role that the rule names, or the award is the actor's own.
        OwnOrganisation: it is that of the actor's organisation.
        ReasonMissing: no reason.
        CheckMade: the rule has looked already.
        AlreadyOpen: a report opened the part.

    """
    line = line_seen(line_code, by)
    life = line_life_for_update(line.pk, even_suspended=True)
    if life is None:
        raise NotFound(kind="award-line", key=line_code)
    hold = hold_on_line(life, rule_code, mark)
    rule, check = (hold.rule, None) if hold else check_on_line(life, rule_code, mark)
    if rule.waived_by is None:
        raise CannotWaive(line=line.code, rule=rule.code)
    access.check_allowed(
        access.may_waive(by, line.award, rule), action="life.waive", needs=rule.waived_by
    )
    check_takes_part(by, line.award.application)
    _check_reason(reason, action="life.waive")
    if check is not None and (rule.code, check.mark) in life.checks:
        raise CheckMade(line=line.code, rule=rule.code, mark=check.mark)
    if hold and hold.is_open and (rule_code, mark) not in life.waivers:
        raise AlreadyOpen(line=line.code, rule=rule.code, mark=mark)
    if (rule.code, mark) in life.waivers:
        return life.waivers[rule.code, mark]
    before = [one for one in life.waivers_ever if (one.rule_code, one.mark) == (rule.code, mark)]
    waiver = Waiver.objects.create(
        line=line,
        rule_code=rule.code,
        mark=mark,
        number=len(before) + 1,
        reason=reason.strip(),
        by_id=access.person_of(by),
        at=now,
    )
    action = "award.hold_waived" if hold else "award.cut_waived"
    _record(action, waiver, by=by, now=now, reason=waiver.reason)
    if hold:
        _tell(action, waiver, reason=waiver.reason)
    return waiver


@transaction.atomic
def withdraw_waiver(*, waiver_id: int, reason: str, by: Actor, now: datetime) -> Waiver:
    """Let a rule do again what was waived, as long as that has not come to anything.

    A waiver of every check counts for none of those to come; what was looked at under it stays. It
    may be waived anew. The lead is told. Repeating it changes nothing. In this order:

    Raises:
        NotFound: no such waiver on a line in force or suspended, or the actor may not know of it.
        NotAllowed: not the role that the rule names, or the award is the actor's own.
        OwnOrganisation: it is that of the actor's organisation.
        ReasonMissing: no reason.
        CheckMade: the rule has looked, and took nothing.
        WaiverUsed: more has been used of the line than would be open without it.

    """
    waiver = waiver_seen(waiver_id, by)
    life = line_life_for_update(waiver.line_id, even_suspended=True)
    if life is None:
        raise NotFound(kind="waiver", key=str(waiver_id))
    line = life.line
    hold = hold_on_line(life, waiver.rule_code, waiver.mark)
    rule = hold.rule if hold else check_on_line(life, waiver.rule_code, waiver.mark)[0]
    access.check_allowed(
        access.may_waive(by, line.award, rule),
        action="life.withdraw_waiver",
        needs=rule.waived_by or "committee",
    )
    check_takes_part(by, line.award.application)
    if waiver not in life.waivers.values():
        return waiver
    _check_reason(reason, action="life.withdraw_waiver")
    if waiver.mark and not hold and (rule.code, waiver.mark) in life.checks:
        raise CheckMade(line=line.code, rule=rule.code, mark=waiver.mark)
    if hold:
        _check_unused(life, hold, now)
    WaiverWithdrawal.objects.create(
        waiver=waiver, reason=reason.strip(), by_id=access.person_of(by), at=now
    )
    _record("award.waiver_withdrawn", waiver, by=by, now=now, reason=reason.strip())
    _tell("award.waiver_withdrawn", waiver, reason=reason.strip())
    return waiver


def _check_unused(life: LineLife[AwardLine], hold: Hold, now: datetime) -> None:
    """Refuse to keep back again what has been used, or is held for jobs."""
    most, used = ceiling_again(life, hold, now), life.standing.used
    if most is not None and used > most.most:
        raise WaiverUsed(
            line=life.line.code,
            used=CardTime(used, life.line.device_model_code),
            most=CardTime(most.most, life.line.device_model_code),
        )


@transaction.atomic
def reverse_cut(*, check_id: int, reason: str, by: Actor, now: datetime) -> Entry:
    """Give a cut back: the book's entry is turned round, until what it moved has moved on.

    The check stays made: the rule does not look again under the same mark. Asked again, the
    reversal is returned.

    Raises:
        NotFound: no such check, or the actor may not know of it.
        NotAllowed: not finance of the programme, or the award is the actor's own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ReasonMissing: no reason.
        NothingCut: it took nothing.
        AlreadyReversed, LineClosed, CannotReverse: see ``books``.

    """
    check = made_check(check_id, by)
    line = check.line
    access.check_allowed(access.may_reverse(by, line.award), action="life.reverse", needs="finance")
    check_takes_part(by, line.award.application)
    _check_reason(reason, action="life.reverse")
    if check.entry_number is None:
        raise NothingCut(line=line.code, rule=check.rule_code)
    return reverse_entry(
        programme_code=line.award.programme.code,
        number=check.entry_number,
        key=f"life:{line.code}:{check.rule_code}:{check.mark}:back",
        by=by,
        now=now,
        reason=reason.strip(),
    )


def _tell(kind: str, waiver: Waiver, *, reason: str) -> None:
    award = waiver.line.award
    send_letter(
        kind,
        to=award.lead,
        award=award.code,
        title=title_of(award),
        line=waiver.line.code,
        reason=reason,
    )


def _record(action: str, waiver: Waiver, *, by: Actor, now: datetime, reason: str) -> None:
    record(
        action,
        subject=("award-line", waiver.line.code),
        by=by,
        now=now,
        programme_code=waiver.line.award.programme.code,
        rule=waiver.rule_code,
        check=waiver.mark or "every",
        reason=reason,
    )


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise ReasonMissing(action=action)
