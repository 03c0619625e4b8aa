"""What a forecast tells: each figure as its median and the tenth and ninetieth percentile of runs.

Between the two lie eight runs in ten. Where runs are few the percentiles lie between two runs, in
proportion, as NumPy has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from praya.core.simulator.forecast.question import JobsLike


@dataclass(frozen=True, slots=True)
class Interval:
    """The tenth percentile, the median and the ninetieth. ``None``: not before the end, or unknown.

    >>> Interval(1.0, 2.0, 3.0).median
    2.0
    """

    low: float | None
    median: float | None
    high: float | None


class CardTime(StrEnum):
    """What card time is counted above or below the line of a utilisation."""

    HELD = "held"  # by jobs
    RESERVED = "reserved"  # by jobs, and by leases whether used or not
    INSTALLED = "installed"  # there, whether in service or not
    IN_SERVICE = "in_service"  # there, and in no maintenance window


@dataclass(frozen=True, slots=True)
class Band:
    """A utilisation, day by day, as shares of 1."""

    numerator: CardTime
    denominator: CardTime
    whole: Interval  # over all days
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]


class WaitsBy(StrEnum):
    """What jobs are told apart by."""

    ALL = "all"
    SIZE = "size"
    DEVICE_MODEL = "device_model"
    AWARD = "award"
    ORGANISATION_KIND = "organisation_kind"


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Seconds from submission to the first start, of jobs submitted from now on that started.

    ``unserved`` counts the jobs that had not started when the forecast ends or their award did. The
    curves are the waits than which so many in a hundred, as ``CURVE_PERCENT`` says, wait less: each
    the median of the runs in which any started, and their tenth and ninetieth percentile.
    """

    by: WaitsBy
    name: str
    jobs: Interval
    unserved: Interval
    mean_s: Interval
    median_s: Interval
    p90_s: Interval
    curve_low: tuple[float, ...] = ()
    curve_median: tuple[float, ...] = ()
    curve_high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class AwardRow:
    """What becomes of an award by its end, or by the end of the forecast if that is earlier.

    ``share_of_grant`` counts what was used before now as well. ``whole_chance`` is the share of
    runs in which at least ``WHOLE_PERCENT`` of the grant is used. Of an award that ends after the
    forecast it is that of what would be used by then, were the rest used evenly until its end; of
    one that begins after it, none. ``run_out_s`` is when ``WHOLE_PERCENT`` of the grant are used;
    its ``high`` is missing where it is not reached in nine runs of ten, and so on.
    """

    award: str
    granted_card_seconds: int | None
    used_card_seconds: Interval
    asked_card_seconds: Interval
    share_of_grant: Interval | None
    whole_chance: float | None
    run_out_s: Interval | None
    mean_slowdown: Interval
    # Card seconds used by the end of each day, those before now included.
    burn_low: tuple[float, ...]
    burn_median: tuple[float, ...]
    burn_high: tuple[float, ...]
    # Card time that jobs hold on its leases, over what of these falls into the forecast.
    share_of_lease: Interval | None = None
    # What was to be used by the end of each day; empty without a grant: ``plans.plan_of``.
    plan: tuple[int, ...] = ()
    # What its jobs were made like; several where it asks in several ways.
    jobs_like: tuple[JobsLike, ...] = ()


WHOLE_PERCENT = 95
# Of the jobs that started; where a distribution of waits is told.
CURVE_PERCENT = tuple(range(2, 99, 2))
# The largest job of each class of sizes, in cards.
SIZES = ((1, "1"), (4, "2-4"), (8, "5-8"), (64, "9-64"), (1 << 62, "65+"))
# The figures of one run, as ``figures.run`` makes them.
Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly awards are served.

    ``jain`` is Jain's index (Jain, Chiu and Hawe 1984) over the share of its entitlement that each
    award used: 1 where all used the same share, 1/n where one had everything. Entitlement is the
    part of the grant that falls into the forecast, by days. ``slowdown_spread`` is the largest
    mean bounded slowdown (10 s) of an award over the smallest.
    """

    jain: Interval
    slowdown_spread: Interval


@dataclass(frozen=True, slots=True)
class QueueRow:
    """When a waiting job starts; ``None`` is later than the forecast looks."""

    job: str
    award: str
    start_s: Interval
    started_chance: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """One side: bands over the runs, with each figure's definition at its class.

    ``fragmentation`` is the share of card time in service that was free on nodes partly held, while
    a job waited for that pool: what better packing could win at most. Of nodes of one card it says
    nothing. ``unfit`` are jobs that were asked for and fit on no machine: nothing else counts them,
    and earlier answers not even these.
    """

    seeds: tuple[int, ...]
    days: tuple[date, ...]
    jobs: Interval
    utilisation: tuple[Band, ...]
    waits: tuple[WaitRow, ...]
    awards: tuple[AwardRow, ...]
    queue: tuple[QueueRow, ...]
    energy_kwh: Interval
    fairness: Fairness
    fragmentation: Interval
    unfit: Interval | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a difference; the parts of one figure add up to it in every run."""

    name: str
    amount: Interval


@dataclass(frozen=True, slots=True)
class Difference:
    """Variant less base, run by run on the same seeds.

    Of the utilisation (held over in service) the first part is what the changed machine does to the
    old use, the second what the changed use does on the changed machine. Held card seconds are told
    by award and by pool.
    """

    utilisation: Interval
    utilisation_parts: tuple[Part, ...]
    held_card_seconds: Interval
    held_by_award: tuple[Part, ...]
    held_by_pool: tuple[Part, ...]
    mean_wait_s: Interval
    mean_wait_by_award: tuple[Part, ...]  # each award alone; these do not add up
    share_of_grant: tuple[Part, ...]  # as above
    energy_kwh: Interval
    jain: Interval
    fragmentation: Interval


@dataclass(frozen=True, slots=True)
class ForecastAnswer:
    """Base, and variant with its difference where one was asked."""

    base: Forecast
    variant: Forecast | None = None
    difference: Difference | None = None
