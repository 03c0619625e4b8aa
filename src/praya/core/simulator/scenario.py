"""A scenario file: machines, awards, jobs and a policy in YAML, for ``praya simulate --scenario``.

Read as programme files are: scalars stay text until a field takes them, and every mistake is told
at once with its line and column. What names something else in the file must find it there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NaiveDatetime

from praya.core.programme.parts import Part
from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Order

Name = Annotated[str, Field(min_length=1, max_length=80)]
Seconds = Annotated[int, Field(ge=0, le=10**12)]
Span = Annotated[int, Field(ge=1, le=10**10)]
Count = Annotated[int, Field(ge=1, le=10**6)]
Amount = Annotated[int, Field(ge=0, le=10**9)]
Weight = Annotated[int, Field(ge=0, le=10**6)]
WhenStoppedName = Annotated[str, Field(pattern="^(never|requeued|suspended|cancelled)$")]


class DeviceModelPart(Part):
    """A device model, and how fast jobs run on it: 100 is the speed their ``run_s`` are told in."""

    code: Name
    speed_percent: Count = 100


class PartitionPart(Part):
    """Equal nodes of one device model."""

    name: Name
    device_model: Name
    nodes: Count
    cards: Count
    cpus: Amount = 0
    memory: Amount = 0
    billing: Count = 1


class WindowPart(Part):
    """Nodes out of service for a while; they drain before. Without ``ends_s`` they are gone."""

    partition: Name
    first_node: Amount = 0
    nodes: Count
    begins_s: Seconds = 0
    ends_s: Seconds | None = None


class LeasePart(Part):
    """Cards of a partition for one award alone."""

    name: Name
    award: Name
    partition: Name
    cards: Count
    begins_s: Seconds
    ends_s: Seconds


class AwardPart(Part):
    """A promise to a team. ``under`` are the groups above it, the outermost first."""

    name: Name
    cards_max: Amount | None = None
    card_seconds: Annotated[int, Field(ge=0, le=10**15)] | None = None
    begins_s: Seconds | None = None
    ends_s: Seconds | None = None
    shares: Amount = 1
    under: list[Name] = Field(default_factory=list)


class GroupPart(Part):
    """The shares of a group in the share tree; 1 where it is not named."""

    path: list[Name]
    shares: Amount


class QualityPart(Part):
    """A quality of service."""

    name: Name
    priority: Amount = 0
    rank: Amount = 0
    stops: bool = False
    when_stopped: WhenStoppedName = "never"


class WeightsPart(Part):
    """Weights of the priority, as Slurm's multifactor plugin has them."""

    age: Weight = 0
    fair_share: Weight = 0
    size: Weight = 0
    quality: Weight = 0
    age_s_max: Span = 7 * 86400
    half_life_s: Span = 7 * 86400
    every_s: Span = 300
    favour_small: bool = False


class PolicyPart(Part):
    """Who stands before whom, who may pass whom, and which nodes are given."""

    order: Order = Order.SUBMIT
    backfill: Backfill = Backfill.EASY
    placement: Rule = Rule.FIRST_FIT
    weights: WeightsPart = WeightsPart()


class WishPart(Part):
    """Where a job may run: a partition, a lease, or every partition of a device model."""

    at: Name
    nodes: Count = 1
    cards: Count
    cpus: Amount = 0
    memory: Amount = 0
    whole_nodes: bool = False


class JobPart(WishPart):
    """A job. ``instead`` is what it would take in place of its first wish, in that order."""

    name: Name = ""
    award: Name
    quality: Name = ""
    submit_s: Seconds = 0
    run_s: Span
    limit_s: Span
    fails_after_s: Seconds = 0
    requeue: bool = False
    after: list[Name] = Field(default_factory=list)
    array: Name = ""
    array_most: Amount = 0
    times: Annotated[int, Field(ge=1, le=10**6)] = 1
    instead: list[WishPart] = Field(default_factory=list)


class TracePart(Part):
    """A log of jobs, of one award and for one place, in place of jobs written out.

    The file, and a map of one's own, are looked for beside the scenario. Second 0 is ``since``, or
    the first submission; both bounds are told by the log's own clock.
    """

    file: Annotated[str, Field(min_length=1, max_length=400)]
    form: Annotated[Literal["swf", "sacct", "columns", "normal"] | None, Field(alias="from")] = None
    map: Annotated[str, Field(max_length=400)] = ""
    queue: Annotated[str, Field(max_length=200)] = ""
    since: NaiveDatetime | None = None
    until: NaiveDatetime | None = None
    skip_bad: bool = False
    award: Name
    at: Name


class MachineFile(Part):
    """Machines, promises and a policy: what a scenario and a forecast both begin with."""

    device_models: list[DeviceModelPart]
    partitions: list[PartitionPart] = Field(min_length=1)
    awards: list[AwardPart] = Field(min_length=1)
    windows: list[WindowPart] = Field(default_factory=list)
    leases: list[LeasePart] = Field(default_factory=list)
    groups: list[GroupPart] = Field(default_factory=list)
    qualities: list[QualityPart] = Field(default_factory=list)
    policy: PolicyPart = PolicyPart()


class ScenarioFile(MachineFile):
    """The whole file: jobs written out, or those of a log."""

    jobs: list[JobPart] = Field(default_factory=list)
    trace: TracePart | None = None
    until_s: Seconds | None = None
