"""Released decisions by API, as the applicant reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.api.reviews import LineAmountOut
from praya.apps.awards import queries
from praya.apps.awards.rules import Outcome
from praya.words.awards import OUTCOMES

router = Router(tags=["decisions"])


class ReleasedLineOut(Schema):
    """The amounts of a line; what was recommended and proposed, for who may see decisions."""

    number: int
    device_model: str
    requested: LineAmountOut
    recommended: LineAmountOut | None
    proposed: LineAmountOut | None
    awarded: LineAmountOut


class ReleasedDecisionOut(Schema):
    """A decision that is known: outcome, reasons, and what reviewers wrote, without their names.

    ``award`` is the code of the award it made, if it made one.
    """

    application: str
    outcome: str
    outcome_word: str
    reasons: str
    conditions: str
    before_start: list[str]
    rate_bp: int
    rule_version: int
    released_at: datetime
    award: str
    lines: list[ReleasedLineOut]
    comments: list[str]


@router.get(
    "/applications/{code}/decision",
    response=ReleasedDecisionOut,
    summary="The released decision on a case",
    description="The latest that was released, for whoever may see the case.",
)
def released_decision(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.released_decision(code, caller(request))
    row = found.decision
    return {
        "application": code,
        "outcome": row.outcome,
        "outcome_word": str(OUTCOMES[Outcome(row.outcome)]),
        "reasons": row.reasons,
        "conditions": row.conditions,
        "before_start": row.before_start,
        "rate_bp": row.rate_bp,
        "rule_version": row.rule_version.number,
        "released_at": row.released_at,
        "award": found.award_code,
        "lines": [_line(line, shows_all=found.shows_all) for line in found.lines],
        "comments": found.comments,
    }


def _line(line: Any, *, shows_all: bool) -> dict[str, Any]:  # noqa: ANN401 -- a DecisionLine
    return {
        "number": line.number,
        "device_model": line.device_model_code,
        "requested": line.requested,
        "recommended": line.recommended if shows_all else None,
        "proposed": line.proposed if shows_all else None,
        "awarded": line.awarded,
    }
