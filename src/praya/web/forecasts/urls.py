"""Addresses of the pages about forecasts."""

from django.urls import path

from praya.web.forecasts import acting, asking, comparing, files, pages

urlpatterns = [
    path("forecasts/", pages.forecasts, name="forecast-list"),
    path("forecasts/compare/", comparing.forecast_compare, name="forecast-compare"),
    path("programmes/<code>/forecasts/new/", asking.forecast_new, name="forecast-new"),
    path("forecasts/<code>/", pages.forecast, name="forecast"),
    path("forecasts/<code>/cancel/", acting.forecast_cancel, name="forecast-cancel"),
    path("forecasts/<code>/keep/", acting.forecast_keep, name="forecast-keep"),
    path("forecasts/<code>/forget/", acting.forecast_forget, name="forecast-forget"),
    path("forecasts/<code>/schedule/", files.forecast_schedule, name="forecast-schedule"),
    path("forecasts/<code>/lines/<line>/", pages.forecast_award, name="forecast-award"),
    path("forecasts/<code>/data/<figure>.<form>", files.forecast_data, name="forecast-data"),
]
