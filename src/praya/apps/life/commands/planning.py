"""A team's plan for a line, by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from praya.apps.awards.access import may_keep_members
from praya.apps.awards.queries import check_takes_part
from praya.apps.awards.rules.refusals import ReasonMissing
from praya.apps.life import access
from praya.apps.life.models import LinePlan
from praya.apps.life.queries import latest_plan, line_life_for_update, line_seen, today_of
from praya.apps.life.rules import PlanFixed, check_plan
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.life import checks_of
from praya.core.refusal import NotFound


@transaction.atomic
def give_plan(
    *, line_code: str, months: Mapping[str, int], reason: str = "", by: Actor, now: datetime
) -> LinePlan:
    """Say how the use of a line is meant to fall on its months; earlier plans are kept.

    The team plans freely until the rule that holds it to its plan first looks; after that only an
    officer changes the plan, with a reason. The same plan again changes nothing.

    Raises:
        NotFound: no such line in force, or the actor may not know of it.
        NotAllowed: neither lead nor manager, nor an officer with another's award.
        PlanFixed: the team, after the rule's first look.
        Recused, OwnOrganisation: an officer who takes no part in what concerns the award.
        ReasonMissing: an officer without a reason.
        PlanUnfit: see ``rules``.

    """
    line = line_seen(line_code, by)
    life = line_life_for_update(line.pk, even_suspended=True)
    if life is None:
        raise NotFound(kind="award-line", key=line_code)
    access.check_allowed(access.may_plan(by, line.award), action="life.plan", needs="lead")
    rule = life.rules.own_plan
    looks = checks_of(rule, life.span) if rule else []
    if may_keep_members(by, line.award):
        if looks and looks[0].on <= today_of(line.award, now):
            raise PlanFixed(line=line.code, since=looks[0].on)
    else:
        check_takes_part(by, line.award.application)
        if not reason.strip():
            raise ReasonMissing(action="life.plan")
    check_plan(line=line.code, months=months, span=life.span)
    latest = latest_plan(line)
    planned = {month: amount for month, amount in sorted(months.items()) if amount}
    if latest is not None and latest.months == planned:
        return latest
    plan = LinePlan.objects.create(
        line=line,
        number=latest.number + 1 if latest else 1,
        months=planned,
        reason=reason.strip(),
        by_id=access.person_of(by),
        at=now,
    )
    record(
        "award.planned",
        subject=("award-line", line.code),
        by=by,
        now=now,
        programme_code=line.award.programme.code,
        plan=plan.number,
        reason=reason.strip(),
    )
    return plan
