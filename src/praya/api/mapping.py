"""Accounts that others made on a cluster, and what would be done if one became an award's."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from praya.api.callers import caller
from praya.api.enforcement import ObstacleOut, StepOut, facts_of, obstacle_shown, step_shown
from praya.api.fields import CodeInPath, Line
from praya.apps.enforcement import commands
from praya.words import clock

router = Router(tags=["clusters"])


class OfOthersOut(Schema):
    """An account of others; ``award`` is probably its own, and nothing is said by that.

    ``is_passable`` is false where its name has a letter that Praya does not pass on. ``below`` is
    true where other accounts stand below it. Neither can be mapped.
    """

    account: str
    parent: str
    owner: str
    members: list[str]
    below: bool
    counted_s: dict[str, int]
    award: str
    is_passable: bool


class WhichMapping(Schema):
    """An account, and the award whose it would become."""

    account: Annotated[Line, Field(max_length=100)] = ""
    award: Annotated[Line, Field(max_length=20)] = ""


class MappingOut(Schema):
    """What would be done on the cluster.

    ``counted_s`` is what the account's counter shows, by device model, which is not charged.
    ``jobs`` are alive under the account called as the award; while there are any, nobody can agree.
    """

    account: str
    award: str
    members: list[str]
    counted_s: dict[str, int]
    jobs: int
    steps: list[StepOut]
    obstacles: list[ObstacleOut]


@router.get(
    "/links/{code}/accounts",
    response=list[OfOthersOut],
    summary="Accounts of a cluster that are not Praya's",
    description="Asks the cluster. The award named is the only one whose lead is in the account.",
)
def accounts(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    found = commands.accounts_of_others(code=code, by=caller(request))
    return [
        {
            "account": one.account.name,
            "parent": one.account.parent,
            "owner": one.account.owner,
            "members": sorted(one.account.members),
            "below": one.account.below,
            "counted_s": _by_model(one.account.counted_s),
            "award": one.award_code,
            "is_passable": one.is_passable,
        }
        for one in found
    ]


@router.get(
    "/links/{code}/accounts/plan",
    response=MappingOut,
    summary="What would be done if an account became an award's",
    description="Asks the cluster, and changes nothing.",
)
def plan_mapping(
    request: HttpRequest, code: CodeInPath, which: Query[WhichMapping]
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    told = {"code": code, "account": which.account, "award_code": which.award}
    found = commands.plan_mapping(**told, by=by, now=now)
    return {
        "account": found.account.name,
        "award": found.award.code,
        "members": sorted(found.account.members),
        "counted_s": dict(found.counted_s),
        "jobs": found.jobs,
        "steps": [step_shown(facts_of(step)) for step in found.difference.steps],
        "obstacles": [obstacle_shown(facts_of(one)) for one in found.difference.obstacles],
    }


def _by_model(counted_s: Any) -> dict[str, int]:  # noqa: ANN401 -- a mapping
    return {model: seconds for model, seconds in counted_s.items() if model}
