"""A question is asked: the site as it stands is written down, with what would be changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
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

SMALL_DAYS = 28
SMALL_SEEDS = 20


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
        NoMachines, NothingToRun: see ``queries.site_of``.
        ChangeUnfit, or what the core refuses of a change.

    """
    programme = programme_of(programme_code)
    access.check_may_ask(by, programme_code, about_round=round_id is not None)
    check_size(seeds=seeds, days=days, changes=len(changes))
    waiting = queries.number_waiting(programme_code)
    if waiting >= WAITING_MAX:
        raise TooManyWait(waiting=waiting, most=WAITING_MAX)
    round_ = _round(round_id, programme)
    asked = [] if round_ is None else queries.cases_asked(round_, now)
    cases = [case.code for case in asked]
    if queries.stands_aside(by, cases):
        raise NotAllowed(action="forecast.ask", needs="officer")
    site = queries.site_of(programme_code, now, days=days, to_come=queries.leased_in(asked))
    base = site.question
    variant = changed_by(queries.with_cases(site, asked, programme), changes)
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
    return _ask_small(programme_code, Purpose.DAILY, now)


@transaction.atomic
def ask_again(*, programme_code: str, now: datetime) -> Forecast | None:
    """Ask the small forecast again, for the jobs that have come since; those of before are removed.

    Once an hour at most: the caller asks ``programmes_with_new_jobs``. Of a day ago and not kept is
    one of before: it is not scored, and says nothing that a later one does not.
    """
    Forecast.objects.filter(
        programme__code=programme_code,
        purpose=Purpose.LINE.value,
        asked_at__lte=now - timedelta(days=1),
        is_kept=False,
    ).delete()
    return _ask_small(programme_code, Purpose.LINE, now)


def _ask_small(programme_code: str, purpose: Purpose, now: datetime) -> Forecast | None:
    programme = programme_of(programme_code)
    try:
        base = queries.base_of(programme_code, now, days=SMALL_DAYS)
    except (NoMachines, NothingToRun):
        return None
    return _store(
        programme,
        ForecastQuestion(base, None, tuple(range(SMALL_SEEDS))),
        Forecast(purpose=purpose.value, days=SMALL_DAYS, asked_at=now),
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
