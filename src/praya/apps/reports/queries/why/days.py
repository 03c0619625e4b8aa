"""Why decisions took so many days: the middle one of them, and all in order of their days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from praya.apps.programmes.models import Programme
from praya.apps.reports.models import Snapshot
from praya.apps.reports.queries.figures import Decided, decided_in
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode
from praya.apps.reports.rules import FigureCode, median_low

_CASES = "cases"


def why_days(
    programme: Programme,
    snapshot: Snapshot,
    figure: Mapping[str, Any],
    *,
    window: chain.Window | None,
    knows_cases: bool,
) -> Why:
    """The median days to a decision: which one is the middle, and how many cases took how long.

    Officers and auditors see the decisions one by one, the quickest first; others how many took as
    many days. Decisions count that were released when the figure was taken. One query.
    """
    window = window or chain.Window()
    found = decided_in(programme, until=snapshot.taken_at)
    decided = sorted(found, key=lambda one: (one.days, one.released_on, one.application))
    rows = _decisions(decided) if knows_cases else _numbers_of_days(decided)
    shown = rows[window.slice]
    elsewhere = len(decided) - sum(row.amount for row in shown)
    if elsewhere:
        shown.append(Why(WhyCode.REST, _CASES, elsewhere, {"count": len(rows) - len(shown)}))
    return Why(
        WhyCode.FIGURE,
        figure["unit"],
        figure["numerator"],
        figure_facts(figure, programme.code, snapshot.taken_at),
        (*_middle(decided, figure["numerator"]), *shown),
        count=len(rows),
        window=window,
    )


def figure_facts(
    figure: Mapping[str, Any], programme_code: str, taken_at: object
) -> dict[str, Any]:
    """What a public figure says of itself."""
    return {
        "programme": programme_code,
        "figure": figure["code"],
        "denominator": figure["denominator"],
        "first_on": date.fromisoformat(figure["first_on"]),
        "last_on": date.fromisoformat(figure["last_on"]),
        "taken_at": taken_at,
    }


def _middle(decided: Sequence[Decided], taken: int) -> list[Why]:
    """The decision in the middle; with what has moved since, where a decision came back."""
    median = median_low([one.days for one in decided])
    if median is None:
        return []
    facts = {"number": (len(decided) + 1) // 2, "count": len(decided)}
    parts = [Why(WhyCode.MEDIAN, "days", median, facts)]
    if taken != median:
        about = {"name": "", "figure": FigureCode.DAYS_TO_DECISION.value}
        parts.append(Why(WhyCode.SINCE, "days", taken - median, about))
    return parts


def _decisions(decided: Sequence[Decided]) -> list[Why]:
    return [
        Why(
            WhyCode.DECIDED,
            _CASES,
            1,
            {
                "days": one.days,
                "application": one.application,
                "submitted_on": one.submitted_on,
                "released_on": one.released_on,
            },
            grounds=(Ground(GroundKind.DECISION, {"application": one.application}),),
        )
        for one in decided
    ]


def _numbers_of_days(decided: Sequence[Decided]) -> list[Why]:
    counts = Counter(one.days for one in decided)
    return [
        Why(WhyCode.DECIDED, _CASES, count, {"days": days, "application": ""})
        for days, count in sorted(counts.items())
    ]
