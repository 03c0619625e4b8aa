"""What people do with a forecast afterwards: cancel it, keep it, forget it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.forecasts import access, queries
from praya.apps.forecasts.models import Forecast
from praya.apps.forecasts.rules import UNDER_WAY, ForecastState, NoAnswer, NotUnderWay
from praya.apps.people.commands import record
from praya.core.actor import Actor


@transaction.atomic
def cancel_forecast(*, code: str, by: Actor, now: datetime) -> Forecast:
    """Do not answer a forecast any more. Cancelling again changes nothing.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor only looks on.
        NotUnderWay: it is over.

    """
    found = _to_change(code, by)
    if found.state == ForecastState.CANCELLED.value:
        return found
    if ForecastState(found.state) not in UNDER_WAY:
        raise NotUnderWay(forecast=code, state=found.state)
    found.state = ForecastState.CANCELLED.value
    found.ended_at = now
    found.save(update_fields=["state", "ended_at"])
    _record("forecast.cancelled", found, by, now)
    return found


@transaction.atomic
def keep_forecast(*, code: str, name: str, by: Actor, now: datetime) -> Forecast:
    """Keep a forecast under a name: it is scored when its time has come. May be repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor only looks on.
        NoAnswer: it has none to keep.

    """
    found = _to_change(code, by)
    if found.state != ForecastState.DONE.value:
        raise NoAnswer(forecast=code, state=found.state)
    name = name.strip()[:200] or found.name
    if found.is_kept and found.name == name:
        return found
    found.is_kept, found.name = True, name
    found.save(update_fields=["is_kept", "name"])
    _record("forecast.kept", found, by, now, name=name)
    return found


@transaction.atomic
def forget_forecast(*, code: str, by: Actor, now: datetime) -> Forecast:
    """Remove what a forecast stood on and said; that it was asked stays. May be repeated.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor only looks on.

    """
    found = _to_change(code, by)
    if found.state == ForecastState.FORGOTTEN.value:
        return found
    found.state = ForecastState.FORGOTTEN.value
    found.is_kept = False
    found.question = found.answer = None
    found.ended_at = found.ended_at or now
    found.save(update_fields=["state", "is_kept", "question", "answer", "ended_at"])
    found.expectations.all().delete()
    found.pieces.all().delete()
    _record("forecast.forgotten", found, by, now)
    return found


def _to_change(code: str, by: Actor) -> Forecast:
    queries.forecast_of(code, by)
    found = queries.forecast_for_update(code)
    access.check_may_change(by, found)
    return found


def _record(action: str, found: Forecast, by: Actor, now: datetime, **facts: str) -> None:
    record(
        action,
        subject=("forecast", found.code),
        by=by,
        now=now,
        programme_code=found.programme.code,
        **facts,
    )
