"""Template tags for the pictures of forecasts."""

from __future__ import annotations

from typing import Protocol

from django import template

from praya.web.forecasts.charts import BandChart, RangeChart, ScheduleChart
from praya.words.forecasts import instant_text, learnt_sentence

register = template.Library()


class Expected(Protocol):
    """When something is expected, in seconds since 1970."""

    low: int
    middle: int | None
    high: int | None
    learnt: int


@register.filter
def expected_words(expected: Expected) -> str:
    """When something is expected, with the interval of 80 %."""
    return instant_text(expected.low, expected.middle, expected.high)


@register.filter
def learnt_words(learnt: int) -> str:
    """Whether a start is mended, and by how many earlier ones."""
    return learnt_sentence(learnt)


@register.inclusion_tag("web/forecasts/_band_chart.html")
def band_chart(chart: BandChart) -> dict[str, BandChart]:
    """A median with a band around it over time."""
    return {"chart": chart}


@register.inclusion_tag("web/forecasts/_range_chart.html")
def range_chart(chart: RangeChart) -> dict[str, RangeChart]:
    """Ranges to compare."""
    return {"chart": chart}


@register.inclusion_tag("web/forecasts/_schedule_chart.html")
def schedule_chart(chart: ScheduleChart) -> dict[str, ScheduleChart]:
    """Who runs where."""
    return {"chart": chart}
