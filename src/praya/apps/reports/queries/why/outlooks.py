"""Why an award burns so much a day, and why its idle cards cost so much: the days behind both."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_args

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.notices.queries import burn_span, burnt
from praya.apps.programmes.queries import today_in
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.uses import by_line_and_day
from praya.apps.usage.queries import held_days
from praya.apps.usage.rules import HeldCards, HeldDay
from praya.core.actor import Actor
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

Outlooked = Literal["burn", "idle-list", "idle-own"]
OUTLOOKS: tuple[str, ...] = get_args(Outlooked)


def why_outlook(  # noqa: PLR0913 -- which figure, and who asks
    award_code: str,
    figure: str,
    actor: Actor,
    now: datetime,
    *,
    commodity: str = "",
    line: str = "",
    window: chain.Window | None = None,
) -> Why:
    """A figure of an award's outlook, by lines and days, the latest first. At most five queries.

    ``burn`` is what was used of a commodity, or of money, in the days by which the pace is told;
    ``idle-list`` and ``idle-own`` are what idle cards of leases cost, of one line if it is named.

    Raises:
        NotFound: there is no such award, figure, commodity or leased line, or the actor may not
            know of it.

    """
    award = award_of(award_code, actor)
    if figure not in OUTLOOKS:
        raise NotFound(kind="figure", key=figure)
    if figure == "burn":
        return _burn(award, commodity, now, window)
    return _idle(award, figure, line, window or chain.Window())


def _burn(award: Award, commodity: str, now: datetime, window: chain.Window | None) -> Why:
    commodity = commodity or award.programme.currency
    model = device_model_of(commodity)
    first_on, last_on = burn_span(award.first_on, today_in(award.programme, now))
    days = burnt([award.pk], first_on, last_on)
    if model:
        days = days.filter(line__device_model_code=model)
    elif commodity != award.programme.currency:
        raise NotFound(kind="commodity", key=commodity)
    count = max((last_on - first_on).days + 1, 0)
    return by_line_and_day(
        WhyCode.BURN,
        days,
        award,
        unit=commodity,
        column="card_seconds" if model else "subsidy_minor",
        facts={"first_on": first_on, "last_on": last_on, "days": count},
        window=window,
    )


def _idle(award: Award, figure: str, line: str, window: chain.Window) -> Why:
    days = [one for one in held_days(award.code) if line in {"", one.line}]
    if line and not days:
        raise NotFound(kind="line", key=line)
    parts = [_idle_day(award, figure, one) for one in days]
    idle = [part for part in parts if part.amount]
    idle.sort(key=lambda part: part.facts["day"], reverse=True)
    return paged(
        WhyCode.IDLE,
        unit=award.programme.currency,
        amount=sum(part.amount for part in idle),
        facts={"award": award.code, "line": line, "figure": figure},
        parts=idle[window.slice],
        count=len(idle),
        window=window,
    )


def _idle_day(award: Award, figure: str, day: HeldDay) -> Why:
    held = day.added_to(HeldCards(day.line, day.device_model))
    is_own = figure == "idle-own"
    facts: dict[str, Any] = {
        "award": award.code,
        "line": day.line,
        "day": day.day,
        "held_s": held.held_s,
        "busy_s": held.busy_s,
        "charged_minor": day.own_minor if is_own else day.list_minor,
        "currency": award.programme.currency,
    }
    amount = held.idle_own_minor if is_own else held.idle_list_minor
    return Why(WhyCode.IDLE_DAY, award.programme.currency, amount, facts)
