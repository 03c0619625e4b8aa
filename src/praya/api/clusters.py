"""Device models, clusters, partitions and capacity by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Day, Line, NumberInPath, Whole
from praya.apps.clusters import commands, queries
from praya.apps.clusters.rules import CapacityKind
from praya.apps.enforcement.commands import add_cluster_of_kind
from praya.apps.usage.commands import close_cluster as close
from praya.words import clock

router = Router(tags=["clusters"])


class PeakOut(Schema):
    """A dense peak with where the figure was read."""

    precision: str
    dense_tflops: str
    source: str


class PowerOut(Schema):
    """What one unit draws, with where the figure was read; null: not known."""

    watts: int
    idle_watts: int | None
    source: str


class DeviceModelOut(Schema):
    """A kind of accelerator and what is counted as one."""

    code: str
    vendor: str
    name: str
    unit: str
    memory_gib: int
    peak: list[PeakOut]
    power: PowerOut | None


class WindowOut(Schema):
    """Devices installed or in service from a day to a day.

    ``seen_as`` is what the cluster calls it where the cluster itself has closed them; such a window
    cannot be changed here.
    """

    id: int
    kind: str
    devices: int
    first_on: date
    last_on: date | None
    note: str
    nodes: str
    seen_as: str


class PartitionOut(Schema):
    """A partition with its devices today and every dated window."""

    code: str
    device_model: str
    programme: str
    installed: int
    in_service: int
    windows: list[WindowOut]


class ClusterOut(Schema):
    """Machines behind one engine."""

    code: str
    name: str
    engine: str
    closed_at: datetime | None
    silent_since: datetime | None
    partitions: list[PartitionOut]


class ClusterIn(Schema):
    """A cluster to add."""

    code: CodeGiven
    name: Line
    engine: Annotated[CodeGiven, Field(max_length=40)] = "local"


class PartitionIn(Schema):
    """A partition to add."""

    code: CodeGiven
    device_model: CodeGiven
    programme: Annotated[Line, Field(max_length=40)] = ""


class CapacityIn(Schema):
    """A capacity window to add; a negative number takes devices out."""

    kind: CapacityKind
    devices: Annotated[Whole, Field(ge=-10_000_000, le=10_000_000)]
    first_on: Day
    last_on: Day | None = None
    note: Annotated[Line, Field(max_length=200)] = ""
    nodes: Annotated[list[Annotated[Line, Field(max_length=64)]], Field(max_length=100)] = Field(
        default_factory=list
    )


class CapacityEndIn(Schema):
    """The last day of a window."""

    last_on: Day


@router.get("/device-models", response=list[DeviceModelOut], auth=None, summary="Device models")
def device_models(request: HttpRequest) -> list[dict[str, Any]]:
    del request
    return [
        {
            "code": row.code,
            "vendor": row.vendor,
            "name": row.name,
            "unit": row.unit,
            "memory_gib": row.memory_gib,
            "peak": [{name: str(value) for name, value in peak.items()} for peak in row.peak],
            "power": row.power,
        }
        for row in queries.device_models()
    ]


@router.get("/clusters", response=list[ClusterOut], summary="Clusters with their capacity today")
def clusters(request: HttpRequest) -> list[dict[str, Any]]:
    found = queries.clusters_visible_to(caller(request), day=clock.now().date())
    return [_cluster(one) for one in found]


@router.get("/clusters/{code}", response=ClusterOut, summary="One cluster")
def cluster(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _cluster(queries.cluster_visible_to(caller(request), code, day=clock.now().date()))


def _cluster(one: queries.ClusterCapacity) -> dict[str, Any]:
    return {
        "code": one.cluster.code,
        "name": one.cluster.name,
        "engine": one.cluster.engine,
        "closed_at": one.cluster.closed_at,
        "silent_since": one.cluster.silent_since,
        "partitions": [
            {
                "code": each.partition.code,
                "device_model": each.partition.device_model.code,
                "programme": each.partition.programme_code,
                "installed": each.installed,
                "in_service": each.in_service,
                "windows": [WindowOut.from_orm(window).dict() for window in each.windows],
            }
            for each in one.partitions
        ],
    }


@router.post(
    "/clusters",
    response={201: ClusterOut},
    summary="Add a cluster",
    description="A Slurm is looked at first, and nothing is changed there; `POST /links` takes "
    "more facts of one. Safe to repeat with the same facts.",
)
def add_cluster(request: HttpRequest, wish: ClusterIn) -> Status[dict[str, Any]]:
    by = caller(request)
    add_cluster_of_kind(**wish.dict(), by=by, now=clock.now())
    return Status(201, cluster(request, wish.code))


@router.post(
    "/clusters/{code}/close",
    response=ClusterOut,
    summary="Close a cluster for good",
    description="Refused while jobs on it are not over. Safe to repeat.",
)
def close_cluster(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    close(code=code, by=caller(request), now=clock.now())
    return cluster(request, code)


@router.post(
    "/clusters/{code}/partitions",
    response={201: ClusterOut},
    summary="Add a partition",
    description="Safe to repeat with the same facts.",
)
def add_partition(
    request: HttpRequest, code: CodeInPath, wish: PartitionIn
) -> Status[dict[str, Any]]:
    commands.add_partition(
        cluster_code=code,
        code=wish.code,
        device_model_code=wish.device_model,
        programme_code=wish.programme,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, cluster(request, code))


@router.post(
    "/clusters/{code}/partitions/{partition}/capacity",
    response={201: WindowOut},
    summary="Put devices in place, in service, or out of it",
    description="Windows add up. Repeated exactly, it is refused.",
)
def set_capacity(
    request: HttpRequest, code: CodeInPath, partition: CodeInPath, wish: CapacityIn
) -> Status[Any]:
    window = commands.set_capacity(
        cluster_code=code,
        partition_code=partition,
        **wish.dict(),
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, window)


@router.post(
    "/capacity/{window_id}/end",
    response=WindowOut,
    summary="Let a window end",
    description="Safe to repeat with the same day.",
)
def end_capacity(request: HttpRequest, window_id: NumberInPath, wish: CapacityEndIn) -> Any:  # noqa: ANN401 -- a row
    return commands.end_capacity(
        window_id=window_id, last_on=wish.last_on, by=caller(request), now=clock.now()
    )
