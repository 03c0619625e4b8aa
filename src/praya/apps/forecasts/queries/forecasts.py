"""What can be asked about forecasts, by those who may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.awards.models import Award
from praya.apps.awards.rules import ACCEPTED, AwardState
from praya.apps.clusters.queries import capacity_for
from praya.apps.forecasts.access import (
    SEES_FORECASTS,
    SEES_ROUNDS,
    check_may_ask,
    check_may_see,
    may_ask_about_rounds,
)
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries.cases import stands_aside
from praya.apps.forecasts.queries.on_clusters import known_there
from praya.apps.forecasts.rules import (
    SIDES,
    UNDER_WAY,
    ForecastState,
    Measure,
    NoAnswer,
    Purpose,
    Said,
    Score,
    schedule_piece,
    score,
)
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import programme_of, today_in
from praya.apps.usage.models import Job
from praya.apps.usage.snapshot import site_day
from praya.core.actor import Actor
from praya.core.refusal import NotFound

# Texts of a forecast that only its own page reads.
HEAVY = ("question", "answer")
SCORED_DAYS = 365
SCORED_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Work:
    """A forecast that is to be answered, or is being."""

    code: str


def question_of(code: str) -> dict[str, Any]:
    """The question of a forecast under way, made plain, as the process that answers takes it."""
    found: dict[str, Any] | None = Forecast.objects.values_list("question", flat=True).get(
        code=code
    )
    assert found is not None, code
    return found


def forecasts_visible_to(actor: Actor) -> QuerySet[Forecast]:
    """The forecasts of the actor's programmes, the newest first.

    Those about a round are left out for who does not see its decisions; a single one is not found
    by who takes no part in one of its cases.
    """
    ours = Q(programme__code__in=actor.programmes_as(*SEES_FORECASTS))
    rounds = Q(round=None) | Q(programme__code__in=actor.programmes_as(*SEES_ROUNDS))
    found = Forecast.objects.filter(ours & rounds)
    return found.select_related("programme", "round", "asked_by").defer(*HEAVY)


def latest_of_round(round_id: int, actor: Actor) -> Forecast | None:
    """The last answered forecast of a round awarded that the actor may know of. Two queries."""
    done = forecasts_visible_to(actor).filter(round_id=round_id, state=ForecastState.DONE.value)
    found = done.order_by("-id").first()
    return found if found is not None and _may_know(found, actor) else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a change may name: awards in force with their titles, models, partitions, rounds."""

    programme: Programme
    awards: list[tuple[str, str]]
    device_models: list[tuple[str, str]]
    partitions: list[str]
    rounds: list[Round]


def choices_for(programme_code: str, actor: Actor, now: datetime) -> Choices:
    """What the form of a question offers. Five queries.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor may not ask.

    """
    programme = programme_of(programme_code)
    check_may_ask(actor, programme_code, about_round=False)
    promised = [state.value for state in (AwardState.OFFERED, *ACCEPTED)]
    awards = Award.objects.filter(
        programme=programme, state__in=promised, last_on__gte=today_in(programme, now)
    )
    capacities = capacity_for(programme_code, day=site_day(now))
    models = {one.partition.device_model.code: one.partition.device_model for one in capacities}
    rounds = Round.objects.filter(programme=programme, released_at=None)
    return Choices(
        programme=programme,
        awards=list(awards.order_by("code").values_list("code", "title")),
        device_models=[(code, str(model)) for code, model in sorted(models.items())],
        partitions=[f"{one.partition.cluster.code}/{one.partition.code}" for one in capacities],
        rounds=list(rounds) if may_ask_about_rounds(actor, programme_code) else [],
    )


