"""The app's place in Django."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    """Names the app ``awards``."""

    name = "praya.apps.awards"
    label = "awards"
    default_auto_field = "django.db.models.BigAutoField"
