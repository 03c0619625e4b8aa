"""Use it or lose it: what the rules take back from lines that are used too little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from praya.apps.books.commands import reduce_line
from praya.apps.people.commands import record
from praya.apps.usage.queries import UnusedCut, line_for_update, pool_of_line, unused_forecast
from praya.core.actor import Actor
from praya.core.refusal import Refusal

PRAYA = Actor.praya("unused")


@dataclass(frozen=True, slots=True)
class UnusedApplied:
    """The cuts that were made, and those the book refused, with the reason."""

    cuts: tuple[UnusedCut, ...]
    findings: dict[str, Refusal]


def apply_unused_rules(*, now: datetime) -> UnusedApplied:
    """Take back what the rules say from lines in card-hours, once for each line and rule.

    Time and the subsidy that went with it return to the pool the line was granted out of. A cut
    that the book refuses, since a job was admitted meanwhile, is a finding, and comes up again.
    """
    made, findings = [], {}
    for cut in unused_forecast(now, ahead_days=0):
        try:
            _take_back(cut, now=now)
        except Refusal as refusal:
            findings[cut.key] = refusal
        else:
            made.append(cut)
    return UnusedApplied(tuple(made), findings)


@transaction.atomic
def _take_back(cut: UnusedCut, *, now: datetime) -> None:
    line = line_for_update(cut.line.pk)
    programme_code = line.award.programme.code
    reduce_line(
        programme_code=programme_code,
        line_code=line.code,
        key=cut.key,
        time=cut.cut,
        subsidy=cut.subsidy_cut,
        pool=pool_of_line(line.code),
        reason="unused",
        by=PRAYA,
        now=now,
    )
    record(
        "award.reduced",
        subject=("award-line", line.code),
        by=PRAYA,
        now=now,
        programme_code=programme_code,
        rule=cut.rule_number,
        card_seconds=cut.cut.seconds,
        subsidy_minor=cut.subsidy_cut.minor,
    )
