"""What was done to lines and said of them, in rows by what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import OuterRef, QuerySet

from praya.apps.books.models import Entry
from praya.apps.life.models import CutWarning, LineCheck, LinePlan, OpenedTranche, Waiver
from praya.core.ledger import EntryKind

Look = tuple[str, str]  # code of a rule, mark of a check
Row = TypeVar("Row", LineCheck, Waiver)


class Told(NamedTuple):
    """That a lead was told of a cut, so many days before."""

    at: datetime
    days_before: int


def by_line(rows: QuerySet[Row]) -> dict[int, list[Row]]:
    """Rows by the ids of their lines, in their order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(row)
    return found


def warnings_of(line_ids: QuerySet[Any]) -> dict[int, dict[Look, list[Told]]]:
    """When leads were told of cuts, by line and look."""
    found: dict[int, dict[Look, list[Told]]] = defaultdict(lambda: defaultdict(list))
    rows = CutWarning.objects.filter(line__in=line_ids).order_by()
    for line_id, rule_code, mark, at, days_before in rows.values_list(
        "line_id", "rule_code", "mark", "at", "days_before"
    ):
        found[line_id][rule_code, mark].append(Told(at, days_before))
    return found


def opened_of(award_ids: set[int]) -> dict[int, list[OpenedTranche]]:
    """Parts of grants that reports opened and that are open, by award, the first opened first."""
    found: dict[int, list[OpenedTranche]] = defaultdict(list)
    if not award_ids:
        return found
    rows = OpenedTranche.objects.filter(award_id__in=award_ids, closing=None)
    rows = rows.select_related("by")
    for row in rows.order_by("at", "pk"):
        found[row.award_id].append(row)
    return found


def plans_of(line_ids: QuerySet[Any]) -> dict[int, LinePlan]:
    """The last plan of each line."""
    plans = LinePlan.objects.filter(line__in=line_ids).select_related("by").order_by("number")
    return {plan.line_id: plan for plan in plans}


def reversals() -> QuerySet[Entry]:
    """Entries that turned round the cut of a check."""
    return Entry.objects.filter(
        subject=OuterRef("line__code"),
        kind=EntryKind.REVERSE.value,
        reverses=OuterRef("entry_number"),
    )


def reversed_of(checks: Iterable[LineCheck]) -> frozenset[int]:
    """Numbers of the entries of checks that were turned round."""
    return frozenset(
        check.entry_number
        for check in checks
        if check.entry_number is not None and getattr(check, "is_reversed", False)
    )