def forecast_of(code: str, actor: Actor, *, with_answer: bool = False) -> Forecast:
    """A forecast, its answer among what is read if it is wanted.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    rows = Forecast.objects.select_related("programme", "round", "asked_by")
    rows = rows.defer("question") if with_answer else rows.defer(*HEAVY)
    found = rows.filter(code=code).first()
    if found is None or not _may_know(found, actor):
        raise NotFound(kind="forecast", key=code)
    return found


def answer_of(code: str, actor: Actor) -> Forecast:
    """A forecast that has its answer.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NoAnswer: it is under way, failed, or was cancelled or forgotten.

    """
    found = forecast_of(code, actor, with_answer=True)
    if found.answer is None:
        raise NoAnswer(forecast=code, state=found.state)
    return found


def pieces_of(found: Forecast, *names: str) -> dict[str, dict[str, Any]]:
    """Pieces of an answer by name; all of them where none is named. One query.

    Raises:
        NotFound: one is not there.

    """
    rows = found.pieces.filter(name__in=names) if names else found.pieces.all()
    pieces = dict(rows.values_list("name", "content"))
    for name in names:
        if name not in pieces:
            raise NotFound(kind="figure", key=name)
    return pieces


def curve_of(found: Forecast, name: str) -> dict[str, Any] | None:
    """A curve of waits by its name; earlier answers have none. One query."""
    return found.pieces.filter(name=name).values_list("content", flat=True).first()


def schedules_known(found: Forecast) -> list[str]:
    """The sides of which it was kept who runs where; of earlier answers the base alone."""
    names = {schedule_piece(side): side for side in SIDES}
    known = found.pieces.filter(name__in=names).values_list("name", flat=True)
    return sorted(names[name] for name in known)


def forecast_for_update(code: str) -> Forecast:
    """A forecast without its texts, locked until the transaction ends; raises ``NotFound``."""
    rows = Forecast.objects.select_for_update(of=("self",)).select_related("programme", "round")
    found = rows.defer(*HEAVY).filter(code=code).first()
    if found is None:
        raise NotFound(kind="forecast", key=code)
    return found


def number_waiting(programme_code: str) -> int:
    """How many forecasts of a programme are not answered yet."""
    under_way = [state.value for state in UNDER_WAY]
    return Forecast.objects.filter(programme__code=programme_code, state__in=under_way).count()


def next_to_answer() -> Forecast | None:
    """The forecast that is being answered, else the one that waits longest."""
    under_way = Forecast.objects.filter(state__in=[state.value for state in UNDER_WAY])
    # "running" stands behind "asked" in the alphabet.
    return under_way.select_related("programme").order_by("-state", "id").defer(*HEAVY).first()


def scores_of(programme_code: str, now: datetime) -> dict[Measure, Score]:
    """How the forecasts of the last year did, by measure. One query."""
    rows = (
        Expectation.objects.filter(
            forecast__programme__code=programme_code,
            known_at__gt=now - timedelta(days=SCORED_DAYS),
            actual__isnull=False,
        )
        .order_by("-id")
        .values_list("measure", "low", "middle", "high", "actual")[:SCORED_MAX]
    )
    said: dict[Measure, list[Said]] = defaultdict(list)
    for measure, low, middle, high, actual in rows:
        said[Measure(measure)].append(Said(low, middle, high, actual))
    scores = {measure: score(said[measure]) for measure in Measure if measure in said}
    return {measure: one for measure, one in scores.items() if one is not None}


def scores_seen(programme_code: str, actor: Actor, now: datetime) -> dict[Measure, Score]:
    """As ``scores_of``, for who sees forecasts of the programme; raises ``NotAllowed``."""
    check_may_see(actor, programme_code)
    return scores_of(programme_code, now)


def due_expectations(now: datetime, *, most: int = 500) -> list[Expectation]:
    """What was said by kept and daily forecasts and may be known by now, the oldest first.

    When a job starts may be known before the interval is over; when an award is used up is not
    looked up, since it is told for a reader and not for a score.
    """
    begun = Job.objects.filter(code=OuterRef("subject")).filter(
        Q(started_at__isnull=False) | Q(ended_at__isnull=False)
    )
    is_start = Q(measure=Measure.START.value)
    parts, is_known_there = known_there(now)
    rows = Expectation.objects.annotate(**parts).filter(
        Q(forecast__purpose=Purpose.DAILY.value) | Q(forecast__is_kept=True),
        ~Q(measure=Measure.RUN_OUT.value),
        (is_start & (Exists(begun) | is_known_there)) | (~is_start & Q(due_at__lte=now)),
        known_at=None,
    )
    return list(rows.select_related("forecast__programme").order_by("id")[:most])


def _may_know(found: Forecast, actor: Actor) -> bool:
    code = found.programme.code
    if found.round_id is None:
        return actor.is_praya or actor.holds(code, *SEES_FORECASTS)
    return actor.holds(code, *SEES_ROUNDS) and not stands_aside(actor, found.cases)
