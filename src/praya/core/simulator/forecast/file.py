"""A forecast file: machines, awards and what they will ask for, for ``praya forecast``.

Machines, awards and policy are written as in a scenario file; seconds count from midnight UTC of
``begins_on``. What is asked for is told by kinds of jobs, or taken from a log.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from praya.core.programme.findings import Finding
from praya.core.programme.parts import Part
from praya.core.simulator.forecast.file_checks import forecast_faults
from praya.core.simulator.forecast.history import Past, with_past
from praya.core.simulator.forecast.question import (
    DAY_S,
    Demand,
    Device,
    Kinds,
    Question,
    RunningJob,
    Standing,
    WaitingJob,
)
from praya.core.simulator.scenario import (
    Amount,
    AwardPart,
    Count,
    DeviceModelPart,
    MachineFile,
    Name,
    Seconds,
    Span,
)
from praya.core.simulator.scenario_reading import cluster_of, policy_of, read_parts

CardSeconds = Annotated[int, Field(ge=0, le=10**15)]
_HOUR_S = 3_600


class PoweredPart(DeviceModelPart):
    """A device model, and what one card draws; without it no energy is told."""

    watts_busy: Amount = 0
    watts_idle: Amount = 0


class PromisedPart(AwardPart):
    """An award; ``card_seconds`` is what is left of its grant."""

    organisation_kind: str = ""
    used_card_seconds: CardSeconds = 0


class KindPart(Part):
    """A kind of job, as often as ``weight`` says."""

    cards: Count
    nodes: Count = 1
    run_s: Span
    limit_s: Span
    quality: Name = ""
    weight: Annotated[int, Field(ge=1, le=1000)] = 1


class DemandPart(Part):
    """What an award will ask for; without ``kinds``, jobs like those of the log."""

    award: Name
    at: Name
    instead: list[Name] = Field(default_factory=list)
    card_hours: Annotated[int, Field(ge=1, le=10**11)]
    begins_s: Seconds = 0
    ends_s: Seconds | None = None
    spread_percent: Annotated[int, Field(ge=0, le=200)] = 20
    kinds: list[KindPart] = Field(default_factory=list)


class RunningPart(Part):
    """A job that runs at the beginning, on these nodes of its partition or lease."""

    name: Name
    award: Name
    pool: Name
    on: list[Amount] = Field(min_length=1)
    cards: Count
    has_run_s: Seconds
    limit_s: Span
    user: str = ""
    quality: Name = ""


class WaitingPart(Part):
    """A job that waits at the beginning, in the order of the line."""

    name: Name
    award: Name
    at: Name
    instead: list[Name] = Field(default_factory=list)
    nodes: Count = 1
    cards: Count
    has_waited_s: Seconds = 0
    limit_s: Span
    user: str = ""
    quality: Name = ""


class ForecastFile(MachineFile):
    """The whole file."""

    begins_on: date
    days: Annotated[int, Field(ge=1, le=3660)]
    device_models: list[PoweredPart]  # type: ignore[assignment]  # it is only read
    awards: list[PromisedPart] = Field(min_length=1)  # type: ignore[assignment]  # as above
    demands: list[DemandPart] = Field(default_factory=list)
    running: list[RunningPart] = Field(default_factory=list)
    waiting: list[WaitingPart] = Field(default_factory=list)
    energy_percent: Annotated[int, Field(ge=100, le=1000)] = 100


def read_question(
    text: str | bytes, *, file: str = "forecast.yaml", past: Past | None = None
) -> tuple[Question | None, list[Finding]]:
    """The question of a file, and what is wrong with it, in the order of the file.

    ``past`` is what a log says of jobs; without one, each demand must name its kinds.
    """
    parts, findings = read_parts(
        text, ForecastFile, lambda one: forecast_faults(one, has_past=past is not None), file=file
    )
    return (None if parts is None else _question(parts, past)), findings


def _question(file: ForecastFile, past: Past | None) -> Question:
    question = Question(
        zero_on=file.begins_on,
        now_s=0,
        until_s=file.days * DAY_S,
        cluster=cluster_of(file),
        policy=policy_of(file, [one.cards for part in file.demands for one in part.kinds] or [1]),
        devices=tuple(
            Device(one.code, one.speed_percent, one.watts_busy, one.watts_idle)
            for one in file.device_models
        ),
        demands=tuple(_demand(file, one) for one in file.demands),
        running=tuple(
            RunningJob(
                one.name,
                one.award,
                one.pool,
                tuple(one.on),
                one.cards,
                -one.has_run_s,
                one.limit_s,
                one.user,
                one.quality,
            )
            for one in file.running
        ),
        waiting=tuple(
            WaitingJob(
                name=one.name,
                award=one.award,
                at=one.at,
                cards=one.cards,
                submit_s=-one.has_waited_s,
                limit_s=one.limit_s,
                nodes=one.nodes,
                instead=tuple(one.instead),
                user=one.user,
                quality=one.quality,
            )
            for one in file.waiting
        ),
        standings=tuple(
            Standing(one.name, one.organisation_kind, one.used_card_seconds) for one in file.awards
        ),
        energy_percent=file.energy_percent,
    )
    return question if past is None else with_past(question, past)


def _demand(file: ForecastFile, part: DemandPart) -> Demand:
    rows = [one for one in part.kinds for _ in range(one.weight)]
    return Demand(
        award=part.award,
        at=part.at,
        card_seconds=part.card_hours * _HOUR_S,
        begins_s=part.begins_s,
        ends_s=file.days * DAY_S if part.ends_s is None else part.ends_s,
        kinds=Kinds(
            nodes=tuple(one.nodes for one in rows),
            cards=tuple(one.cards for one in rows),
            run_s=tuple(one.run_s for one in rows),
            limit_s=tuple(one.limit_s for one in rows),
            quality=tuple(one.quality for one in rows),
        ),
        instead=tuple(part.instead),
        spread_percent=part.spread_percent,
    )
