"""Why a sum of a monthly statement is as it is: every charge behind it."""

from __future__ import annotations

from typing import Any, Literal, get_args

from django.db.models import Count, F, QuerySet, Sum, Window

from praya.apps.awards.queries import award_of
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.charges import charges, facts_of, grounds_of, shares_of
from praya.apps.usage.models import Charge
from praya.core.actor import Actor
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
        NotFound: there is no such award or sum, or the actor may not know of it.

    """
    award = award_of(award_code, actor)
    model = device_model_of(device_model) or device_model
    if of not in SUMS or (of == "time") != bool(model):
        raise NotFound(kind="sum", key=of)
    rows = charges().filter(award=award, month=month)
    if model:
        rows = rows.filter(usage__device_model_code=model)
    unit = commodity_of_time(model) if model else award.programme.currency
    window = window or chain.Window()
    found, amount, count = _page(rows.annotate(amount=F(_FIELDS[of])), window)
    return paged(
        WhyCode.STATEMENT,
        unit=unit,
        amount=amount,
        facts={"award": award_code, "month": month, "sum": of, "device_model": model},
        parts=[_part(charge, of, unit) for charge in found],
        count=count,
        window=window,
    )


def _page(rows: QuerySet[Charge], window: chain.Window) -> tuple[list[Any], int, int]:
    """A page of charges, and sum and number of all of them, as of one moment."""
    whole = rows.annotate(sum_of_all=Window(Sum("amount")), count_of_all=Window(Count("pk")))
    page: list[Any] = list(whole.order_by("usage__ended_at", "id")[window.slice])
    if page:
        return page, int(page[0].sum_of_all), page[0].count_of_all
    sums = rows.order_by().aggregate(amount_of_all=Sum("amount"), count_of_all=Count("pk"))
    return [], int(sums["amount_of_all"] or 0), sums["count_of_all"]


def _part(charge: Any, of: str, unit: str) -> Why:  # noqa: ANN401 -- a charge with its amount
    return Why(
        WhyCode.CHARGE,
        unit,
        charge.amount,
        facts_of(charge),
        parts=shares_of(charge) if of == "list" else (),
        grounds=tuple(grounds_of(charge)),
    )
