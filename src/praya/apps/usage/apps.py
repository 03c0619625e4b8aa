"""The app's place in Django."""

from django.apps import AppConfig


class UsageConfig(AppConfig):
    """Names the app ``usage``."""

    name = "praya.apps.usage"
    label = "usage"
    default_auto_field = "django.db.models.BigAutoField"
