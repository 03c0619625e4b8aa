"""Clusters on which awards are held, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Line
from praya.apps.enforcement import commands, queries
from praya.apps.enforcement.queries.aside import aside_visible_to
from praya.core.execution.limits import Difference
from praya.words import clock
from praya.words.enforcement import (
    adoption_sentence,
    aside_sentence,
    obstacle_sentence,
    setting_sentence,
    stale_sentence,
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
    """What was taken over of the cluster, or waits for another person to agree.

    ``award`` is whose an account becomes, where that was said when it was asked.
    """

    id: int
    account: str
    award: str
    kind: str
    value: str
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime | None
    ended_at: datetime | None
    sentence: str
    can_be_given_back: bool


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


class NodeOutOut(Schema):
    """A machine that takes no jobs, in the cluster's own words."""

    name: str
    state: str
    reason: str


class FoundOut(Schema):
    """Cards of one model in a part of the cluster, as last looked at.

    ``installed`` and ``in_service`` are what Praya counts in its partition of that name, if any;
    ``out`` are machines out of service.
    """

    name: str
    is_up: bool
    nodes: int
    device_model: str
    cards: int
    installed: int | None
    in_service: int | None
    out: list[NodeOutOut]


class UnheldOut(Schema):
    """A running job of whose worst case the book could not hold so many card-seconds."""

    code: str
    award: str
    member: str
    cards: int
    unheld_s: int


class LinkOut(Schema):
    """A cluster on which awards are held, as last seen.

    ``stale`` says what of it is from before, since it does not answer.
    """

    code: str
    called: str
    version: str
    kinds: dict[str, str]
    enforced_since: datetime | None
    good_at: datetime | None
    silent_since: datetime | None
    stale: list[str]
    read_at: datetime | None
    accounts: int
    nameless: list[str]
    found: list[FoundOut]
    settings: list[SettingOut]
    left: list[StepOut]
    obstacles: list[ObstacleOut]
    adoptions: list[AdoptionOut]
    unheld: list[UnheldOut]
    set_aside: list[SetAsideOut]


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
        "stale": [stale_sentence(one) for one in queries.stale_of(row)],
        "accounts": seen.accounts,
        "nameless": list(seen.nameless),
        "found": [
            {name: getattr(one, name) for name in FoundOut.model_fields}
            for one in queries.found_partitions(row, day=timezone.localdate(clock.now()))
        ],
        "settings": [one | {"sentence": setting_sentence(one["code"])} for one in row.checks],
        "left": [step_shown(one) for one in seen.left],
        "obstacles": [obstacle_shown(one) for one in seen.obstacles],
        "adoptions": [adoption_shown(one) for one in seen.adoptions],
        "unheld": [_unheld(one) for one in seen.unheld],
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
        "steps": [step_shown(facts_of(step)) for step in found.steps],
        "obstacles": [obstacle_shown(facts_of(one)) for one in found.obstacles],
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


def adoption_shown(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("id", "account", "kind", "value", "reason", "asked_at", "agreed_at", "ended_at")
    return {name: getattr(row, name) for name in names} | {
        "award": row.award.code if row.award else "",
        "asked_by": str(row.asked_by),
        "agreed_by": str(row.agreed_by or ""),
        "can_be_given_back": queries.is_known_before(row) and row.ended_at is None,
        "sentence": adoption_sentence(row.kind),
    }


def facts_of(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- a step or an obstacle
    return {name: getattr(one, name) for name in one.__slots__}


def step_shown(facts: dict[str, Any]) -> dict[str, Any]:
    shown = {name: "" if facts[name] is None else str(facts[name]) for name in ("before", "after")}
    told = {"said": facts.get("said", ""), "sentence": step_sentence(facts["kind"])}
    return facts | shown | told


def obstacle_shown(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"sentence": obstacle_sentence(facts["kind"])}


def _unheld(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    facts = {name: getattr(row, name) for name in ("member", "cards", "unheld_s")}
    return facts | {"code": queries.alive_there(row).code, "award": row.award.code}


def _aside(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("job_id", "member", "card_seconds", "ended_at", "why", "is_refund")
    facts = {name: getattr(row, name) for name in names}
    return facts | {"award": row.award.code, "device_model": row.device_model_code}
