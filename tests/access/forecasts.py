"""Forecasts for the walk: one that says something, one that waits, one of a round's cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.access.people import PEOPLE
from tests.apps.forecasts.cases import answer
from tests.factories import make_person

from praya.apps.forecasts.commands import ask_forecast, begin_forecast
from praya.apps.programmes.queries import actor_for


def forecasted(now: datetime, *, round_id: int, line: str) -> dict[str, dict[str, Any]]:
    """The things, by name."""
    officer = actor_for(make_person(PEOPLE["offi"]), now)
    facts: dict[str, Any] = {"programme_code": "pier", "seeds": 1, "days": 3, "by": officer}
    told = ask_forecast(**facts, now=now)
    begin_forecast(now=now)
    answer(told.code, now)
    waits = ask_forecast(**facts, now=now)
    of_round = ask_forecast(**facts, round_id=round_id, now=now)
    begin_forecast(now=now)
    return {
        "forecast": {"code": told.code, "line": line, "figure": "waits", "form": "csv"},
        "forecast-waits": {"code": waits.code},
        "forecast-round": {"code": of_round.code},
    }
