"""The round in which rules look at lines and take what they call for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import reduce_line
from praya.apps.each import each_by_itself
from praya.apps.life.models import LineCheck
from praya.apps.life.queries import (
    LineLife,
    cut_key,
    due_on,
    line_life_for_update,
    lines_with_checks,
    pool_of,
    subsidy_of,
    today_of,
    waived_cut,
)
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.life import Check, Standing, Taken, cuts_in_turn
from praya.core.programme.life import CutRule
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.books.models import Entry

PRAYA = Actor.praya("life")


@dataclass(frozen=True, slots=True)
class Lived:
    """The checks that were made, and by line what the book refused, with the reason."""

    checks: tuple[LineCheck, ...]
    findings: dict[str, Refusal]

    @property
    def cuts(self) -> tuple[LineCheck, ...]:
        """Those that took something."""
        return tuple(check for check in self.checks if check.cut_s)


def run_life_rules(*, now: datetime) -> Lived:
    """Let every rule look that is due, once for each line, rule and check; repeatable.

    Time and the subsidy that went with it go to the pool that the rule names. A check whose cut the
    lead has not been told of in time waits, and later ones of its line with it: ``warn_of_cuts``
    comes first. One transaction a line; what the book refuses, since a job was admitted meanwhile,
    is a finding and comes up again.
    """
    findings: dict[str, Refusal] = {}

    def look_at(line_id: int) -> list[LineCheck]:
        try:
            return _look_at(line_id=line_id, now=now)
        except Refusal as refusal:
            findings[f"line {line_id}"] = refusal
            return []

    each = each_by_itself(lines_with_checks(now), look_at, what="rules of line")
    made = tuple(check for _, checks in each for check in checks)
    return Lived(made, findings)


@transaction.atomic
def _look_at(*, line_id: int, now: datetime) -> list[LineCheck]:
    life = line_life_for_update(line_id)
    if life is None:
        return []
    today = today_of(life.line.award, now)
    due = [(rule, check) for rule, check in life.looks() if check.on <= today]
    waived = [look for look in due if life.waiver_of(*look) is not None]
    made = [_note_waived(life, *look, now=now) for look in waived]
    counted = [look for look in due if life.waiver_of(*look) is None]
    money_free = life.money_free
    for standing, taken in cuts_in_turn(
        counted, span=life.span, plan=life.known_plan, standing=life.standing, taken=life.taken
    ):
        if any(each.cut and due_on(life, each.rule, each.check, today) > today for each in taken):
            break
        made += _take(life, taken, standing, money_free, now=now)
        money_free -= sum(check.subsidy_minor for check in made[-len(taken) :])
    return made


def _take(
    life: LineLife[AwardLine],
    taken: Sequence[Taken],
    standing: Standing,
    money_free: int,
    *,
    now: datetime,
) -> list[LineCheck]:
    made = []
    for each in taken:
        row = _row(life, each.rule, each.check, standing, now=now)
        row.called_s = each.called
        if each.cut:
            row.cut_s = each.cut
            row.subsidy_minor = subsidy_of(each.cut, standing, money_free)
            row.pool = each.rule.to_pool or pool_of(life.line)
            row.entry_number = _post(life, each, row, now=now).number
        row.save(force_insert=True)
        made.append(row)
    return made


def _post(life: LineLife[AwardLine], taken: Taken, row: LineCheck, *, now: datetime) -> Entry:
    line, code = life.line, life.line.award.programme.code
    entry = reduce_line(
        programme_code=code,
        line_code=line.code,
        key=cut_key(line, taken.rule, taken.check),
        time=CardTime(row.cut_s, line.device_model_code),
        subsidy=Money(row.subsidy_minor, line.award.programme.currency),
        pool=row.pool,
        reason=taken.rule.name.en,
        by=PRAYA,
        now=now,
        facts={"rule": taken.rule.code, "rule_version": line.award.rule_version.number},
    )
    record(
        "award.reduced",
        subject=("award-line", line.code),
        by=PRAYA,
        now=now,
        programme_code=code,
        rule=taken.rule.code,
        check=taken.check.mark,
        card_seconds=row.cut_s,
        subsidy_minor=row.subsidy_minor,
        entry=entry.number,
    )
    return entry


def _note_waived(
    life: LineLife[AwardLine], rule: CutRule, check: Check, *, now: datetime
) -> LineCheck:
    row = _row(life, rule, check, life.standing, now=now)
    row.called_s = waived_cut(life, rule, check)
    row.waiver = life.waiver_of(rule, check)
    row.save(force_insert=True)
    return row


def _row(
    life: LineLife[AwardLine], rule: CutRule, check: Check, standing: Standing, *, now: datetime
) -> LineCheck:
    return LineCheck(
        line_id=life.line.pk,
        rule_code=rule.code,
        mark=check.mark,
        rule_version_id=life.line.award.rule_version.pk,
        due_on=check.on,
        looked_at=now,
        used_s=standing.used,
        free_s=standing.free,
        cut_before_s=standing.cut,
        called_s=0,
        cut_s=0,
        subsidy_minor=0,
    )
