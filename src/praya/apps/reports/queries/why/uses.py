"""Why an award used so much in some days: day by day, and on a day record by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal, get_args

from django.db.models import QuerySet, Sum

from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.queries import award_of
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.charges import charges, facts_of, grounds_of
from praya.apps.usage.models import Charge, UsageDay
from praya.apps.usage.queries import zone_of
from praya.apps.usage.rules import RESERVING
from praya.core.actor import Actor
from praya.core.metering import card_seconds_by_day, instant_of
from praya.core.refusal import NotFound

ONE_DAY = timedelta(days=1)
UNIT = "card-seconds"
Measure = Literal["time", "subsidy"]
MEASURES: tuple[str, ...] = get_args(Measure)


def why_use(  # noqa: PLR0913 -- which figure
    award_code: str,
    actor: Actor,
    *,
    first_on: date | None = None,
    last_on: date | None = None,
    line: str = "",
    of: str = "time",
    window: chain.Window | None = None,
) -> Why:
    """The time that an award had cards in some days; its parts are days of lines, the latest first.

    Of all days of the award if they are left out, and of one line if it is named; or the subsidy
    that the use of these days drew. At most six queries.

    Raises:
        NotFound: there is no such award, line or measure, or the actor may not know of it.

    """
    award = award_of(award_code, actor)
    if of not in MEASURES:
        raise NotFound(kind="measure", key=of)
    first_on, last_on = first_on or award.first_on, last_on or award.last_on
    days = UsageDay.objects.filter(line__award=award, day__range=(first_on, last_on))
    if of == "time":
        days = days.filter(kind__in=RESERVING)
    if line:
        days = days.filter(line=_line_of(award, line))
    return by_line_and_day(
        WhyCode.TIME if of == "time" else WhyCode.SPENT,
        days,
        award,
        unit=UNIT if of == "time" else award.programme.currency,
        column="card_seconds" if of == "time" else "subsidy_minor",
        facts={"line": line, "first_on": first_on, "last_on": last_on},
        window=window,
    )


def by_line_and_day(  # noqa: PLR0913 -- keyword-only parts of one figure
    code: WhyCode,
    days: QuerySet[UsageDay],
    award: Award,
    *,
    unit: str,
    column: str,
    facts: Mapping[str, Any],
    window: chain.Window | None,
) -> Why:
    """The sum of a column of days of use, by line and day, the latest first. Three queries."""
    window = window or chain.Window()
    days = days.exclude(**{column: 0}).order_by()
    whole = days.values("line__code", "day").annotate(sum=Sum(column))
    page = whole.order_by("-day", "line__code")[window.slice]
    parts = [
        Why(
            WhyCode.DAY,
            unit,
            row["sum"],
            {"award": award.code, "line": row["line__code"], "day": row["day"]},
        )
        for row in page
    ]
    return paged(
        code,
        unit=unit,
        amount=days.aggregate(sum=Sum(column))["sum"] or 0,
        facts={"award": award.code, **facts},
        parts=parts,
        count=whole.count(),
        window=window,
    )


def why_day(line_code: str, day: date, actor: Actor, *, window: chain.Window | None = None) -> Why:
    """The time that a line had cards on a day; its parts are the usage records of that day.

    Of one that went on over midnight, what fell on the day.

    Raises:
        NotFound: there is no such line, or the actor may not know of it.

    """
    award = award_of(line_code.rpartition(".")[0], actor)
    line = _line_of(award, line_code)
    window = window or chain.Window()
    kept = UsageDay.objects.filter(line=line, kind__in=RESERVING, day=day)
    rows = _on(line, award, day)
    found = list(rows[window.slice])
    return paged(
        WhyCode.DAY,
        unit=UNIT,
        amount=kept.aggregate(sum=Sum("card_seconds"))["sum"] or 0,
        facts={"award": award.code, "line": line_code, "day": day},
        parts=list(_shares(found, award, day)),
        count=rows.count(),
        window=window,
    )


def _line_of(award: Award, code: str) -> AwardLine:
    line = award.lines.filter(code=code).first()
    if line is None:
        raise NotFound(kind="line", key=code)
    return line


def _on(line: AwardLine, award: Award, day: date) -> QuerySet[Charge]:
    zone = zone_of(award)
    found = charges().filter(
        usage__line=line,
        usage__kind__in=RESERVING,
        usage__began_at__lt=instant_of(day + ONE_DAY, zone),
        usage__ended_at__gte=instant_of(day, zone),
    )
    return found.order_by("-usage__ended_at", "-usage_id")


def _shares(found: Iterable[Charge], award: Award, day: date) -> Iterable[Why]:
    for charge in found:
        usage = charge.usage
        by_day = card_seconds_by_day(
            usage.began_at,
            usage.ended_at,
            zone_of(award),
            cards=usage.cards,
            charged_s=abs(usage.card_seconds),
        )
        share = by_day.get(day, 0) * (-1 if usage.card_seconds < 0 else 1)
        facts, grounds = facts_of(charge), tuple(grounds_of(charge))
        yield Why(WhyCode.USE, UNIT, share, facts, grounds=grounds)
