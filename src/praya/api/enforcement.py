"""Clusters on which awards are held, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Line, NumberInPath
from praya.apps.enforcement import commands, queries
from praya.apps.enforcement.reserving import aside_visible_to
from praya.core.execution.limits import Difference
from praya.words import clock
from praya.words.enforcement import (
    adoption_sentence,
    aside_sentence,
    obstacle_sentence,
    setting_sentence,
    step_sentence,
)

router = Router(tags=["clusters"])


class LinkIn(Schema):
    """A Slurm to add. Only a site admin may name a configuration file other than the host's own."""

    code: CodeGiven
    name: Line
    conf: Annotated[Line, Field(max_length=500)] = ""
    kinds: dict[Annotated[str, Field(max_length=40)], CodeGiven] = Field(default_factory=dict)


class SettingOut(Schema):
    """A setting of the cluster, what depends on it, and the line to write where it is not met."""

    setting: str
    weight: str
    found: str
    line: str
    is_met: bool
    sentence: str


class StepOut(Schema):
    """A change to the cluster, before and after; ``said`` is the cluster's refusal, if any."""

    kind: str
    account: str
    member: str
    device_model: str
    before: str
    after: str
    said: str
    sentence: str


class ObstacleOut(Schema):
    """What a person has to look at."""

    kind: str
    account: str
    subject: str
    sentence: str


class StepsOut(Schema):
    """What would be done on the cluster now, and what stands in the way."""

    steps: list[StepOut]
    obstacles: list[ObstacleOut]


class DriftOut(Schema):
    """A difference that Praya did not make, and what became of it."""

    id: int
    account: str
    kind: str
    member: str
    device_model: str
    has: str
    wants: str
    found_at: datetime
    changed_by: str
    changed_at: datetime | None
    mended_at: datetime | None
    ignored_at: datetime | None
    reason: str
    sentence: str


class AsideOut(Schema):
    """Nodes set aside, or wanted to be.

    ``whose`` is ``lease``, ``operator`` (taken out of service in Praya), ``cluster`` (maintenance
    that was planned there) or ``others``. ``sentence`` tells why it is not held, where it is not.
    """

    name: str
    whose: str
    about: str
    cards: int
    nodes: list[str]
    who: list[str]
    begins_at: datetime
    ends_at: datetime | None
    is_held: bool
    said: str
    sentence: str


class AdoptionOut(Schema):
    """What was taken over of the cluster, or waits for another person to agree."""

    id: int
    account: str
    kind: str
    value: str
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime | None
    ended_at: datetime | None
    sentence: str


class SetAsideOut(Schema):
    """A run that was not charged: how it ended, or the refusal's code."""

    award: str
    job_id: str
    member: str
    device_model: str
    card_seconds: int
    ended_at: datetime
    why: str
    is_refund: bool


class LinkOut(Schema):
    """A cluster on which awards are held, as last seen."""

    code: str
    called: str
    version: str
    kinds: dict[str, str]
    enforced_since: datetime | None
    good_at: datetime | None
    silent_since: datetime | None
    read_at: datetime | None
    accounts: int
    nameless: list[str]
    settings: list[SettingOut]
    left: list[StepOut]
    obstacles: list[ObstacleOut]
    drift: list[DriftOut]
    adoptions: list[AdoptionOut]
    set_aside: list[SetAsideOut]


class IgnoreIn(Schema):
    """Why a difference may stay."""

    reason: Annotated[Line, Field(max_length=300)] = ""


class TakeOverIn(Schema):
    """An account made by others, and why it becomes the award's."""

    account: Annotated[Line, Field(max_length=40)]
    reason: Annotated[Line, Field(max_length=300)] = ""


@router.post(
    "/links",
    response={201: LinkOut},
    summary="Add a Slurm",
    description="Looks at it and changes nothing there. Safe to repeat.",
)
def link_cluster(request: HttpRequest, wish: LinkIn) -> Status[dict[str, Any]]:
    facts = wish.dict()
    said = facts.pop("kinds")
    commands.link_cluster(**facts, said=said, by=caller(request), now=clock.now())
    return Status(201, link(request, wish.code))


