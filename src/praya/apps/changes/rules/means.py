"""Whether what is asked for fits into the programme: its period, its ceilings, its pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from praya.apps.awards.rules.caps import Cap, check_caps
from praya.apps.awards.rules.deciding import check_pool
from praya.apps.changes.rules.refusals import OutsidePeriod
from praya.apps.changes.rules.standing import Standing
from praya.core.quantity import Money


def check_means(standing: Standing, asked: Money, *, on_top_of: Money) -> None:
    """Refuse what passes a ceiling on subsidy, or what the pool cannot pay.

    ``on_top_of`` is what counts against the ceiling of one award before.
    """
    headrooms = [
        replace(room, granted=room.granted + on_top_of) if room.cap is Cap.AWARD else room
        for room in standing.headrooms
    ]
    check_caps(headrooms, asked)
    check_pool(
        programme=standing.rules.code,
        pool=standing.pool,
        free=standing.pool_free,
        promised=standing.promised,
        asked=asked,
        pays_subsidy=standing.pool_pays_subsidy,
    )


def check_period(last_on: date, standing: Standing) -> None:
    """Refuse a day after the programme, whose awards end with it unless its rules let them run."""
    rules = standing.rules
    if last_on > rules.period.last and not rules.agreement.late_end_allowed:
        raise OutsidePeriod(last_on=last_on, period_last=rules.period.last)
