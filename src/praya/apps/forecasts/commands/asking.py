"""A question is asked: the site as it stands is written down, with what would be changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction

from praya import __version__
from praya.apps.forecasts import access, queries
from praya.apps.forecasts.models import Forecast
from praya.apps.forecasts.rules import (
    DAYS_USUAL,
    NAME_MAX,
    SEEDS_USUAL,
    WAITING_MAX,
    NoMachines,
    NothingToRun,
    Purpose,
    TooManyWait,
    WhatIf,
    changed_by,
    check_size,
)
from praya.apps.people.commands import record
from praya.apps.programmes.queries import programme_of, round_of
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound
from praya.core.simulator.forecast.plain import to_plain
from praya.core.simulator.forecast.question import ForecastQuestion

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme, Round

DAILY_DAYS = 28
DAILY_SEEDS = 20


@transaction.atomic
def ask_forecast(
    *,
    programme_code: str,
    changes: Sequence[WhatIf] = (),
    round_id: int | None = None,
    name: str = "",
    seeds: int = SEEDS_USUAL,
    days: int = DAYS_USUAL,
    by: Actor,
    now: datetime,
) -> Forecast:
    """Ask what the machines of a programme will do, as things stand and with changes.

    With a round, its open and held cases count as awarded on the changed side. The worker answers.
    Asking twice makes two forecasts.

    Raises:
        NotFound: no such programme, or no such round in it.
        NotAllowed: the actor may not ask, or takes no part in a case of the round.
        SizeOutside: too many or too few runs, days or changes.
        TooManyWait: so many wait already.
        NoMachines, NothingToRun: see ``queries.base_of``.
        ChangeUnfit, or what the core refuses of a change.

    """
    programme = programme_of(programme_code)
    access.check_may_ask(by, programme_code, about_round=round_id is not None)
    check_size(seeds=seeds, days=days, changes=len(changes))
    waiting = queries.number_waiting(programme_code)
    if waiting >= WAITING_MAX:
        raise TooManyWait(waiting=waiting, most=WAITING_MAX)
    base = queries.base_of(programme_code, now, days=days)
    variant, cases = base, []
    round_ = _round(round_id, programme)
    if round_ is not None:
        asked = queries.cases_asked(round_, now)
        cases = [case.code for case in asked]
        if queries.stands_aside(by, cases):
            raise NotAllowed(action="forecast.ask", needs="officer")
        variant = queries.with_cases(variant, asked, programme)
    variant = changed_by(variant, changes)
    made = _store(
        programme,
        ForecastQuestion(base, None if variant is base else variant, tuple(range(seeds))),
        Forecast(
            round=round_,
            name=name.strip()[:NAME_MAX],
            purpose=Purpose.QUESTION.value,
            changes=[one.as_json() for one in changes],
            cases=cases,
            days=days,
            asked_by_id=by.person_id,
            asked_at=now,
        ),
    )
    record(
        "forecast.asked",
        subject=("forecast", made.code),
        by=by,
        now=now,
        programme_code=programme_code,
        changes=made.changes,
        round=round_.code if round_ else "",
        seeds=seeds,
        days=days,
    )
    return made


@transaction.atomic
def ask_daily(*, programme_code: str, now: datetime) -> Forecast | None:
    """Ask Praya's own forecast of the day, if there are machines and anything to run.

    Once a day for each programme: the caller asks ``programmes_without_daily``. Nobody is asked who
    they are: only Praya's own rounds ask these.
    """
    programme = programme_of(programme_code)
    try:
        base = queries.base_of(programme_code, now, days=DAILY_DAYS)
    except (NoMachines, NothingToRun):
        return None
    return _store(
        programme,
        ForecastQuestion(base, None, tuple(range(DAILY_SEEDS))),
        Forecast(purpose=Purpose.DAILY.value, days=DAILY_DAYS, asked_at=now),
    )


def _store(programme: Programme, question: ForecastQuestion, made: Forecast) -> Forecast:
    plain = to_plain(question)
    made.code = uuid4().hex[:20]  # until the row has its number
    made.programme = programme
    made.seeds = len(question.seeds)
    made.runs_all = len(question.seeds)
    made.question = plain
    made.question_sha256 = sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    made.version = __version__
    made.save(force_insert=True)
    made.code = f"F-{made.pk:06d}"
    made.save(update_fields=["code"])
    return made


def _round(round_id: int | None, programme: Programme) -> Round | None:
    if round_id is None:
        return None
    found = round_of(round_id)
    if found.programme_id != programme.pk:
        raise NotFound(kind="round", key=str(round_id))
    return found
