"""Why a public figure is as it is: by month or call for everybody, by award for who reads the book.

The figure is the one that was taken for the public. What is made of it now may have moved on since;
the difference then stands as a part of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Sum

from praya.apps.applications.models import Application
from praya.apps.awards.access import may_see_decisions
from praya.apps.awards.models import Decision
from praya.apps.awards.rules import GRANTING
from praya.apps.books.access import may_read_book
from praya.apps.books.models import Balance
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.figures import latest_snapshot
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.days import figure_facts, why_days
from praya.apps.reports.rules import FigureCode
from praya.apps.usage.models import UsageDay
from praya.apps.usage.rules import RESERVING
from praya.core.actor import Actor
from praya.core.ledger import Part
from praya.core.refusal import NotFound

_COUNTED = (Part.USED.value, Part.IN_FLIGHT.value, Part.FREE.value)
_BY_MONTH = {
    FigureCode.COMMITTED: "promised_minor",
    FigureCode.DRAWN: "drawn_minor",
    FigureCode.CARD_HOURS: "reserved_s",
}
Made = tuple[WhyCode, str, int]


def why_figure(
    programme_code: str, figure_code: str, actor: Actor, *, window: chain.Window | None = None
) -> Why:
    """A public figure of a programme as last taken; at most four queries.

    Raises:
        NotFound: there is no such programme, or no such figure has been taken.

    """
    programme = programme_of(programme_code)
    snapshot = latest_snapshot(programme_code)
    kept: Mapping[str, Any] = snapshot.figures if snapshot else {"figures": []}
    figures = {figure["code"]: figure for figure in kept["figures"]}
    if figure_code not in figures or snapshot is None:
        raise NotFound(kind="figure", key=figure_code)
    figure, code = figures[figure_code], FigureCode(figure_code)
    if code is FigureCode.DAYS_TO_DECISION:
        knows_cases = may_read_book(actor, programme_code) and may_see_decisions(
            actor, programme_code
        )
        return why_days(programme, snapshot, figure, window=window, knows_cases=knows_cases)
    if may_read_book(actor, programme_code) and code in _BY_AWARD:
        made = _BY_AWARD[code](programme_code, programme.currency, figure)
    else:
        made = list(_for_everybody(programme_code, code, kept))
    window = window or chain.Window()
    return _figure(figure, programme_code, made, window, taken_at=snapshot.taken_at)


def _figure(
    figure: Mapping[str, Any],
    programme_code: str,
    made: Sequence[Made],
    window: chain.Window,
    *,
    taken_at: object,
) -> Why:
    unit, amount = figure["unit"], int(figure["numerator"])
    since = amount - sum(part for _, _, part in made)
    if made and since:
        made = [*made, (WhyCode.SINCE, "", since)]
    about = {"programme": programme_code, "figure": figure["code"]}
    about |= {name: figure[name] for name in ("first_on", "last_on")}
    parts = [
        Why(code, unit, part, {"name": name, **about}) for code, name, part in made[window.slice]
    ]
    facts = figure_facts(figure, programme_code, taken_at)
    if not made:
        return Why(WhyCode.FIGURE, unit, amount, facts)
    return paged(
        WhyCode.FIGURE,
        unit=unit,
        amount=amount,
        facts=facts,
        parts=parts,
        count=len(made),
        window=window,
    )


def _for_everybody(
    programme_code: str, code: FigureCode, kept: Mapping[str, Any]
) -> Iterable[Made]:
    """What the public may know: months, device models, calls."""
    if code in _BY_MONTH:
        for row in kept["by_month"]:
            yield WhyCode.MONTH, row["month"], row[_BY_MONTH[code]]
    elif code is FigureCode.UTILISATION:
        for row in kept["by_device_model"]:
            yield WhyCode.DEVICE, row["device_model"], row["reserved_s"]
    elif code is FigureCode.APPLICATIONS:
        submitted = Application.objects.filter(
            programme__code=programme_code, submitted_at__isnull=False
        )
        rows = submitted.order_by().values_list("call_code").annotate(Count("pk"))
        yield from ((WhyCode.CALL, call, count) for call, count in sorted(rows))
    elif code is FigureCode.APPROVED:
        granted = Decision.objects.filter(
            application__programme__code=programme_code,
            released_at__isnull=False,
            outcome__in=[outcome.value for outcome in GRANTING],
        )
        calls = granted.order_by().values_list("application__call_code")
        counted = calls.annotate(Count("application", distinct=True))
        yield from ((WhyCode.CALL, call, count) for call, count in sorted(counted))


def _balances(programme_code: str, currency: str, parts: Iterable[str]) -> list[Made]:
    """What stands on every award, the largest first."""
    found = Balance.objects.filter(
        programme_code=programme_code, commodity=currency, part__in=list(parts)
    )
    rows = found.order_by().values_list("line__award_code").annotate(Sum("amount"))
    return _largest_first(rows)


def _committed(programme_code: str, currency: str, _figure: Mapping[str, Any]) -> list[Made]:
    return _balances(programme_code, currency, _COUNTED)


def _drawn(programme_code: str, currency: str, _figure: Mapping[str, Any]) -> list[Made]:
    return _balances(programme_code, currency, [Part.USED.value])


def _reserved(programme_code: str, _currency: str, figure: Mapping[str, Any]) -> list[Made]:
    """Accelerator time of every award in the figure's days, the most first."""
    found = UsageDay.objects.filter(
        line__award__programme__code=programme_code,
        kind__in=RESERVING,
        day__range=(figure["first_on"], figure["last_on"]),
    )
    rows = found.order_by().values_list("line__award__code").annotate(Sum("card_seconds"))
    return _largest_first(rows)


def _largest_first(rows: Iterable[tuple[str, int]]) -> list[Made]:
    sums = sorted(((-amount, award) for award, amount in rows if amount), key=lambda one: one)
    return [(WhyCode.AWARD, award, -amount) for amount, award in sums]


_BY_AWARD = {
    FigureCode.COMMITTED: _committed,
    FigureCode.DRAWN: _drawn,
    FigureCode.CARD_HOURS: _reserved,
    FigureCode.UTILISATION: _reserved,
}
