"""The app's place in Django."""

from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    """Names the app ``forecasts``."""

    name = "praya.apps.forecasts"
    label = "forecasts"
    default_auto_field = "django.db.models.BigAutoField"
