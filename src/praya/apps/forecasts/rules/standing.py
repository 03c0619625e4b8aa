"""Where a forecast stands, what it is of, and what is refused."""

from __future__ import annotations

from enum import StrEnum

from praya.core.refusal import Refusal

SEEDS_MAX = 200
SEEDS_USUAL = 30
DAYS_MAX = 730
DAYS_USUAL = 365
CHANGES_MAX = 40
WAITING_MAX = 20
NAME_MAX = 200


class ForecastState(StrEnum):
    """Where a forecast stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    FORGOTTEN = "forgotten"  # what it said was removed; that it was asked stays


UNDER_WAY = frozenset({ForecastState.ASKED, ForecastState.RUNNING})
OVER = frozenset(set(ForecastState) - UNDER_WAY)


class Purpose(StrEnum):
    """Why a forecast was made."""

    QUESTION = "question"  # somebody asked
    DAILY = "daily"  # Praya's own, to be scored and to say when jobs will start
    LINE = "line"  # Praya's own, once jobs have come that the one of the day does not know


SMALL = (Purpose.DAILY, Purpose.LINE)


class Measure(StrEnum):
    """What an expectation is of; each has a unit of its own."""

    START = "start"  # when a waiting job starts, in seconds since 1970
    USE = "use"  # accelerator-seconds that an award uses until the instant
    RUN_OUT = "run-out"  # when what an award has left is gone, in seconds since 1970
    UTILISATION = "utilisation"  # allocated over in service until the instant, in ten-thousandths


class NoMachines(Refusal):
    """No machines serve the ``programme``, so there is nothing to forecast."""

    code = "forecast.no_machines"


class NothingToRun(Refusal):
    """The ``programme`` has neither jobs nor awards whose work a forecast could run."""

    code = "forecast.nothing_to_run"


class SizeOutside(Refusal):
    """``given`` is not from 1 to ``most``; ``field`` is seeds, days or changes."""

    code = "forecast.size"


class TooManyWait(Refusal):
    """``waiting`` forecasts wait already, and no more than ``most`` may."""

    code = "forecast.too_many_wait"


class ChangeUnfit(Refusal):
    """Change ``number`` of the list, a ``kind``, lacks its ``field``, or has what cannot be."""

    code = "forecast.change_unfit"


class NotUnderWay(Refusal):
    """The ``forecast`` is over (``state``), so it cannot be cancelled."""

    code = "forecast.not_under_way"


class NoAnswer(Refusal):
    """The ``forecast`` has no answer (``state``)."""

    code = "forecast.no_answer"


def check_size(*, seeds: int, days: int, changes: int) -> None:
    """Refuse what no machine could answer in time."""
    for field, given, least, most in (
        ("seeds", seeds, 1, SEEDS_MAX),
        ("days", days, 1, DAYS_MAX),
        ("changes", changes, 0, CHANGES_MAX),
    ):
        if not least <= given <= most:
            raise SizeOutside(field=field, given=given, most=most)
