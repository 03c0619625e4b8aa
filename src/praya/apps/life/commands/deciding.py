"""What people decide about cuts and tranches: waived, reversed, opened."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.queries import award_for_update, award_of
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import NotActive, ReasonMissing
from praya.apps.books.commands import reverse_entry
from praya.apps.life import access
from praya.apps.life.models import OpenedTranche, Waiver
from praya.apps.life.queries import (
    check_on_line,
    life_of,
    line_life_for_update,
    line_seen,
    made_check,
    opened_parts,
)
from praya.apps.life.rules import CannotWaive, CheckMade, NothingCut, check_next_tranche
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.books.models import Entry


@transaction.atomic
def waive_check(
    *, line_code: str, rule_code: str, mark: str = "", reason: str, by: Actor, now: datetime
) -> Waiver:
    """Keep a rule from cutting at a check; without a mark, at every check to come.

    Who waived it first stays on record; asked again, that waiver is returned.

    Raises:
        NotFound: no such line in force, rule or check, or the actor may not know of it.
        CannotWaive: the rule lets nobody.
        NotAllowed: not the role that the rule names, or the award is the actor's own.
        ReasonMissing: no reason.
        CheckMade: the rule has looked already.

    """
    line = line_seen(line_code, by)
    life = line_life_for_update(line.pk)
    if life is None:
        raise NotFound(kind="award-line", key=line_code)
    rule, check = check_on_line(life, rule_code, mark)
    if rule.waived_by is None:
        raise CannotWaive(line=line.code, rule=rule.code)
    access.check_allowed(
        access.may_waive(by, line.award, rule), action="life.waive", needs=rule.waived_by
    )
    _check_reason(reason, action="life.waive")
    if check is not None and (rule.code, check.mark) in life.checks:
        raise CheckMade(line=line.code, rule=rule.code, mark=check.mark)
    waiver, is_new = Waiver.objects.get_or_create(
        line=line,
        rule_code=rule.code,
        mark=mark,
        defaults={"reason": reason.strip(), "by_id": access.person_of(by), "at": now},
    )
    if is_new:
        record(
            "award.cut_waived",
            subject=("award-line", line.code),
            by=by,
            now=now,
            programme_code=line.award.programme.code,
            rule=rule.code,
            check=mark or "every",
            reason=reason.strip(),
        )
    return waiver


@transaction.atomic
def reverse_cut(*, check_id: int, reason: str, by: Actor, now: datetime) -> Entry:
    """Give a cut back: the book's entry is turned round, until what it moved has moved on.

    The check stays made: the rule does not look again under the same mark. Asked again, the
    reversal is returned.

    Raises:
        NotFound: no such check, or the actor may not know of it.
        NotAllowed: not finance of the programme, or the award is the actor's own.
        ReasonMissing: no reason.
        NothingCut: it took nothing.
        AlreadyReversed, LineClosed, CannotReverse: see ``books``.

    """
    check = made_check(check_id, by)
    line = check.line
    access.check_allowed(access.may_reverse(by, line.award), action="life.reverse", needs="finance")
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


@transaction.atomic
def open_tranche(
    *, award_code: str, part_code: str, report: str, by: Actor, now: datetime
) -> OpenedTranche:
    """Open the next part of a grant, since its report is accepted. Repeating it changes nothing.

    Raises:
        NotFound: no such award, no such part, or the actor may not know of it.
        NotAllowed: not an officer of the programme, or the award is their own.
        NotActive: the award is not in force.
        ReasonMissing: nothing is said of the report.
        TrancheNotNext: another part is the next.

    """
    award_of(award_code, by)
    award = award_for_update(award_code)
    tranches = life_of(award).tranches
    if tranches is None or part_code not in [part.code for part in tranches.parts[1:]]:
        raise NotFound(kind="tranche", key=f"{award_code}:{part_code}")
    allowed = access.may_open_tranche(by, award)
    access.check_allowed(allowed, action="life.open_tranche", needs="officer")
    if award.state != AwardState.ACTIVE.value:
        raise NotActive(award=award.code, state=award.state)
    _check_reason(report, action="life.open_tranche")
    opened = {each.part_code: each for each in opened_parts(award)}
    if part_code in opened:
        return opened[part_code]
    check_next_tranche(award=award.code, tranches=tranches, opened=len(opened), part_code=part_code)
    made = OpenedTranche.objects.create(
        award=award, part_code=part_code, report=report.strip(), by_id=access.person_of(by), at=now
    )
    record(
        "award.tranche_opened",
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=award.programme.code,
        part=part_code,
        report=report.strip(),
    )
    return made


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise ReasonMissing(action=action)
