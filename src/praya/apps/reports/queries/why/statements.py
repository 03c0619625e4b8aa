"""Why a sum of a monthly statement is as it is: every charge behind it."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args

from django.db.models import Count, F, QuerySet, Subquery, Sum, Window

from praya.apps.awards.queries import award_of
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.charges import charges, facts_of, grounds_of, shares_of
from praya.apps.usage.models import Charge, ChargeMonth
from praya.core.actor import Actor
from praya.core.programme.months import MONTH_PATTERN
from praya.core.quantity import commodity_of_time, device_model_of
from praya.core.refusal import NotFound

SumName = Literal["list", "subsidy", "own", "time"]
SUMS: tuple[str, ...] = get_args(SumName)
_FIELDS = {
    "list": "list_minor",
    "subsidy": "subsidy_minor",
    "own": "own_minor",
    "time": "card_seconds",
}


def why_statement(  # noqa: PLR0913 -- which figure, and who asks
    award_code: str,
    month: str,
    actor: Actor,
    *,
    of: str = "list",
    device_model: str = "",
    window: chain.Window | None = None,
) -> Why:
    """A sum of an award's statement of a month; its time is of one device model. Three queries.

    Raises:
        NotFound: there is no such award, month or sum, or the actor may not know of it.

    """
    award = award_of(award_code, actor)
    if not re.fullmatch(MONTH_PATTERN, month):
        raise NotFound(kind="statement", key=month)
    model = device_model_of(device_model) or device_model
    if of not in SUMS or (of == "time") != bool(model):
        raise NotFound(kind="sum", key=of)
    rows = Charge.objects.filter(award=award, month=month)
    unit = award.programme.currency
    if model:
        rows = rows.filter(line__in=award.lines.filter(device_model_code=model))
        unit = commodity_of_time(model)
    window = window or chain.Window()
    kept = ChargeMonth.objects.filter(award=award, month=month)
    ids, amount, count = (
        _time_page(rows, window) if model else _page(rows, kept, _FIELDS[of], window)
    )
    found = charges().filter(pk__in=ids).annotate(amount=F(_FIELDS[of])).order_by("-id")
    return paged(
        WhyCode.STATEMENT,
        unit=unit,
        amount=amount,
        facts={"award": award_code, "month": month, "sum": of, "device_model": model},
        parts=[_part(charge, of, unit) for charge in found],
        count=count,
        window=window,
    )


Page = tuple[list[int], int, int]


def _page(
    rows: QuerySet[Charge], kept: QuerySet[ChargeMonth], field: str, window: chain.Window
) -> Page:
    """A page of charges, the newest first, with the sum and the number of all of them.

    Those are kept with the charges and read in one statement, so that all is of one moment.
    """
    whole = rows.annotate(
        sum_of_all=Subquery(kept.values(field)), count_of_all=Subquery(kept.values("charges"))
    )
    return _of(whole, window)


def _time_page(rows: QuerySet[Charge], window: chain.Window) -> Page:
    """The same for the time of one device model, whose sum is not kept."""
    whole = rows.annotate(sum_of_all=Window(Sum("card_seconds")), count_of_all=Window(Count("pk")))
    return _of(whole, window)


def _of(whole: QuerySet[Any], window: chain.Window) -> Page:
    rows = whole.order_by("-id").values_list("id", "sum_of_all", "count_of_all")
    page = list(rows[window.slice])
    last = page[0] if page else rows.first()  # beyond the last page there is a sum all the same
    _, amount, count = last or (0, 0, 0)
    return [row[0] for row in page], int(amount), count


def _part(charge: Any, of: str, unit: str) -> Why:  # noqa: ANN401 -- a charge with its amount
    return Why(
        WhyCode.CHARGE,
        unit,
        charge.amount,
        facts_of(charge),
        parts=shares_of(charge) if of == "list" else (),
        grounds=tuple(grounds_of(charge)),
    )
