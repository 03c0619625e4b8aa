"""What people decide about cuts: waived, reversed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.rules.refusals import ReasonMissing
from praya.apps.books.commands import reverse_entry
from praya.apps.life import access
from praya.apps.life.models import Waiver
from praya.apps.life.queries import (
    check_on_line,
    line_life_for_update,
    line_seen,
    made_check,
)
from praya.apps.life.rules import CannotWaive, CheckMade, NothingCut
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


def _check_reason(reason: str, *, action: str) -> None:
    if not reason.strip():
        raise ReasonMissing(action=action)
