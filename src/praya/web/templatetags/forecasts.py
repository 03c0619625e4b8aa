"""Template tags for the pictures of forecasts."""

from __future__ import annotations

from django import template

from praya.web.forecasts.charts import BandChart, RangeChart, ScheduleChart

register = template.Library()


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
