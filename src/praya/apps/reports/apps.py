"""The app's place in Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app ``reports``."""

    name = "praya.apps.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"
