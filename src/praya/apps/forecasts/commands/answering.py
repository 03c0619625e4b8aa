"""The worker has forecasts answered: begun, followed, and ended well or badly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from praya.apps.forecasts import queries
from praya.apps.forecasts.models import Expectation, Forecast, Piece
from praya.apps.forecasts.queries.work import OTHERS
from praya.apps.forecasts.rules import (
    UNDER_WAY,
    ForecastState,
    Measure,
    Purpose,
    apart,
    schedule_piece,
)
from praya.core.simulator.forecast.answer import Forecast as Answer
from praya.core.simulator.forecast.answer import ForecastAnswer, Interval
from praya.core.simulator.forecast.plain import from_plain
from praya.core.simulator.forecast.plans import held_by_now
from praya.core.simulator.forecast.question import DAY_S, ForecastQuestion, Question

if TYPE_CHECKING:
    from praya.apps.forecasts.queries.lessons import Learnt

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


def finish_forecast(
    *,
    code: str,
    answer: Mapping[str, Any],
    schedules: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> bool:
    """Take the answer (a ``ForecastAnswer`` made plain); false where it was cancelled meanwhile.

    ``schedules`` say of each side who runs where.
    """
    found = Forecast.objects.filter(code=code, state__in=_OPEN).first()
    if found is None:
        return False
    from praya.apps.forecasts.queries.lessons import learnt_by  # noqa: PLC0415 -- NumPy's alone

    # What takes long goes before the lock: what a forecast learns from does not change.
    assert found.question is not None, code
    question = from_plain(ForecastQuestion, found.question)
    sides = {"base": question.base, "variant": question.variant or question.base}
    learnt = learnt_by(found)
    better = {**answer, **{side: _mended(answer[side], one, learnt) for side, one in sides.items()}}
    simulated, told = (from_plain(ForecastAnswer, one) for one in (answer, better))
    found.answer, pieces = apart(better, sides)
    pieces |= {schedule_piece(side): dict(one) for side, one in schedules.items()}
    found.answer["learnt"] = learnt.number
    expectations = list(_expectations(found, question.base, told.base))
    if found.purpose == Purpose.LINE.value:  # the rest is told, and scored, by that of the day
        expectations = [one for one in expectations if one.measure == Measure.START.value]
    if learnt.number:
        _note_simulated(expectations, question.base, simulated.base, learnt.number)
    with transaction.atomic():
        rows = Forecast.objects.select_for_update().filter(pk=found.pk, state__in=_OPEN)
        still = rows.only("runs_all").first()
        if still is None:
            return False
        found.state, found.ended_at = ForecastState.DONE.value, now
        found.runs_done = still.runs_all
        found.save(update_fields=["answer", "state", "ended_at", "runs_done"])
        Piece.objects.bulk_create(
            Piece(forecast=found, name=name, content=content) for name, content in pieces.items()
        )
        Expectation.objects.bulk_create(expectations)
    return True


def fail_forecast(*, code: str, reason: str, now: datetime) -> None:
    """Give a forecast up, with the reason; nothing where it is over."""
    rows = Forecast.objects.filter(code=code, state__in=_OPEN)
    rows.update(state=ForecastState.FAILED.value, reason=reason, ended_at=now)


def _mended(
    told: Mapping[str, Any] | None, question: Question, learnt: Learnt
) -> Mapping[str, Any] | None:
    """One side of an answer with the starts of waiting jobs as earlier forecasts mend them."""
    if told is None or not learnt.number:
        return told
    levels, now_s = ("low", "median", "high"), question.now_s
    known = [row for row in told["queue"] if row["start_s"]["low"] is not None]
    waits = [
        (at["low"] - now_s, *(None if at[one] is None else at[one] - now_s for one in levels[1:]))
        for at in (row["start_s"] for row in known)
    ]
    starts = {
        row["job"]: [None if wait is None else round(now_s + wait) for wait in better]
        for row, better in zip(known, learnt.mended(waits, question.until_s - now_s), strict=True)
    }
    queue = [
        {**row, "start_s": dict(zip(levels, starts[row["job"]], strict=True))}
        if row["job"] in starts
        else row
        for row in told["queue"]
    ]
    return {**told, "queue": queue}


def _note_simulated(
    expectations: Iterable[Expectation], question: Question, simulated: Answer, learnt: int
) -> None:
    """Beside each start what the runs said of it, from which the next forecasts learn."""
    starts = {row.job: _instants(question, row.start_s) for row in simulated.queue}
    for one in expectations:
        if one.measure == Measure.START.value:
            one.simulated, one.learnt = list(starts[one.subject]), learnt


def _instants(question: Question, told: Interval) -> tuple[int | None, ...]:
    return tuple(
        None if second is None else int(question.instant(int(second)).timestamp())
        for second in (told.low, told.median, told.high)
    )


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

    for row in told.queue:
        # Jobs of an array that waits on a cluster have no numbers of their own yet.
        if row.award == OTHERS or "[" in row.job:
            continue
        high = row.start_s.high
        due_at = until if high is None else question.instant(int(high))
        yield from of(Measure.START, row.job, due_at, _instants(question, row.start_s))
    used = {one.award: one.used_card_seconds for one in question.standings}
    marks = _marks(question)
    for award in told.awards:
        if award.award == OTHERS:
            continue
        # What happened is counted from the asking on; the burn has what was before it, too.
        before = used.get(award.award, 0) + held_by_now(question, award.award)
        for place, due_at in marks:
            values = (award.burn_low, award.burn_median, award.burn_high)
            since = tuple(max(each[place] - before, 0) for each in values)
            yield from of(Measure.USE, award.award, due_at, since)
        if award.run_out_s is not None:
            for one in of(
                Measure.RUN_OUT, award.award, until, _instants(question, award.run_out_s)
            ):
                one.granted = award.granted_card_seconds
                yield one
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
