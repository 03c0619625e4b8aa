"""For how long an organisation that broke the terms of an award may not apply."""

from __future__ import annotations

from datetime import timedelta

from praya.apps.changes.rules.kinds import Wish
from praya.apps.changes.rules.refusals import ExclusionUnfit
from praya.apps.changes.rules.standing import Exclude, Plan, Standing
from praya.core.programme.months import add_months


def plan_exclusion(wish: Wish, standing: Standing) -> Plan:
    """Until a day, from yesterday, which lifts one there is, to as far as the rules allow.

    Raises:
        ExclusionUnfit: no day, one that is over, or one too far away.

    """
    rule = standing.rules.changes.exclusion
    assert rule is not None, standing
    earliest = standing.today - timedelta(days=1)
    latest = add_months(standing.today, rule.months_max)
    if wish.last_on is None or not earliest <= wish.last_on <= latest:
        raise ExclusionUnfit(earliest=earliest, latest=latest, months_max=rule.months_max)
    return Plan(deeds=(Exclude(wish.last_on),), facts={"until": wish.last_on.isoformat()})
