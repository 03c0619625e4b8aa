"""The worker has forecasts answered: begun, followed, and ended well or badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.forecasts import queries
from praya.apps.forecasts.models import Expectation, Forecast, Piece
from praya.apps.forecasts.queries.work import OTHERS
from praya.apps.forecasts.rules import SCHEDULE, UNDER_WAY, ForecastState, Measure, apart
from praya.core.simulator.forecast.answer import Forecast as Answer
from praya.core.simulator.forecast.answer import ForecastAnswer, Interval
from praya.core.simulator.forecast.plain import from_plain
from praya.core.simulator.forecast.question import DAY_S, ForecastQuestion, Question

_OPEN = [state.value for state in UNDER_WAY]
# After how many midnights use and utilisation are held against what happened.
MARKS = (1, 7, 28)
_WHOLE_BP = 10_000


@transaction.atomic
def begin_forecast(*, now: datetime) -> queries.Work | None:
    """The forecast to be answered now: the one that was begun, else the one that waits longest.

    It is ``running`` from then on. May be repeated: what a worker that was killed had begun is
    begun again.
    """
    found = queries.next_to_answer()
    if found is None:
        return None
    if found.state == ForecastState.ASKED.value:
        rows = Forecast.objects.filter(pk=found.pk, state=ForecastState.ASKED.value)
        if not rows.update(state=ForecastState.RUNNING.value, begun_at=now):
            return None
    return queries.Work(found.code)


def note_runs(*, code: str, done: int, number: int) -> None:
    """Write down how many runs are done; nothing once the forecast is over."""
    rows = Forecast.objects.filter(code=code, state=ForecastState.RUNNING.value)
    rows.update(runs_done=done, runs_all=number)


@transaction.atomic
def finish_forecast(
    *, code: str, answer: Mapping[str, Any], schedule: Mapping[str, Any], now: datetime
) -> bool:
    """Take the answer (a ``ForecastAnswer`` made plain); false where it was cancelled meanwhile."""
    found = Forecast.objects.select_for_update().filter(code=code, state__in=_OPEN).first()
    if found is None:
        return False
    assert found.question is not None, code
    question = from_plain(ForecastQuestion, found.question)
    told = from_plain(ForecastAnswer, answer)
    sides = {"base": question.base, "variant": question.variant or question.base}
    found.answer, pieces = apart(answer, sides)
    found.state, found.ended_at = ForecastState.DONE.value, now
    found.runs_done = found.runs_all
    found.save(
        update_fields=["answer", "state", "ended_at", "runs_done"],
    )
    Piece.objects.bulk_create(
        Piece(forecast=found, name=name, content=content)
        for name, content in {**pieces, SCHEDULE: schedule}.items()
    )
    Expectation.objects.bulk_create(_expectations(found, question.base, told.base))
    return True


def fail_forecast(*, code: str, reason: str, now: datetime) -> None:
    """Give a forecast up, with the reason; nothing where it is over."""
    rows = Forecast.objects.filter(code=code, state__in=_OPEN)
    rows.update(state=ForecastState.FAILED.value, reason=reason, ended_at=now)


def _expectations(forecast: Forecast, question: Question, told: Answer) -> Iterator[Expectation]:
    """What was said of things that will be known: starts, use and utilisation; and run-outs."""
    until = question.instant(question.until_s)

    def of(
        measure: Measure, subject: str, due_at: datetime, values: tuple[float | None, ...]
    ) -> Iterator[Expectation]:
        low, middle, high = (None if value is None else int(value) for value in values)
        if low is not None:  # what may as well never come about is no expectation
            yield Expectation(
                forecast=forecast,
                measure=measure.value,
                subject=subject,
                due_at=due_at,
                low=low,
                middle=middle,
                high=high,
            )

    def instants(told: Interval) -> tuple[int | None, ...]:
        return tuple(
            None if second is None else int(question.instant(int(second)).timestamp())
            for second in (told.low, told.median, told.high)
        )

    for row in told.queue:
        if row.award == OTHERS:
            continue
        high = row.start_s.high
        due_at = until if high is None else question.instant(int(high))
        yield from of(Measure.START, row.job, due_at, instants(row.start_s))
    used = {one.award: one.used_card_seconds for one in question.standings}
    marks = _marks(question)
    for award in told.awards:
        before = used.get(award.award, 0)
        for place, due_at in marks:
            values = (award.burn_low, award.burn_median, award.burn_high)
            since = tuple(max(each[place] - before, 0) for each in values)
            yield from of(Measure.USE, award.award, due_at, since)
        if award.run_out_s is not None:
            yield from of(Measure.RUN_OUT, award.award, until, instants(award.run_out_s))
    yield from (
        one
        for band in told.utilisation
        if (band.numerator.value, band.denominator.value) == ("held", "in_service")
        for place, due_at in marks
        if place > 0  # the first day has begun already
        for one in of(
            Measure.UTILISATION,
            "day",
            due_at,
            tuple(each[place] * _WHOLE_BP for each in (band.low, band.median, band.high)),
        )
    )


def _marks(question: Question) -> list[tuple[int, datetime]]:
    """Places of the days that are held against what happened, and when each is over (UTC)."""
    first = (question.now_s // DAY_S + 1) * DAY_S
    ends = [*range(first, question.until_s, DAY_S), question.until_s]
    return [(place, question.instant(ends[place])) for place in MARKS if place < len(ends)]
