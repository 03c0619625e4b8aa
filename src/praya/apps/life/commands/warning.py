"""The round in which leads are told of cuts to come."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from praya.apps.each import each_by_itself
from praya.apps.life.models import CutWarning
from praya.apps.life.queries import DueWarning, due_warnings
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.people.queries import person_by_id
from praya.core.actor import Actor

PRAYA = Actor.praya("life")


def warn_of_cuts(*, now: datetime) -> list[str]:
    """Tell leads of cuts to come, each once for each of the rule's days; keys of those cuts.

    Repeatable; one transaction a warning.
    """
    each = each_by_itself(
        due_warnings(now),
        partial(_warn, now=now),
        name_of=lambda warning: warning.cut.key,
        what="cut to warn of",
    )
    return [warning.cut.key for warning, is_new in each if is_new]


@transaction.atomic
def _warn(warning: DueWarning, *, now: datetime) -> bool:
    cut = warning.cut
    award = cut.line.award
    lead = person_by_id(award.lead_id)
    _, is_new = CutWarning.objects.get_or_create(
        line_id=cut.line.pk,
        rule_code=cut.rule.code,
        mark=cut.check.mark,
        days_before=warning.days_before,
        defaults={
            "due_on": cut.due_on,
            "cut_s": cut.cut.seconds,
            "person": lead,
            "at": now,
        },
    )
    if not is_new:
        return False
    send_letter(
        "award.cut_ahead",
        to=lead,
        award=award.code,
        title=award.title or award.title_zh,
        line=cut.line.code,
        rule=cut.rule.name.model_dump(),
        card_seconds=cut.cut.seconds,
        device_model=cut.line.device_model_code,
        used_seconds=cut.standing.used,
        due_on=cut.due_on,
    )
    record(
        "award.cut_announced",
        subject=("award-line", cut.line.code),
        by=PRAYA,
        now=now,
        programme_code=award.programme.code,
        rule=cut.rule.code,
        check=cut.check.mark,
        card_seconds=cut.cut.seconds,
        due_on=cut.due_on.isoformat(),
    )
    return True