@router.get("/links/{code}", response=LinkOut, summary="How awards are held on a cluster")
def link(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    seen = queries.link_visible_to(caller(request), code)
    row = seen.link
    names = ("called", "version", "kinds", "enforced_since", "good_at", "silent_since", "read_at")
    return {
        "code": code,
        **{name: getattr(row, name) for name in names},
        "accounts": seen.accounts,
        "nameless": list(seen.nameless),
        "settings": [one | {"sentence": setting_sentence(one["code"])} for one in row.checks],
        "left": [_step(one) for one in row.left],
        "obstacles": [_obstacle(one) for one in row.obstacles],
        "drift": [_drift(one) for one in seen.drifts],
        "adoptions": [_adoption(one) for one in seen.adoptions],
        "set_aside": [_aside(one) for one in seen.set_aside],
    }


@router.post(
    "/links/{code}/look",
    response=LinkOut,
    summary="Look at a cluster's settings again",
    description="Changes nothing there. Safe to repeat.",
)
def look(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    commands.look_again(code=code, by=caller(request), now=clock.now())
    return link(request, code)


@router.post(
    "/links/{code}/enforce",
    response=LinkOut,
    summary="Hold awards on a cluster from now on",
    description="Refused while a setting is such that a limit could be passed. Safe to repeat.",
)
def enforce(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    commands.start_enforcing(code=code, by=caller(request), now=clock.now())
    return link(request, code)


@router.post(
    "/links/{code}/leave",
    response=LinkOut,
    summary="Leave a cluster as it is from now on",
    description="Nothing is taken back there. Safe to repeat.",
)
def leave(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    commands.stop_enforcing(code=code, by=caller(request), now=clock.now())
    return link(request, code)


@router.get("/links/{code}/plan", response=StepsOut, summary="What would be done on a cluster now")
def plan(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found: Difference = commands.planned(code=code, by=caller(request), now=clock.now())
    return {
        "steps": [_step(_facts(step)) for step in found.steps],
        "obstacles": [_obstacle(_facts(one)) for one in found.obstacles],
    }


@router.get(
    "/links/{code}/reservations",
    response=list[AsideOut],
    summary="What is set aside on a cluster",
    description="Leases, what operators close, and what the cluster has set aside itself, as last "
    "looked at.",
)
def reservations(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    found = aside_visible_to(caller(request), code, now=clock.now())
    return [
        {name: getattr(row, name) for name in AsideOut.model_fields if name != "sentence"}
        | {"sentence": aside_sentence(row.obstacle, row.said)}
        for row in found.rows
    ]


@router.post(
    "/links/{code}/drift/{drift_id}/ignore",
    response=DriftOut,
    summary="Leave a difference as the cluster has it",
    description="Safe to repeat; the reason given first stands.",
)
def ignore(
    request: HttpRequest, code: CodeInPath, drift_id: NumberInPath, wish: IgnoreIn
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    drift = commands.ignore_drift(code=code, drift_id=drift_id, reason=wish.reason, by=by, now=now)
    return _drift(drift)


@router.post(
    "/links/{code}/drift/{drift_id}/mend",
    response=DriftOut,
    summary="Mend a difference that was ignored",
    description="The next round mends it. Safe to repeat.",
)
def mend(request: HttpRequest, code: CodeInPath, drift_id: NumberInPath) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return _drift(commands.heed_drift(code=code, drift_id=drift_id, by=by, now=now))


@router.post(
    "/links/{code}/drift/{drift_id}/adopt",
    response=list[AdoptionOut],
    summary="Take over what the cluster has",
    description=(
        "Fewer cards at once wait for another person to agree, an account closed by hand stays so, "
        "who was let in becomes a member. A limit is refused: the book leads. Safe to repeat."
    ),
)
def adopt(
    request: HttpRequest, code: CodeInPath, drift_id: NumberInPath, wish: IgnoreIn
) -> list[dict[str, Any]]:
    by, now = caller(request), clock.now()
    made = commands.adopt_drift(code=code, drift_id=drift_id, reason=wish.reason, by=by, now=now)
    return [] if made is None else [_adoption(made)]


@router.post(
    "/links/{code}/adoptions",
    response={201: AdoptionOut},
    summary="Ask that an account made by others becomes its award's",
    description="Nothing is done until another person agrees. Safe to repeat.",
)
def ask_take_over(
    request: HttpRequest, code: CodeInPath, wish: TakeOverIn
) -> Status[dict[str, Any]]:
    by, now = caller(request), clock.now()
    return Status(201, _adoption(commands.ask_take_over(code=code, **wish.dict(), by=by, now=now)))


@router.post(
    "/links/{code}/adoptions/{adoption_id}/agree",
    response=AdoptionOut,
    summary="Agree to what another person asked to take over",
    description="Safe to repeat.",
)
def agree(request: HttpRequest, code: CodeInPath, adoption_id: NumberInPath) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return _adoption(commands.agree_adoption(code=code, adoption_id=adoption_id, by=by, now=now))


@router.post(
    "/links/{code}/adoptions/{adoption_id}/end",
    response=AdoptionOut,
    summary="Take back what was taken over, or asked to be",
    description="The next round mends it; an account that was taken over stays. Safe to repeat.",
)
def end_adoption(
    request: HttpRequest, code: CodeInPath, adoption_id: NumberInPath
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return _adoption(commands.end_adoption(code=code, adoption_id=adoption_id, by=by, now=now))


def _adoption(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("id", "account", "kind", "value", "reason", "asked_at", "agreed_at", "ended_at")
    return {name: getattr(row, name) for name in names} | {
        "asked_by": str(row.asked_by),
        "agreed_by": str(row.agreed_by or ""),
        "sentence": adoption_sentence(row.kind),
    }


def _facts(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- a step or an obstacle
    return {name: getattr(one, name) for name in one.__slots__}


def _step(facts: dict[str, Any]) -> dict[str, Any]:
    shown = {name: "" if facts[name] is None else str(facts[name]) for name in ("before", "after")}
    told = {"said": facts.get("said", ""), "sentence": step_sentence(facts["kind"])}
    return facts | shown | told


def _obstacle(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"sentence": obstacle_sentence(facts["kind"])}


def _drift(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = [name for name in DriftOut.model_fields if name != "sentence"]
    return {name: getattr(row, name) for name in names} | {"sentence": step_sentence(row.kind)}


def _aside(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("job_id", "member", "card_seconds", "ended_at", "why", "is_refund")
    facts = {name: getattr(row, name) for name in names}
    return facts | {"award": row.award.code, "device_model": row.device_model_code}
