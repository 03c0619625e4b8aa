"""Why so much is open at an age: the invoices, or the debts, of that age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from praya.apps.billing.queries import aged_in, open_on
from praya.apps.billing.rules import Bucket
from praya.apps.changes.queries import DEBT_AGES, debts_of_age
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, today_in
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.core.actor import Actor
from praya.core.refusal import NotFound

Aged = Literal["invoices", "debts"]
AGED: tuple[str, ...] = get_args(Aged)


def why_age(  # noqa: PLR0913 -- which figure, and who asks
    programme_code: str,
    age: str,
    actor: Actor,
    now: datetime,
    *,
    of: str = "invoices",
    window: chain.Window | None = None,
) -> Why:
    """What is open on invoices, or owed on debts, of an age; the oldest first. Three queries.

    Raises:
        NotFound: there is no such programme or age.
        NotAllowed: neither officer, finance nor auditor.

    """
    programme = programme_of(programme_code)
    ages = DEBT_AGES if of == "debts" else tuple(bucket.value for bucket in Bucket)
    if of not in AGED or age not in ages:
        raise NotFound(kind="age", key=age)
    parts = (_debts if of == "debts" else _invoices)(programme, age, actor, now)
    window = window or chain.Window()
    return paged(
        WhyCode.AGED,
        unit=programme.currency,
        amount=sum(part.amount for part in parts),
        facts={"programme": programme_code, "age": age, "of": of},
        parts=parts[window.slice],
        count=len(parts),
        window=window,
    )


def _invoices(programme: Programme, age: str, actor: Actor, now: datetime) -> Sequence[Why]:
    today = today_in(programme, now)
    return [
        Why(
            WhyCode.INVOICE,
            row.currency,
            open_on(row).minor,
            {"programme": programme.code, "invoice": row.code, "due_on": row.due_on},
        )
        for row in aged_in(programme.code, Bucket(age), today, actor)
    ]


def _debts(programme: Programme, age: str, actor: Actor, now: datetime) -> Sequence[Why]:
    return [
        Why(
            WhyCode.DEBT,
            row.currency,
            row.owed.minor,
            {"debt": row.pk, "award": row.award.code, "due_on": row.due_on},
        )
        for row in debts_of_age(programme.code, age, actor, now)
    ]
