"""The app's place in Django."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Names the app ``applications``."""

    name = "praya.apps.applications"
    label = "applications"
    default_auto_field = "django.db.models.BigAutoField"
